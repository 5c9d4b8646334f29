//! Members as quotas see them. Their record itself belongs to a context that stands on this one.

use dawr_api::{
    Authorized,
    role::{Coverage, RoleName},
};
use dawr_kernel::id::{ClinicId, MemberId};
use dawr_store::{Entity, Place, TenantScope, keys};
use serde::{Deserialize, Serialize};

/// What of a member's record decides what they may have, and who may see and set it.
#[derive(Debug, Serialize, Deserialize)]
pub struct Holder {
    /// Who.
    pub id: MemberId,
    /// Their role.
    pub role: RoleName,
    /// The clinics in which it is theirs.
    pub clinics: Coverage,
    /// The single clinics in which they have another one.
    elsewhere: Vec<There>,
    /// Whether they may sign in.
    pub active: bool,
}

/// A single clinic in which somebody has another role.
#[derive(Debug, Serialize, Deserialize)]
struct There {
    clinic: ClinicId,
}

impl Entity for Holder {
    const KIND: &'static str = "member";

    fn place(&self, scope: &TenantScope) -> Place {
        Place::at(keys::member(scope, self.id))
    }
}

impl Holder {
    /// Whether they are the caller's business at all: one who works in a clinic that the caller covers, or the caller.
    pub fn is_known_to(&self, caller: &Authorized) -> bool {
        let clinics = &caller.clinics;
        self.id == caller.member
            || self.clinics.meets(clinics)
            || self.elsewhere.iter().any(|there| clinics.has(there.clinic))
    }

    /// Whether they work in these clinics alone.
    pub fn is_within(&self, clinics: &Coverage) -> bool {
        clinics.includes(&self.clinics) && self.elsewhere.iter().all(|there| clinics.has(there.clinic))
    }
}
