//! Doctors' queues and the tickets in them.

use dawr_api::function::Context;

/// The functions of this context.
pub const CONTEXT: Context = Context { name: "queues", summary: "Doctors' queues and the tickets in them.", functions: &[] };
