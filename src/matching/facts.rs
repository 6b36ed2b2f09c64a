//! From a victim's file to the facts that rules ask for. A fact that the file does not have stays unknown.
use chrono::Datelike as _;

use crate::directory::eligibility::{Fact, Facts, Paper, PmtStanding, Value};
use crate::kernel::places::Pcode;
use crate::kernel::time::Date;
use crate::kernel::words::Word;
use crate::victims::model::{Category, Circumstances, Sex};
use crate::victims::{HarmOf, Victim};

/// The facts known of a victim on a day, for the case of an incident in a district.
pub fn facts_of(victim: &Victim, told: &Circumstances, incident: Option<Pcode>, on: Date) -> Facts {
    let mut facts = Facts::on(on);
    learn_of_victim(&mut facts, victim, told);
    facts.learn(Fact::IncidentDistrict, incident.map(Value::Place));
    learn_of_household(&mut facts, told);
    learn_of_treatment_and_school(&mut facts, told);
    learn_of_law(&mut facts, told);
    facts
}

fn learn_of_victim(facts: &mut Facts, victim: &Victim, told: &Circumstances) {
    let known = &victim.facts;
    let on = facts.day();
    facts.learn(Fact::Age, age(victim, on));
    facts.learn(Fact::Sex, word(Some(known.sex).filter(|sex| *sex != Sex::Unknown)));
    facts.learn(Fact::Category, word(Some(known.category)));
    let harms = victim.harms.iter().map(|HarmOf { harm, .. }| harm.word().to_owned()).collect();
    facts.learn(Fact::Harm, Some(Value::Set { known: harms, is_complete: true }));
    facts.learn(Fact::HomeDistrict, known.home_district.map(Value::Place));
    let served = (known.category != Category::Civilian).then_some(true);
    facts.learn(Fact::GovernmentServant, flag(served.or(told.government_servant)));
    let number = victim.identity.cnic.is_some().then_some(true);
    facts.learn(Fact::CnicHeld, flag(holds(told, Paper::Cnic).or(number)));
    facts.learn(Fact::Religion, word(told.religion));
    facts.learn(Fact::MaritalStatus, word(told.marital_status));
    facts.learn(Fact::HasDisability, flag(told.has_disability));
    facts.learn(Fact::Orphan, flag(told.orphan));
}

fn learn_of_household(facts: &mut Facts, told: &Circumstances) {
    facts.learn(Fact::SpouseOfGovernmentServant, flag(told.spouse_of_government_servant));
    facts.learn(Fact::FamilyOfGovernmentServant, flag(told.family_of_government_servant));
    facts.learn(Fact::HouseholdIncome, told.household_income_paisa.map(|paisa| Value::exactly(paisa.get())));
    facts.learn(Fact::DisabledHouseholdMember, flag(told.disabled_household_member));
    let pmt = told.pmt.as_ref();
    let standing = |standing: Option<PmtStanding>| standing.unwrap_or(PmtStanding::Score);
    facts.learn(Fact::PmtStanding, word(pmt.map(|pmt| standing(pmt.standing))));
    facts.learn(Fact::PmtScore, pmt.and_then(|pmt| pmt.score).map(|score| Value::exactly(score.hundredths())));
    let known: std::collections::BTreeSet<_> = told.aid.received.iter().map(|code| code.as_str().to_owned()).collect();
    facts.learn(Fact::AidReceived, Some(Value::Set { known, is_complete: told.aid.is_complete }));
    facts.learn(Fact::IncomeTaxpayer, flag(told.income_taxpayer));
    facts.learn(Fact::CarOwner, flag(told.car_owner));
    facts.learn(Fact::TravelledAbroad, flag(told.travelled_abroad));
    facts.learn(Fact::ZakatCertified, flag(told.zakat_certified));
    facts.learn(Fact::OtherZakatRecipientInHouse, flag(told.other_zakat_recipient_in_house));
    facts.learn(Fact::BaitUlMaalCertified, flag(told.bait_ul_maal_certified));
}

fn learn_of_treatment_and_school(facts: &mut Facts, told: &Circumstances) {
    facts.learn(Fact::HospitalKind, word(told.hospital_kind));
    facts.learn(Fact::Inpatient, flag(told.inpatient));
    facts.learn(Fact::GovernmentHospitalRecommends, flag(told.government_hospital_recommends));
    facts.learn(Fact::Student, flag(told.student));
    facts.learn(Fact::InPublicInstitution, flag(told.in_public_institution));
    facts.learn(Fact::AdmittedOnMerit, flag(told.admitted_on_merit));
}

