//! Stopping a batch: what nobody is at yet does not go.
//!
//! First the batch says that it is being stopped, so that its expander makes no more messages; what was reserved for those is given
//! back in the same transaction. Then its messages are stopped, each in one transaction with the quota: a sender that was faster has
//! it, and the message goes on. The relay hands the batch to the expander, so that what a crash interrupts goes on half a minute later; should
//! that be interrupted, too, it is handed on again. A message that a sender had at that moment and that was not taken does not
//! wait for another try either ([`concerns`]).

use std::collections::BTreeMap;

use dawr_api::{Cx, quota};
use dawr_kernel::id::MessageId;
use dawr_store::{CommitError, StoreError, Stored, TenantScope, Work, keys};
use jiff::Timestamp;

use crate::{
    batch::{Batch, BatchState, INLINE_RECIPIENTS},
    delivery::charge,
    message::{Message, Status},
    moves,
};

/// So many messages are stopped in one transaction.
const TOGETHER: usize = INLINE_RECIPIENTS;

/// So many recipients has a part of a batch that expands.
const PART: u32 = INLINE_RECIPIENTS as u32;

/// The batch as it is being stopped; none if it was stopped before.
pub fn begin(cx: &Cx, scope: &TenantScope, batch: &Batch, work: &mut Work) -> Option<Batch> {
    if batch.stopped_at.is_some() {
        return None;
    }
    // Of one that was given up or is made wholly nothing is left to be made.
    let unmade = if batch.state == BatchState::Expanding { batch.to_be_made() } else { 0 };
    if batch.counted && unmade > 0 {
        quota::give_back(scope, batch.sender, i64::from(unmade), work);
    }
    Some(Batch {
        state: BatchState::Stopping,
        stopped_at: Some(cx.now()),
        unmade,
        look_at: cx.now().checked_add(moves::step(cx).rules.straggler_after).ok(),
        // The relay hands it on, so the expander goes on should this one end midway.
        nudges: batch.nudges + 1,
        ..batch.clone()
    })
}

/// Whether a message that waits for another try is stopped with its batch: not if a person had it sent again since then.
pub fn concerns(stopped_at: Option<Timestamp>, message: &Message) -> bool {
    let Some(stopped_at) = stopped_at else { return false };
    let tries = usize::try_from(message.tries).unwrap_or(usize::MAX);
    let first = message.attempts.get(message.attempts.len().saturating_sub(tries));
    message.epoch == 1 || first.is_some_and(|first| first.started_at <= stopped_at)
}

/// Stops the messages of a batch that is being stopped, and says when that is done. Gives the batch as it is then, and how many of
/// its messages there are of each status.
///
/// # Errors
/// If the table does not answer.
pub async fn go_on(
    cx: &Cx,
    scope: &TenantScope,
    mut batch: Stored<Batch>,
) -> Result<(Stored<Batch>, BTreeMap<Status, u32>), StoreError> {
    let counts = stop_all(cx, scope, &batch).await?;
    if batch.state == BatchState::Stopping {
        let done = Batch { state: BatchState::Stopped, look_at: None, ..batch.value.clone() };
        let mut work = Work::new();
        work.replace(scope, &batch, &done);
        match cx.table().commit(work).await {
            Ok(()) => batch = batch.after(scope, done)?,
            // Another one is at it, too.
            Err(CommitError::Refused(_)) => {
                if let Some(now) = cx.table().get(&keys::batch(scope, batch.id)).await? {
                    batch = now;
                }
            }
            Err(CommitError::Store(error)) => return Err(error),
        }
    }
    Ok((batch, counts))
}

async fn stop_all(cx: &Cx, scope: &TenantScope, batch: &Batch) -> Result<BTreeMap<Status, u32>, StoreError> {
    let mut counts = BTreeMap::new();
    // By their ids, since an index may be behind. The last ones first: senders begin with the first.
    let made = if batch.unmade > 0 { batch.next_part.saturating_mul(PART) } else { batch.recipients };
    let numbers = (0..u16::try_from(made.min(batch.recipients)).unwrap_or(u16::MAX)).rev();
    let ids: Vec<MessageId> = numbers.map(|number| batch.message(number)).collect();
    let mut left: Vec<Vec<MessageId>> = ids.chunks(TOGETHER).rev().map(<[_]>::to_vec).collect();
    let mut round = 0;
    while let Some(some) = left.pop() {
        let keys: Vec<_> = some.iter().map(|id| keys::message(scope, *id)).collect();
        let read: Vec<Stored<Message>> = cx.table().get_many(&keys).await?.into_iter().flatten().collect();
        let (mut work, mut given_back, mut statuses) = (Work::new(), 0, Vec::with_capacity(read.len()));
        for message in &read {
            let mut next = message.value.clone();
            if let Some(stopped) = moves::step(cx).stop(message) {
                next = stopped;
                given_back += charge(&mut next).left;
                work.replace(scope, message, &next);
            }
            statuses.push(next.status);
        }
        if given_back != 0 {
            quota::give_back(scope, batch.sender, given_back, &mut work);
        }
        match cx.table().commit(work).await {
            Ok(()) => {
                round = 0;
                statuses.into_iter().for_each(|status| *counts.entry(status).or_default() += 1);
            }
            // Some of them began meanwhile: the fewer, the sooner it holds.
            Err(CommitError::Refused(_)) => {
                round += 1;
                cx.table().pause(round).await;
                let (one, other) = some.split_at(some.len() / 2);
                left.extend([other, one].into_iter().filter(|part| !part.is_empty()).map(<[_]>::to_vec));
            }
            Err(CommitError::Store(error)) => return Err(error),
        }
    }
    Ok(counts)
}
