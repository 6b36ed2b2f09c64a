//! Use cases of packets. What a copy holds is asked of the slices that keep it, with the scopes of whoever prints it.
use super::model::{
    Bearer, CopyFor, Destination, Named, Naming, PaperPacket, PaperPrinting, Printing, ReferralPacket, Referrer,
    Shared, copies,
};
use super::page;
use crate::access::policy::{self, Action, Actor, OrganisationId};
use crate::access::{self, UserId};
use crate::cases;
use crate::directory::{self, Organisation, ProgrammeId, Service, ServiceId};
use crate::error::{Error, Result};
use crate::kernel::text::{Line, Prose};
use crate::kernel::time::Time;
use crate::referrals::{self, Ground, PartnerView, ReferralFacts, ReferralId};
use crate::victims;
use crate::work::{Done, Event, Tx, Work};

/// A referral as a page to print. It shows whom it is about, so printing it is recorded.
pub async fn referral(work: &Work, actor: &Actor, id: ReferralId, how: Printing) -> Result<String> {
    let (asking, keys, now) = (actor.clone(), work.keys(), work.now());
    let language = how.lang.unwrap_or(super::model::Language::English);
    let naming = how.name.unwrap_or(Naming::Full);
    let is_recipient = policy::scope(actor, Action::ReadReferral).organisation().is_some();
    let copies = copies(how.copy, is_recipient);
    if copies.is_empty() {
        return Err(Error::Forbidden { action: Action::ReadReferral.word(), subject: Some(id.uuid()) });
    }
    work.view_whole(actor, async move |tx: &mut Tx| {
        let scope = policy::scope(&asking, Action::ReadReferral);
        let seen = policy::scope(&asking, Action::ReadVictim);
        let reader = (!is_recipient).then_some(&seen);
        let (referral, view) = referrals::shared_with_recipient(tx, &keys, (&scope, id), (reader, now)).await?;
        let bearer = if is_recipient {
            Bearer::nameless(view.case_number)
        } else {
            let case = cases::get(tx, &policy::scope(&asking, Action::ReadCase), referral.case_id).await?;
            let victim = victims::get(tx, &keys, &seen, case.victim_id).await?;
            Bearer::new(case.number, &victim.identity, naming)
        };
        let destination = destination(tx, referral.facts.service_id).await?;
        let referrer = referrer(tx, referral.requested_by).await?;
        let printed = referral.viewed().with("printed", words(&copies)).masked(view.is_masked());
        let has_consent = matches!(referral.ground, Ground::Consent { .. });
        let packet = packet((view, has_consent), (bearer, naming), (destination, referrer), now);
        Ok(Done::new(page::referral(&packet, &copies, language), printed))
    })
    .await
}

fn words(copies: &[CopyFor]) -> String {
    copies.iter().map(|copy| copy.word()).collect::<Vec<_>>().join(",")
}

fn packet(
    (view, has_consent): (PartnerView, bool),
    (bearer, naming): (Bearer, Naming),
    (destination, referrer): (Destination, Referrer),
    now: Time,
) -> ReferralPacket {
    let PartnerView { facts, needs, person, message, .. } = view;
    let ReferralFacts { fields, urgency, state, requested_at, due_at, .. } = facts;
    let asked = needs.iter().map(|need| (need.domain, need.urgency)).collect();
    let details = needs.into_iter().filter_map(|need| Some((need.domain, need.detail?))).collect();
    let shared = person.map(|person| Shared { person: *person, details, message });
    let shared = shared.map(|shared| if naming == Naming::Code { shared.without_name() } else { shared });
    let (printed_on, state) = (now.local_date(), state.word());
    ReferralPacket {
        printed_on,
        bearer,
        destination,
        referrer,
        urgency,
        requested_at,
        due_at,
        state,
        fields,
        has_consent,
        shared,
        asked,
    }
}

/// The papers that a service asks for, for one case. The page names the person, so printing it is recorded.
pub async fn papers(work: &Work, actor: &Actor, id: ServiceId, how: PaperPrinting) -> Result<String> {
    let (asking, keys, now) = (actor.clone(), work.keys(), work.now());
    let language = how.lang.unwrap_or(super::model::Language::English);
    let naming = how.name.unwrap_or(Naming::Full);
    work.view_whole(actor, async move |tx: &mut Tx| {
        let case = cases::get(tx, &policy::scope(&asking, Action::ReadCase), how.case_id).await?;
        let seen = policy::scope(&asking, Action::ReadVictim);
        let victim = victims::get(tx, &keys, &seen, case.victim_id).await?;
        let packet = PaperPacket {
            printed_on: now.local_date(),
            bearer: Bearer::new(case.number, &victim.identity, naming),
            destination: destination(tx, id).await?,
        };
        let printed = Event::new("papers.printed", case.id).of_case(case.id).with("service", id.to_string());
        let printed = printed.masked(victim.is_masked);
        Ok(Done::new(page::papers(&packet, language), printed))
    })
    .await
}

async fn destination(tx: &mut Tx, id: ServiceId) -> Result<Destination> {
    let Service { facts, .. } = directory::find_service(tx, id).await?.ok_or(Error::NOT_FOUND)?;
    let organisation: Organisation = directory::get_organisation(tx, facts.organisation_id).await?;
    let mut destination = Destination {
        organisation: named(&organisation.facts.name, organisation.facts.name_ur.as_ref()),
        service: named(&facts.name, facts.name_ur.as_ref()),
        programme: None,
        contact: facts.contact.map(Line::into_string),
        phone: organisation.facts.phone.map(Line::into_string),
        website: organisation.facts.website.map(Line::into_string),
        application: None,
        documents: facts.required_documents.into_iter().map(Line::into_string).collect(),
        source: None,
    };
    if let Some(programme) = facts.programme_id {
        add_programme(tx, &mut destination, programme).await?;
    }
    Ok(destination)
}

/// What the programme asks for goes before what the service adds, each paper once.
async fn add_programme(tx: &mut Tx, to: &mut Destination, id: ProgrammeId) -> Result<()> {
    let facts = directory::get_programme(tx, id).await?.facts;
    to.programme = Some(named(&facts.name, facts.name_ur.as_ref()));
    to.application = Some(Prose::into_string(facts.application));
    to.source = Some((facts.source.into_string(), facts.source_date));
    let mut documents: Vec<_> = facts.required_documents.into_iter().map(Line::into_string).collect();
    documents.extend(std::mem::take(&mut to.documents));
    for document in documents {
        if !to.documents.contains(&document) {
            to.documents.push(document);
        }
    }
    Ok(())
}

fn named(name: &Line<200>, name_ur: Option<&Line<200>>) -> Named {
    Named { name: name.as_str().to_owned(), name_ur: name_ur.map(|name| name.as_str().to_owned()) }
}

async fn referrer(tx: &mut Tx, id: UserId) -> Result<Referrer> {
    let user = access::get_user(tx, id).await?;
    let organisation = match user.organisation_id {
        Some(organisation) => Some(organisation_name(tx, organisation).await?),
        None => None,
    };
    Ok(Referrer { name: user.name.as_str().to_owned(), email: user.email.as_str().to_owned(), organisation })
}

async fn organisation_name(tx: &mut Tx, id: OrganisationId) -> Result<Named> {
    let facts = directory::get_organisation(tx, id).await?.facts;
    Ok(named(&facts.name, facts.name_ur.as_ref()))
}
