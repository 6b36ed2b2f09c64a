//! Rows and queries of users, sessions and tokens.
use super::model::{Email, EndReason, Session, User};
use super::policy::{OrganisationId, Permit, Role, SessionId, UserId};
use crate::db::prelude::*;
use crate::error::{Error, Result};
use crate::kernel::page::Page;
use crate::kernel::places::{Area, Pcode};

text_columns!(Role, EndReason);

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = users, treat_none_as_null = true)]
struct UserRow {
    id: UserId,
    email: String,
    name: String,
    role: Role,
    organisation_id: Option<OrganisationId>,
    area: Area,
    session_epoch: i64,
    disabled_at: Option<Time>,
    created_at: Time,
    version: i64,
}

impl From<&User> for UserRow {
    fn from(user: &User) -> Self {
        Self {
            id: user.id,
            email: user.email.as_str().to_owned(),
            name: user.name.as_str().to_owned(),
            role: user.role,
            organisation_id: user.organisation_id,
            area: user.area.clone(),
            session_epoch: user.epoch,
            disabled_at: user.disabled_at,
            created_at: user.created_at,
            version: user.version,
        }
    }
}

impl TryFrom<UserRow> for User {
    type Error = Error;

    fn try_from(row: UserRow) -> Result<Self> {
        let corrupt = || Error::Corrupt("user");
        Ok(Self {
            id: row.id,
            email: row.email.parse::<Email>().map_err(|_| corrupt())?,
            name: row.name.parse().map_err(|_| corrupt())?,
            role: row.role,
            organisation_id: row.organisation_id,
            area: row.area,
            disabled_at: row.disabled_at,
            created_at: row.created_at,
            version: row.version,
            epoch: row.session_epoch,
        })
    }
}

/// Any user by id: who somebody is, is no secret to those who work with them.
#[apply(both_databases)]
pub async fn find_unscoped(tx: &mut Tx, id: UserId) -> Result<Option<User>> {
    let row = users::table.find(id).select(UserRow::as_select()).first(tx).await.optional()?;
    row.map(User::try_from).transpose()
}

/// A user with their password hash, for signing in.
#[apply(both_databases)]
pub async fn find_by_email_unscoped(tx: &mut Tx, email: &Email) -> Result<Option<(User, Option<String>)>> {
    let found = users::table.filter(users::email.eq(email.as_str()));
    let row = found.select((UserRow::as_select(), users::password)).first(tx).await.optional()?;
    row.map(|(row, password): (UserRow, Option<String>)| Ok((row.try_into()?, password))).transpose()
}

#[apply(both_databases)]
pub async fn password_unscoped(tx: &mut Tx, id: UserId) -> Result<Option<String>> {
    Ok(users::table.find(id).select(users::password).first(tx).await?)
}

#[apply(both_databases)]
pub async fn list_unscoped(tx: &mut Tx, role: Option<Role>, page: &Page) -> Result<Vec<User>> {
    let rows: Vec<UserRow> = users::table
        .select(UserRow::as_select())
        .into_boxed::<Db>()
        .when(role, |list, role| list.filter(users::role.eq(role)))
        .when(page.after.map(UserId::from), |list, after| list.filter(users::id.lt(after)))
        .order(users::id.desc())
        .limit(page.fetch())
        .load(tx)
        .await?;
    rows.into_iter().map(User::try_from).collect()
}

/// Officers and supervisors, those who may not sign in any more among them; oldest first, ten thousand at most.
#[apply(both_databases)]
pub async fn keepers_unscoped(tx: &mut Tx) -> Result<Vec<User>> {
    let keepers = users::table.filter(users::role.eq_any([Role::Officer, Role::Supervisor]));
    let keepers = keepers.select(UserRow::as_select()).order(users::id).limit(10_000);
    let rows: Vec<UserRow> = keepers.load(tx).await?;
    rows.into_iter().map(User::try_from).collect()
}

/// How many of these codes are districts.
#[apply(both_databases)]
pub async fn known_districts_unscoped(tx: &mut Tx, codes: &[Pcode]) -> Result<usize> {
    let known = districts::table.filter(districts::pcode.eq_any(codes.to_vec())).select(districts::pcode);
    Ok(known.load::<Pcode>(tx).await?.len())
}

/// How many administrators could still sign in.
#[apply(both_databases)]
pub async fn count_administrators_unscoped(tx: &mut Tx) -> Result<i64> {
    let active = users::table.filter(users::role.eq(Role::Administrator).and(users::disabled_at.is_null()));
    Ok(active.count().get_result(tx).await?)
}

