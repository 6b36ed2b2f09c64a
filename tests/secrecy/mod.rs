//! What is personal stays where it is sealed.
mod canaries;
