//! `/api/auth`

mod addresses;
mod edge;
mod login;
mod logout;
mod origin;
mod refresh;
mod reset;
mod second_factor;
mod sessions;
mod signup;
pub mod standing;
mod switch;
mod timing;
mod tokens;
mod unusual;
