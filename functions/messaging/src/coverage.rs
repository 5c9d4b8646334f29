//! What belongs to a queue of a clinic that somebody does not cover is as if it did not exist for them.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use dawr_api::{Authorized, Cx, Failure, code::Code, role::Coverage};
use dawr_kernel::id::{BatchId, MessageId, QueueId};
use dawr_queues::model::Queue;
use dawr_store::{Key, Stored, TenantScope, keys};

use crate::batch::Batch;

/// Those of the queues that are in none of these clinics. Costs nothing for whoever covers all.
///
/// # Errors
/// If the table does not answer.
pub async fn beyond(
    cx: &Cx,
    scope: &TenantScope,
    clinics: &Coverage,
    queues: impl Iterator<Item = QueueId>,
) -> Result<HashSet<QueueId>, Failure> {
    if *clinics == Coverage::All {
        return Ok(HashSet::new());
    }
    let queues: BTreeSet<QueueId> = queues.collect();
    let keys: Vec<_> = queues.iter().map(|queue| keys::queue(scope, *queue)).collect();
    let found = cx.table().get_many::<Queue>(&keys).await?;
    let elsewhere = |found: &Option<Stored<Queue>>| !found.as_ref().is_some_and(|queue| clinics.has(queue.clinic));
    Ok(queues.into_iter().zip(found).filter(|(_, found)| elsewhere(found)).map(|(queue, _)| queue).collect())
}

/// Which messages are a caller's business: those of queues in clinics that they cover. What is about no queue is in no clinic:
/// it is the business of whoever sent it, and of whoever covers as many clinics as they did.
pub struct Within {
    everything: bool,
    queues: HashSet<QueueId>,
    batches: HashSet<BatchId>,
}

impl Within {
    /// Looks at the queues, and at the batches of what is about none, in one trip. Costs nothing for whoever covers all.
    ///
    /// # Errors
    /// If the table does not answer.
    pub async fn of(
        cx: &Cx,
        caller: &Authorized,
        messages: impl Iterator<Item = (Option<QueueId>, MessageId)>,
    ) -> Result<Self, Failure> {
        if caller.is_everywhere() {
            return Ok(Self { everything: true, queues: HashSet::new(), batches: HashSet::new() });
        }
        let (mut queues, mut batches) = (BTreeMap::new(), BTreeMap::new());
        for (queue, message) in messages {
            match queue {
                Some(queue) => queues.insert(keys::queue(caller, queue), queue).is_none(),
                None => batches.insert(keys::batch(caller, message.batch()), message.batch()).is_none(),
            };
        }
        let all: Vec<Key> = queues.keys().chain(batches.keys()).cloned().collect();
        let items = cx.table().get_items(&all).await?;
        let mut within = Self { everything: false, queues: HashSet::new(), batches: HashSet::new() };
        for (key, item) in items {
            if let Some(queue) = queues.get(&key) {
                let is_theirs = caller.clinics.has(Stored::<Queue>::decode(item)?.clinic);
                within.queues.extend(is_theirs.then_some(*queue));
            } else if let Some(batch) = batches.get(&key) {
                let read: Stored<Batch> = Stored::decode(item)?;
                within.batches.extend(is_within(caller, &read).then_some(*batch));
            }
        }
        Ok(within)
    }

    /// Whether a message is the caller's business.
    pub fn has(&self, queue: Option<QueueId>, message: MessageId) -> bool {
        self.everything
            || match queue {
                Some(queue) => self.queues.contains(&queue),
                None => self.batches.contains(&message.batch()),
            }
    }
}

/// Whether a batch that is about no queue is the caller's business.
fn is_within(caller: &Authorized, batch: &Batch) -> bool {
    batch.sender == caller.member || caller.clinics.includes(&batch.clinics)
}

/// Only a message that is the caller's business.
///
/// # Errors
/// `NotFound`.
pub async fn ensure_within(
    cx: &Cx,
    caller: &Authorized,
    queue: Option<QueueId>,
    message: MessageId,
) -> Result<(), Failure> {
    let within = Within::of(cx, caller, std::iter::once((queue, message))).await?;
    if within.has(queue, message) { Ok(()) } else { Err(Code::NotFound.into()) }
}

/// Only a batch that is the caller's business.
///
/// # Errors
/// `NotFound`.
pub async fn ensure_batch_within(cx: &Cx, caller: &Authorized, batch: &Batch) -> Result<(), Failure> {
    let within = match batch.queue_id {
        Some(queue) => beyond(cx, caller, &caller.clinics, std::iter::once(queue)).await?.is_empty(),
        None => is_within(caller, batch),
    };
    if within { Ok(()) } else { Err(Code::NotFound.into()) }
}
