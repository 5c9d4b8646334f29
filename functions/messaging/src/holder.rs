//! Members as quotas see them. Their record itself belongs to a context that stands on this one.

use dawr_api::role::{Coverage, RoleName};
use dawr_kernel::id::MemberId;
use dawr_store::{Entity, Place, TenantScope, keys};
use serde::{Deserialize, Serialize};

/// What of a member's record decides what they may have, and who may set it.
#[derive(Debug, Serialize, Deserialize)]
pub struct Holder {
    /// Who.
    pub id: MemberId,
    /// Their role.
    pub role: RoleName,
    /// The clinics in which it is theirs.
    pub clinics: Coverage,
    /// Whether they may sign in.
    pub active: bool,
}

impl Entity for Holder {
    const KIND: &'static str = "member";

    fn place(&self, scope: &TenantScope) -> Place {
        Place::at(keys::member(scope, self.id))
    }
}
