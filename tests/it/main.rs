//! Every endpoint, from outside. The modules mirror the URLs; `every` holds what is true of all functions.

mod auth;
mod desk;
mod envelope;
mod every;
mod pipeline;
mod users;
mod world;
