//! The conventions of the API, held against the routes there are.
mod health;
