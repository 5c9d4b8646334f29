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
#[cfg(feature = "describe")]
pub mod migrate;
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

use dawr_store::{Index, Kind, Query, keys};

/// What is stored for all contexts.
pub const STORED: &[Kind] = &[
    #[cfg(feature = "describe")]
    Kind::of::<migrate::Progress>(),
    Kind::of::<tenant::Tenant>().listed(|scope| Query::at(Index::Table, keys::tenant(scope))),
    Kind::of::<counts::Counts>(),
    Kind::of::<role::OwnRole>().listed(|scope| Query::below(Index::Table, keys::roles(scope))),
    Kind::of::<role::RoleUse>(),
    Kind::of::<quota::Quota>(),
    Kind::of::<quota::Settled>(),
    Kind::of::<standing::Changed>(),
    Kind::of::<elevation::Elevation>(),
    Kind::of::<audit::Entry>(),
    Kind::of::<idempotency::Record>(),
];
