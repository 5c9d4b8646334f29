//! `/api/tenants`

mod me;
