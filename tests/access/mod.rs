//! Users, sessions and tokens.
mod declarations;
mod invitations;
mod sessions;
mod sign_in;
mod tokens;
mod users;
