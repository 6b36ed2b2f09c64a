//! The clock. Only the composition root chooses one; no slice asks the system for the time.
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use crate::kernel::time::Time;

/// Where the time comes from.
#[derive(Debug, Clone)]
pub enum Clock {
    System,
    /// A clock that is this many microseconds ahead of the system's: for tests, and for demonstration data of the past.
    Ahead(Arc<AtomicI64>),
}

impl Clock {
    pub fn now(&self) -> Time {
        match self {
            Self::System => Time::now(),
            Self::Ahead(by) => {
                let now = Time::now();
                now.micros().checked_add(by.load(Ordering::Relaxed)).and_then(Time::from_micros).unwrap_or(now)
            }
        }
    }
}
