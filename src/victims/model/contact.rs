//! How a person may be reached without doing harm: a call may be overheard, a letter opened by somebody else. What is not
//! said is allowed.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::VictimId;
use crate::access::UserId;
use crate::error::{Error, Fault, Result};
use crate::kernel::hours::{Hours, TimeOfDay, Weekday};
use crate::kernel::phone::Mobile;
use crate::kernel::time::Time;
use crate::kernel::words::words;
use crate::work::Event;

words! {
    /// A language to speak in, by its ISO 639 code.
    pub enum Language {
        Urdu = "ur",
        Punjabi = "pa",
        Pashto = "ps",
        Sindhi = "sd",
        Saraiki = "skr",
        Balochi = "bal",
        Brahui = "brh",
        Hindko = "hno",
        Kashmiri = "ks",
        Shina = "scl",
        Balti = "bft",
        Khowar = "khw",
        English = "en",
        PakistanSign = "pks",
        /// Another one; the interpreter will know.
        Other = "mis",
    }
}

words! {
    /// How somebody may be reached.
    pub enum Means {
        Call = "call",
        Sms = "sms",
        Letter = "letter",
        Visit = "visit",
    }
}

words! {
    /// Whether to contact somebody by some means at some time.
    pub enum MayContact {
        Yes = "yes",
        /// By this means, but at another hour or on another day.
        NotNow = "not_now",
        /// Not by this means.
        No = "no",
    }
}

/// What is to be heeded when reaching a person; it names nobody and holds no number.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a wish of its own")]
pub struct ContactRules {
    pub no_calls: bool,
    pub no_sms: bool,
    pub no_letters: bool,
    /// The hours at which a call, a message or a visit is safe, by the clock in Pakistan; any, if left out.
    pub safe_hours: Option<Hours>,
    /// The days on which they are; any, if none is named.
    #[schemars(length(max = 7))]
    pub safe_days: Vec<Weekday>,
    pub language: Option<Language>,
    pub needs_interpreter: bool,
    pub prefers_female_officer: bool,
    /// Nothing of this person goes to the press, neither name nor picture.
    pub media_opt_out: bool,
}

/// What an officer records.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSafeContact {
    #[serde(default)]
    pub rules: ContactRules,
    /// The one number that is safe to use; any on file, if left out.
    #[serde(default)]
    pub safe_number: Option<Mobile>,
}

/// How a victim may be reached; version 0 if nobody has asked yet.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct SafeContact {
    pub victim_id: VictimId,
    pub rules: ContactRules,
    /// The one number that is safe to use. Left out for those who may not know who a protected person is.
    pub safe_number: Option<Mobile>,
    pub recorded_at: Option<Time>,
    pub recorded_by: Option<UserId>,
    pub version: i64,
}

impl ContactRules {
    /// Each day once.
    pub fn check(&self) -> Result<()> {
        let mut days = self.safe_days.clone();
        days.sort_unstable();
        days.dedup();
        let rules = [
            (days.len() == self.safe_days.len(), "/rules/safe_days", "repeated", "name each day once"),
            (
                self.safe_hours.is_none_or(Hours::is_span),
                "/rules/safe_hours/to",
                "empty",
                "leave safe_hours out for the whole day",
            ),
        ];
        let broken = rules.iter().filter(|(holds, ..)| !holds);
        let faults: Vec<_> = broken.map(|(_, at, code, why)| Fault::new(*at, code, *why)).collect();
        if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
    }

    /// Whether to use this means at this time. A letter arrives when it arrives, so its hour does not matter.
    pub fn allow(&self, means: Means, at: Time) -> MayContact {
        let is_refused = match means {
            Means::Call => self.no_calls,
            Means::Sms => self.no_sms,
            Means::Letter => self.no_letters,
            Means::Visit => false,
        };
        let (day, time) = TimeOfDay::local(at);
        let is_safe_day = self.safe_days.is_empty() || self.safe_days.contains(&day);
        let is_safe = is_safe_day && self.safe_hours.is_none_or(|hours| hours.contain(time));
        match (is_refused, means, is_safe) {
            (true, ..) => MayContact::No,
            (false, Means::Letter, _) | (false, _, true) => MayContact::Yes,
            (false, ..) => MayContact::NotNow,
        }
    }
}

impl SafeContact {
    /// That of somebody whom nobody has asked yet.
    pub fn none(victim_id: VictimId) -> Self {
        let rules = ContactRules::default();
        Self { victim_id, rules, safe_number: None, recorded_at: None, recorded_by: None, version: 0 }
    }

    pub fn record(self, new: NewSafeContact, by: UserId, at: Time) -> Result<(Self, Event)> {
        let NewSafeContact { mut rules, safe_number } = new;
        rules.check()?;
        rules.safe_days.sort_unstable();
        let (recorded_at, recorded_by, version) = (Some(at), Some(by), self.version + 1);
        let contact = Self { victim_id: self.victim_id, rules, safe_number, recorded_at, recorded_by, version };
        let event = Event::new("victim.safe_contact_recorded", contact.victim_id);
        Ok((contact, event))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Saturday, 21 November 2026, at this time in Pakistan.
    fn saturday(time: &str) -> Time {
        format!("2026-11-21T{time}:00+05:00").parse().unwrap()
    }

    #[test]
    fn what_is_not_said_is_allowed_and_what_is_refused_is_refused_at_any_hour() {
        for means in Means::ALL {
            assert_eq!(ContactRules::default().allow(*means, saturday("03:00")), MayContact::Yes);
        }
        let rules = ContactRules { no_calls: true, no_letters: true, ..ContactRules::default() };
        for (means, allowed) in [
            (Means::Call, MayContact::No),
            (Means::Sms, MayContact::Yes),
            (Means::Letter, MayContact::No),
            (Means::Visit, MayContact::Yes),
        ] {
            assert_eq!(rules.allow(means, saturday("12:00")), allowed);
        }
    }

    #[test]
    fn hours_and_days_hold_for_all_but_letters() {
        let safe_hours = Some(Hours { from: "09:00".parse().unwrap(), to: "12:00".parse().unwrap() });
        let rules = ContactRules { safe_hours, safe_days: vec![Weekday::Saturday], ..ContactRules::default() };
        assert_eq!(rules.allow(Means::Call, saturday("09:00")), MayContact::Yes);
        assert_eq!(rules.allow(Means::Sms, saturday("12:00")), MayContact::NotNow);
        assert_eq!(rules.allow(Means::Visit, saturday("09:00").plus_days(1)), MayContact::NotNow);
        assert_eq!(rules.allow(Means::Letter, saturday("23:00").plus_days(1)), MayContact::Yes);
    }

    #[test]
    fn a_day_named_twice_and_hours_of_no_length_are_refused() {
        let noon = "12:00".parse().unwrap();
        let safe_hours = Some(Hours { from: noon, to: noon });
        let safe_days = vec![Weekday::Friday, Weekday::Friday];
        match (ContactRules { safe_hours, safe_days, ..ContactRules::default() }).check() {
            Err(Error::Invalid(faults)) => assert_eq!(faults.len(), 2),
            other => panic!("{other:?}"),
        }
    }
}
