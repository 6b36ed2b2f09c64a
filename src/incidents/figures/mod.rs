//! What officials and the press counted: of one incident on one day, or of one area in one period. A figure is kept as
//! it was printed; nothing here adds two of them, and a second figure of the same source, day and place is refused.
pub mod api;
mod area;
mod counts;
pub mod model;
pub mod service;
mod store;

pub use area::{AreaKind, FigureArea};
pub use counts::{Casualties, Counts, Figures, Measure};
pub use model::{Figure, FigureId, IncidentFigure, IncidentFigureId, NewFigure, NewIncidentFigure};
pub use service::{record, record_of_incident};
