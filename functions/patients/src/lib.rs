//! Patients' records and the spreadsheets that they come in.

mod bulk_upload;
pub mod correct;
pub mod directory;
pub mod error;
pub mod get_patient;
pub mod index;
pub mod masking;
pub mod metadata;
pub mod model;
mod preview;
mod search_patients;
pub mod search_text;
pub mod sheet;
pub mod shown;
pub mod store;
pub mod ties;
pub mod unread;
mod update_patient;
pub mod upload;
pub mod view;

use dawr_api::function::Context;

/// The functions of this context.
pub const CONTEXT: Context = Context {
    name: "patients",
    summary: "Patients' records and the spreadsheets that they come in.",
    functions: &[
        search_patients::SEARCH_PATIENTS,
        get_patient::GET_PATIENT,
        update_patient::UPDATE_PATIENT,
        bulk_upload::BULK_UPLOAD.memory(512),
    ],
};
