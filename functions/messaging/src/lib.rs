//! Templates, messages, their delivery, and what failed.

pub mod account;

use dawr_api::function::Context;

/// The functions of this context.
pub const CONTEXT: Context =
    Context { name: "messaging", summary: "Templates, messages, their delivery, and what failed.", functions: &[] };
