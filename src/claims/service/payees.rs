//! Who is paid: added, removed, and moved to another account. A changed account waits before money goes there.
use std::sync::Arc;

use super::again::ancestors;
use super::{get, hold, key_of};
use crate::access::UserId;
use crate::access::policy::{self, Action, Actor, Permit, Scope};
use crate::claims::carry::usable_from;
use crate::claims::model::{Claim, ClaimId};
use crate::claims::payee::{Account, AccountId, KeptAccount, MOST_PAYEES, NewPayee, Payee, PayeeId, PayeeView, Person};
use crate::claims::state::{ClaimMove, ClaimState, MOVES};
use crate::claims::store::{self, Marks};
use crate::claims::terms::ClaimTerms;
use crate::claims::words::{MarkWord, Part};
use crate::crypto::{Keyring, PersonKey};
use crate::db::Isolation;
use crate::error::{Code, Error, Result};
use crate::kernel::moves::refuse;
use crate::kernel::time::Time;
use crate::work::{Done, Event, Key, Tx, Work, Written};

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

    /// When an account that takes the place of another may be used.
    fn after_wait(&self, terms: &ClaimTerms) -> Result<Time> {
        Ok(self.at.plus_hours(i64::from(terms.on(self.at.local_date())?.account_wait_hours)))
    }

    const fn by(&self) -> (UserId, Time) {
        (self.actor.user, self.at)
    }

    /// A draft or a returned claim whose payees change.
    async fn change(&self, tx: &mut Tx, at: (ClaimId, Option<i64>)) -> Result<(Claim, Permit)> {
        let (claim, permit) = hold(tx, &self.actor, Action::PrepareClaim, at).await?;
        let version = claim.version;
        let (claim, _) = claim.make(ClaimMove::Change, self.actor.user, self.at)?;
        store::take_part(tx, claim.id, (self.actor.user, Part::Prepare), self.at).await?;
        store::update(tx, &permit, &claim, version).await?;
        Ok((claim, permit))
    }
}

/// Blind indexes of a payee and of how they are paid.
pub(super) fn marks(keys: &Keyring, person: Option<&Person>, account: &Account) -> Marks {
    let cnic = person.and_then(|person| person.cnic.as_ref()).map(|cnic| keys.mark_of_cnic(cnic).bytes);
    let guardian = person.and_then(|person| person.guardian.as_ref());
    let guardian = guardian.map(|guardian| keys.mark_of_cnic(&guardian.cnic).bytes);
    let mobile = person.and_then(|person| person.mobile.as_ref()).map(|mobile| keys.mark_of_mobile(mobile).bytes);
    let wallet = account.wallet_mobile.as_ref().map(|mobile| keys.mark_of_mobile(mobile).bytes);
    let iban = account.iban.as_ref().map(|iban| keys.mark_of_account(iban));
    let all = [
        (MarkWord::Cnic, cnic),
        (MarkWord::GuardianCnic, guardian),
        (MarkWord::Mobile, mobile),
        (MarkWord::Mobile, wallet),
        (MarkWord::Account, iban),
    ];
    all.into_iter().filter_map(|(kind, mark)| Some((kind, mark?))).collect()
}

fn event(claim: &Claim, action: &'static str, payee: &Payee) -> Event {
    claim
        .event(action)
        .with("payee", payee.id.to_string())
        .with("method", payee.account.method.word())
        .with("usable_from", payee.account.usable_from.to_string())
}

/// The payees of a claim, in their order. Whoever is shown them leaves a record.
pub async fn list(work: &Work, actor: &Actor, claim: ClaimId) -> Result<Vec<PayeeView>> {
    let me = Clerk::new(work, actor);
    work.view_whole(actor, async move |tx: &mut Tx| {
        let claim = get(tx, &policy::scope(&me.actor, Action::ReadClaim), claim).await?;
        let key = key_of(tx, &me.keys, &me.actor, claim.victim_id).await?;
        let payees = opened(store::payees(tx, claim.id).await?, &key)?;
        Ok(Done::new(payees, claim.event("claim.payees_viewed").masked(key.is_blind())))
    })
    .await
}

pub(super) fn opened(payees: Vec<Payee>, key: &PersonKey) -> Result<Vec<PayeeView>> {
    payees.into_iter().map(|payee| payee.open(key)).collect()
}

