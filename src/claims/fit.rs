//! Whether a victim can be paid for a harm by an instrument at all. Where what was recorded does not say, it leaves the
//! answer to whoever verifies the claim.
use crate::error::{Error, Result};
use crate::incidents::IncidentId;
use crate::tariffs::{Choice, Exclusion, HarmCode, HarmGroup, Instrument, InstrumentId, Track};
use crate::victims::{Category, Harm, HarmOf};

/// The track of a victim: officers have one of their own.
pub const fn track_of(category: Category) -> Track {
    match category {
        Category::Civilian => Track::Civilian,
        Category::Police | Category::LawEnforcement | Category::Military | Category::Levies => Track::LawEnforcement,
    }
}

/// Whether the harms that this incident did to the victim, as they were recorded, can be the one that is claimed. Whoever
/// is missing or bereaved has no amount of their own: the State pays for the death itself, on the file of the dead.
pub fn is_recorded(harm: HarmCode, incident: IncidentId, recorded: &[HarmOf]) -> bool {
    let of = |wanted: Harm| recorded.iter().any(|one| one.incident_id == incident && one.harm == wanted);
    match harm.group() {
        HarmGroup::Body if harm.is_death() => of(Harm::Dead),
        HarmGroup::Body => of(Harm::Injured),
        // Grief and fear are harms to the mind, and nobody is recorded for them alone.
        HarmGroup::Mind => of(Harm::Injured) || of(Harm::Bereaved),
        HarmGroup::Property => of(Harm::Property),
    }
}

/// Refuses a claim whose preparer has not said of each exclusion of the instrument that it does not apply, and one that an
/// exclusion meets for all that is recorded.
pub fn check_exclusions(instrument: &Instrument, track: Track, denied: &[Exclusion]) -> Result<()> {
    let excluded = &instrument.facts.exclusions;
    if track == Track::LawEnforcement && excluded.contains(&Exclusion::OfficerOnDuty) {
        let why = "officers are paid on the track of law enforcement";
        return Err(Error::invalid("/instrument_id", "officer_on_duty", why));
    }
    let are_denied = excluded.iter().all(|one| denied.contains(one)) && denied.iter().all(|one| excluded.contains(one));
    if are_denied && denied.len() == excluded.len() {
        return Ok(());
    }
    Err(Error::invalid("/none_of", "exclusions", "name each exclusion of the instrument, as one that does not apply"))
}

/// The line that pays, among what was chosen for the harm. `pointer` is where the instrument was named.
pub fn line_of(instrument: InstrumentId, choices: Vec<Choice>, pointer: &str) -> Result<Choice> {
    let mut of: Vec<_> = choices.into_iter().filter(|choice| choice.instrument.id == instrument).collect();
    if let Some(place) = of.iter().position(|choice| choice.look_only.is_none()) {
        return Ok(of.swap_remove(place));
    }
    match of.last().and_then(|choice| choice.look_only) {
        Some(why) => Err(Error::invalid(pointer, why.word(), "this can be looked at and not be awarded")),
        None => Err(Error::invalid(pointer, "no_amount", "it names no amount for this harm, or is not for this place")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_harm_is_claimed_by_whom_it_was_recorded_of_in_this_incident() {
        let (here, elsewhere) = (IncidentId::new(), IncidentId::new());
        let recorded = |harm| [HarmOf { incident_id: here, harm }, HarmOf { incident_id: elsewhere, harm: Harm::Dead }];
        for (claimed, of, is_so) in [
            (HarmCode::Death, Harm::Dead, true),
            (HarmCode::Death, Harm::Injured, false),
            (HarmCode::DeathBps17, Harm::Dead, true),
            (HarmCode::DisabilityPermanent, Harm::Injured, true),
            (HarmCode::InjuryMinor, Harm::Property, false),
            (HarmCode::InjuryPsychological, Harm::Bereaved, true),
            (HarmCode::DwellingFull, Harm::Property, true),
            (HarmCode::DwellingFull, Harm::Missing, false),
        ] {
            assert_eq!(is_recorded(claimed, here, &recorded(of)), is_so, "{claimed} {of}");
        }
    }

    #[test]
    fn officers_have_a_track_of_their_own() {
        for category in Category::ALL {
            assert_eq!(track_of(*category) == Track::Civilian, *category == Category::Civilian);
        }
    }
}
