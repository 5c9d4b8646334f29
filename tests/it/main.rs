//! Every endpoint, from outside. The modules mirror the URLs; `every` holds what is true of all functions.

mod auth;
mod desk;
mod envelope;
mod every;
mod messages;
mod pages;
mod patients;
mod pipeline;
mod queues;
mod users;
mod world;
