//! `/api/patients`

mod person;
mod record;
mod search;
mod upload;
