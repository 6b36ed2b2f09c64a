//! Use cases of appeals. Whoever lodges one holds the claim, so that one is open at a time.
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::{Appeal, AppealId, AppealMove, Lodging};
use super::store::{self, Filter};
use super::terms::AppealTerms;
use super::words::{AppealFinding, AppealGround, AppealOutcome, AppealWord};
use crate::access::policy::{self, Action, Actor, Permit, Scope};
use crate::cases;
use crate::claims::{self, Claim, ClaimId, ClaimView, NewClaim};
use crate::crypto::{Keyring, PersonKey};
use crate::error::{Code, Error, Result};
use crate::kernel::page::{Page, Paged};
use crate::kernel::text::{Line, Prose};
use crate::kernel::time::Time;
use crate::work::{Done, Key, Tx, Work, Written};

/// What a victim says against a decision, taken down by an officer.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAppeal {
    pub ground: AppealGround,
    #[serde(default)]
    pub statement: Option<Prose<2000>>,
}

/// What became of an appeal.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    pub outcome: AppealOutcome,
    pub finding: AppealFinding,
    /// Number and date of the order, where a court or an ombudsman decided; needed there, and refused elsewhere.
    #[serde(default)]
    pub order: Option<Line<200>>,
}

impl Decision {
    fn check(&self) -> Result<()> {
        let contradiction =
            || Error::invalid("/finding", "contradiction", "an appeal that was found so does not end so");
        if self.finding.fits(self.outcome) { Ok(()) } else { Err(contradiction()) }
    }
}

/// An appeal with what is sealed of it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct AppealView {
    #[serde(flatten)]
    pub appeal: Appeal,
    /// Left out, as `order` is, where whoever asks may not know who the person is.
    pub statement: Option<String>,
    pub order: Option<String>,
}

/// Who acts, with which keys, and when.
struct Clerk {
    actor: Actor,
    keys: Arc<Keyring>,
    at: Time,
}

impl Clerk {
    fn new(work: &Work, actor: &Actor) -> Self {
        Self { actor: actor.clone(), keys: work.keys(), at: work.now() }
    }

    fn scope(&self) -> Scope {
        policy::scope(&self.actor, Action::ReadClaim)
    }

    async fn key(&self, tx: &mut Tx, appeal: &Appeal) -> Result<PersonKey> {
        claims::key_of(tx, &self.keys, &self.actor, appeal.victim_id).await
    }

    /// An appeal whose claim is held, at the version that was read.
    async fn hold(&self, tx: &mut Tx, action: Action, (id, version): (AppealId, i64)) -> Result<(Appeal, Permit)> {
        let found = get(tx, &self.scope(), id).await?;
        let permit = policy::permit(&self.actor, action, &found.subject())?;
        claims::hold(tx, &self.actor, action, (found.claim_id, None)).await?;
        let appeal = get(tx, &self.scope(), id).await?;
        Error::stale_unless(appeal.version == version)?;
        Ok((appeal, permit))
    }

    async fn told(&self, tx: &mut Tx, appeal: Appeal) -> Result<AppealView> {
        let key = self.key(tx, &appeal).await?;
        let (statement, order) = store::texts(tx, &key, appeal.id).await?;
        Ok(AppealView { appeal, statement, order })
    }
}

async fn get(tx: &mut Tx, scope: &Scope, id: AppealId) -> Result<Appeal> {
    store::find(tx, scope, id).await?.ok_or(Error::NOT_FOUND)
}

/// Which step an appeal would be: after those that were decided against the victim.
fn next_step(appeals: &[Appeal], terms: &AppealTerms) -> Result<(i32, String)> {
    if let Some(open) = appeals.iter().find(|one| one.is_open() || one.state.word() == AppealWord::Upheld) {
        return Err(Error::conflict_with(Code::AppealOpen, open.id));
    }
    let gone = appeals.iter().filter(|one| one.state.decided().is_some()).count();
    let rung = terms.rung(gone + 1).ok_or(Error::Client(Code::AppealsExhausted))?;
    Ok((i32::try_from(gone + 1).map_err(|_| Error::Corrupt("appeals"))?, rung.code.clone()))
}

/// Lodges an appeal against what was decided on a claim.
pub async fn lodge(
    work: &Work,
    (actor, terms): (&Actor, &Arc<AppealTerms>),
    key: Option<Key>,
    claim: ClaimId,
    new: NewAppeal,
) -> Result<Written<AppealView>> {
    let (me, id, terms) = (Clerk::new(work, actor), AppealId::new(), terms.clone());
    work.write(actor, key, async move |tx: &mut Tx| {
        // Whoever closes a case holds it, and finds the appeal or is waited for.
        let case = claims::find(tx, &me.scope(), claim).await?.case_id;
        let (case, _) = cases::hold(tx, &me.actor, Action::LodgeAppeal, (case, me.at)).await?;
        case.expect_not_closed()?;
        let (claim, permit) = claims::hold(tx, &me.actor, Action::LodgeAppeal, (claim, None)).await?;
        let before = store::of_claim(tx, claim.id).await?;
        let (step, rung) = next_step(&before, &terms)?;
        let decided_at = before.iter().filter_map(|one| Some(one.state.decided()?.ended_at)).max();
        let due_on = claims::appeal_until(tx, &claim, decided_at).await?;
        let lodging = Lodging { step, rung, ground: new.ground, due_on };
        let (appeal, lodged) = Appeal::lodge(id, &claim, lodging, (me.actor.user, me.at));
        let key = me.key(tx, &appeal).await?;
        if key.is_blind() {
            return Err(Code::PersonProtected.into());
        }
        store::insert(tx, &permit, &key, &appeal, new.statement.as_ref().map(Prose::as_str)).await?;
        Ok(Done::new(me.told(tx, appeal).await?, lodged))
    })
    .await
}

