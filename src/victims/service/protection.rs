//! Use cases of protection. Only those named may change who is named, or lift it, as long as one of them is a supervisor
//! who sees the victim.
use super::super::model::{LiftReason, NewProtection, Protection, Victim, VictimId, pseudonym};
use super::super::store;
use super::{get, permit};
use crate::access;
use crate::access::policy::{self, Action, Actor, Role, Subject};
use crate::access::{User, UserId};
use crate::crypto::Keyring;
use crate::error::{Code, Error, Refers, Result};
use crate::work::{Done, Key, Tx, Work, Written};

pub use store::protected_among;

/// Protections that one transaction of `end_terms` ends.
const BATCH: i64 = 200;

/// Whether a victim is protected, and who is named. It tells users, and nothing of the person.
pub async fn view(work: &Work, actor: &Actor, id: VictimId) -> Result<Protection> {
    let (scope, keys) = (policy::scope(actor, Action::ReadVictim), work.keys());
    work.read(async move |tx: &mut Tx| {
        store::find(tx, &scope, id).await?.ok_or(Error::NOT_FOUND)?;
        of_victim(tx, &keys, id).await
    })
    .await
}

async fn of_victim(tx: &mut Tx, keys: &Keyring, id: VictimId) -> Result<Protection> {
    store::get_protection(tx, id, pseudonym(keys.pseudonym_bits(&id.to_string()))).await
}

/// Places a victim under protection, or names other users.
pub async fn protect(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    (id, version): (VictimId, i64),
    new: NewProtection,
) -> Result<Written<Protection>> {
    let (asking, now) = (actor.clone(), work.now());
    change(work, actor, key, (id, version), async move |tx: &mut Tx, protection: Protection, victim: &Victim| {
        for (at, reader) in new.readers.iter().enumerate() {
            check_reader(tx, *reader, victim, &format!("/readers/{at}")).await?;
        }
        protection.protect(new.clone(), asking.user, now)
    })
    .await
}

/// Lets everybody who sees the case see the person again.
pub async fn unprotect(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    at: (VictimId, i64),
    reason: LiftReason,
) -> Result<Written<Protection>> {
    if reason == LiftReason::TermEnded {
        return Err(Error::invalid("/reason", "not_yours", "Umeed ends a protection whose time is over"));
    }
    let (by, now) = (actor.user, work.now());
    let lifting = async move |_: &mut Tx, protection: Protection, _: &Victim| -> Result<_> {
        Ok(protection.unprotect(reason, Some(by), now)?)
    };
    change(work, actor, key, at, lifting).await
}

async fn change<F>(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    (id, version): (VictimId, i64),
    changing: F,
) -> Result<Written<Protection>>
where
    F: AsyncFn(&mut Tx, Protection, &Victim) -> Result<(Protection, crate::work::Event)> + Send + 'static,
{
    let (asking, keys) = (actor.clone(), work.keys());
    work.write(actor, key, async move |tx: &mut Tx| {
        let victim = get(tx, &keys, &policy::scope(&asking, Action::ReadVictim), id).await?;
        let permit = permit(&asking, Action::ProtectVictim, &victim)?;
        let protection = of_victim(tx, &keys, id).await?;
        Error::stale_unless(protection.version == version)?;
        expect_steward(tx, &asking, &protection, &victim).await?;
        let (protection, changed) = changing(tx, protection, &victim).await?;
        store::keep_protection(tx, &permit, &protection, version).await?;
        Ok(Done::new(protection, changed))
    })
    .await
}

/// A supervisor who is not named may not name themselves. If no supervisor who is named sees the victim any more, any
/// who does may step in; else nobody ever could.
async fn expect_steward(tx: &mut Tx, asking: &Actor, protection: &Protection, victim: &Victim) -> Result<()> {
    if !protection.is_on() || protection.readers().contains(&asking.user) {
        return Ok(());
    }
    for reader in protection.readers() {
        let user = access::get_user(tx, *reader).await?;
        if user.role == Role::Supervisor && sees(&user, victim) {
            return Err(Code::PersonProtected.into());
        }
    }
    Ok(())
}

async fn check_reader(tx: &mut Tx, reader: UserId, victim: &Victim, pointer: &str) -> Result<()> {
    let user = access::get_user(tx, reader).await.refers(pointer)?;
    // Whoever judges a claim sees what it is about: somebody has to be able to award it.
    let is_concerned = matches!(user.role, Role::Officer | Role::Supervisor | Role::Assessor | Role::Approver);
    let fits = is_concerned && sees(&user, victim);
    let unfit = || Error::invalid(pointer, "no_sight", "this user does not see the victim's cases");
    if fits { Ok(()) } else { Err(unfit()) }
}

fn sees(user: &User, victim: &Victim) -> bool {
    user.disabled_at.is_none() && victim.districts.iter().any(|district| policy::covers(&user.area, *district))
}

/// Ends the protections whose time is over, and says how many they were. It may run in several places at once. Until it
/// has run the person stays hidden, so a job that stands still tells nobody anything.
pub async fn end_terms(work: &Work) -> Result<usize> {
    let mut ended = 0;
    loop {
        let (now, keys) = (work.now(), work.keys());
        let everywhere = policy::scope(&Actor::system(), Action::ReadVictim);
        let late = work.read(async move |tx: &mut Tx| store::past_term(tx, &everywhere, now, BATCH).await).await?;
        if late.is_empty() {
            return Ok(ended);
        }
        for id in late {
            let keys = keys.clone();
            let ending = async move |tx: &mut Tx| {
                let protection = of_victim(tx, &keys, id).await?;
                let version = protection.version;
                let permit = policy::permit(&Actor::system(), Action::ProtectVictim, &Subject::of(id.uuid()))?;
                let (protection, lifted) = protection.unprotect(LiftReason::TermEnded, None, now)?;
                store::keep_protection(tx, &permit, &protection, version).await?;
                Ok(Done::new((), lifted))
            };
            match work.write(&Actor::system(), None, ending).await {
                Ok(_) => ended += 1,
                // Somebody else had it in hand.
                Err(Error::Stale | Error::Refused(_)) => {}
                Err(error) => return Err(error),
            }
        }
    }
}
