//! What the database holds of some claims and of whatever shares something with them. It is Umeed itself that looks, over the
//! whole country: who steals does not mind districts.
use std::collections::{BTreeMap, BTreeSet};

use super::super::search::{Carded, Looked, Marked, Paper, Sight};
use super::super::staff::Declared;
use super::aid::aid;
use crate::access::policy::{Role, Scope};
use crate::access::{Kin, UserId};
use crate::claims::words::MarkWord;
use crate::claims::{AccountId, AwardId, ClaimId, PayeeId, StateWord};
use crate::crypto::MarkKind;
use crate::db::prelude::*;
use crate::documents::DocumentId;
use crate::error::Result;
use crate::incidents::IncidentId;
use crate::kernel::money::Paisa;
use crate::kernel::places::{Area, Pcode};
use crate::victims::VictimId;
use crate::victims::model::Harm;

/// Claims that ask for money no more.
const OVER: [StateWord; 2] = [StateWord::Rejected, StateWord::Withdrawn];
/// Rows that one statement gives.
const PAGE: i64 = 10_000;
/// The most pages of rows that belong to a hundred claims, or share something with a thousand marks. Where there are more, the
/// log says that a search left some out.
const PAGES: i64 = 10;
/// Marks in one statement: SQLite takes 32,766 parameters.
const MARKS: usize = 1000;

type LookedRow = (ClaimId, VictimId, IncidentId, Pcode, Time, i64, Option<(AwardId, i64)>);
type DeclaredRow = (UserId, Kin, Vec<u8>, Option<Time>, Role, Area, Option<Time>);
type AccountRow = (ClaimId, PayeeId, AccountId, Time);
type MarkRow = (ClaimId, VictimId, PayeeId, MarkWord, Vec<u8>, AccountId);
type CardRow = (ClaimId, VictimId, Vec<u8>);
type PaperRow = (ClaimId, VictimId, DocumentId, String);
type OtherRow = (ClaimId, VictimId, IncidentId, Option<ClaimId>, StateWord);

/// All rows of a query in an order that no two rows share, page by page.
macro_rules! all {
    ($tx:ident, $row:ty, $query:expr) => {{
        let mut all = Vec::new();
        for page in 1..=PAGES {
            let rows: Vec<$row> = $query.limit(PAGE).offset((page - 1) * PAGE).load($tx).await?;
            let is_full = i64::try_from(rows.len()) == Ok(PAGE);
            all.extend(rows);
            if !is_full {
                break;
            }
            if page == PAGES {
                tracing::warn!("a search for findings left rows out");
            }
        }
        all
    }};
}

/// Verified and approved claims after `after`, for whoever goes through all of them.
#[apply(both_databases)]
pub async fn claims_after(tx: &mut Tx, scope: &Scope, after: Option<ClaimId>, most: i64) -> Result<Vec<ClaimId>> {
    let asked = claims::state.eq_any([StateWord::Verified, StateWord::Approved]);
    let all = claims::table.filter(asked).select(claims::id).into_boxed::<Db>();
    let all = within!(all, claims::district, scope.area()).when(after, |list, after| list.filter(claims::id.gt(after)));
    Ok(all.order(claims::id).limit(most).load(tx).await?)
}

