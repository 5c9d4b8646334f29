//! `POST /api/queues/{queueId}/patients`

use std::slice;

use dawr_api::{Cx, endpoint, function::Access, permission::Permission, regional::Regional};
use dawr_kernel::id::TicketId;
use dawr_patients::{correct::Beside, directory::Directory, model::Patient, store::Patients};
use dawr_store::{CommitError, Work};

use crate::{
    error::QueueError,
    get_queue::QueuePath,
    model::Ticket,
    newcomer::NewTicket,
    store::{MAX_TRIES, Queues},
    view::{Standing, TicketView},
};

endpoint! {
    /// Puts a patient at the end of the line. The patient is found by file number or national id, else by phone and name,
    /// else a record is made. Whom a number names under another name and another phone is asked about: confirm them as
    /// `samePatient`. A new phone of somebody whom a number names becomes the record's.
    pub const ADD_TICKET: "add_ticket" = Post "/api/queues/{queueId}/patients";
    requires: Permission(TicketWrite);
    reach: Clinic;
    access: Access::WRITE;
    handler: add_ticket(path: QueuePath, body: Regional<NewTicket>) -> 201 TicketView;
    errors: [NotFound, QueueInactive, AlreadyInQueue, FileNumberTaken, NationalIdTaken, PatientDiffers, PatientExists];
    idempotent;
}

async fn add_ticket(cx: &Cx, path: QueuePath, body: Regional<NewTicket>) -> Result<TicketView, QueueError> {
    let caller = cx.authorize(Permission::TicketWrite)?;
    for round in 0..MAX_TRIES {
        cx.table().pause(round).await;
        let (read, tenant) = Queues::new(cx, &caller).get_with_tenant(path.queue_id).await?;
        let newcomer = body.read(tenant.region)?.newcomer(tenant.region)?;
        if !read.active {
            return Err(QueueError::Inactive);
        }
        let patients = Patients::new(cx, &caller);
        let mut directory = patients.look_up(slice::from_ref(&newcomer)).await?;
        let (mut work, now) = (Work::new(), cx.now());
        let mut queue = read.value.clone();
        let id = TicketId::generate(queue.id, now, cx.entropy());
        let mut admit = |directory: &Directory, patient: &Patient| {
            let (metadata, unread) = (newcomer.metadata.clone(), directory.unread(patient.id));
            Ticket::admit(&mut queue, id, patient, metadata, unread, now)
        };
        let (ticket, correction) = match directory.correction(&newcomer, now)? {
            Some((record, patient)) => {
                let ticket = admit(&directory, &patient);
                let beside = Beside { ticket: Some(id), ties: Some(ticket.admitted(&caller)) };
                (ticket, Some(patients.correct(record, patient, beside, &mut work).await?))
            }
            None => {
                let enrolled = directory.enrol(&caller, &newcomer, cx.new_id(), now, &mut work)?;
                let ticket = admit(&directory, &enrolled.patient);
                work.update(ticket.admitted(&caller).update());
                (ticket, None)
            }
        };
        let view = TicketView::new(&ticket, 1, Standing::behind(read.counts.waiting, &queue), &caller);
        let active = ticket.add_to(&caller, queue.clinic, directory.unread(ticket.patient_id), &mut work);
        work.replace(&caller, &read, &queue);
        match cx.commit(&caller, work, &view).await {
            Ok(()) => {
                if let Some(correction) = correction {
                    patients.spread(correction).await?;
                }
                return Ok(view);
            }
            Err(error) if error.refusal(active).is_some() => {
                return Err(QueueError::AlreadyInQueue);
            }
            // The queue moved on, the same patient came at another desk, or they wrote: look again.
            Err(CommitError::Refused(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(QueueError::Busy)
}
