//! Packets as HTML. Every text is escaped by the way it is written; there is no script, no picture and no other host.
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::labels::{self, Label};
use super::model::{Bearer, CopyFor, Destination, Language, Named, PaperPacket, ReferralPacket, Shared};
use crate::directory::{Domain, Urgency};
use crate::kernel::names::PersonName;
use crate::kernel::text::Prose;
use crate::kernel::time::Time;
use crate::victims::SharedPerson;

/// For paper of A4; on a screen the sheets stand below each other. The fonts are those that the computer has.
const STYLE: &str = include_str!("page.css");

/// The copies of a referral, each on a sheet of its own.
pub fn referral(packet: &ReferralPacket, copies: &[CopyFor], language: Language) -> String {
    let on = Sheet { language };
    let sheets = html! {
        @for copy in copies {
            section class="sheet" data-copy=(copy.word()) {
                header {
                    h1 { (on.say(Label::Title)) }
                    p class="copy" { (on.say(Label::of_copy(*copy))) }
                    p class="confidential" { (on.say(Label::Confidential)) }
                }
                @match copy {
                    CopyFor::Survivor => (on.survivor(packet)),
                    CopyFor::Referrer | CopyFor::Receiver => (on.form(packet, *copy)),
                }
            }
        }
    };
    on.document(Label::Title, &sheets)
}

/// The papers that a service asks for.
pub fn papers(packet: &PaperPacket, language: Language) -> String {
    let on = Sheet { language };
    let sheet = html! {
        section class="sheet" {
            header {
                h1 { (on.say(Label::PapersTitle)) }
                p class="confidential" { (on.say(Label::KeepSafe)) }
            }
            dl { (on.bearer(&packet.bearer)) (on.line(Label::PrintedOn, &packet.printed_on.to_string())) }
            (on.destination(&packet.destination))
            (on.papers(&packet.destination))
        }
    };
    on.document(Label::PapersTitle, &sheet)
}

/// A page in one language.
struct Sheet {
    language: Language,
}

