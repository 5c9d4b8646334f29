//! `/api/patients`

mod record;
mod search;
mod upload;