/// One appeal with what the victim says, so that reading it leaves a record.
pub async fn view(work: &Work, actor: &Actor, id: AppealId) -> Result<AppealView> {
    let me = Clerk::new(work, actor);
    work.view_whole(actor, async move |tx: &mut Tx| {
        let appeal = get(tx, &me.scope(), id).await?;
        let viewed = appeal.event("appeal.viewed").masked(me.key(tx, &appeal).await?.is_blind());
        Ok(Done::new(me.told(tx, appeal).await?, viewed))
    })
    .await
}

/// The appeals of one's own area, newest first. They name nobody, so this leaves no record.
pub async fn list(work: &Work, actor: &Actor, filter: Filter, page: Page) -> Result<Paged<Appeal>> {
    let scope = policy::scope(actor, Action::ReadClaim);
    work.read(async move |tx: &mut Tx| {
        let rows = store::list(tx, &scope, &filter, &page).await?;
        Ok(Paged::cut(rows, &page, |appeal| appeal.id.uuid()))
    })
    .await
}

/// Begins to review it, or withdraws it.
pub async fn make(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    at: (AppealId, i64),
    (action, step): (Action, AppealMove),
) -> Result<Written<AppealView>> {
    let me = Clerk::new(work, actor);
    work.write(actor, key, async move |tx: &mut Tx| {
        let (appeal, permit) = me.hold(tx, action, at).await?;
        let (appeal, moved) = moved(tx, &me, &permit, appeal, step).await?;
        Ok(Done::new(me.told(tx, appeal).await?, moved))
    })
    .await
}

async fn moved(
    tx: &mut Tx,
    me: &Clerk,
    permit: &Permit,
    appeal: Appeal,
    step: AppealMove,
) -> Result<(Appeal, crate::work::Event)> {
    let version = appeal.version;
    let (appeal, event) = appeal.make(step, me.actor.user, me.at)?;
    if step != AppealMove::Withdraw {
        claims::expect_no_part(tx, &me.scope(), appeal.claim_id, me.actor.user).await?;
    }
    store::update(tx, permit, &appeal, version).await?;
    Ok((appeal, event))
}

/// Decides it, or takes down how a court or an ombudsman did.
pub async fn decide(
    work: &Work,
    (actor, terms): (&Actor, &Arc<AppealTerms>),
    key: Option<Key>,
    at: (AppealId, i64),
    decision: Decision,
) -> Result<Written<AppealView>> {
    decision.check()?;
    let (me, terms) = (Clerk::new(work, actor), terms.clone());
    work.write(actor, key, async move |tx: &mut Tx| {
        let (appeal, permit) = me.hold(tx, Action::DecideAppeal, at).await?;
        let is_outside = terms.rungs.iter().any(|rung| rung.code == appeal.rung && rung.is_outside);
        if is_outside != decision.order.is_some() {
            return Err(Error::invalid(
                "/order",
                "one_of",
                "an order is given where it was decided elsewhere, and only there",
            ));
        }
        let step = AppealMove::Decide(decision.outcome, decision.finding);
        let (appeal, decided) = moved(tx, &me, &permit, appeal, step).await?;
        if let Some(order) = &decision.order {
            let key = me.key(tx, &appeal).await?;
            if key.is_blind() {
                return Err(Code::PersonProtected.into());
            }
            store::keep_order(tx, &permit, &key, appeal.id, order.as_str()).await?;
        }
        Ok(Done::new(me.told(tx, appeal).await?, decided))
    })
    .await
}

/// Claims again after an appeal was upheld: with the papers and payees of the claim whose place it takes.
pub async fn claim_again(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    id: AppealId,
    new: NewClaim,
) -> Result<Written<ClaimView>> {
    let again = claims::Again::new(work, actor);
    let scope = policy::scope(actor, Action::ReadClaim);
    work.write(actor, key, async move |tx: &mut Tx| {
        let appeal = get(tx, &scope, id).await?;
        appeal.expect_upheld()?;
        let former: Claim = claims::find(tx, &scope, appeal.claim_id).await?;
        let judges: Vec<_> = store::of_claim(tx, former.id).await?.iter().flat_map(Appeal::judges).collect();
        let (view, prepared) = again.prepare(tx, &former, &new, &judges).await?;
        Ok(Done::new(view, prepared.with("appeal", appeal.id.to_string())))
    })
    .await
}
