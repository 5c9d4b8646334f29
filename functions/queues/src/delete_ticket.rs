//! `DELETE /api/tickets/{ticketId}`

use dawr_api::{Cx, endpoint, function::Access, permission::Permission, reply::Empty};

use crate::{
    error::QueueError,
    model::TicketStatus,
    store::{MAX_TRIES, Queues, Regard},
    update_ticket::TicketPath,
};

endpoint! {
    /// Cancels a ticket. It stays among the finished ones.
    pub const DELETE_TICKET: "delete_ticket" = Delete "/api/tickets/{ticketId}";
    requires: Permission(TicketWrite);
    reach: Clinic;
    access: Access::WRITE;
    handler: delete_ticket(path: TicketPath) -> 204 Empty;
    errors: [NotFound, InvalidTransition, StaleVersion];
}

async fn delete_ticket(cx: &Cx, path: TicketPath) -> Result<Empty, QueueError> {
    let caller = cx.authorize(Permission::TicketWrite)?;
    let queues = Queues::new(cx, &caller);
    for round in 0..MAX_TRIES {
        cx.table().pause(round).await;
        let (read, queue) = queues.ticket(path.ticket_id).await?;
        cx.expect(&read)?;
        let cancelled = read.becoming(TicketStatus::Cancelled, cx.now())?;
        if queues.save_ticket(&read, &cancelled, &queue, Regard::Same, None).await?.is_some() {
            return Ok(Empty);
        }
    }
    Err(QueueError::Busy)
}
