//! `DELETE /api/tenants/me/elevations/{elevationId}`

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
use dawr_kernel::id::ElevationId;
use dawr_store::{Stored, Work, keys};
use deserr::Deserr;
use schemars::JsonSchema;

endpoint! {
    /// Ends an operator's stay in the tenant before its time: no function takes their token any more within half a minute.
    /// Only for members who cover all clinics. A stay that has ended stays as it is.
    pub const END_STAY: "end_stay" = Delete "/api/tenants/me/elevations/{elevationId}";
    requires: Permission(SettingsManage);
    access: Access::WRITE;
    handler: end_stay(path: StayPath) -> 204 Empty;
    errors: [NotFound];
}

/// Which stay.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase)]
#[schemars(rename_all = "camelCase")]
pub struct StayPath {
    elevation_id: ElevationId,
}

async fn end_stay(cx: &Cx, path: StayPath) -> Result<Empty, Failure> {
    let caller = cx.authorize(Permission::SettingsManage)?;
    let key = keys::elevation(&caller, path.elevation_id);
    let stay: Stored<Elevation> = cx.table().get(&key).await?.ok_or(Code::NotFound)?;
    if !stay.is_open(cx.now()) {
        return Ok(Empty);
    }
    let home = stay.home();
    let platform = Tenant::load(cx, &home).await?;
    let mut work = Work::new();
    elevation::end(&caller, &stay, Ended { at: cx.now(), side: Side::Tenant, by: caller.member }, &mut work);
    // The operators learn of it, but not who it was.
    cx.note_there(&home, Actor::nobody(&platform), &mut work);
    cx.save(&caller, work).await?;
    Ok(Empty)
}
