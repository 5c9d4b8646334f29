//! The tenant as its members see it.

use dawr_api::{
    Authorized,
    branding::{Color, LogoUrl},
    network::Network,
    permission::Permission,
    role::RoleName,
    tenant::{ClinicName, Day, Tenant, TenantKind, ZoneName},
};
use dawr_kernel::{
    id::{ClinicId, TenantId},
    language::Language,
    phone::Region,
};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

/// An organisation.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrganisationView {
    id: TenantId,
    name: ClinicName,
    slug: String,
    kind: TenantKind,
    locale: Language,
    timezone: ZoneName,
    region: Region,
    /// The days on which it is closed.
    weekend: Vec<Day>,
    branding: BrandingView,
    retention: RetentionView,
    limits: LimitsView,
    /// Only for members with `settings:manage` in all clinics.
    #[serde(skip_serializing_if = "Option::is_none")]
    security: Option<SecurityView>,
    /// Where queues are opened that name no clinic.
    first_clinic: ClinicId,
    #[schemars(with = "String")]
    created_at: Timestamp,
    version: u64,
}

/// How a tenant shows itself.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct BrandingView {
    color: Option<Color>,
    logo_url: Option<LogoUrl>,
}

/// For how long its data is kept.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct RetentionView {
    /// Days for which new entries of the audit trail are kept.
    audit_days: u32,
}

/// What its plan allows; null is no limit.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct LimitsView {
    /// Active members.
    members: Option<u32>,
    clinics: Option<u32>,
}

/// How its people sign in.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct SecurityView {
    /// A session that is not used for so many minutes ends.
    idle_minutes: u32,
    /// A session ends after so many hours, however much it is used.
    absolute_hours: u32,
    /// From where the tenant may be used; empty for everywhere.
    allowed_addresses: Vec<Network>,
    /// The roles whose members must have a second factor.
    second_factor_roles: Vec<RoleName>,
    /// Whether a sign-in that is out of the ordinary asks for a second factor.
    watches_sign_ins: bool,
}

impl OrganisationView {
    /// A tenant at this version, as its caller may see it.
    pub fn new(tenant: &Tenant, version: u64, caller: &Authorized) -> Self {
        let Tenant { branding, security, .. } = tenant.clone();
        let security = SecurityView {
            idle_minutes: security.idle_minutes,
            absolute_hours: security.absolute_hours,
            allowed_addresses: security.allowed_addresses,
            second_factor_roles: security.second_factor_roles,
            watches_sign_ins: security.watches_sign_ins,
        };
        Self {
            id: tenant.id,
            name: tenant.name.clone(),
            slug: tenant.slug.clone(),
            kind: tenant.organisation,
            locale: tenant.locale,
            timezone: tenant.timezone.clone(),
            region: tenant.region,
            weekend: tenant.weekend.clone(),
            branding: BrandingView { color: branding.color, logo_url: branding.logo_url },
            retention: RetentionView { audit_days: tenant.retention.audit_days },
            limits: LimitsView { members: tenant.limits.members, clinics: tenant.limits.clinics },
            security: (caller.may(Permission::SettingsManage) && caller.is_everywhere()).then_some(security),
            first_clinic: tenant.first_clinic,
            created_at: tenant.created_at,
            version,
        }
    }
}
