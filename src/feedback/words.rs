//! The words of feedback. Who it is about is not among them: that is told by ids, and to few.
use crate::kernel::words::words;

words! {
    pub enum FeedbackKind {
        Complaint = "complaint",
        Suggestion = "suggestion",
    }
}

words! {
    /// What it is about.
    pub enum Category {
        StaffConduct = "staff_conduct",
        /// Harassment, exploitation or violence by somebody who should have helped.
        Abuse = "abuse",
        /// Somebody asked for money or a favour.
        MoneyAsked = "money_asked",
        Delay = "delay",
        Refusal = "refusal",
        Quality = "quality",
        Privacy = "privacy",
        Access = "access",
        Other = "other",
    }
}

impl Category {
    /// What somebody did who works here, or elsewhere for victims.
    pub const OF_STAFF: [Self; 3] = [Self::StaffConduct, Self::Abuse, Self::MoneyAsked];
}

words! {
    /// How it came.
    pub enum Channel {
        Web = "web",
        InPerson = "in_person",
        Phone = "phone",
        Letter = "letter",
        /// A box in an office.
        Box = "box",
    }
}

words! {
    pub enum FeedbackState {
        Received = "received",
        Answered = "answered",
        Appealed = "appealed",
        Decided = "decided",
    }
}
