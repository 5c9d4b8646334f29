//! The clock: every minute it looks at what should have moved and did not.
//!
//! Leases that ended, callbacks that never came, back-offs longer than SQS waits, jobs and batches that got lost.

use dawr_api::{
    Cx,
    function::{Access, EventError, Function, MEMORY, Trigger},
};
use dawr_store::{CommitError, Entity, Index, Query, StoreError, Stored, Work, entity::Item, keys};
use serde_json::{Value, json};

use crate::{
    batch::{Batch, BatchState},
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
        for _ in 0..ROUNDS {
            let (first, last) = keys::due_until(shard, cx.now());
            let page = cx.table().query_items(Query::between(Index::Gsi2, first, last).limit(ROUND)).await?;
            let count = page.items.len();
            let mut progress = 0;
            for item in page.items {
                if look(cx, item).await? {
                    progress += 1;
                }
            }
            moved += progress;
            // The index follows the table: what was moved may still be listed, and is not looked at twice.
            if count < ROUND as usize || progress == 0 {
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
    let kind = item.get("kind").and_then(|kind| kind.as_s().ok()).cloned().unwrap_or_default();
    let mut work = Work::new();
    if kind == Message::KIND {
        let message = Stored::<Message>::decode(item)?;
        let scope = cx.job(message.tenant);
        let Some(next) = moves::step(cx).look(&message) else { return Ok(false) };
        moves::add(cx, &scope, &message, next, &mut work);
    } else if kind == Batch::KIND {
        let batch = Stored::<Batch>::decode(item)?;
        let scope = cx.job(batch.tenant);
        if batch.state != BatchState::Expanding || batch.look_at.is_none_or(|at| at > cx.now()) {
            return Ok(false);
        }
        let look_at = Some(cx.now().checked_add(moves::step(cx).rules.straggler_after)?);
        work.replace(&scope, &batch, &Batch { nudges: batch.nudges + 1, look_at, ..batch.value.clone() });
    } else {
        tracing::error!(kind, "the due index lists what the clock does not know");
        return Ok(false);
    }
    match cx.table().commit(work).await {
        Ok(()) => Ok(true),
        Err(CommitError::Refused(_)) => Ok(false),
        Err(CommitError::Store(error @ StoreError::Unavailable(_))) => Err(error.into()),
        Err(CommitError::Store(error)) => {
            tracing::error!(%error, "what is due cannot be moved");
            Ok(false)
        }
    }
}
