//! Victims: who they are, who may know it, what they consent to.
mod circumstances;
mod consents;
mod contact;
mod protection;
mod recognitions;
mod register;
mod sight;
