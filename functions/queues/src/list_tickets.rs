//! `GET /api/queues/{queueId}/patients`

use dawr_api::{
    Authorized, Cx, endpoint, failure::FieldErrors, function::Access, page::List, permission::Permission,
    request::PageSize,
};
use dawr_kernel::id::{ClinicId, QueueId};
use dawr_patients::search_text::SearchText;
use dawr_store::{
    Cursor, Page, Query, Stored,
    entity::{Entity, kind_of},
    keys,
    query::Index,
};
use deserr::Deserr;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    error::QueueError,
    get_queue::QueuePath,
    model::{Queue, Ticket, TicketStatus},
    sought::Sought,
    store::{Queues, existing},
    view::{Standing, TicketView},
};

endpoint! {
    /// The tickets of a queue in the order of the line: those who are being served, those who wait, then those who are
    /// finished, the last one first. With a search a page may be short and still have a next one.
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
    /// Only those of this name or a part of it, this number, this phone, or a phone that ends in these three or four digits.
    #[deserr(default)]
    search: Option<SearchText>,
}

/// With a filter so many tickets are looked at in one trip.
const LOOKS: u32 = 500;

/// A search looks at so many tickets in one trip.
const SEARCHED: u32 = 1_000;

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
    let sought = match &query.search {
        Some(search) => Some(Sought::of(cx, &caller, search).await?),
        None => None,
    };
    let which = Which {
        queue: path.queue_id,
        sought,
        size: usize::try_from(query.page_size.unwrap_or_default().0).unwrap_or(50),
    };
    let (places, end, next) = match query.status {
        None | Some(TicketStatus::Waiting) => in_line(cx, &caller, &which, query.status, end).await?,
        Some(status) => of_status(cx, &caller, &which, status, end).await?,
    };
    cx.seen_lately::<Queue>(&caller, path.queue_id).await?;
    let view = |(ticket, ahead): &(Stored<Ticket>, u32)| {
        let standing = Standing { people_ahead: Some(*ahead), minutes_per_patient: end.minutes_per_patient };
        TicketView::new(ticket, ticket.version, standing, &caller)
    };
    let items = places.iter().map(view).collect();
    let next = next.map(|cursor| PageEnd { cursor: Some(cursor), ..end });
    Ok(cx.list(&caller, items, next)?)
}

/// Which tickets of which queue.
struct Which {
    queue: QueueId,
    sought: Option<Sought>,
    /// So many at the most.
    size: usize,
}

impl Which {
    fn has(&self, ticket: &Ticket) -> bool {
        self.sought.as_ref().is_none_or(|sought| sought.is(ticket))
    }
}

/// A page's tickets with those who wait before each, what is known behind the last of them, and where the next page starts.
type Found = (Vec<(Stored<Ticket>, u32)>, PageEnd, Option<Cursor>);

/// All tickets, or all who wait. The queue itself stands among them.
async fn in_line(
    cx: &Cx,
    caller: &Authorized,
    which: &Which,
    status: Option<TicketStatus>,
    end: Option<PageEnd>,
) -> Result<Found, QueueError> {
    let mut end = end.unwrap_or_default();
    let range = match status {
        None => Query::below(Index::Lsi1, keys::line(caller, which.queue)),
        Some(_) => {
            let (first, last) = keys::line_of_waiting(caller, which.queue);
            Query::between(Index::Lsi1, first, last)
        }
    };
    let looks = match which.sought {
        Some(_) => SEARCHED,
        None => u32::try_from(which.size).unwrap_or(u32::MAX).saturating_add(u32::from(!end.passed)),
    };
    let page = cx.table().query_items(range.limit(looks).after(end.cursor.clone())).await?;
    let (mut places, mut last, mut next) = (Vec::new(), None, page.next);
    for item in page.items {
        let behind = Cursor::behind(&item, Index::Lsi1)?;
        if kind_of(&item) == Queue::KIND {
            let queue: Stored<Queue> = Stored::decode(item)?;
            existing(&queue, &caller.clinics)?;
            (end.passed, end.minutes_per_patient, end.clinic) = (true, queue.minutes_per_patient(), Some(queue.clinic));
        } else if places.len() == which.size {
            next = last;
            break;
        } else {
            let ticket: Stored<Ticket> = Stored::decode(item)?;
            let ahead = end.ahead;
            end.ahead += u32::from(ticket.status == TicketStatus::Waiting);
            places.extend(which.has(&ticket).then_some((ticket, ahead)));
        }
        last = Some(behind);
    }
    if end.clinic.is_none() {
        // More are being served than were looked at, so the queue did not come yet.
        end.clinic = Some(Queues::new(cx, caller).get(which.queue).await?.clinic);
    }
    Ok((places, end, next))
}

/// The tickets of a status other than waiting.
async fn of_status(
    cx: &Cx,
    caller: &Authorized,
    which: &Which,
    status: TicketStatus,
    end: Option<PageEnd>,
) -> Result<Found, QueueError> {
    let is_first = end.is_none();
    let mut end = end.unwrap_or_default();
    let range = Query::below(Index::Lsi1, keys::line_part(caller, which.queue, status.part()));
    let range = range.only("status", Some(status)).after(end.cursor.clone());
    let page = cx.table().matching_page(range, which.size, LOOKS, |ticket| which.has(ticket));
    let Page { items, next } = if is_first {
        // At the same time, so that a queue that is not there costs no time.
        let queues = Queues::new(cx, caller);
        let (queue, page) = tokio::join!(queues.get(which.queue), page);
        end.clinic = Some(queue?.clinic);
        page?
    } else {
        page.await?
    };
    Ok((items.into_iter().map(|ticket| (ticket, 0)).collect(), end, next))
}