/// Everything that these claims are judged by; at most a hundred of them.
pub async fn sight(tx: &mut Tx, ids: &[ClaimId], next_tier: Option<Paisa>) -> Result<Sight> {
    let looked = looked(tx, ids).await?;
    let victims: Vec<_> = looked.iter().map(|row| row.1).collect();
    let others = of_victims(tx, &victims).await?;
    let mut moved = moved(accounts(tx, ids).await?);
    let marks = marks_of(tx, ids).await?;
    let bytes: BTreeSet<Vec<u8>> = marks.iter().map(|one| one.mark.clone()).collect();
    let bytes: Vec<_> = bytes.into_iter().collect();
    let papers = papers_of(tx, ids).await?;
    let digests: Vec<_> = papers.iter().map(|paper| paper.sha256.clone()).collect();
    let look = |(claim, victim, incident, district, prepared_at, line, award): LookedRow| Looked {
        claim,
        victim,
        district,
        prepared_at,
        line: Paisa::new(line),
        award: Option::map(award, |(id, amount)| (id, Paisa::new(amount))),
        next_tier,
        moved: moved.remove(&claim).unwrap_or_default(),
        beside: beside(&others, (claim, victim, incident)),
    };
    let looked: Vec<_> = looked.into_iter().map(look).collect();
    Ok(Sight {
        aid: aid(tx, &looked).await?,
        looked,
        elsewhere: marks_elsewhere(tx, &bytes).await?,
        cards: cards(tx, &victims).await?,
        declared: declared(tx, &bytes).await?,
        parts: parts(tx, ids).await?.into_iter().collect(),
        dead: dead(tx, &bytes).await?.into_iter().collect(),
        papers_elsewhere: papers_elsewhere(tx, &digests).await?,
        marks,
        papers,
    })
}

#[apply(both_databases)]
async fn looked(tx: &mut Tx, ids: &[ClaimId]) -> Result<Vec<LookedRow>> {
    let line = tariff_lines::table.on(tariff_lines::id.eq(claims::line_id));
    let award = awards::table.on(awards::claim_id.eq(claims::id));
    let award_made = (awards::id, awards::amount_paisa).nullable();
    let these = claims::table.filter(claims::id.eq_any(ids.to_vec())).inner_join(line).left_join(award);
    let claim = (claims::id, claims::victim_id, claims::incident_id, claims::district, claims::prepared_at);
    let columns = (claim.0, claim.1, claim.2, claim.3, claim.4, tariff_lines::amount_paisa, award_made);
    Ok(these.select(columns).load(tx).await?)
}

#[apply(both_databases)]
async fn of_victims(tx: &mut Tx, victims: &[VictimId]) -> Result<Vec<OtherRow>> {
    let theirs = || claims::table.filter(claims::victim_id.eq_any(victims.to_vec())).order(claims::id);
    let columns = (claims::id, claims::victim_id, claims::incident_id, claims::replaces, claims::state);
    Ok(all!(tx, OtherRow, theirs().select(columns)))
}

/// Of each payee the accounts, oldest first.
#[apply(both_databases)]
async fn accounts(tx: &mut Tx, ids: &[ClaimId]) -> Result<Vec<AccountRow>> {
    let account = (claim_accounts::payee_id, claim_accounts::id, claim_accounts::recorded_at);
    let columns = (claim_payees::claim_id, account.0, account.1, account.2);
    let theirs = || {
        let on_payee = claim_payees::table.on(claim_payees::id.eq(claim_accounts::payee_id));
        let own = claim_payees::claim_id.eq_any(ids.to_vec()).and(claim_payees::removed_at.is_null());
        claim_accounts::table.inner_join(on_payee).filter(own).order(claim_accounts::id)
    };
    Ok(all!(tx, AccountRow, theirs().select(columns)))
}

/// Marks of payees who were not removed, with their claims.
macro_rules! marked {
    () => {{
        let payee = claim_payees::table.on(claim_payees::id.eq(claim_payee_marks::payee_id));
        let claim = claims::table.on(claims::id.eq(claim_payees::claim_id));
        let all = claim_payee_marks::table.inner_join(payee).inner_join(claim);
        all.filter(claim_payees::removed_at.is_null())
    }};
}

/// The columns of a mark, in the order of its key.
macro_rules! of_mark {
    ($marked:expr) => {{
        let (payee, account) = (claim_payee_marks::payee_id, claim_payee_marks::account_id);
        let (kind, mark) = (claim_payee_marks::kind, claim_payee_marks::mark);
        let columns = (claims::id, claims::victim_id, payee, kind, mark, account);
        $marked.select(columns).order((payee, account, kind, mark))
    }};
}

