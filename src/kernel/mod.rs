//! The words every slice speaks: ids, instants, money, names, numbers and places, each a type that is parsed once.
//!
//! A value that exists is valid; nothing downstream checks it again. Every parser answers with [`invalid::Invalid`],
//! which never repeats what was given. Types that hold something personal print themselves blind.
//!
//! Refuses to import anything else of ours, and to know of databases, HTTP or an async runtime.

pub mod cache;
pub mod cnic;
pub mod giveaway;
pub mod hours;
pub mod iban;
pub mod ids;
pub mod invalid;
pub mod latin;
pub mod letters;
pub mod money;
pub mod moves;
pub mod names;
pub mod numbers;
pub mod optional;
pub mod page;
pub mod phone;
pub mod places;
pub mod sheet;
pub mod text;
pub mod time;
pub mod words;

pub(crate) mod wire;

mod digits;
