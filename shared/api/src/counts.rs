//! How many of what a tenant has, where a limit or a last one must hold for many writers at once.
//!
//! One item per tenant; who adds or takes away changes it in the same transaction, under the condition that must hold.

use dawr_store::{Entity, Place, TenantScope, keys};
use serde::{Deserialize, Serialize};

/// How many of what a tenant has.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Counts {
    /// Active members.
    pub members: i64,
    /// Owners among them.
    pub owners: i64,
    /// Roles of its own.
    pub roles: i64,
}

impl Counts {
    /// Of a tenant that is just founded: its owner.
    pub const FOUNDED: Self = Self { members: 1, owners: 1, roles: 0 };
}

impl Entity for Counts {
    const KIND: &'static str = "counts";

    fn place(&self, scope: &TenantScope) -> Place {
        Place::at(keys::counts(scope))
    }
}
