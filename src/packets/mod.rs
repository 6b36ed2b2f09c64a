//! Papers that leave the house: the referral form in its three copies, and the list of papers a service asks for, as
//! pages to print in English and in Urdu. A copy holds what its reader may know at the moment it is printed and nothing
//! else; printing one is a recorded view.
pub mod api;
mod labels;
pub mod model;
mod page;
pub mod service;
