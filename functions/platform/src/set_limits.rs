//! `PUT /api/platform/tenants/{tenantId}/limits`

use dawr_api::{
    Cx, Failure, endpoint,
    failure::FieldErrors,
    function::Access,
    permission::Permission,
    tenant::{Limits, Tenant},
};
use dawr_clinics::register::MOST;
use dawr_kernel::text::Invalid;
use deserr::Deserr;
use schemars::JsonSchema;

use crate::{
    customer::{Customer, TenantPath},
    customer_view::CustomerView,
};

endpoint! {
    /// Sets what a tenant's plan allows. Who is there already stays, also where that is more.
    pub const SET_LIMITS: "set_limits" = Put "/api/platform/tenants/{tenantId}/limits";
    requires: Permission(PlatformManage);
    access: Access::WRITE;
    handler: set_limits(path: TenantPath, body: SetLimits) -> 200 CustomerView;
    errors: [NotFound, StaleVersion];
}

/// So many members a limit allows at the most; more is no limit.
const MOST_MEMBERS: u32 = 100_000;

/// How many active members a plan allows.
#[derive(Debug, Clone, Copy, Deserr, JsonSchema)]
#[deserr(try_from(i64) = MemberLimit::parse -> Invalid)]
pub struct MemberLimit(#[schemars(range(min = 1, max = 100_000))] u32);

/// How many clinics a plan allows.
#[derive(Debug, Clone, Copy, Deserr, JsonSchema)]
#[deserr(try_from(i64) = ClinicLimit::parse -> Invalid)]
pub struct ClinicLimit(#[schemars(range(min = 1, max = 300))] u32);

fn within(number: i64, max: u32) -> Result<u32, Invalid> {
    match u32::try_from(number) {
        Ok(number) if (1..=max).contains(&number) => Ok(number),
        _ => Err(Invalid::OutOfRange { min: 1, max: max.into() }),
    }
}

impl MemberLimit {
    fn parse(number: i64) -> Result<Self, Invalid> {
        within(number, MOST_MEMBERS).map(Self)
    }
}

impl ClinicLimit {
    fn parse(number: i64) -> Result<Self, Invalid> {
        within(number, u32::try_from(MOST).unwrap_or(u32::MAX)).map(Self)
    }
}

/// What the plan shall allow.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct SetLimits {
    /// Active members; left out or null: no limit.
    #[deserr(default)]
    members: Option<MemberLimit>,
    /// Clinics; left out or null: no limit.
    #[deserr(default)]
    clinics: Option<ClinicLimit>,
}

async fn set_limits(cx: &Cx, path: TenantPath, body: SetLimits) -> Result<CustomerView, Failure> {
    let caller = cx.authorize(Permission::PlatformManage)?;
    let limits = Limits { members: body.members.map(|limit| limit.0), clinics: body.clinics.map(|limit| limit.0) };
    let set = |tenant: &Tenant| (tenant.limits != limits).then(|| Tenant { limits: limits.clone(), ..tenant.clone() });
    Customer::change(cx, &caller, path.tenant_id, set).await
}
