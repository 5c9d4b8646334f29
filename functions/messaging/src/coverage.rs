//! What belongs to a queue of a clinic that somebody does not cover is as if it did not exist for them.

use std::collections::{BTreeSet, HashSet};

use dawr_api::{Authorized, Cx, Failure, code::Code, role::Coverage};
use dawr_kernel::id::QueueId;
use dawr_queues::model::Queue;
use dawr_store::{Stored, TenantScope, keys};

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

/// Only what belongs to no queue, or to one in a clinic that the caller covers.
///
/// # Errors
/// `NotFound`.
pub async fn ensure_within(cx: &Cx, caller: &Authorized, queue: Option<QueueId>) -> Result<(), Failure> {
    let beyond = beyond(cx, caller, &caller.clinics, queue.into_iter()).await?;
    if beyond.is_empty() { Ok(()) } else { Err(Code::NotFound.into()) }
}
