//! What the State pays for a harm: instruments (an Act, a cabinet rate, a regulation, a package for one incident) with
//! their dated lines. An amount is never edited, only superseded, and what is not in force, approved or paid is shown and
//! never awarded.
pub mod api;
pub mod choose;
pub mod first_data;
pub mod line;
pub mod model;
pub mod service;
mod store;
pub mod words;

pub use choose::{Asked, Choice, LookOnly, Tariff, choose, promised};
pub use line::{LineId, TariffLine};
pub use model::{Clock, Clocks, Excluder, HeirRule, Instrument, InstrumentFacts, InstrumentId};
pub use service::{clocks, of_ids, of_province, with_line};
pub use words::{Exclusion, HarmCode, HarmGroup, HeirClass, InstrumentKind, TariffStatus, Track};
