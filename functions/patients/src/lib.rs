//! Patients' records and the spreadsheets that they come in.

pub mod directory;
pub mod error;
pub mod index;
pub mod metadata;
pub mod model;
pub mod patch;
pub mod regional;
pub mod sheet;
pub mod store;
pub mod view;

use dawr_api::function::Context;

/// The functions of this context.
pub const CONTEXT: Context = Context {
    name: "patients",
    summary: "Patients' records and the spreadsheets that they come in.",
    functions: &[],
};
