//! Reading queues and their lines.

use dawr_api::{Authorized, Cx, role::Coverage, tenant::Tenant};
use dawr_kernel::id::{PatientId, QueueId, TicketId};
use dawr_patients::{
    correct::Beside,
    store::{Patients, Record},
    ties::{Ties, TiesChange},
    unread::Unread,
};
use dawr_store::{
    CommitError, Key, Query, StoreError, Stored, TenantScope, Work,
    entity::{Entity, Item, kind_of},
    keys::{self, LinePart},
    query::Index,
};

use crate::{
    correcting::Corrected,
    error::QueueError,
    model::{ActiveTicket, Queue, Ticket},
};

/// A change of what many change at once is tried so often.
pub const MAX_TRIES: u32 = 24;

/// A queue with its open tickets.
pub struct Line {
    /// The queue.
    pub queue: Stored<Queue>,
    /// Those who were called or are being served, by the time of the call.
    pub serving: Vec<Stored<Ticket>>,
    /// Those who wait, in their order.
    pub waiting: Vec<Stored<Ticket>>,
}

impl Line {
    /// A queue, deleted or not, and all who wait or are being served: one trip for some thousand of them.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn load(cx: &Cx, scope: &TenantScope, id: QueueId) -> Result<Self, QueueError> {
        let (first, last) = keys::line_of_open(scope, id);
        let (mut queue, mut open, mut after) = (None, Vec::new(), None);
        loop {
            let range = Query::between(Index::Lsi1, first.clone(), last.clone()).after(after);
            let page = cx.table().query_items(range).await?;
            let (found, tickets) = split(page.items)?;
            queue = queue.or(found);
            open.extend(tickets);
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        let (serving, waiting) = open.into_iter().partition(|ticket| ticket.status.part() == LinePart::Serving);
        Ok(Self { queue: queue.ok_or(QueueError::NotFound)?, serving, waiting })
    }
}

/// How a ticket that is saved stands to its patient's record.
pub enum Regard<'a> {
    /// It shows what it showed.
    Same,
    /// It shows the name and the phone of the record.
    Read(&'a Record),
    /// The record is corrected with it.
    Corrected(&'a Record, Corrected),
}

/// The queues of a tenant, as far as they are the caller's business.
pub struct Queues<'a> {
    cx: &'a Cx,
    caller: &'a Authorized,
}

impl<'a> Queues<'a> {
    /// Of the caller's tenant.
    pub const fn new(cx: &'a Cx, caller: &'a Authorized) -> Self {
        Self { cx, caller }
    }

    /// A queue.
    ///
    /// # Errors
    /// `NotFound`, also for one that was deleted, or whose clinic the caller does not cover.
    pub async fn get(&self, id: QueueId) -> Result<Stored<Queue>, QueueError> {
        let queue: Option<Stored<Queue>> = self.cx.table().get(&keys::queue(self.caller, id)).await?;
        let queue = queue.ok_or(QueueError::NotFound)?;
        existing(&queue, &self.caller.clinics)?;
        Ok(queue)
    }

    /// A queue and its tenant, in one trip.
    ///
    /// # Errors
    /// `NotFound`, also for a queue that was deleted.
    pub async fn get_with_tenant(&self, id: QueueId) -> Result<(Stored<Queue>, Stored<Tenant>), QueueError> {
        let keys = [keys::queue(self.caller, id), keys::tenant(self.caller)];
        let mut items = self.cx.table().get_items(&keys).await?;
        let [queue, tenant] = keys.map(|key| items.remove(&key));
        let (queue, tenant) = queue.zip(tenant).ok_or(QueueError::NotFound)?;
        let queue = Stored::decode(queue)?;
        existing(&queue, &self.caller.clinics)?;
        Ok((queue, Stored::decode(tenant)?))
    }

    /// A ticket and its queue, in one trip.
    ///
    /// # Errors
    /// `NotFound`, also for a ticket whose queue was deleted.
    pub async fn ticket(&self, id: TicketId) -> Result<(Stored<Ticket>, Stored<Queue>), QueueError> {
        let keys = [keys::ticket(self.caller, id), keys::queue(self.caller, id.queue())];
        let mut items = self.cx.table().get_items(&keys).await?;
        let [ticket, queue] = keys.map(|key| items.remove(&key));
        let (ticket, queue) = ticket.zip(queue).ok_or(QueueError::NotFound)?;
        let queue = Stored::decode(queue)?;
        existing(&queue, &self.caller.clinics)?;
        Ok((Stored::decode(ticket)?, queue))
    }

