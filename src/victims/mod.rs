//! Persons harmed in body, mind or property, or bereaved. Who they are is sealed; only what statistics need is in the
//! clear.
//!
//! A protected person is known by a pseudonym to all but the users named. Every sealed fact opens in `store`, through a
//! key that is blind in anybody else's hands, so no route can forget it.
pub mod api;
pub mod model;
pub mod service;
mod store;

pub use model::{
    Category, Consent, ConsentId, ContactRules, Harm, HarmOf, Identity, MayContact, Means, SafeContact, Sex,
    SharedField, SharedPerson, Victim, VictimId,
};
pub use service::circumstances::with_circumstances;
pub use service::consents::{consent_for, consents_for, hold_live, is_consent_live};
pub use service::contact::safe_contact;
pub use service::get;
pub use service::protection::{end_terms, protected_among};
pub use service::sharing::{
    eyes_of_recipient, follow_case, is_harmed_by, known_among, person_key, person_keys, shared_person,
};
