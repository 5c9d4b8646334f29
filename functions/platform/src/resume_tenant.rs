//! `POST /api/platform/tenants/{tenantId}/resume`

use dawr_api::{Cx, Failure, endpoint, function::Access, permission::Permission, tenant::Tenant};

use crate::{
    customer::{Customer, TenantPath},
    customer_view::CustomerView,
};

endpoint! {
    /// Lifts a tenant's suspension. One that is not suspended stays as it is.
    pub const RESUME_TENANT: "resume_tenant" = Post "/api/platform/tenants/{tenantId}/resume";
    requires: Permission(PlatformManage);
    access: Access::WRITE;
    handler: resume_tenant(path: TenantPath) -> 200 CustomerView;
    errors: [NotFound];
}

async fn resume_tenant(cx: &Cx, path: TenantPath) -> Result<CustomerView, Failure> {
    let caller = cx.authorize(Permission::PlatformManage)?;
    let resume = |tenant: &Tenant| tenant.suspended.is_some().then(|| Tenant { suspended: None, ..tenant.clone() });
    Customer::change(cx, &caller, path.tenant_id, resume).await
}
