//! The clock: every minute it looks at what should have moved and did not.
//!
//! Leases that ended, callbacks that never came, back-offs longer than SQS waits, jobs and batches that got lost.

use dawr_api::{
    Cx,
    function::{Access, EventError, Function, MEMORY, Trigger},
    quota,
};
use dawr_store::{
    CommitError, Entity, Index, Query, Stored, TenantScope, Work,
    entity::{Item, kind_of},
    keys,
};
use serde_json::{Value, json};

use crate::{
    batch::{Batch, BatchState},
    delivery::MAX_NUDGES,
    message::Message,
    moves,
};

/// How many items of a shard are looked at in one round.
const ROUND: u32 = 100;

/// How many rounds a shard gets; the rest waits for the next minute.
const ROUNDS: usize = 20;

/// Looks at what is due.
pub const CLOCK: Function = Function {
    name: "clock",
    summary: "Every minute: expired leases, unknown outcomes, long back-offs, stragglers and interrupted batches.",
    trigger: Trigger::Schedule { expression: "rate(1 minute)", handler: |cx, _| Box::pin(tick(cx)) },
    access: Access::WRITE,
    memory: MEMORY,
    timeout: 55,
};

async fn tick(cx: &Cx) -> Result<Value, EventError> {
    let mut moved = 0_u32;
    for shard in 0..keys::DUE_SHARDS {
        let mut after = None;
        for _ in 0..ROUNDS {
            let (first, last) = keys::due_until(shard, cx.now());
            let due = Query::between(Index::Gsi2, first, last).limit(ROUND).after(after);
            let page = cx.table().query_items(due).await?;
            let mut progress = 0;
            for item in page.items {
                match look(cx, item).await {
                    Ok(true) => progress += 1,
                    Ok(false) => {}
                    // One item that cannot be read or written holds up no other.
                    Err(error) => tracing::error!(%error, "what is due cannot be moved"),
                }
            }
            moved += progress;
            after = page.next;
            if after.is_none() {
                break;
            }
        }
    }
    if moved > 0 {
        tracing::info!(moved, "the clock moved what was due");
    }
    Ok(json!({ "moved": moved }))
}

/// Looks at one item. What has moved meanwhile is left alone: the next round sees it.
async fn look(cx: &Cx, item: Item) -> Result<bool, EventError> {
    let kind = kind_of(&item).to_owned();
    let mut work = Work::new();
    if kind == Message::KIND {
        let message = Stored::<Message>::decode(item)?;
        let scope = cx.job(message.tenant);
        let Some(next) = moves::step(cx).look(&message) else { return Ok(false) };
        moves::add(cx, &scope, &message, next, &mut work).await?;
    } else if kind == Batch::KIND {
        let batch = Stored::<Batch>::decode(item)?;
        let scope = cx.job(batch.tenant);
        if !batch.state.is_at_work() || batch.look_at.is_none_or(|at| at > cx.now()) {
            return Ok(false);
        }
        let next = if batch.nudges >= MAX_NUDGES {
            tracing::error!(correlation = batch.correlation.as_str(), batch = %batch.id, "a batch is given up");
            give_up(&scope, &batch, &mut work)
        } else {
            let look_at = Some(cx.now().checked_add(moves::step(cx).rules.straggler_after)?);
            Batch { nudges: batch.nudges + 1, look_at, ..batch.value.clone() }
        };
        work.replace(&scope, &batch, &next);
    } else {
        tracing::error!(kind, "the due index lists what the clock does not know");
        return Ok(false);
    }
    match cx.table().commit(work).await {
        Ok(()) => Ok(true),
        Err(CommitError::Refused(_)) => Ok(false),
        Err(CommitError::Store(error)) => Err(error.into()),
    }
}

/// The batch ends without the messages that could not be made; what was reserved for them is given back.
fn give_up(scope: &TenantScope, batch: &Batch, work: &mut Work) -> Batch {
    if batch.state == BatchState::Stopping {
        return Batch { state: BatchState::Stopped, look_at: None, ..batch.clone() };
    }
    let rest = batch.to_be_made();
    if batch.counted && rest > 0 {
        quota::give_back(scope, batch.sender, i64::from(rest), work);
    }
    Batch { state: BatchState::Expanded, look_at: None, skipped: batch.skipped + rest, ..batch.clone() }
}
