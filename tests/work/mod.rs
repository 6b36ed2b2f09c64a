//! What the unit of work promises about reads and writes.
mod away;
mod hang_up;
mod idempotency;
mod retries;
mod trail;
mod writes;