#[apply(both_databases)]
pub async fn insert(tx: &mut Tx, permit: &Permit, user: &User, password: Option<&str>) -> Result<()> {
    permit.covers(user.id)?;
    let row = (UserRow::from(user), users::password.eq(password));
    diesel::insert_into(users::table).values(row).execute(tx).await?;
    Ok(())
}

/// Writes over the row, if it is still at `version`.
#[apply(both_databases)]
pub async fn update(tx: &mut Tx, permit: &Permit, user: &User, version: i64) -> Result<()> {
    permit.covers(user.id)?;
    let row = users::table.find(user.id).filter(users::version.eq(version));
    Error::stale_unless(diesel::update(row).set(UserRow::from(user)).execute(tx).await? == 1)
}

/// Sets what the user has proved to be theirs to set: by the old password, or by an invitation.
#[apply(both_databases)]
pub async fn set_password(tx: &mut Tx, user: &User, password: &str) -> Result<()> {
    let set = (users::password.eq(password), users::session_epoch.eq(user.epoch), users::version.eq(user.version));
    diesel::update(users::table.find(user.id)).set(set).execute(tx).await?;
    // Whoever kept an older invitation keeps nothing.
    diesel::delete(invitations::table.filter(invitations::user_id.eq(user.id).and(invitations::used_at.is_null())))
        .execute(tx)
        .await?;
    Ok(())
}

#[apply(both_databases)]
pub async fn insert_invitation(tx: &mut Tx, permit: &Permit, user: UserId, hash: &[u8], expires: Time) -> Result<()> {
    permit.covers(user)?;
    let row = (invitations::hash.eq(hash), invitations::user_id.eq(user), invitations::expires_at.eq(expires));
    diesel::insert_into(invitations::table).values(row).execute(tx).await?;
    Ok(())
}

/// Uses up an invitation and says whose it was.
#[apply(both_databases)]
pub async fn take_invitation(tx: &mut Tx, hash: &[u8], now: Time) -> Result<Option<UserId>> {
    let open =
        invitations::table.find(hash).filter(invitations::used_at.is_null().and(invitations::expires_at.gt(now)));
    let taken = diesel::update(open).set(invitations::used_at.eq(now)).returning(invitations::user_id);
    Ok(taken.get_result(tx).await.optional()?)
}

#[derive(Insertable)]
#[diesel(table_name = sessions)]
pub struct SessionRow {
    pub id: SessionId,
    pub user_id: UserId,
    pub epoch: i64,
    pub created_at: Time,
    pub used_at: Time,
    pub expires_at: Time,
}

#[apply(both_databases)]
pub async fn insert_session(tx: &mut Tx, row: &SessionRow) -> Result<()> {
    diesel::insert_into(sessions::table).values(row).execute(tx).await?;
    Ok(())
}

/// The user of a session that is alive: the question every request asks.
#[apply(both_databases)]
pub async fn find_alive_unscoped(tx: &mut Tx, session: SessionId, epoch: i64, now: Time) -> Result<Option<Standing>> {
    let alive = sessions::table.inner_join(users::table).filter(sessions::id.eq(session)).filter(
        sessions::ended_at
            .is_null()
            .and(sessions::expires_at.gt(now))
            .and(users::session_epoch.eq(epoch))
            .and(users::disabled_at.is_null()),
    );
    Ok(alive.select(Standing::as_select()).first(tx).await.optional()?)
}

/// Who somebody is, as far as permission asks.
#[derive(Queryable, Selectable)]
#[diesel(table_name = users)]
pub struct Standing {
    pub id: UserId,
    pub role: Role,
    pub organisation_id: Option<OrganisationId>,
    pub area: Area,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = sessions)]
struct SessionSeen {
    id: SessionId,
    created_at: Time,
    used_at: Time,
    expires_at: Time,
}

#[apply(both_databases)]
pub async fn list_sessions(
    tx: &mut Tx,
    user: UserId,
    epoch: i64,
    current: Option<SessionId>,
    now: Time,
) -> Result<Vec<Session>> {
    let open = sessions::table
        .filter(sessions::user_id.eq(user).and(sessions::epoch.eq(epoch)))
        .filter(sessions::ended_at.is_null().and(sessions::expires_at.gt(now)));
    let rows: Vec<SessionSeen> =
        open.select(SessionSeen::as_select()).order(sessions::id.desc()).limit(200).load(tx).await?;
    let seen = rows.into_iter().map(|row| Session {
        id: row.id,
        created_at: row.created_at,
        used_at: row.used_at,
        expires_at: row.expires_at,
        is_current: Some(row.id) == current,
    });
    Ok(seen.collect())
}

