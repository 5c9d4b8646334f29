//! `GET /api/tenants/me`

use dawr_api::{Cx, Failure, endpoint, function::Access, tenant::Tenant};

use crate::tenant_view::OrganisationView;

endpoint! {
    /// The caller's tenant. How its people sign in is shown to members with `settings:manage` only.
    pub const GET_TENANT: "get_tenant" = Get "/api/tenants/me";
    requires: Member;
    reach: Shared;
    access: Access::READ;
    handler: get_tenant() -> 200 OrganisationView;
    errors: [];
}

async fn get_tenant(cx: &Cx) -> Result<OrganisationView, Failure> {
    let caller = cx.member()?;
    let tenant = Tenant::load(cx, &caller).await?;
    Ok(OrganisationView::new(&tenant, tenant.version, &caller))
}
