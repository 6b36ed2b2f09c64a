//! The words in which claims are told. A reason that has no word here cannot be given: free text would name people.
use crate::kernel::words::words;
use crate::tariffs::HeirClass;

words! {
    /// How a payee is paid.
    pub enum Method {
        /// By the State Bank's instant payments, in bulk.
        RaastBulk = "raast_bulk",
        /// Between banks.
        Ibft = "ibft",
        Cheque = "cheque",
        /// A mobile wallet, by its IBAN or its number.
        Wallet = "wallet",
        /// Cash against a finger's print.
        CashBiometric = "cash_biometric",
        HospitalDirect = "hospital_direct",
    }
}

words! {
    /// What a payee is to the victim.
    pub enum PayeeClass {
        /// The victim themselves, who lives.
        Victim = "victim",
        Spouse = "spouse",
        Child = "child",
        Mother = "mother",
        Father = "father",
        MinorSibling = "minor_sibling",
        OtherHeir = "other_heir",
    }
}

impl PayeeClass {
    /// The class of an heir; the victim is none.
    pub const fn heir(self) -> Option<HeirClass> {
        Some(match self {
            Self::Victim => return None,
            Self::Spouse => HeirClass::Spouse,
            Self::Child => HeirClass::Child,
            Self::Mother => HeirClass::Mother,
            Self::Father => HeirClass::Father,
            Self::MinorSibling => HeirClass::MinorSibling,
            Self::OtherHeir => HeirClass::OtherHeir,
        })
    }
}

words! {
    /// A paper that supports a claim.
    pub enum EvidenceKind {
        /// First information report, section 154 of the Code of Criminal Procedure.
        Fir = "fir",
        /// Medico-legal certificate.
        Mlc = "mlc",
        PostMortem = "post_mortem",
        DeathCert = "death_cert",
        Cnic = "cnic",
        Bform = "bform",
        /// Family registration certificate of NADRA.
        Frc = "frc",
        Nikahnama = "nikahnama",
        SuccessionCert = "succession_cert",
        LetterOfAdministration = "letter_of_administration",
        /// Guardians and Wards Act 1890.
        GuardianshipCert = "guardianship_cert",
        DisabilityCert = "disability_cert",
        PropertyTitle = "property_title",
        DamageAssessment = "damage_assessment",
        DcVerification = "dc_verification",
        /// That the act was terrorism: Anti-Terrorism Act 1997, ss. 6 and 7.
        CtdVerification = "ctd_verification",
        BankProof = "bank_proof",
        Affidavit = "affidavit",
        IndemnityBond = "indemnity_bond",
    }
}

words! {
    /// Why a paper is done without.
    pub enum WaiveReason {
        LostInAttack = "lost_in_attack",
        /// The office that would issue it does not.
        NotIssued = "not_issued",
        /// The State has it, under another claim or in another office.
        HeldByState = "held_by_state",
        /// It would put somebody in danger to ask for it.
        Unsafe = "unsafe",
        NotApplicable = "not_applicable",
    }
}

words! {
    /// Why a claim goes back to whoever prepared it.
    pub enum ReturnReason {
        EvidenceMissing = "evidence_missing",
        EvidenceDoubtful = "evidence_doubtful",
        WrongTariff = "wrong_tariff",
        WrongHarm = "wrong_harm",
        WrongPayee = "wrong_payee",
        WrongAccount = "wrong_account",
    }
}

words! {
    /// Why a claim is rejected.
    pub enum RejectReason {
        NotTerrorism = "not_terrorism",
        NotHarmed = "not_harmed",
        ExcludedTerrorist = "excluded_terrorist",
        ExcludedOfficerOnDuty = "excluded_officer_on_duty",
        EvidenceInsufficient = "evidence_insufficient",
        PaidAlready = "paid_already",
        Fraudulent = "fraudulent",
        OutsideInstrument = "outside_instrument",
    }
}

words! {
    pub enum WithdrawReason {
        VictimAsked = "victim_asked",
        PreparedInError = "prepared_in_error",
        OtherInstrument = "other_instrument",
        VictimUnreachable = "victim_unreachable",
    }
}

words! {
    /// What somebody did on a claim. Nobody does two of these on one claim.
    pub enum Part {
        Prepare = "prepare",
        Waive = "waive",
        Verify = "verify",
        Decide = "decide",
        /// Decided the claim whose place this one takes, or the appeal against it, and so does nothing here.
        Former = "former",
    }
}

words! {
    /// What a blind index of a payee was made of.
    pub enum MarkWord {
        Cnic = "cnic",
        /// Of whoever takes the share of a minor.
        GuardianCnic = "guardian_cnic",
        Mobile = "mobile",
        Account = "account",
    }
}

impl MarkWord {
    /// Whether it is of a card, which is one person's for life.
    pub const fn is_card(self) -> bool {
        matches!(self, Self::Cnic | Self::GuardianCnic)
    }
}
