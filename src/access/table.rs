//! The table of permissions, told: for the snapshot test and the documentation. It decides nothing.
use super::policy::{Action, Relation, Role, Who, relation};

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
