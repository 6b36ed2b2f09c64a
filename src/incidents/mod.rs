//! Acts of terrorism, and what officials and the press said of them. Figures of several sources stand side by side; they
//! are never added together.
pub mod api;
pub mod figures;
pub mod model;
pub mod service;
mod store;

pub use figures::{AreaKind, Counts, FigureArea, Figures, Measure};
pub use model::{Incident, IncidentId, IncidentState};
pub use service::{get, verified_among};
