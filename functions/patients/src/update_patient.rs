//! `PUT /api/patients/{patientId}`

use dawr_api::{
    Cx, Failure, endpoint,
    failure::FieldErrors,
    function::Access,
    patch::Patch,
    permission::Permission,
    regional::{HasPhones, Regional},
};
use dawr_kernel::{
    phone::{PhoneInput, Region},
    text::{LocalId, PersonName},
};
use dawr_store::Work;
use deserr::Deserr;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde_json::Value;

use crate::{
    correct::{Beside, MAX_TRIES},
    error::PatientError,
    get_patient::PatientPath,
    masking::unmasked_name,
    metadata::Metadata,
    model::Patient,
    shown::{Meant, NationalIdInput, judged, meant_file_number, meant_phone, phone_of},
    store::Patients,
    view::PatientView,
};

endpoint! {
    /// Changes a patient's record. What is left out stays, and so does what comes back as it was shown masked; null removes what
    /// need not be there. Open tickets, failed tasks and messages that wait follow a new name or phone.
    pub const UPDATE_PATIENT: "update_patient" = Put "/api/patients/{patientId}";
    requires: Permission(PatientWrite);
    reach: Shared;
    access: Access::WRITE;
    handler: update_patient(path: PatientPath, body: Regional<UpdatePatient>) -> 200 PatientView;
    errors: [NotFound, FileNumberTaken, NationalIdTaken, PatientExists, StaleVersion];
}

/// A patient's record as it shall be.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdatePatient {
    #[deserr(default)]
    full_name: Option<PersonName>,
    #[deserr(default)]
    phone_number: Option<PhoneInput>,
    /// The clinic's own number of the file.
    #[deserr(default)]
    local_id: Patch<LocalId>,
    #[deserr(default)]
    national_id: Patch<NationalIdInput>,
    /// All texts that are kept, in place of the former ones.
    #[deserr(default)]
    metadata: Patch<Metadata>,
}

impl HasPhones for UpdatePatient {
    fn phones(body: &Value) -> Vec<(String, &str)> {
        phone_of(body)
    }
}

impl UpdatePatient {
    /// Whoever sees numbers masked may send them back so: they stay what they are.
    fn apply(self, old: Patient, region: Region, now: Timestamp) -> Result<Patient, Failure> {
        let phone = self.phone_number.map(|phone| meant_phone(&phone, [&old.phone], region)).transpose();
        let file_number = judged(self.local_id, |number| meant_file_number(number, old.file_number.as_ref()));
        let national_id = judged(self.national_id, |id| id.meant(old.national_id.as_ref()));
        match (phone, file_number, national_id) {
            (Ok(phone), Ok(file_number), Ok(national_id)) => Ok(Patient {
                full_name: self.full_name.map_or(old.full_name.clone(), |name| unmasked_name(name, &old.full_name)),
                phone: phone.and_then(Meant::other).unwrap_or(old.phone),
                file_number: file_number.apply(old.file_number),
                national_id: national_id.apply(old.national_id),
                metadata: self.metadata.map(|texts| texts.unmasked(old.metadata.as_ref())).apply(old.metadata),
                updated_at: now,
                ..old
            }),
            (phone, file_number, national_id) => {
                let faults = [phone.err(), file_number.err(), national_id.err()];
                Err(Failure::of(faults.into_iter().flatten().collect()))
            }
        }
    }
}

async fn update_patient(
    cx: &Cx,
    path: PatientPath,
    body: Regional<UpdatePatient>,
) -> Result<PatientView, PatientError> {
    let caller = cx.authorize(Permission::PatientWrite)?;
    let patients = Patients::new(cx, &caller);
    for round in 0..MAX_TRIES {
        cx.table().pause(round).await;
        let (record, tenant) = patients.record_with_tenant(path.patient_id).await?;
        let body = body.read(tenant.region)?;
        cx.expect(&record.patient)?;
        let changed = body.apply(record.patient.value.clone(), tenant.region, cx.now())?;
        let mut work = Work::new();
        let correction = patients.correct(&record, changed, Beside::default(), &mut work).await?;
        match cx.save(&caller, work).await {
            Ok(()) => {
                let view = PatientView::new(correction.patient(), correction.version(), &caller);
                patients.spread(correction).await?;
                return Ok(view);
            }
            Err(error) => correction.explain(error)?,
        }
    }
    Err(PatientError::Busy)
}

#[cfg(test)]
mod tests {
    use dawr_kernel::text::NationalId;
    use dawr_kernel::{
        entropy::Seeded,
        id::{Id, PatientId},
    };
    use serde_json::json;

    use super::*;
    use crate::model::Newcomer;

    #[test]
    fn only_what_is_said_changes() {
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        let newcomer = Newcomer {
            full_name: PersonName::parse("سارة").unwrap(),
            phone: dawr_kernel::phone::PhoneNumber::from_e164("+966501234567").unwrap(),
            file_number: LocalId::parse("7").ok(),
            national_id: NationalId::parse("1012345678").ok(),
            metadata: Metadata::of_columns([("a", "b")]),
            same_as: None,
            said_at: None,
        };
        let old = Patient::new(PatientId::generate(now, &Seeded::new(1)), newcomer, now);
        let apply = |body: Value| {
            let body: Regional<UpdatePatient> = deserr::deserialize::<_, _, FieldErrors>(body).unwrap();
            let region = Region::SAUDI_ARABIA;
            body.read(region)
                .and_then(|body| body.apply(old.clone(), region, now))
                .map_err(|failure| failure.code().as_str())
        };
        assert_eq!(apply(json!({})).unwrap(), old);
        let changed = apply(json!({ "phoneNumber": "0507654321", "localId": null, "metadata": null })).unwrap();
        assert_eq!(changed.phone.expose(), "+966507654321");
        assert_eq!((changed.file_number, changed.metadata), (None, None));
        assert_eq!((changed.full_name, changed.national_id), (old.full_name.clone(), old.national_id.clone()));
        assert_eq!(apply(json!({ "phoneNumber": "12" })), Err("InvalidPhoneNumber"));
        // What was shown masked and comes back stays; what another one would show so is none.
        let shown = json!({ "phoneNumber": "+966•••••4567", "nationalId": "••••••5678", "localId": "7" });
        assert_eq!(apply(shown), Ok(old.clone()));
        for other in [
            json!({ "phoneNumber": "+966•••••4568" }),
            json!({ "nationalId": "••••••5679" }),
            json!({ "nationalId": "•••••5678" }),
            json!({ "localId": "••••••4567" }),
        ] {
            assert!(apply(other.clone()).is_err(), "{other}");
        }
    }
}
