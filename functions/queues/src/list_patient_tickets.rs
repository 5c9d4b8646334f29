//! `GET /api/patients/{patientId}/tickets`

use dawr_api::{
    Authorized, Cx, endpoint, function::Access, page::List, permission::Permission, request::WhichPage, role::Coverage,
};
use dawr_kernel::id::{ClinicId, PatientId, QueueId, TicketId};
use dawr_patients::{get_patient::PatientPath, model::Patient, store::Patients};
use dawr_store::{Cursor, Page, Query, Stored, keys, query::Index};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    error::QueueError,
    model::{DoctorName, Queue, Room, Ticket, TicketStatus, Visit},
};

endpoint! {
    /// A patient's tickets, open and over, the newest first: of queues in clinics that the caller covers, also of queues that were
    /// deleted since.
    pub const LIST_PATIENT_TICKETS: "list_patient_tickets" = Get "/api/patients/{patientId}/tickets";
    requires: Permission(QueueRead);
    reach: Clinic;
    access: Access::APPEND;
    handler: list_patient_tickets(path: PatientPath, query: WhichPage) -> 200 List<PatientTicketView>;
    errors: [NotFound];
}

/// For members of some clinics, so many tickets of a patient are looked at in one trip: nobody has more.
const LOOKS: u32 = 500;

/// A ticket of a patient.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PatientTicketView {
    id: TicketId,
    queue_id: QueueId,
    /// Where the queue is.
    clinic_id: ClinicId,
    doctor_name: DoctorName,
    /// Whether the queue was deleted since: then it and its tickets are opened no more.
    queue_deleted: bool,
    ticket_number: u32,
    status: TicketStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    room: Option<Room>,
    #[schemars(with = "String")]
    created_at: Timestamp,
    #[schemars(with = "Option<String>")]
    #[serde(skip_serializing_if = "Option::is_none")]
    called_at: Option<Timestamp>,
    #[schemars(with = "Option<String>")]
    #[serde(skip_serializing_if = "Option::is_none")]
    started_at: Option<Timestamp>,
    #[schemars(with = "Option<String>")]
    #[serde(skip_serializing_if = "Option::is_none")]
    finished_at: Option<Timestamp>,
}

impl PatientTicketView {
    fn new(ticket: &Ticket, queue: &Queue) -> Self {
        Self {
            id: ticket.id,
            queue_id: queue.id,
            clinic_id: queue.clinic,
            doctor_name: queue.doctor_name.clone(),
            queue_deleted: queue.deleted,
            ticket_number: ticket.ticket_number,
            status: ticket.status,
            room: ticket.room.clone(),
            created_at: ticket.created_at,
            called_at: ticket.called_at,
            started_at: ticket.started_at,
            finished_at: ticket.finished_at,
        }
    }
}

async fn list_patient_tickets(
    cx: &Cx,
    path: PatientPath,
    query: WhichPage,
) -> Result<List<PatientTicketView>, QueueError> {
    let caller = cx.authorize(Permission::QueueRead)?;
    let after: Option<Cursor> = cx.open_page(&caller, query.token())?;
    // At the same time, so that a patient who is not there costs no time.
    let patients = Patients::new(cx, &caller);
    let (patient, visits) =
        tokio::join!(patients.get(path.patient_id), visits(cx, &caller, path.patient_id, after, query.size()));
    let (patient, Page { items, next }) = (patient?, visits?);
    let shown = shown(cx, &caller, items).await?;
    cx.seen_lately::<Patient>(&caller, patient.id).await?;
    Ok(cx.list(&caller, shown, next)?)
}

async fn visits(
    cx: &Cx,
    caller: &Authorized,
    patient: PatientId,
    after: Option<Cursor>,
    size: u32,
) -> Result<Page<Stored<Visit>>, QueueError> {
    let range = Query::below(Index::Table, keys::patient_tickets(caller, patient)).descending().after(after);
    Ok(match &caller.clinics {
        Coverage::All => cx.table().query(range.limit(size)).await?,
        Coverage::Only(clinics) if clinics.is_empty() => Page { items: Vec::new(), next: None },
        Coverage::Only(clinics) => {
            let range = range.among("clinic", Some(clinics));
            cx.table().filtered_page(range, usize::try_from(size).unwrap_or(50), LOOKS).await?
        }
    })
}

/// The tickets with their queues, in one trip.
async fn shown(cx: &Cx, caller: &Authorized, visits: Vec<Stored<Visit>>) -> Result<Vec<PatientTicketView>, QueueError> {
    let tickets = visits.iter().map(|visit| keys::ticket(caller, visit.ticket));
    let queues = visits.iter().map(|visit| keys::queue(caller, visit.ticket.queue()));
    let items = cx.table().get_items(&tickets.chain(queues).collect::<Vec<_>>()).await?;
    let mut views = Vec::with_capacity(visits.len());
    for visit in visits {
        let ticket = items.get(&keys::ticket(caller, visit.ticket)).cloned();
        let queue = items.get(&keys::queue(caller, visit.ticket.queue())).cloned();
        if let Some((ticket, queue)) = ticket.zip(queue) {
            views.push(PatientTicketView::new(&Stored::decode(ticket)?.value, &Stored::decode(queue)?.value));
        }
    }
    Ok(views)
}
