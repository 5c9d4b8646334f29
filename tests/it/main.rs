//! Every endpoint, from outside. The modules mirror the URLs; `every` holds what is true of all functions.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test ends where something is not as it should be"
)]

mod audit;
mod auth;
mod clinics;
mod desk;
mod envelope;
mod every;
mod messages;
mod pages;
mod patients;
mod pipeline;
mod platform;
mod queues;
mod tenants;
mod upgrades;
mod users;
mod world;
