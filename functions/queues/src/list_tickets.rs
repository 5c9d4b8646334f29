//! `GET /api/queues/{queueId}/patients`

use dawr_api::{
    Authorized, Cx, endpoint, failure::FieldErrors, function::Access, page::List, permission::Permission,
    request::PageSize,
};
use dawr_kernel::id::{ClinicId, QueueId};
use dawr_store::{Cursor, Page, Query, Stored, keys, query::Index};
use deserr::Deserr;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    error::QueueError,
    get_queue::QueuePath,
    model::{Queue, Ticket, TicketStatus},
    store::{Queues, existing, split},
    view::{Standing, TicketView},
};

endpoint! {
    /// The tickets of a queue in the order of the line: those who are being served, those who wait, then those who are
    /// finished, the last one first.
    pub const LIST_TICKETS: "list_tickets" = Get "/api/queues/{queueId}/patients";
    requires: Permission(QueueRead);
    reach: Clinic;
    access: Access::APPEND;
    handler: list_tickets(path: QueuePath, query: ListTickets) -> 200 List<TicketView>;
    errors: [NotFound];
}

/// Which tickets.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListTickets {
    /// The token of the page; the first one unless said.
    #[deserr(default)]
    page: Option<String>,
    #[deserr(default)]
    page_size: Option<PageSize>,
    /// Only those of this status.
    #[deserr(default)]
    status: Option<TicketStatus>,
}

/// With a filter so many tickets are looked at in one trip.
const LOOKS: u32 = 500;

/// Where a page ended.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct PageEnd {
    cursor: Option<Cursor>,
    /// How many of those who wait came before.
    ahead: u32,
    /// What the queue, which stands before those who wait, says of the time that one takes.
    minutes_per_patient: Option<f64>,
    /// Whether the queue was passed.
    passed: bool,
    /// The queue's clinic.
    clinic: Option<ClinicId>,
}

async fn list_tickets(cx: &Cx, path: QueuePath, query: ListTickets) -> Result<List<TicketView>, QueueError> {
    let caller = cx.authorize(Permission::QueueRead)?;
    let end: Option<PageEnd> = cx.open_page(&caller, query.page.as_deref())?;
    // A page that goes on does not read the queue again, but the caller's rights may have changed since.
    end.as_ref().and_then(|end| end.clinic).map_or(Ok(()), |clinic| caller.at(clinic))?;
    let size = query.page_size.unwrap_or_default().0;
    let (tickets, end, next) = match query.status {
        None | Some(TicketStatus::Waiting) => in_line(cx, &caller, path.queue_id, query.status, size, end).await?,
        Some(status) => of_status(cx, &caller, path.queue_id, status, size, end).await?,
    };
    cx.seen_lately::<Queue>(&caller, path.queue_id).await?;
    let mut ahead = end.ahead;
    let view = |ticket: &Stored<Ticket>| {
        let standing = Standing { people_ahead: Some(ahead), minutes_per_patient: end.minutes_per_patient };
        ahead += u32::from(ticket.status == TicketStatus::Waiting);
        TicketView::new(ticket, ticket.version, standing, &caller)
    };
    let items = tickets.iter().map(view).collect();
    let next = next.map(|cursor| PageEnd { cursor: Some(cursor), ahead, ..end });
    Ok(cx.list(&caller, items, next)?)
}

/// A page's tickets, what is known before the first of them, and where the next page starts.
type Found = (Vec<Stored<Ticket>>, PageEnd, Option<Cursor>);

/// All tickets, or all who wait. The queue itself stands among them.
async fn in_line(
    cx: &Cx,
    caller: &Authorized,
    queue: QueueId,
    status: Option<TicketStatus>,
    size: u32,
    end: Option<PageEnd>,
) -> Result<Found, QueueError> {
    let (queues, mut end) = (Queues::new(cx, caller), end.unwrap_or_default());
    let range = |limit| {
        let (first, last) = keys::line_of_waiting(caller, queue);
        let range = match status {
            None => Query::below(Index::Lsi1, keys::line(caller, queue)),
            Some(_) => Query::between(Index::Lsi1, first, last),
        };
        range.limit(limit).after(end.cursor.clone())
    };
    let room = if end.passed { size } else { size.saturating_add(1) };
    let mut page = cx.table().query_items(range(room)).await?;
    let (mut found, mut tickets) = split(page.items)?;
    if found.is_none() && tickets.len() > usize::try_from(size).unwrap_or(usize::MAX) {
        // More are being served than a page takes, so the queue did not come yet.
        page = cx.table().query_items(range(size)).await?;
        (found, tickets) = split(page.items)?;
    }
    if let Some(found) = found {
        existing(&found, &caller.clinics)?;
        (end.passed, end.minutes_per_patient, end.clinic) = (true, found.minutes_per_patient(), Some(found.clinic));
    } else if end.clinic.is_none() {
        end.clinic = Some(queues.get(queue).await?.clinic);
    }
    Ok((tickets, end, page.next))
}

/// The tickets of a status other than waiting.
async fn of_status(
    cx: &Cx,
    caller: &Authorized,
    queue: QueueId,
    status: TicketStatus,
    size: u32,
    end: Option<PageEnd>,
) -> Result<Found, QueueError> {
    let is_first = end.is_none();
    let mut end = end.unwrap_or_default();
    let range = Query::below(Index::Lsi1, keys::line_part(caller, queue, status.part()));
    let range = range.only("status", Some(status)).after(end.cursor.clone());
    let page = cx.table().filtered_page::<Ticket>(range, usize::try_from(size).unwrap_or(50), LOOKS);
    let Page { items, next } = if is_first {
        // At the same time, so that a queue that is not there costs no time.
        let queues = Queues::new(cx, caller);
        let (queue, page) = tokio::join!(queues.get(queue), page);
        end.clinic = Some(queue?.clinic);
        page?
    } else {
        page.await?
    };
    Ok((items, end, next))
}
