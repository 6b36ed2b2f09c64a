//! Whom a victim can be referred to, and where: organisations, their programmes and services with the rules of each, and
//! the list of districts. It answers from what each source says, with the source and its date, and refuses to guess.
pub mod api;
pub mod eligibility;
pub mod first_data;
pub mod model;
pub mod service;
mod store;

pub use crate::access::OrganisationId;
pub use first_data::Source;
pub use model::{
    Confidence, Coverage, District, Domain, Organisation, OrganisationKind, Programme, ProgrammeId, RuleOwner, RuleSet,
    Service, ServiceId, ServiceStatus, Urgency,
};
pub use service::districts::check as check_district;
pub use service::organisations::get as get_organisation;
pub use service::programmes::{
    ProgrammeMark, check_aid, get as get_programme, get_running as get_running_programme, known as known_programmes,
    page as page_of_programmes,
};
pub use service::rules::{Books, books_in_force};
pub use service::services::{Candidate, find as find_service};
pub use service::shelf::{Shelf, around, listen, of as shelf_of};
