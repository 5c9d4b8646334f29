//! `/api/users`

mod me;
