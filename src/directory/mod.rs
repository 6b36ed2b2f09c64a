//! Whom a victim can be referred to, and where: organisations, their programmes and services, and the list of districts.
//! It refuses to judge eligibility: it keeps what each source says, with the source and its date.
pub mod api;
pub mod first_data;
pub mod model;
pub mod service;
mod store;

pub use crate::access::OrganisationId;
pub use model::{
    Confidence, Coverage, District, Domain, Organisation, OrganisationKind, Programme, ProgrammeId, Service, ServiceId,
    ServiceStatus, Urgency,
};
pub use service::districts::check as check_district;
pub use service::organisations::get as get_organisation;
pub use service::programmes::get as get_programme;
pub use service::services::find as find_service;
