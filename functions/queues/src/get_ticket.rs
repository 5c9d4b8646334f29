//! `GET /api/tickets/{ticketId}`

use dawr_api::{Cx, endpoint, function::Access, permission::Permission};
use dawr_patients::model::Patient;

use crate::{
    error::QueueError,
    model::TicketStatus,
    store::Queues,
    update_ticket::TicketPath,
    view::{Standing, TicketView},
};

endpoint! {
    /// A ticket, with its place if it waits.
    pub const GET_TICKET: "get_ticket" = Get "/api/tickets/{ticketId}";
    requires: Permission(QueueRead);
    reach: Clinic;
    access: Access::APPEND;
    handler: get_ticket(path: TicketPath) -> 200 TicketView;
    errors: [NotFound];
}

async fn get_ticket(cx: &Cx, path: TicketPath) -> Result<TicketView, QueueError> {
    let caller = cx.authorize(Permission::QueueRead)?;
    let queues = Queues::new(cx, &caller);
    let (ticket, queue) = queues.ticket(path.ticket_id).await?;
    let standing = match ticket.status {
        TicketStatus::Waiting => Standing::behind(queues.people_ahead(&ticket).await?, &queue),
        _ => Standing::NONE,
    };
    cx.seen::<Patient>(&caller, [ticket.patient_id].iter()).await?;
    Ok(TicketView::new(&ticket, ticket.version, standing, &caller))
}
