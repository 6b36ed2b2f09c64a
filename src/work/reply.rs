//! Idempotency keys: a request that comes twice is answered twice and done once. A key never serves two requests.
use super::Tx;
use crate::access::policy::UserId;
use crate::crypto::Keyring;
use crate::db::prelude::*;
use crate::error::{Code, Result};

/// An idempotency key together with the request it was first used for.
#[derive(Debug, Clone)]
pub struct Key {
    key: String,
    request: Vec<u8>,
}

impl Key {
    /// `request` is what must be the same when the key comes again: method, path, precondition and body.
    ///
    /// It is kept only as a keyed hash, since a body may hold few unknown bits (a CNIC has thirteen digits).
    pub fn new(key: String, keys: &Keyring, request: &[&[u8]]) -> Self {
        Self { key, request: keys.request_hash(request) }
    }

    /// The key of one part of a request that takes several transactions. No client can send one: it has a space.
    pub fn part(&self, number: usize) -> Self {
        Self { key: format!("{} {number}", self.key), request: self.request.clone() }
    }

    pub(super) fn text(&self) -> &str {
        &self.key
    }

    /// What a kept answer is bound to, so that it cannot be moved to another key.
    pub(super) fn context(&self, actor: UserId) -> String {
        format!("replies|{actor}|{}", self.key)
    }
}

/// An answer, and whether it was given before under the same key.
#[derive(Debug, Clone)]
pub struct Written<T> {
    pub answer: T,
    pub replayed: bool,
}

impl<T> Written<T> {
    pub fn map<U>(self, then: impl FnOnce(T) -> U) -> Written<U> {
        Written { answer: then(self.answer), replayed: self.replayed }
    }
}

/// Takes `key` for this transaction, or finds the sealed answer that was given under it.
#[apply(both_databases)]
pub async fn reserve(tx: &mut Tx, actor: UserId, key: &Key, at: Time) -> Result<Option<Vec<u8>>> {
    let row = (
        replies::actor_id.eq(actor),
        replies::key.eq(&key.key),
        replies::request.eq(&key.request),
        replies::created_at.eq(at),
    );
    if diesel::insert_into(replies::table).values(row).on_conflict_do_nothing().execute(tx).await? == 1 {
        return Ok(None);
    }
    let first = replies::table.find((actor, &key.key)).select((replies::request, replies::answer, replies::created_at));
    let (request, answer, created_at): (Vec<u8>, Option<Vec<u8>>, Time) = first.first(tx).await?;
    let hidden: Option<i64> =
        counters::table.filter(counters::name.eq(HIDDEN)).select(counters::value).first(tx).await.optional()?;
    match answer {
        _ if request != key.request => Err(Code::KeyReused.into()),
        None => Err(Code::KeyBusy.into()),
        Some(_) if hidden.is_some_and(|hidden| created_at.micros() <= hidden) => Err(Code::AnswerGone.into()),
        kept => Ok(kept),
    }
}

/// The counter that holds the microsecond until which kept answers are not given again.
const HIDDEN: &str = "replies-hidden";

/// From now on no answer is given again that was kept until `at`: who was answered then may not read it any more. It holds
/// for everybody, since an answer does not say whom it is about.
#[apply(both_databases)]
pub async fn hide_all_before(tx: &mut Tx, at: Time) -> Result<()> {
    let since = (counters::name.eq(HIDDEN), counters::value.eq(at.micros()));
    let later = diesel::insert_into(counters::table).values(since).on_conflict(counters::name).do_update();
    later.set(counters::value.eq(at.micros())).execute(tx).await?;
    Ok(())
}

/// Forgets the answers given before `before`, about `most` of them, and says how many it forgot. Those of one instant
/// go together, so that there is always something to forget until nothing is left.
#[apply(both_databases)]
pub async fn forget_unscoped(tx: &mut Tx, before: Time, most: i64) -> Result<usize> {
    let old = replies::table.filter(replies::created_at.lt(before)).select(replies::created_at);
    let last = old.order(replies::created_at).offset(most - 1).first::<Time>(tx).await.optional()?;
    let oldest = replies::table.filter(replies::created_at.lt(before));
    match last {
        Some(last) => Ok(diesel::delete(oldest.filter(replies::created_at.le(last))).execute(tx).await?),
        None => Ok(diesel::delete(oldest).execute(tx).await?),
    }
}
