//! Patients' records and the spreadsheets that they come in.

use dawr_api::function::Context;

/// The functions of this context.
pub const CONTEXT: Context = Context { name: "patients", summary: "Patients' records and the spreadsheets that they come in.", functions: &[] };
