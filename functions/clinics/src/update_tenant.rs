//! `PATCH /api/tenants/me`

use dawr_api::{
    Authorized, Cx, Failure, Fault,
    branding::{Branding, Color, LogoUrl},
    code::Code,
    endpoint,
    failure::FieldErrors,
    function::Access,
    network::Network,
    patch::Patch,
    permission::Permission,
    role::{OwnRole, RoleName},
    tenant::{ClinicName, CustomerKind, Day, Retention, SecurityRules, Tenant, TenantKind, ZoneName},
};
use dawr_kernel::{language::Language, phone::Region, text::Invalid};
use dawr_store::{Work, keys};
use deserr::Deserr;
use schemars::JsonSchema;

use crate::tenant_view::OrganisationView;

endpoint! {
    /// Changes the tenant's settings. What is left out stays. Only for members who cover all clinics.
    /// Another time zone is that of queues which are opened from then on; entries of the audit trail keep the time for
    /// which they were written.
    pub const UPDATE_TENANT: "update_tenant" = Patch "/api/tenants/me";
    requires: Permission(SettingsManage);
    access: Access::WRITE;
    handler: update_tenant(body: UpdateTenant) -> 200 OrganisationView;
    errors: [LocksYouOut, NotFound, StaleVersion];
}

/// Defines a number within limits.
macro_rules! number {
    ($(#[$meta:meta])* $name:ident, $min:literal..=$max:literal) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, Deserr, JsonSchema)]
        #[deserr(try_from(i64) = $name::parse -> Invalid)]
        pub struct $name(#[schemars(range(min = $min, max = $max))] u32);

        impl $name {
            fn parse(number: i64) -> Result<Self, Invalid> {
                match u32::try_from(number) {
                    Ok(number @ $min..=$max) => Ok(Self(number)),
                    _ => Err(Invalid::OutOfRange { min: $min, max: $max }),
                }
            }
        }
    };
}

number! {
    /// Days for which entries of the audit trail are kept: one year to ten.
    AuditDays, 365..=3650
}

number! {
    /// Minutes after which an unused session ends: five to thirty days.
    IdleMinutes, 5..=43_200
}

number! {
    /// Hours after which a session ends: one to ninety days.
    AbsoluteHours, 1..=2_160
}

/// So many networks and roles may be listed.
const MOST: usize = 50;

/// What shall change.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateTenant {
    #[deserr(default)]
    name: Option<ClinicName>,
    /// The platform's own organisation stays what it is.
    #[deserr(default)]
    kind: Option<CustomerKind>,
    #[deserr(default)]
    locale: Option<Language>,
    /// An IANA time zone.
    #[deserr(default)]
    timezone: Option<ZoneName>,
    /// The country, ISO 3166-1 alpha-2.
    #[deserr(default)]
    region: Option<Region>,
    /// The days on which it is closed: up to six.
    #[deserr(default)]
    #[schemars(length(max = 6))]
    weekend: Option<Vec<Day>>,
    #[deserr(default)]
    branding: Option<UpdateBranding>,
    #[deserr(default)]
    retention: Option<UpdateRetention>,
    #[deserr(default)]
    security: Option<UpdateSecurity>,
}

/// How it shall show itself.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
struct UpdateBranding {
    /// Null removes it.
    #[deserr(default)]
    color: Patch<Color>,
    /// Null removes it.
    #[deserr(default)]
    logo_url: Patch<LogoUrl>,
}

/// For how long data shall be kept.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
struct UpdateRetention {
    #[deserr(default)]
    audit_days: Option<AuditDays>,
}

/// How people shall sign in.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
struct UpdateSecurity {
    #[deserr(default)]
    idle_minutes: Option<IdleMinutes>,
    #[deserr(default)]
    absolute_hours: Option<AbsoluteHours>,
    /// From where the tenant may be used, the caller's own address among them; empty for everywhere.
    #[deserr(default)]
    #[schemars(length(max = 50))]
    allowed_addresses: Option<Vec<Network>>,
    /// The roles whose members must have a second factor.
    #[deserr(default)]
    #[schemars(length(max = 50))]
    second_factor_roles: Option<Vec<RoleName>>,
    #[deserr(default)]
    watches_sign_ins: Option<bool>,
}

impl UpdateTenant {
    /// What is wrong with it, for a tenant of this kind.
    fn faults(&self, kind: TenantKind) -> Vec<Fault> {
        let security = self.security.as_ref();
        let length = |list: Option<usize>, most, field: &str| {
            list.filter(|length| *length > most).map(|_| Fault::at(Code::TooMany, field))
        };
        let addresses = security.and_then(|security| security.allowed_addresses.as_ref()).map(Vec::len);
        let roles = security.and_then(|security| security.second_factor_roles.as_ref()).map(Vec::len);
        let lists = [
            length(self.weekend.as_ref().map(Vec::len), 6, "weekend"),
            length(addresses, MOST, "security.allowedAddresses"),
            length(roles, MOST, "security.secondFactorRoles"),
        ];
        let named = security.and_then(|security| security.second_factor_roles.as_deref()).unwrap_or_default();
        let strange = named.iter().take(MOST).enumerate().filter(|(_, role)| !role.is_for(kind));
        let strange = strange.map(|(n, _)| Fault::at(Code::UnknownValue, format!("security.secondFactorRoles[{n}]")));
        let kind = self.kind.filter(|_| kind == TenantKind::Platform).map(|_| Fault::at(Code::UnknownValue, "kind"));
        lists.into_iter().flatten().chain(strange).chain(kind).collect()
    }

    /// The tenant as it shall be.
    fn apply(self, tenant: Tenant) -> Tenant {
        let branding = match self.branding {
            Some(change) => Branding {
                color: change.color.apply(tenant.branding.color),
                logo_url: change.logo_url.apply(tenant.branding.logo_url),
            },
            None => tenant.branding,
        };
        let audit_days = self.retention.and_then(|retention| retention.audit_days).map(|days| days.0);
        Tenant {
            name: self.name.unwrap_or(tenant.name),
            organisation: self.kind.map_or(tenant.organisation, CustomerKind::kind),
            locale: self.locale.unwrap_or(tenant.locale),
            timezone: self.timezone.unwrap_or(tenant.timezone),
            region: self.region.unwrap_or(tenant.region),
            weekend: self.weekend.map_or(tenant.weekend, in_order),
            branding,
            retention: Retention { audit_days: audit_days.unwrap_or(tenant.retention.audit_days) },
            security: match self.security {
                Some(change) => change.apply(tenant.security),
                None => tenant.security,
            },
            ..tenant
        }
    }
}

impl UpdateSecurity {
    fn apply(self, rules: SecurityRules) -> SecurityRules {
        SecurityRules {
            idle_minutes: self.idle_minutes.map_or(rules.idle_minutes, |minutes| minutes.0),
            absolute_hours: self.absolute_hours.map_or(rules.absolute_hours, |hours| hours.0),
            allowed_addresses: self.allowed_addresses.map_or(rules.allowed_addresses, in_order),
            second_factor_roles: self.second_factor_roles.map_or(rules.second_factor_roles, in_order),
            watches_sign_ins: self.watches_sign_ins.unwrap_or(rules.watches_sign_ins),
        }
    }
}

/// Each once.
fn in_order<T: Ord>(mut list: Vec<T>) -> Vec<T> {
    list.sort_unstable();
    list.dedup();
    list
}

async fn update_tenant(cx: &Cx, body: UpdateTenant) -> Result<OrganisationView, Failure> {
    let caller = cx.authorize(Permission::SettingsManage)?;
    let mut faults = body.faults(caller.kind);
    faults.extend(unknown_roles(cx, &caller, &body).await?);
    if !faults.is_empty() {
        return Err(Failure::of(faults));
    }
    let read = Tenant::load(cx, &caller).await?;
    cx.expect(&read)?;
    let changed = body.apply(read.value.clone());
    // An operator comes to help from elsewhere.
    if caller.elevation.is_none() && !changed.is_open_to(&cx.address) {
        return Err(Fault::at(Code::LocksYouOut, "security.allowedAddresses").into());
    }
    let mut work = Work::new();
    work.replace(&caller, &read, &changed);
    cx.save(&caller, work).await?;
    Ok(OrganisationView::new(&changed, read.version + 1, &caller))
}

/// The roles of the tenant's own that it names and that do not exist.
async fn unknown_roles(cx: &Cx, caller: &Authorized, body: &UpdateTenant) -> Result<Vec<Fault>, Failure> {
    let named = body.security.as_ref().and_then(|security| security.second_factor_roles.as_ref());
    let own = named.into_iter().flatten().take(MOST).enumerate().filter_map(|(place, role)| match role {
        RoleName::Own(id) => Some((place, keys::role(caller, *id))),
        RoleName::BuiltIn(_) => None,
    });
    let (places, keys): (Vec<_>, Vec<_>) = own.unzip();
    let found = cx.table().get_many::<OwnRole>(&keys).await?;
    let missing = places.into_iter().zip(found).filter(|(_, role)| role.is_none());
    Ok(missing.map(|(place, _)| Fault::at(Code::NotFound, format!("security.secondFactorRoles[{place}]"))).collect())
}
