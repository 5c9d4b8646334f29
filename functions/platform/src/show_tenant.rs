//! `GET /api/platform/tenants/{tenantId}`

use dawr_api::{
    Cx, Failure, code::Code, counts::Counts, endpoint, function::Access, permission::Permission, tenant::Tenant,
};
use dawr_clinics::register::Register;
use dawr_store::{Stored, keys};

use crate::{customer::TenantPath, customer_view::CustomerDetailView};

endpoint! {
    /// One of the platform's tenants, with how many members and clinics it has.
    pub const SHOW_TENANT: "show_tenant" = Get "/api/platform/tenants/{tenantId}";
    requires: Permission(PlatformRead);
    access: Access::READ;
    handler: show_tenant(path: TenantPath) -> 200 CustomerDetailView;
    errors: [NotFound];
}

async fn show_tenant(cx: &Cx, path: TenantPath) -> Result<CustomerDetailView, Failure> {
    let caller = cx.authorize(Permission::PlatformRead)?;
    let there = cx.of_platform(&caller, path.tenant_id)?;
    let keys = [keys::tenant(&there), keys::counts(&there), keys::clinic_register(&there)];
    let mut items = cx.table().get_items(&keys).await?;
    let mut items = keys.iter().map(|key| items.remove(key).ok_or(Code::NotFound));
    let mut next = || items.next().unwrap_or(Err(Code::NotFound));
    let (tenant, counts): (Stored<Tenant>, Stored<Counts>) = (Stored::decode(next()?)?, Stored::decode(next()?)?);
    // The platform's own organisation has no clinics.
    let clinics: Stored<Register> = Stored::decode(next()?)?;
    Ok(CustomerDetailView::new(&tenant, &counts, &clinics))
}
