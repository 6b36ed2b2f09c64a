//! Use cases of reports. What is asked for a period is answered from rows of that very period; months are not added up
//! to a year.
use super::casualties;
use super::model::{CasualtyReport, Period, Question};
use super::store;
use crate::access::policy::{self, Action, Actor};
use crate::error::Result;
use crate::work::{Tx, Work};

/// Casualty figures of a period against the period before, a block a source.
pub async fn casualties(work: &Work, actor: &Actor, question: Question) -> Result<CasualtyReport> {
    let period = Period::new(question.from, question.to)?;
    let scope = policy::scope(actor, Action::ReadFigures);
    let rows = work.read(async move |tx: &mut Tx| store::printed(tx, &scope, period, question.source.as_ref()).await);
    Ok(casualties::report(period, rows.await?))
}
