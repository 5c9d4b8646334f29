//! `GET /api/patients/{patientId}`

use dawr_api::{Cx, endpoint, failure::FieldErrors, function::Access, permission::Permission};
use dawr_kernel::id::PatientId;
use deserr::Deserr;
use schemars::JsonSchema;

use crate::{error::PatientError, model::Patient, store::Patients, view::PatientView};

endpoint! {
    /// A patient's record.
    pub const GET_PATIENT: "get_patient" = Get "/api/patients/{patientId}";
    requires: Permission(PatientRead);
    reach: Shared;
    access: Access::APPEND;
    handler: get_patient(path: PatientPath) -> 200 PatientView;
    errors: [NotFound];
}

/// Which patient.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase)]
#[schemars(rename_all = "camelCase")]
pub struct PatientPath {
    /// The patient.
    pub patient_id: PatientId,
}

async fn get_patient(cx: &Cx, path: PatientPath) -> Result<PatientView, PatientError> {
    let caller = cx.authorize(Permission::PatientRead)?;
    let patient = Patients::new(cx, &caller).get(path.patient_id).await?;
    cx.seen::<Patient>(&caller, [patient.id].iter()).await?;
    Ok(PatientView::stored(&patient, &caller))
}
