//! `/api/auth`

mod login;
mod logout;
mod origin;
mod refresh;
mod sessions;
mod signup;
mod standing;
mod tokens;
