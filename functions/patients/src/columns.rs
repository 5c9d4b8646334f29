//! What people said that the columns of their lists are used for: the next list with such a header needs no saying.

use dawr_kernel::id::ClinicId;
use dawr_store::{Entity, Place, TenantScope, keys};
use serde::{Deserialize, Serialize};

use crate::sheet::{Field, Known, folded_header};

/// So many headers are remembered of a clinic.
const MOST: usize = 300;

/// What is remembered in a clinic, or in the tenant as a whole.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Columns {
    /// The clinic; none for the tenant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clinic: Option<ClinicId>,
    /// What headers mean.
    pub known: Known,
}

impl Columns {
    /// Remembers what a header means.
    pub fn remember(&mut self, header: &str, field: Field) {
        let folded = folded_header(header);
        if !folded.is_empty() && (self.known.len() < MOST || self.known.contains_key(&folded)) {
            self.known.insert(folded, field);
        }
    }
}

impl Entity for Columns {
    const KIND: &'static str = "columns";

    fn place(&self, scope: &TenantScope) -> Place {
        Place::at(keys::columns(scope, self.clinic))
    }
}
