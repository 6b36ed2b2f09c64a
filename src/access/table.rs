//! The table of permissions, told: for the snapshot test and the documentation; and which actions read. It decides nothing
//! itself.
use super::policy::{Action, Relation, Role, Who, relation};

impl Action {
    /// Whether it makes a `Scope`, and never a `Permit`.
    pub(super) const fn is_read(self) -> bool {
        matches!(
            self,
            Self::ReadDirectory
                | Self::ReadIncident
                | Self::ReadFigures
                | Self::ReadVictim
                | Self::ReadCase
                | Self::ReadReferral
                | Self::ReadScreening
                | Self::ReadPlan
                | Self::ReadTransfer
                | Self::ReadOverride
                | Self::ReadVictimBatch
                | Self::ReadTask
                | Self::ReadFeedback
                | Self::ReadReports
                | Self::ReadTariff
                | Self::ReadDocument
                | Self::ReadRepeated
                | Self::ReadClaim
                | Self::ReadFund
                | Self::ReadLedger
                | Self::ReadPayment
                | Self::ReadFinding
                | Self::ReadExport
                | Self::ReadSample
        )
    }
}

/// One row of the table, for the snapshot test and the documentation: a role and the actions it may do, with the tie.
pub fn table() -> Vec<(Action, Vec<(&'static str, &'static str)>)> {
    let tie = |action, who| match relation(action, who) {
        Relation::Never => "-",
        Relation::Anywhere => "anywhere",
        Relation::Area => "area",
        Relation::Organisation => "organisation",
    };
    let row = |action: &Action| {
        let staff = Role::ALL.iter().map(|role| (role.word(), tie(*action, Who::Staff(*role))));
        (*action, staff.chain([("system", tie(*action, Who::System)), ("nobody", tie(*action, Who::Nobody))]).collect())
    };
    Action::ALL.iter().map(row).collect()
}
