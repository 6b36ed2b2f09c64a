//! The use case of case files.
use super::model::CaseFile;
use crate::access::policy::{self, Action, Actor};
use crate::cases::{self, CaseId};
use crate::error::Result;
use crate::kernel::page::Page;
use crate::needs;
use crate::referrals;
use crate::victims;
use crate::work::{Done, Tx, Work};

/// The file names the victim, so opening it leaves a record.
pub async fn open(work: &Work, actor: &Actor, id: CaseId) -> Result<CaseFile> {
    let scope = |action| policy::scope(actor, action);
    let (cases_seen, victims_seen) = (scope(Action::ReadCase), scope(Action::ReadVictim));
    let (referrals_seen, keys, now) = (scope(Action::ReadReferral), work.keys(), work.now());
    let page = Page { limit: Page::MAX_LIMIT, after: None };
    work.view_whole(actor, async move |tx: &mut Tx| {
        let case = cases::get(tx, &cases_seen, id).await?;
        let victim = victims::get(tx, &keys, &victims_seen, case.victim_id).await?;
        let contact = victims::safe_contact(tx, &keys, &victims_seen, case.victim_id).await?;
        let needs = needs::of_case(tx, &keys, (&cases_seen, &case), &page).await?.items;
        let referrals = referrals::of_case(tx, (&referrals_seen, id), &page, now).await?.items;
        let opened = case.event("case.file_viewed").with("victim", victim.id.to_string()).masked(victim.is_masked);
        Ok(Done::new(CaseFile { case, victim, contact, needs, referrals }, opened))
    })
    .await
}
