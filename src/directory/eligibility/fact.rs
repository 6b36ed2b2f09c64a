//! The facts that a rule may ask for: one table, each with its type. A rule that asks for anything else is refused.
use crate::kernel::words::{Word, words};

words! {
    /// Something that a rule may ask for.
    pub enum Fact {
        /// The day that the answer is for.
        Date = "date",
        /// In completed years; a range of years where only the year of birth is known.
        Age = "age",
        Sex = "sex",
        Religion = "religion",
        MaritalStatus = "marital_status",
        /// What the victim was when it happened.
        Category = "category",
        Harm = "harm",
        /// Where the person lives.
        HomeDistrict = "home_district",
        /// Where the incident of the case happened.
        IncidentDistrict = "incident_district",
        /// Contract staff included.
        GovernmentServant = "government_servant",
        /// Of one in service today: the widow of one is not.
        SpouseOfGovernmentServant = "spouse_of_government_servant",
        /// Dead or alive.
        FamilyOfGovernmentServant = "family_of_government_servant",
        /// Of the household, a month, in paisa.
        HouseholdIncome = "household_income_paisa",
        HasDisability = "has_disability",
        DisabledHouseholdMember = "disabled_household_member",
        /// As BISP reported it; Umeed never computes one.
        PmtScore = "pmt_score",
        /// Below or above the cut-off, or that BISP told a score.
        PmtStanding = "pmt_standing",
        /// The programmes that the person gets aid from.
        AidReceived = "aid_received",
        CnicHeld = "cnic_held",
        IncomeTaxpayer = "income_taxpayer",
        CarOwner = "car_owner",
        TravelledAbroad = "travelled_abroad",
        /// By the Local Zakat Committee, as deserving.
        ZakatCertified = "zakat_certified",
        OtherZakatRecipientInHouse = "other_zakat_recipient_in_house",
        /// By the District Committee of a provincial Bait-ul-Maal, as deserving.
        BaitUlMaalCertified = "bait_ul_maal_certified",
        HospitalKind = "hospital_kind",
        /// Admitted to a hospital, or about to be.
        Inpatient = "inpatient",
        GovernmentHospitalRecommends = "government_hospital_recommends",
        Orphan = "orphan",
        Student = "student",
        InPublicInstitution = "in_public_institution",
        AdmittedOnMerit = "admitted_on_merit",
        CannotPayLawyer = "cannot_pay_lawyer",
        CriminalCase = "criminal_case",
        ComplaintAgainst = "complaint_against",
        WroteToAgency = "wrote_to_agency",
        ComplainedBefore = "complained_before",
        MatterBeforeCourt = "matter_before_court",
        /// The day of the agency's refusal or of its last answer.
        AgencyAnsweredOn = "agency_answered_on",
    }
}

words! {
    pub enum Religion {
        Muslim = "muslim",
        Christian = "christian",
        Hindu = "hindu",
        Sikh = "sikh",
        /// Any other than these.
        Other = "other",
    }
}

words! {
    pub enum MaritalStatus {
        Single = "single",
        Married = "married",
        Widowed = "widowed",
        Divorced = "divorced",
        Separated = "separated",
    }
}

words! {
    /// What BISP said of the household's poverty score.
    pub enum PmtStanding {
        Below = "below",
        Above = "above",
        /// It told the score itself, which is then a fact of its own.
        Score = "score",
    }
}

words! {
    /// The hospital that treats the person.
    pub enum HospitalKind {
        Government = "government",
        /// A private hospital that takes the health card.
        PrivateEmpanelled = "private_empanelled",
        PrivateOther = "private_other",
    }
}

words! {
    /// Against whom the person wants to complain.
    pub enum ComplaintAgainst {
        FederalAgency = "federal_agency",
        ProvincialBody = "provincial_body",
        Other = "other",
    }
}

/// What values a fact takes, and so which comparisons make sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Flag,
    /// One word of the fact's list.
    Word,
    /// Several words of the fact's list.
    Words,
    /// Codes of programmes.
    Codes,
    /// Whole years.
    Number,
    /// Whole paisa.
    Money,
    /// 0 to 100 with two decimals.
    Score,
    Day,
    Place,
}

/// The victims slice knows these words as enums; a test of the matching slice holds both alike.
const SEXES: &[&str] = &["female", "male", "transgender"];
const CATEGORIES: &[&str] = &["civilian", "police", "law_enforcement", "military", "levies"];
const HARMS: &[&str] = &["dead", "injured", "missing", "bereaved", "property"];

impl Fact {
    pub const fn kind(self) -> Kind {
        match self {
            Self::Date | Self::AgencyAnsweredOn => Kind::Day,
            Self::Age => Kind::Number,
            Self::Sex
            | Self::Religion
            | Self::MaritalStatus
            | Self::Category
            | Self::PmtStanding
            | Self::HospitalKind
            | Self::ComplaintAgainst => Kind::Word,
            Self::Harm => Kind::Words,
            Self::AidReceived => Kind::Codes,
            Self::HouseholdIncome => Kind::Money,
            Self::PmtScore => Kind::Score,
            Self::HomeDistrict | Self::IncidentDistrict => Kind::Place,
            _ => Kind::Flag,
        }
    }

    /// The words it may have, if it has words.
    pub fn words(self) -> Vec<&'static str> {
        match self {
            Self::Sex => SEXES.to_vec(),
            Self::Category => CATEGORIES.to_vec(),
            Self::Harm => HARMS.to_vec(),
            Self::Religion => all::<Religion>(),
            Self::MaritalStatus => all::<MaritalStatus>(),
            Self::PmtStanding => all::<PmtStanding>(),
            Self::HospitalKind => all::<HospitalKind>(),
            Self::ComplaintAgainst => all::<ComplaintAgainst>(),
            _ => Vec::new(),
        }
    }
}

fn all<W: Word>() -> Vec<&'static str> {
    W::ALL.iter().map(|word| word.word()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fact_has_words_if_and_only_if_its_values_are_words() {
        for &fact in Fact::ALL {
            assert_eq!(!fact.words().is_empty(), matches!(fact.kind(), Kind::Word | Kind::Words), "{fact}");
        }
    }
}
