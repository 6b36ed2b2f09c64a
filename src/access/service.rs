//! Use cases of users. Nobody sets another's password: an administrator invites, the user chooses. Whoever holds the
//! invitation is taken for the user, so that an invitation never happens unseen.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::{Email, NewUser, User};
use super::policy::{self, Action, Actor, Role, UserId};
use super::tokens::{Secret, Tokens};
use super::{Passwords, store};
use crate::db::Isolation;
use crate::error::{Code, Error, Result};
use crate::kernel::page::{Page, Paged};
use crate::kernel::places::Area;
use crate::work::{Done, Event, Key, Tx, Work, Written};

/// A user by id, for other slices inside their own unit of work.
pub async fn get(tx: &mut Tx, id: UserId) -> Result<User> {
    store::find_unscoped(tx, id).await?.ok_or(Error::NOT_FOUND)
}

/// Officers and supervisors, those who may not sign in any more among them, for other slices inside their own unit of
/// work; oldest first, ten thousand at most.
pub async fn keepers(tx: &mut Tx) -> Result<Vec<User>> {
    store::keepers_unscoped(tx).await
}

/// A secret with which a user chooses a password. It is shown once.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
pub struct Invitation {
    pub user_id: UserId,
    pub token: String,
    pub expires_in_minutes: u16,
}

/// The user as `/me` and the administrator see it.
pub async fn view(work: &Work, id: UserId) -> Result<User> {
    work.read(async move |tx: &mut Tx| get(tx, id).await).await
}

/// The user with that address, for the command line.
pub async fn get_by_email(work: &Work, email: Email) -> Result<User> {
    let found = work.read(async move |tx: &mut Tx| store::find_by_email_unscoped(tx, &email).await).await?;
    found.map(|(user, _)| user).ok_or(Error::NOT_FOUND)
}

/// Whether anybody was ever added.
pub async fn has_users(work: &Work) -> Result<bool> {
    let first = Page { limit: 1, after: None };
    work.read(async move |tx: &mut Tx| Ok(!store::list_unscoped(tx, None, &first).await?.is_empty())).await
}

pub async fn list(work: &Work, role: Option<Role>, page: Page) -> Result<Paged<User>> {
    work.read(async move |tx: &mut Tx| {
        let rows = store::list_unscoped(tx, role, &page).await?;
        Ok(Paged::cut(rows, &page, |user| user.id.uuid()))
    })
    .await
}

/// Adds a user. `password` is for the command line, where its owner types it.
pub async fn add(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    new: NewUser,
    password: Option<String>,
) -> Result<Written<User>> {
    let (user, added) = User::new(UserId::new(), new, work.now())?;
    let permit = policy::permit(actor, Action::ManageUsers, &user.subject())?;
    work.write(actor, key, async move |tx: &mut Tx| {
        check_area(tx, &user.area).await?;
        store::insert(tx, &permit, &user, password.as_deref()).await.map_err(|error| match error {
            error if error.is_duplicate() => {
                Error::invalid("/email", "already_exists", "another user has this address")
            }
            error if error.is_unknown_reference() => Error::unknown_reference("/organisation_id"),
            error => error,
        })?;
        Ok(Done::new(user.clone(), added.clone()))
    })
    .await
}

/// Refuses an area with districts that nobody knows: a slip of the pen would leave the user without any work.
async fn check_area(tx: &mut Tx, area: &Area) -> Result<()> {
    let Area::Districts(codes) = area else { return Ok(()) };
    if store::known_districts_unscoped(tx, codes).await? == codes.len() {
        return Ok(());
    }
    Err(Error::invalid("/area", "unknown_district", "one of these is no district"))
}

/// Invites a user to choose a password: after being added, or when the old one is lost. Every session of the user ends,
/// and the user is told.
pub async fn invite(
    work: &Work,
    tokens: &Tokens,
    actor: &Actor,
    key: Option<Key>,
    id: UserId,
) -> Result<Written<Invitation>> {
    let permit = policy::permit(actor, Action::ManageUsers, &policy::Subject::of(id.uuid()))?;
    let (secret, minutes) = (Secret::random()?, tokens.lifetimes.invitation_minutes);
    let expires = work.now().plus_minutes(minutes.into());
    // An administrator's own way is the change of password, which asks for the old one.
    if actor.user == id {
        let refused = Error::from(Code::OwnAccount);
        work.record_refusal(actor, &refused).await?;
        return Err(refused);
    }
    work.write_at(Isolation::Serializable, actor, key, async move |tx: &mut Tx| {
        let user = get(tx, id).await?;
        let version = user.version;
        let is_new = store::password_unscoped(tx, id).await?.is_none();
        let happened = if is_new { "user.invited" } else { "user.invited_anew" };
        let (user, invited) = user.sign_out_everywhere(happened);
        store::update(tx, &permit, &user, version).await?;
        store::insert_invitation(tx, &permit, user.id, &secret.hash, expires).await?;
        let invitation = Invitation { user_id: id, token: secret.text.clone(), expires_in_minutes: minutes };
        Ok(Done::new(invitation, invited.announced()))
    })
    .await
}

