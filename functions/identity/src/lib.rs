//! Sign-up, sign-in and members.

use dawr_api::function::Context;

/// The functions of this context.
pub const CONTEXT: Context = Context { name: "identity", summary: "Sign-up, sign-in and members.", functions: &[] };
