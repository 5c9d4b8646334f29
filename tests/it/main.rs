//! Every endpoint, from outside. The modules mirror the URLs; `every` holds what is true of all functions.

mod auth;
mod envelope;
mod every;
mod users;
mod world;
