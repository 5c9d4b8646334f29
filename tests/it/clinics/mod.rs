//! `/api/clinics`

mod branches;
mod coverage;
