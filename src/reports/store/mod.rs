//! Queries of reports, over the tables of other slices. They count in the database, and never write.
mod cases;
mod figures;
mod payouts;
mod referrals;
mod victims;

pub use cases::{cases, clocks, district_names, needs, needy};
pub use figures::printed;
pub use payouts::{AskedPayouts, payouts};
pub use referrals::{Asked, ends, hours, organisations, programmes};
pub use victims::{places, registered, struck};