/// Adds somebody who is to be paid to a draft or a returned claim. Where somebody else was paid, or in another way, the account
/// waits as a changed one.
pub async fn add(
    work: &Work,
    (actor, terms): (&Actor, &ClaimTerms),
    key: Option<Key>,
    claim: ClaimId,
    new: NewPayee,
) -> Result<Written<PayeeView>> {
    new.check()?;
    let (me, ids) = (Clerk::new(work, actor), (PayeeId::new(), AccountId::new()));
    let waited = me.after_wait(terms)?;
    work.write(actor, key, async move |tx: &mut Tx| {
        let (claim, permit) = me.change(tx, (claim, None)).await?;
        let present = store::payees(tx, claim.id).await?;
        if present.len() >= MOST_PAYEES {
            return Err(Error::invalid("", "too_many", "a claim has 50 payees at most"));
        }
        let key = key_of(tx, &me.keys, &me.actor, claim.victim_id).await?;
        let marks = marks(&me.keys, Some(&new.person), &new.account);
        let mut claims = ancestors(tx, &claim).await?;
        let continues = continued(tx, (&claims, &present), &marks).await?;
        let payee = Payee::add(ids, claim.id, &new, &key, me.by())?;
        claims.extend(store::same(tx, &claim, true).await?);
        claims.push(claim.id);
        let former = store::payees_ever(tx, &claims).await?;
        // Nobody was taken off, here or by withdrawing the claim, and nobody has seen who was to be paid.
        let is_first = former.len() == present.len() && claim.state == ClaimState::Draft && claim.replaces.is_none();
        let usable_from = if is_first { me.at } else { usable_from(&new, &opened(former, &key)?, (me.at, waited)) };
        let payee = Payee { continues, account: KeptAccount { usable_from, ..payee.account }, ..payee };
        store::insert_payee(tx, &permit, &payee).await?;
        store::insert_account(tx, &permit, &payee, marks).await?;
        let added = event(&claim, "payee.added", &payee).with("class", payee.class.word());
        Ok(Done::new(payee.open(&key)?, added))
    })
    .await
}

/// Whom of the claims whose place this one takes somebody continues, by the number of their card: what was paid to them
/// there is not paid again. Nobody who is among the payees already.
async fn continued(tx: &mut Tx, (former, present): (&[ClaimId], &[Payee]), marks: &Marks) -> Result<Option<PayeeId>> {
    let mark = marks.iter().find(|(kind, _)| *kind == MarkWord::Cnic).filter(|_| !former.is_empty());
    let Some((_, mark)) = mark else { return Ok(None) };
    let first = store::first_with_card(tx, former, mark).await?;
    Ok(first.filter(|first| present.iter().all(|payee| payee.continues != Some(*first))))
}

/// The payee of a claim that the caller has found.
async fn find(tx: &mut Tx, scope: &Scope, id: PayeeId, version: i64) -> Result<Payee> {
    let payee = store::find_payee(tx, scope, id).await?.ok_or(Error::NOT_FOUND)?;
    Error::stale_unless(payee.version == version).map(|()| payee)
}

/// Somebody is not to be paid after all.
pub async fn remove(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    (id, version): (PayeeId, i64),
) -> Result<Written<PayeeView>> {
    let me = Clerk::new(work, actor);
    work.write(actor, key, async move |tx: &mut Tx| {
        let scope = policy::scope(&me.actor, Action::ReadClaim);
        let claim = store::claim_of_payee(tx, &scope, id).await?.ok_or(Error::NOT_FOUND)?;
        let (claim, permit) = me.change(tx, (claim, None)).await?;
        let payee = find(tx, &scope, id, version).await?;
        store::remove_payee(tx, &permit, &payee, me.by()).await?;
        let removed = event(&claim, "payee.removed", &payee);
        let key = key_of(tx, &me.keys, &me.actor, claim.victim_id).await?;
        Ok(Done::new(Payee { version: version + 1, ..payee }.open(&key)?, removed))
    })
    .await
}

/// Moves a payee to another account, in whatever state the claim is: a wrong one is often found when a payment comes back.
/// Approvals given so far were of the old account, and are void. The new one waits as the terms of the day say.
pub async fn change_account(
    work: &Work,
    (actor, terms): (&Actor, &ClaimTerms),
    key: Option<Key>,
    (id, version): (PayeeId, i64),
    account: Account,
) -> Result<Written<PayeeView>> {
    if let Some(fault) = account.fault("") {
        return Err(Error::Invalid(vec![fault]));
    }
    let (me, new) = (Clerk::new(work, actor), AccountId::new());
    let usable_from = me.after_wait(terms)?;
    // As serializable as a payment that is sent again to the account which holds: one of the two sees the other.
    work.write_at(Isolation::Serializable, actor, key, async move |tx: &mut Tx| {
        let scope = policy::scope(&me.actor, Action::ReadClaim);
        let claim = store::claim_of_payee(tx, &scope, id).await?.ok_or(Error::NOT_FOUND)?;
        let (claim, permit) = hold(tx, &me.actor, Action::PrepareClaim, (claim, None)).await?;
        if matches!(claim.state, ClaimState::Rejected { .. } | ClaimState::Withdrawn { .. }) {
            return Err(refuse(MOVES, claim.state.word(), "account").into());
        }
        store::take_part(tx, claim.id, (me.actor.user, Part::Prepare), me.at).await?;
        let payee = find(tx, &scope, id, version).await?;
        let key = key_of(tx, &me.keys, &me.actor, claim.victim_id).await?;
        if key.is_blind() {
            return Err(Code::PersonProtected.into());
        }
        let kept = KeptAccount::seal(new, &account, &key, me.by(), usable_from)?;
        let payee = Payee { account: kept, version: version + 1, ..payee };
        store::insert_account(tx, &permit, &payee, marks(&me.keys, None, &account)).await?;
        let changed = event(&claim, "payee.account_changed", &payee);
        Ok(Done::new(payee.open(&key)?, changed))
    })
    .await
}
