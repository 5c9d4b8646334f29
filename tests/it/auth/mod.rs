//! `/api/auth`

mod login;
mod logout;
mod refresh;
mod signup;
mod standing;
mod tokens;
