//! The words in which findings are told.
use crate::kernel::words::words;
use crate::payouts::model::words::Misfit;

words! {
    /// What was found.
    pub enum FindingKind {
        /// One account pays two people, on claims of different victims.
        SameAccount = "same_account",
        /// One mobile number belongs to two people, on claims of different victims.
        SameMobile = "same_mobile",
        /// One person is paid on claims of different victims: as an heir of two, or twice.
        SameCnic = "same_cnic",
        /// Two victims with claims have one card: somebody was registered twice.
        SameVictim = "same_victim",
        /// A payee is recorded dead.
        PayeeDead = "payee_dead",
        /// The victim has another claim for the same attack.
        TwoClaims = "two_claims",
        /// The award is another amount than its line of the tariff.
        AmountOffTariff = "amount_off_tariff",
        /// The account was changed shortly before.
        AccountChanged = "account_changed",
        /// The amount is just below one that takes another approver.
        BelowTier = "below_tier",
        /// A payer's second batch within some days whose total is just below one that takes another approver.
        SplitBatches = "split_batches",
        /// One document supports claims of different victims.
        DocumentReused = "document_reused",
        /// The victim had other aid for the same attack, and by the rules of one the other is not paid.
        ExcludedByAid = "excluded_by_aid",
        /// A district, or somebody who works on claims, has had far more claims of an instrument approved than others.
        ManyClaims = "many_claims",
        /// The same of amounts: far higher ones a claim.
        HighAmounts = "high_amounts",
        /// The bank says another amount of a payment, or another currency.
        BankAmountDiffers = "bank_amount_differs",
        /// The bank names another account than the one that was paid to.
        BankAccountDiffers = "bank_account_differs",
        /// One file of the bank says the same of a payment twice.
        BankDuplicate = "bank_duplicate",
        /// The bank says something of a payment that has ended otherwise, or did not go out.
        BankSaysOtherwise = "bank_says_otherwise",
        /// A payee says that the money has not come, or another amount than the bank paid.
        ReceiptDenied = "receipt_denied",
        /// The numbers of a payee, or of their guardian, are those of somebody who works with Umeed.
        PayeeStaff = "payee_staff",
        /// A payee, or their guardian, is a relation of somebody who had a part in the claim, or who approves or pays in its
        /// district.
        PayeeRelation = "payee_relation",
    }
}

impl FindingKind {
    /// What a row of a bank's answer is found as; nothing if it only cannot be placed.
    pub const fn of_bank(why: Misfit) -> Option<Self> {
        match why {
            Misfit::AmountTooMuch | Misfit::AmountTooLittle | Misfit::Currency => Some(Self::BankAmountDiffers),
            Misfit::Account => Some(Self::BankAccountDiffers),
            Misfit::ToldTwice => Some(Self::BankDuplicate),
            Misfit::EndedOtherwise | Misfit::ReturnedAfterPaid | Misfit::NotReleased => Some(Self::BankSaysOtherwise),
            Misfit::OtherBatch | Misfit::AmountMissing => None,
        }
    }

    /// Whether no money is approved or sent before the auditor has settled it: what it tells of is hardly ever right, or is
    /// right only of an heir of two.
    pub const fn stops(self) -> bool {
        matches!(
            self,
            Self::SameAccount
                | Self::SameCnic
                | Self::SameVictim
                | Self::PayeeDead
                | Self::AmountOffTariff
                | Self::DocumentReused
                | Self::ExcludedByAid
                | Self::PayeeStaff
                | Self::PayeeRelation
        )
    }
}

words! {
    /// How it was found.
    pub enum FoundHow {
        /// When the claim was verified, or an account was changed after that.
        Verification = "verification",
        /// When somebody approved the claim, or asked for a batch that pays it to be approved.
        Approval = "approval",
        Night = "night",
        /// In what a bank answered.
        Bank = "bank",
        /// In what a payee said when somebody called.
        Call = "call",
    }
}

words! {
    /// Where a finding stands.
    pub enum FindingState {
        Open = "open",
        Answered = "answered",
        /// There was nothing wrong, or it was put right.
        Settled = "settled",
        /// It stands: what it is about is not paid.
        Upheld = "upheld",
    }
}
