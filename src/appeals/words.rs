//! The words in which appeals are told. What the victim says stands in the statement, which is sealed.
use crate::kernel::words::words;

words! {
    /// What is wrong with the decision, as whoever appeals says.
    pub enum AppealGround {
        RejectedWrongly = "rejected_wrongly",
        AmountTooLow = "amount_too_low",
        WrongHarm = "wrong_harm",
        WrongPayee = "wrong_payee",
        EvidenceOverlooked = "evidence_overlooked",
        NewEvidence = "new_evidence",
    }
}

words! {
    /// What became of an appeal.
    pub enum AppealOutcome {
        Upheld = "upheld",
        PartlyUpheld = "partly_upheld",
        Dismissed = "dismissed",
    }
}

words! {
    /// Why it became that.
    pub enum AppealFinding {
        EvidenceMisjudged = "evidence_misjudged",
        NewEvidenceConvinces = "new_evidence_convinces",
        TariffMisapplied = "tariff_misapplied",
        PayeeMistaken = "payee_mistaken",
        ProcedureBroken = "procedure_broken",
        DecisionWasRight = "decision_was_right",
        /// Lodged after the last day without a good reason.
        OutOfTime = "out_of_time",
    }
}

impl AppealFinding {
    /// Whether an appeal that was found so can end so.
    pub const fn fits(self, outcome: AppealOutcome) -> bool {
        let is_against = matches!(self, Self::DecisionWasRight | Self::OutOfTime);
        is_against == matches!(outcome, AppealOutcome::Dismissed)
    }
}

words! {
    /// Where an appeal stands.
    pub enum AppealWord {
        Lodged = "lodged",
        UnderReview = "under_review",
        Upheld = "upheld",
        PartlyUpheld = "partly_upheld",
        Dismissed = "dismissed",
        Withdrawn = "withdrawn",
    }
}
