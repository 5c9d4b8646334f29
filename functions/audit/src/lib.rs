//! The audit trail: who did what, and that nobody changed what is told of it.

pub mod canonical;
pub mod chain;
mod export_audit;
mod list_audit;
mod seal_audit;
mod trail;
mod verify;
mod view;

use dawr_api::function::Context;
use dawr_store::Kind;

pub use verify::{Finding, Report, verify};

/// The functions of this context.
pub const CONTEXT: Context = Context {
    name: "audit",
    summary: "The audit trail, and what seals it.",
    stored: &[Kind::of::<chain::Head>(), Kind::of::<chain::Link>(), Kind::of::<chain::Footprint>()],
    functions: &[list_audit::LIST_AUDIT, export_audit::EXPORT_AUDIT.memory(512), seal_audit::SEAL_AUDIT],
};