#[apply(both_databases)]
async fn marks_of(tx: &mut Tx, ids: &[ClaimId]) -> Result<Vec<Marked>> {
    let rows = all!(tx, MarkRow, of_mark!(marked!().filter(claims::id.eq_any(ids.to_vec()))));
    Ok(rows.into_iter().map(mark).collect())
}

/// All marks of payees who share one of these, on claims that ask for money.
#[apply(both_databases)]
async fn marks_elsewhere(tx: &mut Tx, marks: &[Vec<u8>]) -> Result<Vec<Marked>> {
    let mut found = Vec::new();
    for marks in marks.chunks(MARKS) {
        let theirs = || {
            let these = claim_payee_marks::mark.eq_any(marks.to_vec()).and(claims::state.ne_all(OVER));
            let sharing = marked!().filter(these).select(claim_payee_marks::payee_id).into_boxed::<Db>();
            of_mark!(marked!().filter(claim_payee_marks::payee_id.eq_any(sharing)))
        };
        let rows = all!(tx, MarkRow, theirs());
        found.extend(rows.into_iter().map(mark));
    }
    Ok(found)
}

/// Claims that ask for money, of victims who have a card of one of these. Asked for in one statement, the cards would be looked
/// for among all that there are.
#[apply(both_databases)]
async fn cards(tx: &mut Tx, victims: &[VictimId]) -> Result<Vec<Carded>> {
    let is_card = || identity_marks::kind.eq(MarkKind::Cnic);
    let own = identity_marks::table.filter(is_card().and(identity_marks::victim_id.eq_any(victims.to_vec())));
    let own: Vec<Vec<u8>> = own.select(identity_marks::mark).distinct().load(tx).await?;
    let mut found = Vec::new();
    for own in own.chunks(MARKS) {
        let theirs = || {
            let claim = claims::table.on(claims::victim_id.eq(identity_marks::victim_id));
            let these = is_card().and(identity_marks::mark.eq_any(own.to_vec()));
            let all = identity_marks::table.inner_join(claim).filter(these);
            all.filter(claims::state.ne_all(OVER)).order((claims::id, identity_marks::mark))
        };
        found.extend(all!(tx, CardRow, theirs().select((claims::id, claims::victim_id, identity_marks::mark))));
    }
    Ok(found.into_iter().map(|(claim, victim, mark)| Carded { claim, victim, mark }).collect())
}

/// Those of these marks that are on the card of a victim who died.
#[apply(both_databases)]
async fn dead(tx: &mut Tx, marks: &[Vec<u8>]) -> Result<Vec<Vec<u8>>> {
    let mut found = Vec::new();
    for marks in marks.chunks(MARKS) {
        let theirs = || {
            let dead = harms::table.filter(harms::harm.eq(Harm::Dead)).select(harms::victim_id);
            let these = identity_marks::kind.eq(MarkKind::Cnic).and(identity_marks::mark.eq_any(marks.to_vec()));
            let theirs = identity_marks::table.filter(identity_marks::victim_id.eq_any(dead)).filter(these);
            theirs.order((identity_marks::mark, identity_marks::victim_id))
        };
        found.extend(all!(tx, Vec<u8>, theirs().select(identity_marks::mark)));
    }
    Ok(found)
}

/// Those of these marks that somebody has declared, whether or not they may sign in still.
#[apply(both_databases)]
async fn declared(tx: &mut Tx, marks: &[Vec<u8>]) -> Result<Vec<Declared>> {
    let columns = (
        users::id,
        declarations::relation,
        declaration_marks::mark,
        declarations::withdrawn_at,
        users::role,
        users::area,
        users::disabled_at,
    );
    let declared = |(user, kin, mark, withdrawn_at, role, area, disabled_at): DeclaredRow| {
        let decides = matches!(role, Role::Approver | Role::Payer | Role::Auditor) && disabled_at.is_none();
        Declared { user, kin, mark, withdrawn_at, decides_in: decides.then_some(area) }
    };
    let mut found = Vec::new();
    for marks in marks.chunks(MARKS) {
        let these = || {
            let declaration = declarations::table.on(declarations::id.eq(declaration_marks::declaration_id));
            let user = users::table.on(users::id.eq(declarations::user_id));
            let these = declaration_marks::table.inner_join(declaration).inner_join(user);
            let these = these.filter(declaration_marks::mark.eq_any(marks.to_vec()));
            these.order((declaration_marks::declaration_id, declaration_marks::mark))
        };
        let rows = all!(tx, DeclaredRow, these().select(columns));
        found.extend(rows.into_iter().map(declared));
    }
    Ok(found)
}

