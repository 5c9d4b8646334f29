//! Doctors' queues and the tickets in them.

pub mod error;
pub mod model;
pub mod rank;
pub mod store;
mod ticket;
pub mod view;

use dawr_api::function::Context;

/// The functions of this context.
pub const CONTEXT: Context =
    Context { name: "queues", summary: "Doctors' queues and the tickets in them.", functions: &[] };
