//! What of a member's record decides who may see and set their quota. The record itself belongs to a context that stands on this
//! one.

use dawr_api::role::Coverage;
use dawr_kernel::id::{ClinicId, MemberId};
use dawr_store::{Entity, Place, TenantScope, keys};
use serde::{Deserialize, Serialize};

/// Where a member works.
#[derive(Debug, Serialize, Deserialize)]
pub struct Covered {
    id: MemberId,
    clinics: Coverage,
    elsewhere: Vec<There>,
}

/// A single clinic in which they have another role.
#[derive(Debug, Serialize, Deserialize)]
struct There {
    clinic: ClinicId,
}

impl Entity for Covered {
    const KIND: &'static str = "member";

    fn place(&self, scope: &TenantScope) -> Place {
        Place::at(keys::member(scope, self.id))
    }
}

impl Covered {
    /// Whether they work in any of these clinics.
    pub fn meets(&self, clinics: &Coverage) -> bool {
        self.clinics.meets(clinics) || self.elsewhere.iter().any(|there| clinics.has(there.clinic))
    }

    /// Whether they work in these clinics alone.
    pub fn is_within(&self, clinics: &Coverage) -> bool {
        clinics.includes(&self.clinics) && self.elsewhere.iter().all(|there| clinics.has(there.clinic))
    }
}
