//! `POST /api/queues/{queueId}/patients/bulk`

use dawr_api::{
    Authorized, Cx, endpoint,
    failure::FieldErrors,
    function::Access,
    permission::Permission,
    regional::{HasPhones, Regional, phone_at},
};
use dawr_kernel::{
    id::{Body, Id, UploadId},
    phone::Region,
};
use dawr_patients::{
    sheet::{StagedRow, Status},
    upload::{self, Upload},
};
use dawr_store::Stored;
use deserr::Deserr;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde_json::Value;

use crate::{
    error::QueueError,
    get_queue::QueuePath,
    import::{Candidate, ImportView, Importer, Skip, Source},
    newcomer::NewTicket,
    store::Queues,
};

endpoint! {
    /// Puts many patients at the end of the line: those of a list, or those of an upload's rows that are ready or have
    /// warnings, but for those that were left out. A list with an error adds nobody. Patients who wait already are named apart.
    /// While it runs, `GET /api/queues/{queueId}/imports/{uploadId}` tells how far it is.
    pub const ADD_TICKETS: "add_tickets" = Post "/api/queues/{queueId}/patients/bulk";
    requires: Permission(TicketWrite);
    reach: Clinic;
    access: Access::WRITE;
    handler: add_tickets(path: QueuePath, body: Regional<AddTickets>) -> 201 ImportView;
    errors: [NotFound, QueueInactive, UploadUsed, NoReadyRows];
    idempotent;
}

/// Whom to add: exactly one of the two.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct AddTickets {
    /// Up to 500 patients; without `uploadId`.
    #[deserr(default)]
    #[schemars(length(min = 1, max = 500))]
    patients: Option<Vec<NewTicket>>,
    /// A staged spreadsheet; without `patients`.
    #[deserr(default)]
    upload_id: Option<UploadId>,
}

/// The most patients of a list. A spreadsheet may have more.
const MOST: usize = 500;

impl HasPhones for AddTickets {
    fn phones(body: &Value) -> Vec<(String, &str)> {
        let patients = body.get("patients").and_then(Value::as_array).into_iter().flatten().enumerate();
        patients.filter_map(|(n, patient)| phone_at(patient, "phoneNumber", &format!("patients[{n}]."))).collect()
    }
}

async fn add_tickets(cx: &Cx, path: QueuePath, body: Regional<AddTickets>) -> Result<ImportView, QueueError> {
    let caller = cx.authorize(Permission::TicketWrite)?;
    let (queue, tenant) = Queues::new(cx, &caller).get_with_tenant(path.queue_id).await?;
    let body = body.read(tenant.region)?;
    if !queue.active {
        return Err(QueueError::Inactive);
    }
    let (source, upload, candidates) = match (body.patients, body.upload_id) {
        (Some(patients), None) => (listed(cx), None, of_list(patients, tenant.region)?),
        (None, Some(id)) => {
            let (upload, candidates) = of_upload(cx, &caller, id).await?;
            (Source::Upload(id), Some(upload), candidates)
        }
        _ => return Err(QueueError::OneSource),
    };
    cx.claim(&caller).await?;
    Importer::new(cx, &caller, queue.id, source, candidates).of(upload.as_ref()).run().await
}

/// A list that comes again with its key goes on where it was; without a key nobody can know it again.
fn listed(cx: &Cx) -> Source {
    match &cx.claim {
        Some(claim) => {
            let [a, b, c, d, e, f, g, h, i, j, ..] = claim.seed();
            let body = Body::from_parts(Timestamp::UNIX_EPOCH, [a, b, c, d, e, f, g, h, i, j]);
            Source::Keyed(UploadId::from_body(body))
        }
        None => Source::Once(cx.new_id()),
    }
}

fn of_list(patients: Vec<NewTicket>, region: Region) -> Result<Vec<Candidate>, QueueError> {
    match patients.len() {
        0 => return Err(QueueError::NoPatients),
        1..=MOST => {}
        _ => return Err(QueueError::TooManyPatients),
    }
    let candidate = |(row, patient): (u32, NewTicket)| Ok(Candidate { row, newcomer: Ok(patient.newcomer(region)?) });
    (0..).zip(patients).map(candidate).collect()
}

async fn of_upload(cx: &Cx, caller: &Authorized, id: UploadId) -> Result<(Stored<Upload>, Vec<Candidate>), QueueError> {
    let opened = upload::load(cx, caller, id).await?.ok_or(QueueError::NoUpload)?;
    if opened.upload.counts.importable() == 0 {
        return Err(QueueError::NoReadyRows);
    }
    let candidate = |row: &StagedRow| {
        let newcomer = opened.upload.newcomer(row).ok_or_else(|| Skip::of_row(row));
        Candidate { row: row.row, newcomer }
    };
    let staged = opened.judged()?;
    let candidates = staged.rows.iter().filter(|row| row.status != Status::LeftOut).map(candidate).collect();
    Ok((opened.upload, candidates))
}

#[cfg(test)]
mod tests {
    use dawr_api::Failure;
    use serde_json::json;

    use super::*;

    #[test]
    fn every_error_of_a_list_is_told_with_its_place() {
        let body = json!({ "patients": [
            { "fullName": "سارة", "phoneNumber": "0501234567" },
            { "fullName": "", "phoneNumber": "0501234567" },
            { "phoneNumber": "12", "age": 3 },
            { "fullName": "علي", "phoneNumber": "0501234567", "metadata": { "note": 5 } },
        ] });
        let body: Regional<AddTickets> = deserr::deserialize::<_, _, FieldErrors>(body).unwrap();
        let failure = body.read(Region::SAUDI_ARABIA).unwrap_err();
        let mut told: Vec<_> = failure
            .faults()
            .iter()
            .map(|fault| format!("{} {}", fault.field.clone().unwrap_or_default(), fault.code.as_str()))
            .collect();
        told.sort();
        assert_eq!(
            told,
            [
                "patients[1].fullName Required",
                "patients[2].age UnknownField",
                "patients[2].fullName Required",
                "patients[2].phoneNumber InvalidPhoneNumber",
                "patients[3].metadata.note WrongType",
            ]
        );
    }

    #[test]
    fn a_list_has_its_limits() {
        let list = |n: usize| {
            let patients = vec![json!({ "fullName": "علي", "phoneNumber": "0501234567" }); n];
            let body =
                deserr::deserialize::<Regional<AddTickets>, _, FieldErrors>(json!({ "patients": patients })).unwrap();
            let patients = body.read(Region::SAUDI_ARABIA).unwrap().patients.unwrap();
            of_list(patients, Region::SAUDI_ARABIA)
                .map(|list| list.len())
                .map_err(|error| Failure::from(error).code().as_str())
        };
        assert_eq!(list(0), Err("Required"));
        assert_eq!(list(500), Ok(500));
        assert_eq!(list(501), Err("TooMany"));
    }
}
