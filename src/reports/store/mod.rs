//! Queries of reports, over the tables of other slices. They count in the database, and never write.
mod figures;
mod referrals;

pub use figures::printed;
pub use referrals::{Asked, ends, hours, organisations, programmes};
