//! `GET /api/clinics/{clinicId}`

use dawr_api::{Cx, Failure, code::Code, endpoint, failure::FieldErrors, function::Access, permission::Permission};
use dawr_kernel::id::ClinicId;
use dawr_store::{Stored, keys};
use deserr::Deserr;
use schemars::JsonSchema;

use crate::{clinic_view::ClinicView, model::Clinic};

endpoint! {
    /// A clinic that the caller covers.
    pub const GET_CLINIC: "get_clinic" = Get "/api/clinics/{clinicId}";
    requires: Permission(ClinicRead);
    reach: Clinic;
    access: Access::READ;
    handler: get_clinic(path: ClinicPath) -> 200 ClinicView;
    errors: [NotFound];
}

/// Which clinic.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase)]
#[schemars(rename_all = "camelCase")]
pub struct ClinicPath {
    /// The clinic.
    pub clinic_id: ClinicId,
}

async fn get_clinic(cx: &Cx, path: ClinicPath) -> Result<ClinicView, Failure> {
    let caller = cx.authorize(Permission::ClinicRead)?;
    caller.at(path.clinic_id)?;
    let clinic: Stored<Clinic> = cx.table().get(&keys::clinic(&caller, path.clinic_id)).await?.ok_or(Code::NotFound)?;
    Ok(ClinicView::stored(&clinic))
}
