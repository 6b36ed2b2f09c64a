//! People who use the service. They sign in as everybody does.
use serde_json::json;
use umeed::access::policy::{self, OrganisationId, Role};
use umeed::access::{UserId, service};

use super::app::App;

/// What everybody in tests has as password.
pub const PASSWORD: &str = "correct horse battery";

/// Whoever a request can come from.
pub trait Bearer {
    fn token(&self) -> Option<&str>;
}

/// Somebody who has not signed in.
pub struct Nobody;
pub const NOBODY: Nobody = Nobody;

impl Bearer for Nobody {
    fn token(&self) -> Option<&str> {
        None
    }
}

/// A token by itself.
impl Bearer for str {
    fn token(&self) -> Option<&str> {
        Some(self)
    }
}
impl Bearer for String {
    fn token(&self) -> Option<&str> {
        Some(self)
    }
}

/// Somebody who has signed in.
#[derive(Clone)]
pub struct Actor {
    pub id: UserId,
    pub email: String,
    pub role: Role,
    pub area: String,
    pub organisation: Option<OrganisationId>,
    pub token: String,
    pub refresh_token: String,
}

impl Bearer for Actor {
    fn token(&self) -> Option<&str> {
        Some(&self.token)
    }
}

impl Actor {
    /// The same person as the use cases know them, for calling those without HTTP.
    pub fn staff(&self) -> policy::Actor {
        policy::Actor::staff(self.id, self.role, self.organisation, self.area.parse().unwrap())
    }
}

impl App {
    /// A new user of this role in this area (`PK`, `PK-KP`, `PK508,PK510`), signed in. A partner gets a new organisation.
    pub async fn actor(&self, role: Role, area: &str) -> Actor {
        let organisation = if role == Role::Partner { Some(self.organisation("A partner").await) } else { None };
        self.actor_of(role, area, organisation).await
    }

    /// A new user of this organisation, signed in.
    pub async fn actor_of(&self, role: Role, area: &str, organisation: Option<OrganisationId>) -> Actor {
        let email = format!("{}-{}@example.org", role.word(), UserId::new().uuid().simple());
        let new = json!({
            "email": email, "name": format!("The {}", role.word()), "role": role, "area": area,
            "organisation_id": organisation,
        });
        let new = serde_json::from_value(new).unwrap();
        let password = self.umeed.passwords.hash(PASSWORD.into()).await.unwrap();
        let system = policy::Actor::system();
        let user = service::add(self.work(), &system, None, new, Some(password)).await.unwrap().answer;
        let signed_in = self.sign_in(&email).await;
        Actor {
            id: user.id,
            email,
            role,
            area: area.to_owned(),
            organisation,
            token: signed_in.text("access_token"),
            refresh_token: signed_in.text("refresh_token"),
        }
    }

    /// Signs in with the password of all tests.
    pub async fn sign_in(&self, email: &str) -> super::Answer {
        self.post(&NOBODY, "/session", json!({ "email": email, "password": PASSWORD })).await.expect(200)
    }

    /// One of each role, in this area.
    pub async fn everybody(&self, area: &str) -> Vec<Actor> {
        let mut all = Vec::new();
        for role in Role::ALL {
            all.push(self.actor(*role, area).await);
        }
        all
    }
}

impl App {
    /// The same user with a token that is valid now, for when the clock has moved.
    pub async fn again(&self, actor: &Actor) -> Actor {
        let signed_in = self.sign_in(&actor.email).await;
        let (token, refresh_token) = (signed_in.text("access_token"), signed_in.text("refresh_token"));
        Actor { token, refresh_token, ..actor.clone() }
    }
}
