//! `DELETE /api/platform/tenants/{tenantId}/elevations/{elevationId}`

use dawr_api::{
    Cx, Failure,
    audit::Actor,
    code::Code,
    elevation::{self, Elevation, Ended, Side},
    endpoint,
    failure::FieldErrors,
    function::Access,
    permission::Permission,
    reply::Empty,
    tenant::Tenant,
};
use dawr_kernel::id::{ElevationId, TenantId};
use dawr_store::{Stored, Work, keys};
use deserr::Deserr;
use schemars::JsonSchema;

endpoint! {
    /// Ends a stay before its time: an operator their own, who has `platform:manage` anybody's. No function takes a token of it
    /// any more within half a minute. A stay that has ended stays as it is.
    pub const END_ELEVATION: "end_elevation" = Delete "/api/platform/tenants/{tenantId}/elevations/{elevationId}";
    requires: Permission(PlatformSupport);
    access: Access::WRITE;
    handler: end_elevation(path: ElevationPath) -> 204 Empty;
    errors: [NotFound];
}

/// Which stay, and where.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase)]
#[schemars(rename_all = "camelCase")]
pub struct ElevationPath {
    tenant_id: TenantId,
    elevation_id: ElevationId,
}

async fn end_elevation(cx: &Cx, path: ElevationPath) -> Result<Empty, Failure> {
    let caller = cx.authorize(Permission::PlatformSupport)?;
    let there = cx.of_platform(&caller, path.tenant_id)?;
    let keys = [keys::tenant(&there), keys::elevation(&there, path.elevation_id)];
    let mut items = cx.table().get_items(&keys).await?;
    let [tenant, stay] = keys.map(|key| items.remove(&key));
    let (tenant, stay) = tenant.zip(stay).ok_or(Code::NotFound)?;
    let (tenant, stay): (Stored<Tenant>, Stored<Elevation>) = (Stored::decode(tenant)?, Stored::decode(stay)?);
    if stay.operator.member != caller.member && !caller.may(Permission::PlatformManage) {
        return Err(Code::NotFound.into());
    }
    if !stay.is_open(cx.now()) {
        return Ok(Empty);
    }
    let mut work = Work::new();
    elevation::end(&there, &stay, Ended { at: cx.now(), side: Side::Platform, by: caller.member }, &mut work);
    let actor = Actor { elevation: Some(stay.id), ..Actor::operator(caller.member, &tenant) };
    cx.note_there(&there, actor, &mut work);
    cx.save(&caller, work).await?;
    Ok(Empty)
}
