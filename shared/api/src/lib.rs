//! What an endpoint is made of: its description, its context, authorization, errors, pages and idempotency.
//!
//! Nothing here knows of Lambda: `dawr-runtime` calls it.

pub mod audit;
pub mod auth;
pub mod branding;
pub mod code;
pub mod context;
pub mod counts;
pub mod elevation;
pub mod failure;
pub mod function;
pub mod hashing;
pub mod idempotency;
pub mod job;
pub mod json;
pub mod network;
pub mod page;
pub mod patch;
pub mod permission;
pub mod quota;
pub mod regional;
pub mod reply;
pub mod request;
pub mod role;
pub mod secrets;
pub mod settings;
pub mod slug;
pub mod standing;
pub mod table;
pub mod tenant;

pub use context::{Authorized, Cx, Services};
pub use failure::{Failure, Fault};
pub use reply::{Output, Reply};
