//! What has come due: every minute it is handed on, and put off until it is looked at again unless it moves by then.
//!
//! The shards are worked side by side, each with rounds and a time of its own, and what is parked in shards apart: no backlog starves
//! another.

use dawr_api::{
    Cx,
    function::{Access, EventError, Function, MEMORY, Queue, Trigger},
};
use dawr_store::{
    CommitError, Handed, Index, Query,
    entity::{Item, key_of, kind_of},
    keys,
    query::Cursor,
    wake::{put_off, wake_of},
};
use futures::{StreamExt, future::join_all, stream};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::{
    back_off,
    parked::{Parked, park, try_again},
    record::Unreadable,
    sending::{Call, Sent, send_all},
};

/// How many items of a shard are looked at in one round.
const ROUND: u32 = 100;

/// How many rounds a shard gets; the rest waits for the next minute.
const ROUNDS: usize = 20;

/// For how long a shard is worked on; the rest waits for the next minute.
const BUDGET: SignedDuration = SignedDuration::from_secs(40);

/// How long what does not move waits at the most before it is handed on again.
const MOST: SignedDuration = SignedDuration::from_mins(10);

/// How long an item waits in the index that cannot be read; where it is, is parked.
const UNREADABLE: SignedDuration = SignedDuration::from_hours(1);

/// So many items are put off at once.
const AT_ONCE: usize = 16;

/// Hands on what is due.
pub const HAND_ON_DUE: Function = Function {
    name: "hand_on_due",
    summary: "Every minute: hands on what has come due and did not move, and tries again what is parked.",
    trigger: Trigger::Schedule { expression: "rate(1 minute)", handler: |cx, _| Box::pin(hand_on_due(cx)) },
    access: Access::WRITE.sends_to(Queue::ALL),
    memory: MEMORY,
    timeout: 55,
};

/// A part of the index of what is due.
#[derive(Debug, Clone, Copy)]
enum Shard {
    Due(u8),
    Parked(u8),
}

async fn hand_on_due(cx: &Cx) -> Result<Value, EventError> {
    let due = (0..keys::DUE_SHARDS).map(Shard::Due);
    let shards: Vec<Shard> = due.chain((0..keys::PARKED_SHARDS).map(Shard::Parked)).collect();
    let worked = join_all(shards.iter().map(|shard| work(cx, *shard))).await;
    let (mut handed_on, mut failure) = (0, None);
    for (shard, result) in shards.into_iter().zip(worked) {
        match result {
            Ok(count) => handed_on += count,
            Err(error) => {
                tracing::error!(?shard, %error, "a shard of what is due cannot be worked on");
                failure = Some(error);
            }
        }
    }
    if handed_on > 0 {
        tracing::info!(handed_on, "what was due is handed on");
    }
    failure.map_or(Ok(json!({ "handedOn": handed_on })), Err)
}

async fn work(cx: &Cx, shard: Shard) -> Result<u32, EventError> {
    let started = cx.now();
    let mut handed_on = 0;
    let mut after = None;
    for _ in 0..ROUNDS {
        let (count, next) = match shard {
            Shard::Due(shard) => due(cx, shard, after).await?,
            Shard::Parked(shard) => parked(cx, shard, after).await?,
        };
        handed_on += count;
        after = next;
        if after.is_none() || cx.now().duration_since(started) > BUDGET {
            break;
        }
    }
    Ok(handed_on)
}

async fn parked(cx: &Cx, shard: u8, after: Option<Cursor>) -> Result<(u32, Option<Cursor>), EventError> {
    let (first, last) = keys::parked_until(shard, cx.now());
    let query = Query::between(Index::Gsi2, first, last).limit(ROUND).after(after);
    let page = cx.table().query::<Parked>(query).await?;
    Ok((try_again(cx, page.items).await?, page.next))
}

async fn due(cx: &Cx, shard: u8, after: Option<Cursor>) -> Result<(u32, Option<Cursor>), EventError> {
    let (first, last) = keys::due_until(shard, cx.now());
    let page = cx.table().query_items(Query::between(Index::Gsi2, first, last).limit(ROUND).after(after)).await?;
    let (mut calls, mut unreadable) = (Vec::new(), Vec::new());
    for item in page.items {
        match call(&item) {
            Some(call) => calls.push((item, call)),
            None => unreadable.push(item),
        }
    }
    leave(cx, unreadable).await;
    let Sent { done, .. } = send_all(cx, calls.iter().map(|(_, (call, _))| call.clone()).collect()).await;
    let handed_on = u32::try_from(done.len()).unwrap_or(u32::MAX);
    let waits = SignedDuration::try_from(cx.settings().straggler_after).unwrap_or(MOST);
    let later = calls.into_iter().map(|(item, (call, tries))| {
        // What its queue refuses does not count as handed on; the index brings it again.
        let counted = done.iter().any(|done| done.job == call.job);
        (item, back_off::after(cx.now(), waits, tries, MOST), counted)
    });
    put_all_off(cx, later).await;
    Ok((handed_on, page.next))
}

/// The job that an item wants, and how often it was handed on; none if that cannot be read.
fn call(item: &Item) -> Option<(Call, u32)> {
    let wake = wake_of(item).ok().flatten()?;
    let job = Handed::of(kind_of(item).to_owned(), key_of(item), wake.n);
    // Its time has come.
    Some((Call { sequence: String::new(), queue: wake.queue, at: None, job, is_due_later: true }, wake.tries))
}

/// What cannot be read is parked by its place, and makes room for the others.
async fn leave(cx: &Cx, items: Vec<Item>) {
    let unreadable = |item: &Item| {
        let (key, kind) = (Some(key_of(item)), kind_of(item).to_owned());
        Parked::unreadable(cx, Unreadable { sequence: String::new(), key, kind })
    };
    if park(cx, items.iter().map(unreadable).collect()).await.is_empty() {
        let until = cx.now().checked_add(UNREADABLE).unwrap_or(cx.now());
        put_all_off(cx, items.into_iter().map(|item| (item, until, false))).await;
    }
}

async fn put_all_off(cx: &Cx, items: impl Iterator<Item = (Item, Timestamp, bool)>) {
    let one = |(item, until, counted): (Item, Timestamp, bool)| async move {
        let Some(work) = put_off(&item, until, counted) else { return };
        match cx.table().commit(work).await {
            // Refused: it has moved.
            Ok(()) | Err(CommitError::Refused(_)) => {}
            // It is handed on once more than need be.
            Err(CommitError::Store(error)) => tracing::error!(%error, "what is due cannot be put off"),
        }
    };
    stream::iter(items).for_each_concurrent(AT_ONCE, one).await;
}
