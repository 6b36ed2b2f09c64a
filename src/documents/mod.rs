//! Documents of a case: what proves a claim, sent in as a file. Each is looked into before it is kept, and kept encrypted
//! under the key of the person it is about. It refuses whatever is not what its name says.
pub mod api;
pub mod content;
mod follow;
pub mod model;
pub mod service;
mod store;
pub mod sweep;
mod vault;

pub use follow::listen;
pub use model::{Document, DocumentId, DocumentKind};
pub use service::{digest, shelf::Shelf};
pub use sweep::sweep;
pub use vault::{Place, S3};