/// Ends one session of `user`; says whether there was one to end.
#[apply(both_databases)]
pub async fn end_session(tx: &mut Tx, user: UserId, id: SessionId, why: EndReason, now: Time) -> Result<bool> {
    let open = sessions::table.find(id).filter(sessions::user_id.eq(user).and(sessions::ended_at.is_null()));
    let ended = (sessions::ended_at.eq(now), sessions::ended_because.eq(why));
    Ok(diesel::update(open).set(ended).execute(tx).await? == 1)
}

#[apply(both_databases)]
pub async fn insert_refresh(tx: &mut Tx, hash: &[u8], session: SessionId, expires: Time) -> Result<()> {
    let row =
        (refresh_tokens::hash.eq(hash), refresh_tokens::session_id.eq(session), refresh_tokens::expires_at.eq(expires));
    diesel::insert_into(refresh_tokens::table).values(row).execute(tx).await?;
    Ok(())
}

/// What became of a refresh token that somebody sends.
pub enum Refresh {
    Unknown,
    /// It was used before: somebody has a copy.
    Reused {
        session: SessionId,
        user: UserId,
    },
    Fresh {
        session: SessionId,
        user: UserId,
        epoch: i64,
    },
}

/// Whether a refresh token was ever given.
#[apply(both_databases)]
pub async fn is_refresh_known_unscoped(tx: &mut Tx, hash: &[u8]) -> Result<bool> {
    Ok(refresh_tokens::table.find(hash).count().get_result::<i64>(tx).await? > 0)
}

#[apply(both_databases)]
pub async fn take_refresh(tx: &mut Tx, hash: &[u8], now: Time) -> Result<Refresh> {
    let fresh = refresh_tokens::table.find(hash).filter(refresh_tokens::used_at.is_null());
    let taken = diesel::update(fresh).set(refresh_tokens::used_at.eq(now)).execute(tx).await? == 1;
    let family = refresh_tokens::table.find(hash).inner_join(sessions::table).select((
        sessions::id,
        sessions::user_id,
        sessions::epoch,
        sessions::expires_at,
        refresh_tokens::expires_at,
        sessions::ended_at,
    ));
    let found = family.first::<(SessionId, UserId, i64, Time, Time, Option<Time>)>(tx).await.optional()?;
    Ok(match found {
        Some((session, user, epoch, ends, expires, None)) if taken && now < ends && now < expires => {
            diesel::update(sessions::table.find(session)).set(sessions::used_at.eq(now)).execute(tx).await?;
            Refresh::Fresh { session, user, epoch }
        }
        Some((session, user, .., None)) if !taken => Refresh::Reused { session, user },
        _ => Refresh::Unknown,
    })
}

/// Forgets refresh tokens of sessions that expired before `before`, and then those sessions: at most `most` rows.
#[apply(both_databases)]
pub async fn forget_sessions_unscoped(tx: &mut Tx, before: Time, most: i64) -> Result<usize> {
    let dead = sessions::table.filter(sessions::expires_at.lt(before)).select(sessions::id);
    let of_dead = refresh_tokens::table.filter(refresh_tokens::session_id.eq_any(dead));
    let tokens: Vec<Vec<u8>> = of_dead.select(refresh_tokens::hash).limit(most).load(tx).await?;
    if !tokens.is_empty() {
        let forgotten = refresh_tokens::table.filter(refresh_tokens::hash.eq_any(tokens));
        return Ok(diesel::delete(forgotten).execute(tx).await?.max(1));
    }
    let ids: Vec<SessionId> = dead.limit(most).load(tx).await?;
    Ok(diesel::delete(sessions::table.filter(sessions::id.eq_any(ids))).execute(tx).await?)
}

/// Forgets invitations that expired before `before`: at most `most`.
#[apply(both_databases)]
pub async fn forget_invitations_unscoped(tx: &mut Tx, before: Time, most: i64) -> Result<usize> {
    let dead = invitations::table.filter(invitations::expires_at.lt(before)).select(invitations::hash);
    let hashes: Vec<Vec<u8>> = dead.limit(most).load(tx).await?;
    Ok(diesel::delete(invitations::table.filter(invitations::hash.eq_any(hashes))).execute(tx).await?)
}
