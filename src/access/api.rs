//! Sessions, the signed-in user, and users over HTTP.
use actix_web::http::Method;
use actix_web::web::Data;
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{Email, NewUser, Session, TokenPair, User};
use super::policy::{Action, Actor, OrganisationId, Role, SessionId, UserId};
use super::service::{self, Invitation};
use super::{Passwords, Tokens, sessions};
use crate::error::{Code, Result};
use crate::http::{
    Allow, Command, Created, Found, IfMatch, Listed, Listing, Moved, Nothing, Performed, Place, Plain, Resource,
    Routes, Search,
};
use crate::kernel::optional::Optional;
use crate::kernel::places::Area;
use crate::kernel::text::Line;
use crate::work::{Work, Written};

impl Resource for User {
    fn version(&self) -> i64 {
        self.version
    }
    fn path(&self) -> Option<String> {
        Some(format!("/users/{}", self.id))
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SignInBody {
    email: Email,
    password: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RefreshBody {
    refresh_token: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct InvitationBody {
    token: String,
    password: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct PasswordBody {
    old_password: String,
    password: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct UserFilter {
    role: Option<Role>,
}

/// What is left out stays as it is. The e-mail address stays in any case.
#[derive(Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct UserChange {
    name: Option<Line<120>>,
    role: Option<Role>,
    #[serde(default)]
    organisation_id: Optional<OrganisationId>,
    area: Option<Area>,
}

impl UserChange {
    fn apply(self, old: &User) -> NewUser {
        NewUser {
            email: old.email.clone(),
            name: self.name.unwrap_or_else(|| old.name.clone()),
            role: self.role.unwrap_or(old.role),
            organisation_id: self.organisation_id.or(old.organisation_id),
            area: self.area.unwrap_or_else(|| old.area.clone()),
        }
    }
}

pub fn routes(routes: Routes) -> Routes {
    let manage = Allow::May(Action::ManageUsers);
    routes
        .on(Method::POST, "/session", Allow::Public, "Sign in", sign_in)
        .on(Method::POST, "/session/refresh", Allow::Public, "Exchange a refresh token, once, for new tokens", refresh)
        .on(
            Method::POST,
            "/session/invitation",
            Allow::Public,
            "Choose a password with an invitation",
            accept_invitation,
        )
        .on(Method::DELETE, "/session", Allow::SignedIn, "Sign out", sign_out)
        .on(Method::GET, "/me", Allow::SignedIn, "The signed-in user", me)
        .on(
            Method::POST,
            "/me/password",
            Allow::SignedIn,
            "Change one's own password; ends every session",
            change_password,
        )
        .on(Method::GET, "/me/sessions", Allow::SignedIn, "One's own sessions", my_sessions)
        .on(Method::DELETE, "/me/sessions/{id}", Allow::SignedIn, "End one of one's own sessions", end_session)
        .on(Method::GET, "/users", manage, "Users, newest first", list)
        .on(Method::POST, "/users", manage, "Add a user, who then needs an invitation", add)
        .on(Method::GET, "/users/{id}", manage, "One user", view)
        .on(Method::PATCH, "/users/{id}", manage, "Change a user, who then signs in anew", change)
        .on(
            Method::POST,
            "/users/{id}/invite",
            manage,
            "Invite another user to choose a password; ends every session of theirs",
            invite,
        )
        .on(Method::POST, "/users/{id}/disable", manage, "End a user's access at once", disable)
}

async fn sign_in(
    work: Data<Work>,
    tokens: Data<Tokens>,
    passwords: Data<Passwords>,
    ask: Search<SignInBody>,
) -> Result<Plain<TokenPair>> {
    let SignInBody { email, password } = ask.body;
    sessions::sign_in(&work, &tokens, &passwords, &ask.actor, (email, password)).await.map(Plain)
}

async fn refresh(work: Data<Work>, tokens: Data<Tokens>, ask: Search<RefreshBody>) -> Result<Plain<TokenPair>> {
    sessions::refresh(&work, &tokens, &ask.actor, &ask.body.refresh_token).await.map(Plain)
}

async fn accept_invitation(
    work: Data<Work>,
    passwords: Data<Passwords>,
    ask: Search<InvitationBody>,
) -> Result<Written<()>> {
    let InvitationBody { token, password } = ask.body;
    service::accept_invitation(&work, &passwords, &ask.actor, &token, password).await
}

async fn sign_out(work: Data<Work>, actor: Actor) -> Result<Written<()>> {
    let session = actor.session.ok_or(Code::Unauthenticated)?;
    sessions::end(&work, &actor, session).await
}

async fn me(work: Data<Work>, actor: Actor) -> Result<Found<User>> {
    service::view(&work, actor.user).await.map(Found)
}

async fn change_password(
    work: Data<Work>,
    passwords: Data<Passwords>,
    ask: Search<PasswordBody>,
) -> Result<Written<()>> {
    let PasswordBody { old_password, password } = ask.body;
    service::change_password(&work, &passwords, &ask.actor, (old_password, password)).await
}

async fn my_sessions(work: Data<Work>, actor: Actor) -> Result<Plain<Vec<Session>>> {
    sessions::list(&work, &actor).await.map(Plain)
}

async fn end_session(work: Data<Work>, actor: Actor, id: Place<SessionId>) -> Result<Written<()>> {
    sessions::end(&work, &actor, id.0).await
}

async fn list(work: Data<Work>, listing: Listing<UserFilter>) -> Result<Listed<User>> {
    service::list(&work, listing.filter.role, listing.page).await.map(Listed)
}

async fn view(work: Data<Work>, id: Place<UserId>) -> Result<Found<User>> {
    service::view(&work, id.0).await.map(Found)
}

async fn add(work: Data<Work>, command: Command<NewUser>) -> Result<Created<User>> {
    let Command { actor, key, body } = command;
    service::add(&work, &actor, key, body, None).await.map(Created)
}

async fn change(
    work: Data<Work>,
    id: Place<UserId>,
    read: IfMatch,
    command: Command<UserChange>,
) -> Result<Moved<User>> {
    let Command { actor, key, body } = command;
    let change = move |old: &User| body.clone().apply(old);
    service::change(&work, &actor, key, (id.0, read.0), change).await.map(Moved)
}

async fn invite(
    work: Data<Work>,
    tokens: Data<Tokens>,
    id: Place<UserId>,
    command: Command<Nothing>,
) -> Result<Performed<Invitation>> {
    service::invite(&work, &tokens, &command.actor, command.key, id.0).await.map(Performed)
}

async fn disable(work: Data<Work>, id: Place<UserId>, read: IfMatch, command: Command<Nothing>) -> Result<Moved<User>> {
    service::disable(&work, &command.actor, command.key, id.0, Some(read.0)).await.map(Moved)
}
