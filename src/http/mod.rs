//! The outer ring: routes with a door each, what is read from a request, and what an answer looks like. It decides
//! nothing itself, and no handler can be reached but through a door.
mod answer;
mod asked;
mod attachment;
mod describe;
mod docs;
mod extract;
mod faults;
mod file;
mod health;
mod middleware;
mod openapi;
mod printable;
mod problem;
pub mod router;
mod rows;
pub mod server;
mod sheets;
mod tls;
mod upload;

pub use answer::{Created, Found, Listed, Moved, Performed, Plain, Resource};
pub use asked::Asked;
pub use attachment::Attachment;
pub use extract::{Command, IfMatch, KeyedCommand, Listing, Nothing, Place, Search};
pub use file::KeyedFile;
pub use middleware::surround;
pub use openapi::document;
pub use printable::Printable;
pub use router::{Allow, Routes};
pub use rows::{FromCsv, KeyedRows};
pub use sheets::{Question, Told};
pub use upload::{Upload, Uploads};
