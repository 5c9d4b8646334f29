//! `POST /api/platform/tenants/{tenantId}/suspend`

use dawr_api::{
    Cx, Failure, endpoint,
    failure::FieldErrors,
    function::Access,
    permission::Permission,
    tenant::{GivenReason, Suspension, Tenant},
};
use deserr::Deserr;
use schemars::JsonSchema;

use crate::{
    customer::{Customer, TenantPath},
    customer_view::CustomerView,
};

endpoint! {
    /// Suspends a tenant: within half a minute none of its people gets anywhere. A tenant that is suspended already stays so
    /// since then, with the reason that is given now.
    pub const SUSPEND_TENANT: "suspend_tenant" = Post "/api/platform/tenants/{tenantId}/suspend";
    requires: Permission(PlatformManage);
    access: Access::WRITE;
    handler: suspend_tenant(path: TenantPath, body: Suspend) -> 200 CustomerView;
    errors: [NotFound];
}

/// Why.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct Suspend {
    reason: GivenReason,
}

async fn suspend_tenant(cx: &Cx, path: TenantPath, body: Suspend) -> Result<CustomerView, Failure> {
    let caller = cx.authorize(Permission::PlatformManage)?;
    let suspend = |tenant: &Tenant| {
        let at = tenant.suspended.as_ref().map_or(cx.now(), |before| before.at);
        let suspended = Some(Suspension { reason: body.reason.clone(), at });
        (tenant.suspended != suspended).then(|| Tenant { suspended, ..tenant.clone() })
    };
    Customer::change(cx, &caller, path.tenant_id, suspend).await
}
