//! Tenants as operators see them.

use dawr_api::{
    counts::Counts,
    tenant::{ClinicName, GivenReason, Limits, Suspension, Tenant, TenantKind},
};
use dawr_clinics::register::Register;
use dawr_kernel::{id::TenantId, language::Language, phone::Region};
use dawr_store::Stored;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

/// A customer's tenant.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CustomerView {
    id: TenantId,
    name: ClinicName,
    slug: String,
    kind: TenantKind,
    locale: Language,
    region: Region,
    limits: PlanView,
    /// That nobody may work there for now; null for a tenant that works.
    suspended: Option<SuspensionView>,
    #[schemars(with = "String")]
    created_at: Timestamp,
    version: u64,
}

/// What a plan allows; null is no limit.
#[derive(Debug, Serialize, JsonSchema)]
struct PlanView {
    /// Active members.
    members: Option<u32>,
    clinics: Option<u32>,
}

/// That nobody may work in a tenant for now.
#[derive(Debug, Serialize, JsonSchema)]
struct SuspensionView {
    reason: GivenReason,
    /// Since when.
    #[schemars(with = "String")]
    at: Timestamp,
}

impl CustomerView {
    /// A tenant at this version.
    pub fn new(tenant: &Tenant, version: u64) -> Self {
        let Limits { members, clinics } = tenant.limits;
        let suspended = tenant.suspended.clone().map(|Suspension { reason, at }| SuspensionView { reason, at });
        Self {
            id: tenant.id,
            name: tenant.name.clone(),
            slug: tenant.slug.clone(),
            kind: tenant.organisation,
            locale: tenant.locale,
            region: tenant.region,
            limits: PlanView { members, clinics },
            suspended,
            created_at: tenant.created_at,
            version,
        }
    }

    /// A stored tenant.
    pub fn stored(tenant: &Stored<Tenant>) -> Self {
        Self::new(tenant, tenant.version)
    }
}

/// A customer's tenant with what it has.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CustomerDetailView {
    #[serde(flatten)]
    tenant: CustomerView,
    counts: HoldingsView,
}

/// How many of what a tenant has.
#[derive(Debug, Serialize, JsonSchema)]
struct HoldingsView {
    /// Active members.
    members: i64,
    /// Owners among them.
    owners: i64,
    /// Roles of its own.
    roles: i64,
    clinics: usize,
}

impl CustomerDetailView {
    /// A tenant with these counts and clinics.
    pub fn new(tenant: &Stored<Tenant>, counts: &Counts, clinics: &Register) -> Self {
        let Counts { members, owners, roles } = *counts;
        Self {
            tenant: CustomerView::stored(tenant),
            counts: HoldingsView { members, owners, roles, clinics: clinics.count() },
        }
    }
}
