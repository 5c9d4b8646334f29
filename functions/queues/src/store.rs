//! Reading queues and their lines.

use dawr_api::{Cx, tenant::Tenant};
use dawr_kernel::id::{QueueId, TicketId};
use dawr_store::{
    Key, Query, StoreError, Stored, TenantScope,
    entity::{Entity, Item},
    keys::{self, LinePart},
    query::Index,
};

use crate::{
    error::QueueError,
    model::{Queue, Ticket},
};

/// A change of what many change at once is tried so often.
pub const MAX_TRIES: u32 = 8;

/// A queue with its open tickets.
pub struct Line {
    /// The queue.
    pub queue: Stored<Queue>,
    /// Those who were called or are being served, by the time of the call.
    pub serving: Vec<Stored<Ticket>>,
    /// Those who wait, in their order.
    pub waiting: Vec<Stored<Ticket>>,
}

/// The queues of a tenant.
pub struct Queues<'a> {
    cx: &'a Cx,
    scope: &'a TenantScope,
}

impl<'a> Queues<'a> {
    /// Of the tenant that the scope is for.
    pub const fn new(cx: &'a Cx, scope: &'a TenantScope) -> Self {
        Self { cx, scope }
    }

    /// A queue.
    ///
    /// # Errors
    /// `NotFound`, also for one that was deleted.
    pub async fn get(&self, id: QueueId) -> Result<Stored<Queue>, QueueError> {
        let queue: Option<Stored<Queue>> = self.cx.table().get(&keys::queue(self.scope, id)).await?;
        queue.filter(|queue| !queue.deleted).ok_or(QueueError::NotFound)
    }

    /// A queue and its tenant, in one trip.
    ///
    /// # Errors
    /// `NotFound`, also for a queue that was deleted.
    pub async fn get_with_tenant(&self, id: QueueId) -> Result<(Stored<Queue>, Stored<Tenant>), QueueError> {
        let keys = [keys::queue(self.scope, id), keys::tenant(self.scope)];
        let mut items = self.cx.table().get_items(&keys).await?;
        let [queue, tenant] = keys.map(|key| items.remove(&key));
        let (queue, tenant) = queue.zip(tenant).ok_or(QueueError::NotFound)?;
        Ok((existing(Stored::decode(queue)?)?, Stored::decode(tenant)?))
    }

    /// A ticket and its queue, in one trip.
    ///
    /// # Errors
    /// `NotFound`, also for a ticket whose queue was deleted.
    pub async fn ticket(&self, id: TicketId) -> Result<(Stored<Ticket>, Stored<Queue>), QueueError> {
        let keys = [keys::ticket(self.scope, id), keys::queue(self.scope, id.queue())];
        let mut items = self.cx.table().get_items(&keys).await?;
        let [ticket, queue] = keys.map(|key| items.remove(&key));
        let (ticket, queue) = ticket.zip(queue).ok_or(QueueError::NotFound)?;
        Ok((Stored::decode(ticket)?, existing(Stored::decode(queue)?)?))
    }

    /// Tickets by their ids, in their order; `None` for ids that do not exist.
    ///
    /// # Errors
    /// If the table does not answer.
    pub async fn tickets(&self, ids: &[TicketId]) -> Result<Vec<Option<Stored<Ticket>>>, QueueError> {
        let keys: Vec<Key> = ids.iter().map(|id| keys::ticket(self.scope, *id)).collect();
        Ok(self.cx.table().get_many(&keys).await?)
    }

    /// All who wait, in the order of the line.
    ///
    /// # Errors
    /// If the table does not answer.
    pub async fn waiting(&self, id: QueueId) -> Result<Vec<Stored<Ticket>>, QueueError> {
        let range = || Query::below(Index::Lsi1, keys::line_part(self.scope, id, LinePart::Waiting));
        Ok(self.cx.table().query_all(range).await?)
    }

    /// The first of those who wait, together with the queue: one trip.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn first_waiting(&self, id: QueueId, most: u32) -> Result<Vec<Stored<Ticket>>, QueueError> {
        let (first, last) = keys::line_of_waiting(self.scope, id);
        let range = Query::between(Index::Lsi1, first, last).limit(most.saturating_add(1));
        let (queue, tickets) = split(self.cx.table().query_items(range).await?.items)?;
        existing(queue.ok_or(QueueError::NotFound)?)?;
        Ok(tickets)
    }

    /// A queue, deleted or not, and all who wait or are being served: one trip for some thousand of them.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn line(&self, id: QueueId) -> Result<Line, QueueError> {
        let (first, last) = keys::line_of_open(self.scope, id);
        let (mut queue, mut open, mut after) = (None, Vec::new(), None);
        loop {
            let range = Query::between(Index::Lsi1, first.clone(), last.clone()).after(after);
            let page = self.cx.table().query_items(range).await?;
            let (found, tickets) = split(page.items)?;
            queue = queue.or(found);
            open.extend(tickets);
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        let (serving, waiting) = open.into_iter().partition(|ticket| ticket.status.part() == LinePart::Serving);
        Ok(Line { queue: queue.ok_or(QueueError::NotFound)?, serving, waiting })
    }

    /// How many wait before a ticket that waits.
    ///
    /// # Errors
    /// If the table does not answer.
    pub async fn people_ahead(&self, ticket: &Ticket) -> Result<u32, QueueError> {
        let first = keys::line_part(self.scope, ticket.id.queue(), LinePart::Waiting);
        let last = keys::line_waiting(self.scope, ticket.id, ticket.rank.as_str());
        let (mut count, mut after) = (0, None);
        loop {
            let range = Query::between(Index::Lsi1, first.clone(), last.clone()).after(after);
            let page = self.cx.table().query_items(range).await?;
            count += page.items.len();
            after = page.next;
            if after.is_none() {
                // The ticket itself is the last one.
                return Ok(u32::try_from(count.saturating_sub(1)).unwrap_or(u32::MAX));
            }
        }
    }
}

/// Only a queue that was not deleted.
///
/// # Errors
/// `NotFound`.
pub fn existing(queue: Stored<Queue>) -> Result<Stored<Queue>, QueueError> {
    if queue.deleted { Err(QueueError::NotFound) } else { Ok(queue) }
}

/// The items of a line: the queue itself, if it is among them, and the tickets.
///
/// # Errors
/// [`StoreError::Corrupt`].
pub fn split(items: Vec<Item>) -> Result<(Option<Stored<Queue>>, Vec<Stored<Ticket>>), StoreError> {
    let is_queue = |item: &Item| item.get("kind").and_then(|kind| kind.as_s().ok()).is_some_and(|kind| kind == Queue::KIND);
    let (queue, tickets): (Vec<Item>, Vec<Item>) = items.into_iter().partition(is_queue);
    let queue = queue.into_iter().next().map(Stored::decode).transpose()?;
    Ok((queue, tickets.into_iter().map(Stored::decode).collect::<Result<_, _>>()?))
}