    /// A ticket, its queue and the tenant, in one trip.
    ///
    /// # Errors
    /// `NotFound`, also for a ticket whose queue was deleted.
    pub async fn ticket_with_tenant(
        &self,
        id: TicketId,
    ) -> Result<(Stored<Ticket>, Stored<Queue>, Stored<Tenant>), QueueError> {
        let keys = [keys::ticket(self.caller, id), keys::queue(self.caller, id.queue()), keys::tenant(self.caller)];
        let mut items = self.cx.table().get_items(&keys).await?;
        let [ticket, queue, tenant] = keys.map(|key| items.remove(&key));
        let ((ticket, queue), tenant) = ticket.zip(queue).zip(tenant).ok_or(QueueError::NotFound)?;
        let queue = Stored::decode(queue)?;
        existing(&queue, &self.caller.clinics)?;
        Ok((Stored::decode(ticket)?, queue, Stored::decode(tenant)?))
    }

    /// Changes a queue, whatever others do to it at the same time; with If-Match only the version that it names. Gives the
    /// queue as it is then, and its version.
    ///
    /// # Errors
    /// `NotFound`, `StaleVersion`, `Busy`.
    pub async fn change(&self, id: QueueId, change: impl Fn(&mut Queue)) -> Result<(Queue, u64), QueueError> {
        for round in 0..MAX_TRIES {
            self.cx.table().pause(round).await;
            let read = self.get(id).await?;
            self.cx.expect(&read)?;
            let mut queue = read.value.clone();
            change(&mut queue);
            let mut work = Work::new();
            work.replace(self.caller, &read, &queue);
            match self.cx.save(self.caller, work).await {
                Ok(()) => return Ok((queue, read.version + 1)),
                Err(CommitError::Refused(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(QueueError::Busy)
    }

    /// Saves a ticket that was read together with its queue, whose counts follow; one that is open again with what is unread
    /// of its patient. Gives both as they are then; none if somebody else was faster.
    ///
    /// # Errors
    /// `AlreadyInQueue` if the ticket is to be open again and the patient has another one; what stands against a correction of
    /// the record.
    pub async fn save_ticket(
        &self,
        read: &Stored<Ticket>,
        ticket: &Ticket,
        queue: &Stored<Queue>,
        regard: Regard<'_>,
        unread: Option<&Unread>,
    ) -> Result<Option<(Ticket, Queue)>, QueueError> {
        let mut changed = queue.value.clone();
        let comes_back = !read.status.is_open() && ticket.status.is_open();
        let ticket = if comes_back { changed.readmit(ticket, self.cx.now()) } else { ticket.clone() };
        let unread = unread.filter(|_| comes_back);
        let ticket = unread.map_or_else(|| ticket.clone(), |unread| ticket.clone().with_unread(unread));
        changed.record(read, &ticket);
        let mut work = Work::new();
        work.replace(self.caller, read, &ticket);
        if changed != queue.value {
            work.replace(self.caller, queue, &changed);
        }
        if let Some(unread) = unread {
            work.update(unread.hold(self.caller));
        }
        let (patient, id) = (ticket.patient_id, ticket.id);
        let (reopened, ties) = match (read.status.is_open(), ticket.status.is_open()) {
            (true, false) => {
                work.remove(&keys::active_ticket(self.caller, id.queue(), patient));
                (None, Some(TiesChange::closed(self.caller, patient, id)))
            }
            (false, true) => {
                let slot = work.create(self.caller, &ActiveTicket::of(&ticket));
                (Some(slot), Some(TiesChange::reopened(self.caller, patient, id)))
            }
            _ => (None, None),
        };
        let patients = Patients::new(self.cx, self.caller);
        let correction = match regard {
            Regard::Corrected(record, Corrected { patient, others }) => {
                let first = (record, patient, Beside { ticket: Some(id), ties });
                Some(patients.correct_together(first, others, &mut work).await?)
            }
            Regard::Same | Regard::Read(_) => {
                if let Some(ties) = ties {
                    work.update(ties.update());
                }
                if let Regard::Read(record) = regard {
                    work.rely_on(&record.patient);
                }
                None
            }
        };
        match self.cx.save(self.caller, work).await {
            Ok(()) => {
                if let Some(correction) = correction {
                    patients.spread(correction).await?;
                }
                Ok(Some((ticket, changed)))
            }
            Err(error) if reopened.is_some_and(|slot| error.refusal(slot).is_some()) => Err(QueueError::AlreadyInQueue),
            Err(CommitError::Refused(_)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Tickets by their ids, in their order; `None` for ids that do not exist.
    ///
    /// # Errors
    /// If the table does not answer.
    pub async fn tickets(&self, ids: &[TicketId]) -> Result<Vec<Option<Stored<Ticket>>>, QueueError> {
        let keys: Vec<Key> = ids.iter().map(|id| keys::ticket(self.caller, *id)).collect();
        Ok(self.cx.table().get_many(&keys).await?)
    }

    /// The first of those who wait, together with the queue: one trip.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn first_waiting(&self, id: QueueId, most: u32) -> Result<Vec<Stored<Ticket>>, QueueError> {
        let (first, last) = keys::line_of_waiting(self.caller, id);
        let range = Query::between(Index::Lsi1, first, last).limit(most.saturating_add(1));
        let (queue, tickets) = split(self.cx.table().query_items(range).await?.items)?;
        existing(&queue.ok_or(QueueError::NotFound)?, &self.caller.clinics)?;
        Ok(tickets)
    }

    /// How many wait before a ticket that waits.
    ///
    /// # Errors
    /// If the table does not answer.
    pub async fn people_ahead(&self, ticket: &Ticket) -> Result<u32, QueueError> {
        let first = keys::line_part(self.caller, ticket.id.queue(), LinePart::Waiting);
        let last = keys::line_waiting(self.caller, ticket.id, ticket.rank.as_str());
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

/// Only a queue that was not deleted, in a clinic among those covered.
///
/// # Errors
/// `NotFound`.
pub fn existing(queue: &Stored<Queue>, clinics: &Coverage) -> Result<(), QueueError> {
    if queue.deleted { Err(QueueError::NotFound) } else { covered(queue, clinics) }
}

/// Only a queue in a clinic among those covered, deleted or not.
///
/// # Errors
/// `NotFound`.
pub fn covered(queue: &Stored<Queue>, clinics: &Coverage) -> Result<(), QueueError> {
    if clinics.has(queue.clinic) { Ok(()) } else { Err(QueueError::NotFound) }
}

/// The open tickets of a patient, in whichever queues.
///
/// # Errors
/// If the table does not answer.
pub async fn open_tickets(cx: &Cx, scope: &TenantScope, patient: PatientId) -> Result<Vec<TicketId>, StoreError> {
    Ok(open_tickets_of(cx, scope, &[patient]).await?.pop().unwrap_or_default())
}

/// The same of several patients, in their order and in one trip.
///
/// # Errors
/// If the table does not answer.
pub async fn open_tickets_of(
    cx: &Cx,
    scope: &TenantScope,
    patients: &[PatientId],
) -> Result<Vec<Vec<TicketId>>, StoreError> {
    let keys: Vec<Key> = patients.iter().map(|patient| keys::patient_ties(scope, *patient)).collect();
    let ties = cx.table().get_many::<Ties>(&keys).await?;
    Ok(ties.iter().map(|ties| ties.iter().flat_map(|ties| ties.tickets.iter().copied()).collect()).collect())
}

/// The queue itself, if it is among a line's items, and the tickets.
pub type LineItems = (Option<Stored<Queue>>, Vec<Stored<Ticket>>);

/// Reads the items of a line.
///
/// # Errors
/// [`StoreError::Corrupt`].
pub fn split(items: Vec<Item>) -> Result<LineItems, StoreError> {
    let is_queue = |item: &Item| kind_of(item) == Queue::KIND;
    let (queue, tickets): (Vec<Item>, Vec<Item>) = items.into_iter().partition(is_queue);
    let queue = queue.into_iter().next().map(Stored::decode).transpose()?;
    Ok((queue, tickets.into_iter().map(Stored::decode).collect::<Result<_, _>>()?))
}