fn learn_of_law(facts: &mut Facts, told: &Circumstances) {
    facts.learn(Fact::CannotPayLawyer, flag(told.cannot_pay_lawyer));
    facts.learn(Fact::CriminalCase, flag(told.criminal_case));
    facts.learn(Fact::ComplaintAgainst, word(told.complaint_against));
    facts.learn(Fact::WroteToAgency, flag(told.wrote_to_agency));
    facts.learn(Fact::ComplainedBefore, flag(told.complained_before));
    facts.learn(Fact::MatterBeforeCourt, flag(told.matter_before_court));
    facts.learn(Fact::AgencyAnsweredOn, told.agency_answered_on.map(Value::Day));
}

/// Whether a paper is held, if anybody said so.
pub fn holds(told: &Circumstances, paper: Paper) -> Option<bool> {
    let held = told.papers_held.contains(&paper);
    (held || told.papers_missing.contains(&paper)).then_some(held)
}

/// Exact from a date of birth, one of two from a year of birth; without either a child is at most as old as a child of
/// the day of registration would be now.
fn age(victim: &Victim, on: Date) -> Option<Value> {
    let since = |year: i32| i64::from(on.year()) - i64::from(year);
    if let Some(born) = victim.identity.birth_date {
        let (today, born) = (on.naive(), born.naive());
        let had_birthday = (today.month(), today.day()) >= (born.month(), born.day());
        return Some(Value::exactly(since(born.year()) - i64::from(!had_birthday)));
    }
    if let Some(year) = victim.facts.birth_year {
        return Some(Value::Number { least: since(year) - 1, most: since(year) });
    }
    let registered = victim.registered_at.local_date().year();
    victim.facts.is_child.then(|| Value::Number { least: 0, most: 17 + since(registered).max(0) })
}

fn flag(known: Option<bool>) -> Option<Value> {
    known.map(Value::Flag)
}

fn word<W: Word>(known: Option<W>) -> Option<Value> {
    known.map(|word| Value::Word(word.word().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::victims::Harm;

    fn victim(change: &serde_json::Value) -> Victim {
        let mut body = serde_json::json!({
            "id": uuid::Uuid::nil(), "category": "civilian", "identity_state": "known", "sex": "unknown",
            "birth_year": null, "is_child": false, "home_district": null, "identity": {}, "harms": [],
            "districts": [], "warnings": [], "pseudonym": null, "is_masked": false, "registered_at": "2025-05-01T09:00:00Z",
            "registered_by": uuid::Uuid::nil(), "version": 1,
        });
        for (name, value) in change.as_object().unwrap() {
            body[name] = value.clone();
        }
        serde_json::from_value(body).unwrap()
    }

    fn known(change: &serde_json::Value) -> Facts {
        facts_of(&victim(change), &Circumstances::default(), None, "2026-11-21".parse().unwrap())
    }

    #[test]
    fn the_directory_knows_the_words_of_victims() {
        fn all<W: Word>() -> Vec<&'static str> {
            W::ALL.iter().map(|word| word.word()).collect()
        }
        assert_eq!(Fact::Category.words(), all::<Category>());
        assert_eq!(Fact::Harm.words(), all::<Harm>());
        let sexes: Vec<_> = all::<Sex>().into_iter().filter(|word| *word != "unknown").collect();
        assert_eq!(Fact::Sex.words(), sexes);
    }

    #[test]
    fn an_age_is_as_exact_as_what_is_known() {
        let range = |least, most| Some(Value::Number { least, most });
        for (told, age) in [
            (serde_json::json!({ "identity": { "birth_date": "2008-11-21" } }), range(18, 18)),
            (serde_json::json!({ "identity": { "birth_date": "2008-11-22" } }), range(17, 17)),
            (serde_json::json!({ "birth_year": 2008 }), range(17, 18)),
            (serde_json::json!({ "is_child": true }), range(0, 18)),
            (serde_json::json!({}), None),
        ] {
            assert_eq!(known(&told).get(Fact::Age).cloned(), age, "{told}");
        }
    }

    #[test]
    fn nothing_told_is_nothing_known() {
        let facts = known(&serde_json::json!({}));
        let learned: Vec<_> = Fact::ALL.iter().filter(|fact| facts.get(**fact).is_some()).collect();
        assert_eq!(learned, [&Fact::Date, &Fact::Category, &Fact::Harm, &Fact::AidReceived]);
        assert_eq!(facts.get(Fact::AidReceived), Some(&Value::Set { known: [].into(), is_complete: false }));
        let police = known(&serde_json::json!({ "category": "police" }));
        assert_eq!(police.get(Fact::GovernmentServant), Some(&Value::Flag(true)));
    }
}
