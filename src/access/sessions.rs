//! Use cases of sessions: sign in, refresh, sign out, and the question every request asks. A refresh token that comes
//! twice ends the session it belongs to.
use super::Passwords;
use super::model::{Email, EndReason, Session, TokenPair};
use super::policy::{Actor, SessionId, UserId};
use super::store::{self, Refresh, SessionRow};
use super::tokens::{Secret, Tokens};
use crate::error::{Code, Error, Result};
use crate::kernel::ids::Id;
use crate::kernel::time::Time;
use crate::work::{Done, Event, Tx, Work, Written};

/// Who asks, by the access token that came with the request.
pub async fn authenticate(work: &Work, tokens: &Tokens, token: Option<&str>) -> Result<Actor> {
    let now = work.now();
    let claims = tokens.verify(token.ok_or(Code::Unauthenticated)?, now)?;
    let (session, epoch) = (claims.sid, claims.epoch);
    let found = work.read(async move |tx: &mut Tx| store::find_alive_unscoped(tx, session, epoch, now).await).await?;
    let standing = found.filter(|standing| standing.id == claims.sub).ok_or(Code::Unauthenticated)?;
    let actor = Actor::staff(standing.id, standing.role, standing.organisation_id, standing.area);
    Ok(actor.in_session(session))
}

/// Signs in. A wrong password and an unknown e-mail are answered alike and take alike.
pub async fn sign_in(
    work: &Work,
    tokens: &Tokens,
    passwords: &Passwords,
    actor: &Actor,
    (email, password): (Email, String),
) -> Result<TokenPair> {
    let found = work.read(async move |tx: &mut Tx| store::find_by_email_unscoped(tx, &email).await).await?;
    let (user, stored) = found.unzip();
    let matches = passwords.verify(password, stored.flatten()).await?;
    let Some(user) = user.filter(|user| matches && user.disabled_at.is_none()) else {
        let refused = Error::from(Code::BadCredentials);
        work.record_refusal(actor, &refused).await?;
        return Err(refused);
    };
    let actor = Actor::staff(user.id, user.role, user.organisation_id, user.area).in_request(actor.request);
    let (session, now, secret) = (SessionId::new(), work.now(), Secret::random()?);
    let lifetimes = tokens.lifetimes;
    let expires = now.plus_minutes(lifetimes.session_minutes.into());
    let pair = pair(tokens, user.id, session, user.epoch, now, &secret)?;
    let row = SessionRow {
        id: session,
        user_id: user.id,
        epoch: user.epoch,
        created_at: now,
        used_at: now,
        expires_at: expires,
    };
    let idle = now.plus_minutes(lifetimes.idle_minutes.into());
    let signed_in = work.write(&actor, None, async move |tx: &mut Tx| {
        store::insert_session(tx, &row).await?;
        store::insert_refresh(tx, &secret.hash, row.id, idle).await?;
        Ok(Done::new((), Event::new("session.started", row.id)))
    });
    signed_in.await?;
    Ok(pair)
}

fn pair(
    tokens: &Tokens,
    user: UserId,
    session: SessionId,
    epoch: i64,
    now: Time,
    secret: &Secret,
) -> Result<TokenPair> {
    Ok(TokenPair {
        access_token: tokens.sign(user, session, epoch, now)?,
        token_type: "Bearer".into(),
        expires_in: u32::from(tokens.lifetimes.token_minutes) * 60,
        refresh_token: secret.text.clone(),
    })
}

/// Gives new tokens for a refresh token, once.
pub async fn refresh(work: &Work, tokens: &Tokens, actor: &Actor, refresh_token: &str) -> Result<TokenPair> {
    let (now, secret, spent) = (work.now(), Secret::random()?, Secret::hash_of(refresh_token));
    let (hash, idle) = (secret.hash.clone(), now.plus_minutes(tokens.lifetimes.idle_minutes.into()));
    // Whoever makes tokens up writes nothing.
    let asked = spent.clone();
    if !work.read(async move |tx: &mut Tx| store::is_refresh_known_unscoped(tx, &asked).await).await? {
        return Err(Code::Unauthenticated.into());
    }
    // A reuse must end the session, so it is no error to the transaction.
    let taken = work.write(actor, None, async move |tx: &mut Tx| match store::take_refresh(tx, &spent, now).await? {
        Refresh::Unknown => Ok(Done::new(None, Event::new("session.refresh_refused", Id::<()>::nil()))),
        Refresh::Reused { session, user } => {
            store::end_session(tx, user, session, EndReason::TokenReused, now).await?;
            Ok(Done::new(None, Event::new("session.ended", session).with("why", EndReason::TokenReused.word())))
        }
        Refresh::Fresh { session, user, epoch } => {
            store::insert_refresh(tx, &hash, session, idle).await?;
            Ok(Done::new(Some((user, session, epoch)), Event::new("session.refreshed", session)))
        }
    });
    let (user, session, epoch) = taken.await?.answer.ok_or(Code::Unauthenticated)?;
    let found = work.read(async move |tx: &mut Tx| store::find_alive_unscoped(tx, session, epoch, now).await).await?;
    found.ok_or(Code::Unauthenticated)?;
    pair(tokens, user, session, epoch, now, &secret)
}

/// Ends one of the actor's own sessions.
pub async fn end(work: &Work, actor: &Actor, session: SessionId) -> Result<Written<()>> {
    let (user, now) = (actor.user, work.now());
    let why = if actor.session == Some(session) { EndReason::SignedOut } else { EndReason::EndedByUser };
    work.write(actor, None, async move |tx: &mut Tx| {
        if !store::end_session(tx, user, session, why, now).await? {
            return Err(Error::NOT_FOUND);
        }
        Ok(Done::new((), Event::new("session.ended", session).with("why", why.word())))
    })
    .await
}

/// The actor's sessions that are alive, newest first.
pub async fn list(work: &Work, actor: &Actor) -> Result<Vec<Session>> {
    let (user, current, now) = (actor.user, actor.session, work.now());
    work.read(async move |tx: &mut Tx| {
        let epoch = store::find_unscoped(tx, user).await?.ok_or(Error::NOT_FOUND)?.epoch;
        store::list_sessions(tx, user, epoch, current, now).await
    })
    .await
}

/// Forgets sessions that expired before `before` with their tokens, then invitations that did: at most `most` rows. Says
/// how many it forgot.
pub async fn forget(work: &Work, before: Time, most: u16) -> Result<usize> {
    work.forget(async move |tx: &mut Tx| match store::forget_sessions_unscoped(tx, before, most.into()).await? {
        0 => store::forget_invitations_unscoped(tx, before, most.into()).await,
        some => Ok(some),
    })
    .await
}
