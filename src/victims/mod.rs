//! Persons harmed in body, mind or property, or bereaved. Who they are is sealed; only what statistics need is in the
//! clear.
pub mod api;
pub mod model;
pub mod service;
mod store;

pub use model::{Consent, ConsentId, Harm, HarmOf, Sex, SharedField, SharedPerson, Victim, VictimId};
pub use service::circumstances::with_circumstances;
pub use service::consents::{consent_for, is_consent_live};
pub use service::get;
pub use service::sharing::{follow_case, is_harmed_by, person_key, shared_person};
