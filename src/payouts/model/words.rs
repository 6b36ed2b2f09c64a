//! The words of payments and batches, as they travel and are kept.
use crate::kernel::words::words;

words! {
    /// Where a payment stands.
    pub enum PaymentWord {
        Planned = "planned",
        Batched = "batched",
        Released = "released",
        Paid = "paid",
        Returned = "returned",
        Failed = "failed",
        Reissued = "reissued",
        Cancelled = "cancelled",
    }
}

words! {
    /// Why a planned payment is given up.
    pub enum CancelReason {
        AwardReversed = "award_reversed",
        PayeeDied = "payee_died",
        PaidOtherwise = "paid_otherwise",
        PlannedInError = "planned_in_error",
        RiskUpheld = "risk_upheld",
    }
}

words! {
    /// Why what a bank said is taken back.
    pub enum UndoReason {
        BankCorrected = "bank_corrected",
        WrongFile = "wrong_file",
        WrongPayment = "wrong_payment",
    }
}

words! {
    /// How a payee said that the money is there.
    pub enum ConfirmedHow {
        InPerson = "in_person",
        ByTelephone = "by_telephone",
        SignedReceipt = "signed_receipt",
        /// A call to some of many, drawn at random.
        SampledCall = "sampled_call",
    }
}

words! {
    /// What came of a call to somebody who was paid.
    pub enum CallOutcome {
        /// The whole payment.
        ReachedAndReceived = "reached_and_received",
        ReachedNotReceived = "reached_not_received",
        ReachedLessReceived = "reached_less_received",
        NotReached = "not_reached",
        WrongNumber = "wrong_number",
        /// They do not want to say.
        Refused = "refused",
    }
}

impl CallOutcome {
    /// Whether the payee spoke with the caller.
    pub const fn is_reached(self) -> bool {
        !matches!(self, Self::NotReached | Self::WrongNumber)
    }
}

words! {
    /// What a call says of the bank's word.
    pub enum CallVerdict {
        Confirms = "confirms",
        Contradicts = "contradicts",
        /// It says nothing that counts, or the bank has not said its own.
        Open = "open",
    }
}

words! {
    /// Where a batch stands.
    pub enum BatchWord {
        Draft = "draft",
        Submitted = "submitted",
        Approved = "approved",
        Released = "released",
        Settled = "settled",
        PartlySettled = "partly_settled",
        Cancelled = "cancelled",
    }
}

words! {
    /// A form of the file that goes to the bank, or to whoever pays.
    pub enum FileFormat {
        /// ISO 20022 pain.001.001.09.
        Pain001 = "pain001",
        Csv = "csv",
        /// The cheque register, to be printed.
        Register = "register",
    }
}

words! {
    /// What became of one row of a bank's answer.
    pub enum VerdictWord {
        Paid = "paid",
        /// Less than was still outstanding.
        PartlyPaid = "partly_paid",
        Returned = "returned",
        Failed = "failed",
        /// The bank has not decided: nothing changes.
        Pending = "pending",
        /// No payment has this reference.
        Unknown = "unknown",
        /// It is on file already, or stood in the file before.
        Duplicate = "duplicate",
        /// It does not fit the payment: see `why`.
        Mismatch = "mismatch",
        /// The row cannot be read: see `why`.
        Unreadable = "unreadable",
    }
}

words! {
    /// What does not fit.
    pub enum Misfit {
        OtherBatch = "other_batch",
        NotReleased = "not_released",
        Currency = "currency",
        Account = "account",
        AmountMissing = "amount_missing",
        /// More than was sent, or than is outstanding.
        AmountTooMuch = "amount_too_much",
        /// Money came back in part: a person has to look.
        AmountTooLittle = "amount_too_little",
        /// The payment has ended otherwise; that result has to be undone first.
        EndedOtherwise = "ended_otherwise",
        /// The bank has said that it paid, and now that the money came back: a second person has to undo the first.
        ReturnedAfterPaid = "returned_after_paid",
        /// One file says it twice.
        ToldTwice = "told_twice",
    }
}

words! {
    /// What a row that has an effect was taken as.
    pub enum Effect {
        Paid = "paid",
        PartlyPaid = "partly_paid",
        Returned = "returned",
        Failed = "failed",
    }
}
