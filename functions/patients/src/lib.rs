//! Patients' records and the spreadsheets that they come in.

mod bulk_upload;
mod columns;
pub mod correct;
pub mod directory;
pub mod error;
pub mod get_patient;
mod get_upload;
pub mod index;
mod list_upload_rows;
pub mod masking;
pub mod metadata;
pub mod model;
mod preview;
pub mod repair;
mod search_patients;
pub mod search_text;
pub mod sheet;
pub mod shown;
pub mod store;
pub mod ties;
pub mod unread;
mod update_patient;
mod update_upload;
pub mod upload;
pub mod view;

use dawr_api::function::Context;
use dawr_store::{Index, Kind, Query, keys};

/// The functions of this context.
pub const CONTEXT: Context = Context {
    name: "patients",
    summary: "Patients' records and the spreadsheets that they come in.",
    stored: &[
        Kind::of::<model::Patient>().listed(|scope| Query::below(Index::Gsi1, keys::patients(scope))),
        Kind::of::<index::Entry>(),
        Kind::of::<index::NameClaim>(),
        Kind::of::<ties::Ties>(),
        Kind::of::<upload::Upload>(),
        Kind::of::<upload::UploadRows>(),
        Kind::of::<columns::Columns>(),
        Kind::view::<unread::Seen>(),
    ],
    functions: &[
        search_patients::SEARCH_PATIENTS,
        get_patient::GET_PATIENT,
        update_patient::UPDATE_PATIENT,
        bulk_upload::BULK_UPLOAD.memory(512),
        get_upload::GET_UPLOAD.memory(512),
        list_upload_rows::LIST_UPLOAD_ROWS.memory(512),
        update_upload::UPDATE_UPLOAD.memory(512),
    ],
};
