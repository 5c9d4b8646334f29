//! `GET /api/patients/bulk-upload/{uploadId}`

use dawr_api::{Cx, endpoint, failure::FieldErrors, function::Access, permission::Permission};
use dawr_kernel::id::UploadId;
use deserr::Deserr;
use schemars::JsonSchema;

use crate::{error::PatientError, preview::UploadView, upload};

endpoint! {
    /// A staged file: its columns, what is hidden in it, how many rows it has of each kind, and the first of them.
    pub const GET_UPLOAD: "get_upload" = Get "/api/patients/bulk-upload/{uploadId}";
    requires: Permission(PatientWrite);
    reach: Shared;
    access: Access::READ;
    handler: get_upload(path: UploadPath) -> 200 UploadView;
    errors: [NotFound];
}

/// Which upload.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase)]
#[schemars(rename_all = "camelCase")]
pub struct UploadPath {
    /// The upload.
    pub upload_id: UploadId,
}

async fn get_upload(cx: &Cx, path: UploadPath) -> Result<UploadView, PatientError> {
    let caller = cx.authorize(Permission::PatientWrite)?;
    let opened = upload::load(cx, &caller, path.upload_id).await?.ok_or(PatientError::NoUpload)?;
    UploadView::new(&opened.upload, opened.upload.version, &opened.list, &opened.judged()?, &caller, cx.language)
}
