//! `POST /api/queues/{queueId}/call-next`

use dawr_api::{Authorized, Cx, endpoint, failure::FieldErrors, function::Access, permission::Permission};
use dawr_store::{Stored, Update, Work, keys};
use deserr::Deserr;
use schemars::JsonSchema;

use crate::{
    error::QueueError,
    get_queue::QueuePath,
    model::{Room, Ticket, TicketStatus},
    store::{MAX_TRIES, Queues},
    view::{Standing, TicketView},
};

endpoint! {
    /// Calls the next waiting patient, to a room if one is named. Each request calls one: two desks that call at once are two, so a
    /// desk sends an Idempotency-Key with each press of its button. Who was called by mistake is put back where they stood.
    pub const CALL_NEXT: "call_next" = Post "/api/queues/{queueId}/call-next";
    requires: Permission(QueueServe);
    reach: Clinic;
    access: Access::WRITE;
    handler: call_next(path: QueuePath, optional_body: CallNext) -> 200 TicketView;
    errors: [NotFound, QueueEmpty];
    idempotent;
}

/// Where to.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct CallNext {
    /// Where the patient is called to.
    #[deserr(default)]
    room: Option<Room>,
}

/// Where several desks call at once, the next ones are at hand.
const CANDIDATES: u32 = 5;

async fn call_next(cx: &Cx, path: QueuePath, body: CallNext) -> Result<TicketView, QueueError> {
    let caller = cx.authorize(Permission::QueueServe)?;
    let queues = Queues::new(cx, &caller);
    for round in 0..MAX_TRIES {
        cx.table().pause(round).await;
        let candidates = queues.first_waiting(path.queue_id, CANDIDATES).await?;
        if candidates.is_empty() {
            return Err(QueueError::Empty);
        }
        for ticket in candidates {
            if let Some(called) = call(cx, &caller, ticket, body.room.as_ref()).await? {
                return Ok(called);
            }
        }
    }
    Err(QueueError::Busy)
}

/// Calls a ticket; none if somebody else was faster. The queue's counters are added to without having been read, so that
/// desks that call at once do not wait for each other.
async fn call(
    cx: &Cx,
    caller: &Authorized,
    mut read: Stored<Ticket>,
    room: Option<&Room>,
) -> Result<Option<TicketView>, QueueError> {
    loop {
        let called = read.call(room.cloned(), cx.now())?;
        let view = TicketView::new(&called, read.version + 1, Standing::NONE, caller);
        let mut work = Work::new();
        let ticket = work.replace(caller, &read, &called);
        let queue = Update::of(keys::queue(caller, read.id.queue()))
            .when("deleted", false)
            .add(read.status.as_str(), -1)
            .add(called.status.as_str(), 1)
            .set("current_position", called.ticket_number);
        let queue = work.update(queue);
        let error = match cx.commit(caller, work, &view).await {
            Ok(()) => return Ok(Some(view)),
            Err(error) => error,
        };
        if error.refusal(queue).is_some() {
            return Err(QueueError::NotFound);
        }
        let Some(refusal) = error.refusal(ticket) else { return Err(error.into()) };
        // Who still waits, though their ticket was changed, is not passed over.
        match refusal.found::<Ticket>()?.filter(|ticket| ticket.status == TicketStatus::Waiting) {
            Some(changed) => read = changed,
            None => return Ok(None),
        }
    }
}
