//! The words in which tariffs are told. Those of harms and of standing are the ones of `rates.csv` of November 2026; a
//! harm that has no word here cannot be paid for.
use crate::kernel::words::words;

words! {
    /// For whom an instrument is. Nobody is paid under two tracks.
    pub enum Track {
        Civilian = "civilian",
        /// Police, levies and armed forces on duty, whom the civilian Acts leave out.
        LawEnforcement = "law_enforcement",
        /// Civilians hit by firing across the line of control, which is not terrorism.
        LocFiring = "loc_firing",
    }
}

words! {
    pub enum InstrumentKind {
        /// A schedule that holds for every incident from its day on.
        Standing = "standing",
        /// Announced or approved for one incident, on top of any schedule.
        IncidentPackage = "incident_package",
    }
}

words! {
    /// How far an instrument or a line has come. The first three can be awarded; the others are only looked at.
    pub enum TariffStatus {
        InForce = "in_force",
        /// Sanctioned for one incident.
        Approved = "approved",
        /// Reported as paid.
        Paid = "paid",
        /// Said in public and, as far as is known, not sanctioned.
        Announced = "announced",
        /// Not law yet.
        BillOnly = "bill_only",
        Historic = "historic",
        /// Nobody could say whether it still holds.
        SupersededUnknown = "superseded_unknown",
    }
}

impl TariffStatus {
    /// Whether money may be awarded on it.
    pub const fn is_payable(self) -> bool {
        matches!(self, Self::InForce | Self::Approved | Self::Paid)
    }
}

words! {
    pub enum HarmGroup {
        Body = "body",
        Mind = "mind",
        Property = "property",
    }
}

words! {
    /// One harm that an instrument may name an amount for.
    pub enum HarmCode {
        Death = "death",
        DeathCrossfire = "death_crossfire",
        DeathTargetKilling = "death_target_killing",
        DeathConstableToInspector = "death_constable_to_inspector",
        DeathDsp = "death_dsp",
        DeathSpToDig = "death_sp_to_dig",
        DeathBps01To16 = "death_bps01_16",
        DeathBps17 = "death_bps17",
        DeathBps18To22 = "death_bps18_22",
        DisabilityPermanent = "disability_permanent",
        LimbLoss = "limb_loss",
        EyeLoss = "eye_loss",
        InjuryGrievous = "injury_grievous",
        InjurySubstantial = "injury_substantial",
        InjurySerious = "injury_serious",
        InjuryModerate = "injury_moderate",
        InjuryMajor = "injury_major",
        InjuryMinor = "injury_minor",
        InjuryAny = "injury_any",
        /// Harm to the mind, which Punjab's Act names beside body and property; no amount for it was found.
        InjuryPsychological = "injury_psychological",
        DwellingFull = "dwelling_full",
        DwellingPartial = "dwelling_partial",
        BusinessFull = "business_full",
        BusinessPartial = "business_partial",
        VehicleHeavySevere = "vehicle_heavy_severe",
        VehicleHeavyMinor = "vehicle_heavy_minor",
        VehicleLightSevere = "vehicle_light_severe",
        VehicleLightMinor = "vehicle_light_minor",
        VehicleMotorcycle = "vehicle_motorcycle",
    }
}

impl HarmCode {
    pub const fn group(self) -> HarmGroup {
        match self {
            Self::InjuryPsychological => HarmGroup::Mind,
            Self::DwellingFull
            | Self::DwellingPartial
            | Self::BusinessFull
            | Self::BusinessPartial
            | Self::VehicleHeavySevere
            | Self::VehicleHeavyMinor
            | Self::VehicleLightSevere
            | Self::VehicleLightMinor
            | Self::VehicleMotorcycle => HarmGroup::Property,
            _ => HarmGroup::Body,
        }
    }

    /// Whether the victim is dead, so that heirs are paid.
    pub const fn is_death(self) -> bool {
        matches!(
            self,
            Self::Death
                | Self::DeathCrossfire
                | Self::DeathTargetKilling
                | Self::DeathConstableToInspector
                | Self::DeathDsp
                | Self::DeathSpToDig
                | Self::DeathBps01To16
                | Self::DeathBps17
                | Self::DeathBps18To22
        )
    }
}

words! {
    /// What an heir was to the dead, in the words and the order of Punjab's Act XXXIX of 2016, s. 2(a).
    pub enum HeirClass {
        Spouse = "spouse",
        Child = "child",
        Mother = "mother",
        Father = "father",
        MinorSibling = "minor_sibling",
        OtherHeir = "other_heir",
    }
}

words! {
    /// Whom an instrument leaves out.
    pub enum Exclusion {
        Terrorist = "terrorist",
        /// Goes to the track of law enforcement.
        OfficerOnDuty = "officer_on_duty",
        /// Has a regulation of its own.
        NaturalCalamity = "natural_calamity",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bill_a_promise_and_what_has_passed_are_not_payable() {
        let payable: Vec<_> = TariffStatus::ALL.iter().filter(|status| status.is_payable()).collect();
        assert_eq!(payable, [&TariffStatus::InForce, &TariffStatus::Approved, &TariffStatus::Paid]);
    }

    #[test]
    fn every_death_is_told_by_its_word_and_harms_the_body() {
        for harm in HarmCode::ALL {
            assert_eq!(harm.is_death(), harm.word().starts_with("death"), "{harm}");
            assert!(!harm.is_death() || harm.group() == HarmGroup::Body);
            let is_thing = ["dwelling", "business", "vehicle"].iter().any(|thing| harm.word().starts_with(thing));
            assert_eq!(harm.group() == HarmGroup::Property, is_thing, "{harm}");
        }
    }
}
