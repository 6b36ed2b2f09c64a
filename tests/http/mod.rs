//! The conventions of the API, held against the routes there are.
mod bodies;
mod docs;
mod health;
mod lists;
mod methods;
mod panics;
mod preconditions;
mod walk;