impl Sheet {
    fn say(&self, label: Label) -> &'static str {
        label.text(self.language)
    }

    fn document(&self, title: Label, body: &Markup) -> String {
        let direction = match self.language {
            Language::English => "ltr",
            Language::Urdu => "rtl",
        };
        html! {
            (DOCTYPE)
            html lang=(self.language.word()) dir=(direction) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    title { "Umeed: " (self.say(title)) }
                    style { (PreEscaped(STYLE)) }
                }
                body { main { (body) } }
            }
        }
        .into_string()
    }

    fn line(&self, label: Label, value: &str) -> Markup {
        html! { dt { (self.say(label)) } dd { bdi { (value) } } }
    }

    /// A text in whatever language it was written.
    fn maybe(&self, label: Label, value: Option<&str>) -> Markup {
        html! { @if let Some(value) = value { dt { (self.say(label)) } dd dir="auto" { (value) } } }
    }

    fn named(&self, label: Label, named: &Named) -> Markup {
        let name = match (self.language, &named.name_ur) {
            (Language::Urdu, Some(name)) => name,
            _ => &named.name,
        };
        html! { dt { (self.say(label)) } dd dir="auto" { (name) } }
    }

    fn bearer(&self, bearer: &Bearer) -> Markup {
        let names = [&bearer.name, &bearer.name_ur].map(|name| name.as_ref().map(PersonName::as_str));
        html! {
            (self.line(Label::CaseNumber, &bearer.case_number.to_string()))
            dt { (self.say(Label::Name)) }
            @if names.iter().all(Option::is_none) { dd { (self.say(Label::ByNumber)) } }
            @for name in names.iter().flatten() { dd dir="auto" { (name) } }
        }
    }

    fn destination(&self, to: &Destination) -> Markup {
        html! {
            h2 { (self.say(Label::WhereToGo)) }
            dl {
                (self.named(Label::Organisation, &to.organisation))
                (self.named(Label::Service, &to.service))
                @if let Some(programme) = &to.programme { (self.named(Label::Programme, programme)) }
                (self.maybe(Label::Contact, to.contact.as_deref()))
                (self.maybe(Label::Phone, to.phone.as_deref()))
                (self.maybe(Label::Website, to.website.as_deref()))
                (self.maybe(Label::HowToApply, to.application.as_deref()))
            }
        }
    }

    fn papers(&self, to: &Destination) -> Markup {
        html! {
            h2 { (self.say(Label::PapersTitle)) }
            @if to.documents.is_empty() { p { (self.say(Label::NoPapers)) } }
            ul class="papers" {
                @for document in &to.documents { li dir="auto" { span class="box" {} (document) } }
            }
            @if let Some((source, read)) = &to.source {
                p class="source" { (self.say(Label::Source)) ": " bdi { (source) } " (" bdi { (read) } ")" }
            }
        }
    }

    /// The form as the offices keep it.
    fn form(&self, packet: &ReferralPacket, copy: CopyFor) -> Markup {
        html! {
            dl {
                @if copy == CopyFor::Referrer {
                    (self.bearer(&packet.bearer))
                } @else {
                    (self.line(Label::CaseNumber, &packet.bearer.case_number.to_string()))
                }
                (self.line(Label::Priority, labels::urgency(packet.urgency, self.language)))
                (self.line(Label::RequestedOn, &day(packet.requested_at)))
                (self.line(Label::HelpBy, &day(packet.due_at)))
                (self.line(Label::State, labels::state(packet.state, self.language)))
                (self.line(Label::PrintedOn, &packet.printed_on.to_string()))
            }
            h2 { (self.say(Label::From)) }
            dl {
                (self.maybe(Label::Officer, Some(&packet.referrer.name)))
                (self.line(Label::Email, &packet.referrer.email))
                @if let Some(organisation) = &packet.referrer.organisation {
                    (self.named(Label::Organisation, organisation))
                }
            }
            (self.destination(&packet.destination))
            (self.asked(&packet.asked))
            h2 { (self.say(Label::Person)) }
            @match &packet.shared {
                Some(shared) => (self.shared(shared)),
                None => p { (self.say(Label::NothingShared)) },
            }
            (self.papers(&packet.destination))
            (self.signatures(copy, packet.has_consent))
        }
    }

    fn asked(&self, asked: &[(Domain, Urgency)]) -> Markup {
        html! {
            h2 { (self.say(Label::Asked)) }
            ul {
                @for (domain, urgency) in asked {
                    li { (labels::domain(*domain, self.language)) " – " (labels::urgency(*urgency, self.language)) }
                }
            }
        }
    }

    fn shared(&self, shared: &Shared) -> Markup {
        html! {
            dl { (self.person(&shared.person)) }
            @if !shared.details.is_empty() || shared.message.is_some() {
                h2 { (self.say(Label::Background)) }
                dl {
                    @for (domain, detail) in &shared.details {
                        dt { (labels::domain(*domain, self.language)) } dd dir="auto" { (detail.as_str()) }
                    }
                    (self.maybe(Label::Message, shared.message.as_ref().map(Prose::as_str)))
                }
            }
        }
    }

    fn person(&self, person: &SharedPerson) -> Markup {
        use crate::victims::SharedField as Field;
        let row = |field: Field, value: &str| html! { dt { (labels::field(field, self.language)) } dd dir="auto" { (value) } };
        let names = [
            (Field::Name, &person.name),
            (Field::Name, &person.name_ur),
            (Field::FatherOrHusband, &person.father_or_husband),
            (Field::FatherOrHusband, &person.father_or_husband_ur),
        ];
        html! {
            @for (field, name) in names { @if let Some(name) = name { (row(field, name.as_str())) } }
            @if let Some(cnic) = &person.cnic { (row(Field::Cnic, &cnic.formatted())) }
            @for mobile in &person.mobiles { (row(Field::Mobile, mobile.e164())) }
            @if let Some(address) = &person.address { (row(Field::Address, address.as_str())) }
            @if let Some(rules) = &person.contact {
                dt { (self.say(Label::SafeContact)) }
                @for rule in labels::contact(rules, self.language) { dd { (rule) } }
            }
            @if let Some(sex) = person.sex { (row(Field::Sex, labels::sex(sex, self.language))) }
            @if let Some(year) = person.birth_year { (row(Field::BirthYear, &year.to_string())) }
            @if let Some(district) = person.home_district { (row(Field::HomeDistrict, district.as_str())) }
            @for harm in &person.harms { (row(Field::Harm, labels::harm(*harm, self.language))) }
            @for guardian in &person.guardians { (row(Field::Guardian, guardian.name.as_str())) }
        }
    }

    fn signatures(&self, copy: CopyFor, has_consent: bool) -> Markup {
        let line = |label: Label| html! { dt { (self.say(label)) } dd class="blank" {} };
        html! {
            h2 { (self.say(Label::Consent)) }
            @if has_consent {
                p { (self.say(Label::ConsentSays)) }
                dl { (line(Label::Signature)) (line(Label::CaregiverSignature)) (line(Label::Date)) }
            } @else {
                p { (self.say(Label::OverrideSays)) }
            }
            h2 { (self.say(Label::FollowUp)) }
            dl { (line(Label::Date)) (line(Label::FollowUpHow)) }
            @if copy == CopyFor::Receiver { dl { (line(Label::ReceivedBy)) (line(Label::Date)) } }
        }
    }

    /// What the person keeps. Neither needs nor harm stand on it: others may come to read it.
    fn survivor(&self, packet: &ReferralPacket) -> Markup {
        html! {
            p class="confidential" { (self.say(Label::KeepSafe)) }
            dl {
                (self.bearer(&packet.bearer))
                (self.line(Label::RequestedOn, &day(packet.requested_at)))
                (self.line(Label::HelpBy, &day(packet.due_at)))
                (self.line(Label::PrintedOn, &packet.printed_on.to_string()))
            }
            (self.destination(&packet.destination))
            (self.papers(&packet.destination))
            h2 { (self.say(Label::WhatIsShared)) }
            @if packet.fields.is_empty() { p { (self.say(Label::NoFields)) } }
            ul { @for field in &packet.fields { li { (labels::field(*field, self.language)) } } }
            dl { (self.named(Label::SharedWith, &packet.destination.organisation)) }
            h2 { (self.say(Label::Withdrawing)) }
            p { (self.say(if packet.has_consent { Label::WithdrawingHow } else { Label::ObjectingHow })) }
            dl { (self.maybe(Label::Officer, Some(&packet.referrer.name))) (self.line(Label::Email, &packet.referrer.email)) }
        }
    }
}

fn day(at: Time) -> String {
    at.local_date().to_string()
}
