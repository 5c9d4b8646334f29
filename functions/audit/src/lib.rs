//! The audit trail: who did what, and that nobody changed what is told of it.

pub mod chain;
mod export_audit;
mod list_audit;
mod seal_audit;
mod trail;
mod verify;
mod view;

use dawr_api::function::Context;

pub use verify::{Finding, Report, verify};

/// The functions of this context.
pub const CONTEXT: Context = Context {
    name: "audit",
    summary: "The audit trail, and what seals it.",
    functions: &[list_audit::LIST_AUDIT, export_audit::EXPORT_AUDIT.memory(512), seal_audit::SEAL_AUDIT],
};
