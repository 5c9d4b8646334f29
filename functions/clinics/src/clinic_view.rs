//! A clinic as the API shows it.

use dawr_api::{
    slug::Slug,
    tenant::{ClinicName, ZoneName},
};
use dawr_kernel::{id::ClinicId, phone::PhoneNumber};
use dawr_store::Stored;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::model::{Address, Clinic, Holiday};

/// A branch of the tenant.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClinicView {
    id: ClinicId,
    name: ClinicName,
    slug: Slug,
    address: Option<Address>,
    phone: Option<PhoneNumber>,
    holidays: Vec<Holiday>,
    /// Null: the tenant's.
    timezone: Option<ZoneName>,
    #[schemars(with = "String")]
    created_at: Timestamp,
    version: u64,
}

impl ClinicView {
    /// A clinic at this version.
    pub fn new(clinic: &Clinic, version: u64) -> Self {
        let Clinic { id, name, slug, address, phone, holidays, timezone, created_at } = clinic.clone();
        Self { id, name, slug, address, phone, holidays, timezone, created_at, version }
    }

    /// A stored clinic.
    pub fn stored(clinic: &Stored<Clinic>) -> Self {
        Self::new(clinic, clinic.version)
    }
}