/// Chooses a password with an invitation, once; ends whatever was signed in before.
pub async fn accept_invitation(
    work: &Work,
    passwords: &Passwords,
    actor: &Actor,
    token: &str,
    password: String,
) -> Result<Written<()>> {
    let (hash, password, now) = (Secret::hash_of(token), passwords.hash(password).await?, work.now());
    work.write(actor, None, async move |tx: &mut Tx| {
        let id = store::take_invitation(tx, &hash, now).await?.ok_or(Code::InvitationVoid)?;
        let user = get(tx, id).await?;
        choose(tx, user, &password, "user.password_chosen").await
    })
    .await
}

/// Changes one's own password; every session ends, the one that asks too.
pub async fn change_password(
    work: &Work,
    passwords: &Passwords,
    actor: &Actor,
    (old, new): (String, String),
) -> Result<Written<()>> {
    let id = actor.user;
    let stored = work.read(async move |tx: &mut Tx| store::password_unscoped(tx, id).await).await?;
    if !passwords.verify(old, stored).await? {
        return Err(Error::invalid("/old_password", "wrong_password", "this is not your present password"));
    }
    set_password(work, passwords, actor, id, new).await
}

/// Sets a password that its owner has just typed.
pub async fn set_password(
    work: &Work,
    passwords: &Passwords,
    actor: &Actor,
    id: UserId,
    new: String,
) -> Result<Written<()>> {
    let hashed = passwords.hash(new).await?;
    work.write(actor, None, async move |tx: &mut Tx| {
        let user = get(tx, id).await?;
        choose(tx, user, &hashed, "user.password_changed").await
    })
    .await
}

async fn choose(tx: &mut Tx, user: User, password: &str, happened: &'static str) -> Result<Done<()>> {
    let (user, event): (User, Event) = user.sign_out_everywhere(happened);
    store::set_password(tx, &user, password).await?;
    Ok(Done::new((), event.announced()))
}

/// Changes a user's name, role, organisation or area; `change` makes the new facts from the old.
pub async fn change(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    (id, version): (UserId, i64),
    change: impl Fn(&User) -> NewUser + Send + 'static,
) -> Result<Written<User>> {
    let permit = policy::permit(actor, Action::ManageUsers, &policy::Subject::of(id.uuid()))?;
    work.write_at(Isolation::Serializable, actor, key, async move |tx: &mut Tx| {
        let user = get(tx, id).await?;
        let was_administrator = user.role == Role::Administrator && user.disabled_at.is_none();
        let new = change(&user);
        if was_administrator && new.role != Role::Administrator && store::count_administrators_unscoped(tx).await? <= 1
        {
            return Err(Code::LastAdministrator.into());
        }
        let (user, changed) = user.change(new)?;
        check_area(tx, &user.area).await?;
        store::update(tx, &permit, &user, version).await.map_err(|error| match error {
            error if error.is_unknown_reference() => Error::unknown_reference("/organisation_id"),
            error => error,
        })?;
        Ok(Done::new(user, changed))
    })
    .await
}

/// Ends a user's access at once. The last administrator stays.
pub async fn disable(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    id: UserId,
    version: Option<i64>,
) -> Result<Written<User>> {
    let permit = policy::permit(actor, Action::ManageUsers, &policy::Subject::of(id.uuid()))?;
    let now = work.now();
    work.write_at(Isolation::Serializable, actor, key, async move |tx: &mut Tx| {
        let user = get(tx, id).await?;
        let read = user.version;
        Error::stale_unless(version.is_none_or(|version| version == read))?;
        let is_last = user.role == Role::Administrator && user.disabled_at.is_none();
        if is_last && store::count_administrators_unscoped(tx).await? <= 1 {
            return Err(Code::LastAdministrator.into());
        }
        let (user, disabled) = user.disable(now);
        store::update(tx, &permit, &user, read).await?;
        Ok(Done::new(user, disabled))
    })
    .await
}
