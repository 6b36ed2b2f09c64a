//! A user of the service: staff of the State or of a partner organisation, never a victim.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::policy::{OrganisationId, Role, SessionId, Subject, UserId};
use crate::error::{Error, Fault, Result};
use crate::kernel::places::Area;
use crate::kernel::text::Line;
use crate::kernel::time::Time;
use crate::kernel::words::words;
use crate::work::Event;

/// An e-mail address, in lower case. Only its shape is checked: one `@` with something on both sides.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "Line<254>", into = "String")]
#[schemars(with = "String")]
pub struct Email(String);

impl Email {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<Line<254>> for Email {
    type Error = String;

    fn try_from(line: Line<254>) -> Result<Self, String> {
        let text = line.into_string().to_lowercase();
        let shaped = text.split_once('@').is_some_and(|(name, host)| {
            !name.is_empty() && host.contains('.') && !host.contains('@') && !text.contains(char::is_whitespace)
        });
        if shaped { Ok(Self(text)) } else { Err("invalid: this is no e-mail address".into()) }
    }
}
impl std::str::FromStr for Email {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.parse::<Line<254>>().map_err(|invalid| invalid.to_string())?.try_into()
    }
}
impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}
impl std::fmt::Debug for Email {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Email(…)")
    }
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct User {
    pub id: UserId,
    pub email: Email,
    pub name: Line<120>,
    pub role: Role,
    pub organisation_id: Option<OrganisationId>,
    pub area: Area,
    pub disabled_at: Option<Time>,
    pub created_at: Time,
    pub version: i64,
    /// Raised to end every session and token at once.
    #[serde(skip)]
    pub epoch: i64,
}

/// What makes a user, or changes one.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewUser {
    pub email: Email,
    pub name: Line<120>,
    pub role: Role,
    /// Required for a partner.
    #[serde(default)]
    pub organisation_id: Option<OrganisationId>,
    /// `PK`, provinces such as `PK-KP`, or districts such as `PK508,PK510`.
    pub area: Area,
}

impl User {
    pub fn new(id: UserId, new: NewUser, at: Time) -> Result<(Self, Event)> {
        let NewUser { email, name, role, organisation_id, area } = new;
        if role == Role::Partner && organisation_id.is_none() {
            let missing = Fault::new("/organisation_id", "missing", "a partner belongs to an organisation");
            return Err(Error::Invalid(vec![missing]));
        }
        let (created_at, disabled_at) = (at, None);
        let user = Self { id, email, name, role, organisation_id, area, disabled_at, created_at, version: 1, epoch: 1 };
        let event = user.event("user.added");
        Ok((user, event))
    }

    /// A new name, role, organisation or area. What was signed in under the old ones is signed out.
    pub fn change(self, new: NewUser) -> Result<(Self, Event)> {
        let (changed, _) = Self::new(self.id, new, self.created_at)?;
        let Self { disabled_at, version, epoch, .. } = self;
        let (changed, event) = Self { disabled_at, version, epoch, ..changed }.sign_out_everywhere("user.changed");
        Ok((changed, event.hiding()))
    }

    /// Ends the user's access, and with it every session at once. Doing it twice changes nothing more.
    pub fn disable(mut self, at: Time) -> (Self, Event) {
        self.disabled_at = self.disabled_at.or(Some(at));
        self.epoch += 1;
        self.version += 1;
        let event = self.event("user.disabled");
        (self, event)
    }

    /// The password or the standing changed: what was signed in before is signed out.
    pub fn sign_out_everywhere(mut self, happened: &'static str) -> (Self, Event) {
        self.epoch += 1;
        self.version += 1;
        let event = self.event(happened);
        (self, event)
    }

    pub fn subject(&self) -> Subject {
        Subject::of(self.id.uuid())
    }

    pub fn event(&self, action: &'static str) -> Event {
        Event::new(action, self.id).with("role", self.role.word()).with("area", self.area.to_string())
    }
}

words! {
    /// Why a session ended.
    pub enum EndReason {
        SignedOut = "signed_out",
        TokenReused = "token_reused",
        PasswordChanged = "password_changed",
        EndedByUser = "ended_by_user",
        TooMany = "too_many",
    }
}

/// One sign-in of one user, as the user sees it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Session {
    pub id: SessionId,
    pub created_at: Time,
    pub used_at: Time,
    pub expires_at: Time,
    /// Whether it is the session that asks.
    pub is_current: bool,
}

/// What a successful sign-in or refresh gives.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
pub struct TokenPair {
    pub access_token: String,
    /// Always `Bearer`.
    pub token_type: String,
    /// Seconds until the access token is worth nothing.
    pub expires_in: u32,
    /// Good for one refresh.
    pub refresh_token: String,
}