#[apply(both_databases)]
async fn parts(tx: &mut Tx, ids: &[ClaimId]) -> Result<Vec<(ClaimId, UserId)>> {
    let theirs = || claim_parts::table.filter(claim_parts::claim_id.eq_any(ids.to_vec()));
    let columns = (claim_parts::claim_id, claim_parts::user_id);
    Ok(all!(tx, (ClaimId, UserId), theirs().select(columns).order(columns)))
}

/// Documents among the papers of claims.
macro_rules! papers {
    () => {{
        let claim = claims::table.on(claims::id.eq(claim_evidence::claim_id));
        let all = claim_evidence::table.inner_join(claim).filter(claim_evidence::document_id.is_not_null());
        let paper = (claim_evidence::document_id.assume_not_null(), claim_evidence::sha256.assume_not_null());
        all.select((claims::id, claims::victim_id, paper.0, paper.1)).order(claim_evidence::id)
    }};
}

#[apply(both_databases)]
async fn papers_of(tx: &mut Tx, ids: &[ClaimId]) -> Result<Vec<Paper>> {
    let rows = all!(tx, PaperRow, papers!().filter(claims::id.eq_any(ids.to_vec())));
    Ok(rows.into_iter().map(paper).collect())
}

#[apply(both_databases)]
async fn papers_elsewhere(tx: &mut Tx, digests: &[String]) -> Result<Vec<Paper>> {
    let mut found = Vec::new();
    for digests in digests.chunks(MARKS) {
        let same = || papers!().filter(claim_evidence::sha256.eq_any(digests.to_vec()).and(claims::state.ne_all(OVER)));
        let rows = all!(tx, PaperRow, same());
        found.extend(rows.into_iter().map(paper));
    }
    Ok(found)
}

fn mark((claim, victim, payee, kind, mark, account): MarkRow) -> Marked {
    Marked { claim, victim, payee, kind, mark, account }
}

fn paper((claim, victim, document, sha256): PaperRow) -> Paper {
    Paper { claim, victim, document, sha256 }
}

/// The accounts of each claim that took the place of others, and when.
fn moved(accounts: Vec<AccountRow>) -> BTreeMap<ClaimId, Vec<(AccountId, Time)>> {
    let (mut seen, mut moved) = (BTreeSet::new(), BTreeMap::<_, Vec<_>>::new());
    for (claim, payee, account, at) in accounts {
        if !seen.insert(payee) {
            moved.entry(claim).or_default().push((account, at));
        }
    }
    moved
}

/// Claims of the same victim for the same attack that ask for money, but for those that took each other's place.
fn beside(others: &[OtherRow], (claim, victim, incident): (ClaimId, VictimId, IncidentId)) -> Vec<ClaimId> {
    let parents: BTreeMap<ClaimId, Option<ClaimId>> = others.iter().map(|row| (row.0, row.3)).collect();
    let first = |mut id: ClaimId| {
        // No claim took its own place, so this ends within as many steps as there are claims.
        for _ in 0..parents.len() {
            let Some(before) = parents.get(&id).copied().flatten() else { break };
            id = before;
        }
        id
    };
    let asks = others.iter().filter(|row| (row.1, row.2) == (victim, incident) && !OVER.contains(&row.4));
    asks.map(|row| row.0).filter(|id| *id != claim && first(*id) != first(claim)).collect()
}
