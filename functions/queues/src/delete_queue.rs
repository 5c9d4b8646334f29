//! `DELETE /api/queues/{queueId}`

use dawr_api::{
    Authorized, Cx, endpoint, failure::FieldErrors, function::Access, permission::Permission, reply::Empty,
    request::Flag,
};
use dawr_clinics::register::Use;
use dawr_patients::ties::TiesChange;
use dawr_store::{CommitError, Stored, Work, keys};
use deserr::Deserr;
use schemars::JsonSchema;

use crate::{
    error::QueueError,
    get_queue::QueuePath,
    model::{Queue, Ticket, TicketStatus},
    store::{Line, MAX_TRIES, covered},
};

endpoint! {
    /// Deletes a queue. While patients wait or are being served this needs `force=true`, which cancels their tickets.
    pub const DELETE_QUEUE: "delete_queue" = Delete "/api/queues/{queueId}";
    requires: Permission(QueueDelete);
    reach: Clinic;
    access: Access::WRITE;
    handler: delete_queue(path: QueuePath, query: DeleteQueue) -> 204 Empty;
    errors: [NotFound, QueueHasPatients, StaleVersion];
}

/// How to delete.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeleteQueue {
    /// Also with patients in it.
    #[deserr(default)]
    force: Option<Flag>,
}

/// A ticket takes three actions of a transaction; the queue, its clinic and the entry of the audit trail one each.
const TICKETS_AT_ONCE: usize = 32;

async fn delete_queue(cx: &Cx, path: QueuePath, query: DeleteQueue) -> Result<Empty, QueueError> {
    let caller = cx.authorize(Permission::QueueDelete)?;
    for round in 0..MAX_TRIES {
        cx.table().pause(round).await;
        let Line { queue, serving, waiting } = Line::load(cx, &caller, path.queue_id).await?;
        covered(&queue, &caller.clinics)?;
        let tickets = [serving, waiting].concat();
        match (queue.deleted, tickets.is_empty()) {
            (true, true) => return Err(QueueError::NotFound),
            (false, false) if !query.force.is_some_and(|force| force.0) => {
                return Err(QueueError::HasPatients);
            }
            _ => {}
        }
        cx.expect(&queue)?;
        match delete(cx, &caller, &queue, &tickets).await {
            Ok(()) => return Ok(Empty),
            // Somebody was called or came in the meantime.
            Err(CommitError::Refused(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(QueueError::Busy)
}

/// Marks the queue first: from then on nobody else changes its tickets, and whoever repeats the request goes on where a
/// crash ended it.
async fn delete(
    cx: &Cx,
    caller: &Authorized,
    read: &Stored<Queue>,
    tickets: &[Stored<Ticket>],
) -> Result<(), CommitError> {
    let now = cx.now();
    let cancelled =
        |ticket: &Ticket| Ticket { status: TicketStatus::Cancelled, finished_at: Some(now), ..ticket.clone() };
    let mut chunks = tickets.chunks(TICKETS_AT_ONCE);
    let cancel = |work: &mut Work, tickets: &[Stored<Ticket>]| {
        for ticket in tickets {
            work.replace(caller, ticket, &cancelled(ticket));
            work.remove(&keys::active_ticket(caller, ticket.id.queue(), ticket.patient_id));
            work.update(TiesChange::closed(caller, ticket.patient_id, ticket.id).update());
        }
    };
    if !read.deleted {
        let mut queue = Queue { deleted: true, active: false, ..read.value.clone() };
        tickets.iter().for_each(|ticket| queue.record(ticket, &cancelled(ticket)));
        let mut work = Work::new();
        work.replace(caller, read, &queue);
        Use::deleted_queue(caller, queue.clinic, &mut work);
        cancel(&mut work, chunks.next().unwrap_or_default());
        cx.save(caller, work).await?;
    }
    for chunk in chunks {
        let mut work = Work::new();
        cancel(&mut work, chunk);
        cx.save(caller, work).await?;
    }
    Ok(())
}
