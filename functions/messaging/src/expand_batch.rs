//! The batch expander: makes the messages of a large batch, part by part, each part in one transaction with the
//! batch's progress. However often it is interrupted or runs twice, each recipient gets one message.

use dawr_api::{
    Cx, Failure,
    function::{Access, EventError, Function, Queue, Trigger},
    job, quota,
    tenant::Tenant,
};
use dawr_queues::store::Line;
use dawr_store::{CommitError, Handed, Index, Query, Stored, TenantScope, Work, keys};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::{
    account::WhatsAppAccount,
    batch::{Batch, BatchState, MAX_LISTED, Part, SkipCode, Skipped, Source},
    compose::{Composer, Draft, recipients},
    delivery::MAX_NUDGES,
    moves,
    sending::message,
    stopping,
};

/// Parts that are composed together, so that their recipients are read a hundred at a time.
const TOGETHER: usize = 10;

/// After so long the rest is left to another run.
const BUDGET: SignedDuration = SignedDuration::from_secs(40);

/// Expands batches.
pub const EXPAND_BATCH: Function = Function {
    name: "expand_batch",
    summary: "Makes the messages of large batches, part by part.",
    trigger: Trigger::Queue(Queue::Batches, |cx, event| Box::pin(expand_batches(cx, event))),
    access: Access::WRITE,
    memory: 512,
    timeout: 60,
};

async fn expand_batches(cx: &Cx, event: Value) -> Result<Value, EventError> {
    job::each(event, |job| expand(cx, job)).await
}

async fn expand(cx: &Cx, job: Handed) -> Result<(), EventError> {
    let Some(scope) = job.tenant.map(|tenant| cx.job(tenant)) else { return Ok(()) };
    let started = cx.now();
    let keys = [job.key.clone(), keys::tenant(&scope), keys::whatsapp_account(&scope)];
    let mut items = cx.table().get_items(&keys).await?;
    let [batch, tenant, account] = keys.map(|key| items.remove(&key));
    let Some((mut batch, wake)) = batch.map_or(Ok(None), |batch| job.open::<Batch>(batch))? else { return Ok(()) };
    if wake.tries >= MAX_NUDGES && batch.state.is_at_work() {
        return give_up(cx, &scope, &batch).await;
    }
    match batch.state {
        BatchState::Expanding => {}
        BatchState::Stopping => return Ok(stopping::go_on(cx, &scope, batch).await.map(drop)?),
        BatchState::Expanded | BatchState::Stopped => return Ok(()),
    }
    tracing::info!(correlation = batch.correlation.as_str(), batch = %batch.id, part = batch.next_part, "a batch expands");
    let tenant = tenant.map(Stored::<Tenant>::decode).transpose()?.ok_or("the tenant is gone")?;
    let account = account.map(Stored::<WhatsAppAccount>::decode).transpose()?.ok_or("the account is gone")?;
    let mut line = None;
    if let Some(queue) = batch.queue_id {
        line = Some(Line::load(cx, &scope, queue).await.map_err(|error| Failure::from(error).into_source())?);
    }
    let mut frozen = None;
    if let (Source::Queue(_), Some(line)) = (batch.source, &line) {
        let Some((stored, parts)) = freeze(cx, &scope, &batch, line).await? else { return Ok(()) };
        (batch, frozen) = (stored, Some(parts));
    }
    let parts = match frozen {
        Some(parts) => parts,
        None => load_parts(cx, &scope, &batch).await?,
    };
    let (snapshot, clinics, asked_at) = (batch.snapshot.clone(), batch.clinics.clone(), batch.created_at);
    let composer = Composer::new(cx, &scope, &tenant, &account, &snapshot, &clinics).map_err(Failure::into_source)?;
    let mut composer = composer.asked_at(asked_at);
    if let Some(line) = line {
        composer = composer.with_line(line);
    }
    let left: Vec<Part> = parts.into_iter().filter(|part| part.part >= batch.next_part).collect();
    for parts in left.chunks(TOGETHER) {
        if cx.now().duration_since(started) > BUDGET {
            return hand_on(cx, &scope, &batch).await;
        }
        let recipients: Vec<_> = parts.iter().flat_map(|part| part.recipients.iter().copied()).collect();
        let mut drafts = composer.compose(&recipients).await.map_err(Failure::into_source)?.into_iter();
        for part in parts {
            let drafts: Vec<_> = drafts.by_ref().take(part.recipients.len()).collect();
            match write(cx, &scope, &batch, part, drafts).await? {
                Some(next) => batch = next,
                // Another run is at it.
                None => return Ok(()),
            }
        }
    }
    finish(cx, &scope, &batch).await
}

/// Who waits now becomes the batch's recipients: what the line does afterwards changes nobody's number.
async fn freeze(
    cx: &Cx,
    scope: &TenantScope,
    batch: &Stored<Batch>,
    line: &Line,
) -> Result<Option<(Stored<Batch>, Vec<Part>)>, EventError> {
    let mut recipients = recipients(line);
    // No more than were reserved: who joined since is told with the next message.
    recipients.truncate(usize::try_from(batch.recipients).unwrap_or(usize::MAX));
    let parts = Part::divide(batch.id, &recipients);
    let count = u32::try_from(recipients.len()).unwrap_or(u32::MAX);
    let mut next = batch.value.clone();
    next.source = Source::Parts(u32::try_from(parts.len()).unwrap_or(u32::MAX));
    next.recipients = count;
    let mut work = Work::new();
    if batch.counted && count < batch.recipients {
        quota::give_back(scope, batch.sender, i64::from(batch.recipients - count), &mut work);
    }
    for part in &parts {
        work.create(scope, part);
    }
    Ok(replace(cx, scope, batch, next, work).await?.map(|batch| (batch, parts)))
}

async fn load_parts(cx: &Cx, scope: &TenantScope, batch: &Batch) -> Result<Vec<Part>, EventError> {
    let all = || Query::below(Index::Table, keys::batch_all_recipients(scope, batch.id));
    let parts = cx.table().query_all::<Part>(all).await?;
    Ok(parts.into_iter().map(|part| part.value).collect())
}

async fn write(
    cx: &Cx,
    scope: &TenantScope,
    batch: &Stored<Batch>,
    part: &Part,
    drafts: Vec<Result<Draft, SkipCode>>,
) -> Result<Option<Stored<Batch>>, EventError> {
    let mut next = batch.value.clone();
    let mut work = Work::new();
    let mut skipped = 0;
    for ((recipient, draft), number) in part.recipients.iter().zip(drafts).zip(part.first..) {
        match draft {
            Ok(draft) => {
                let mut message = message(scope, batch, number, draft, moves::step(cx).rules);
                // The batch may have waited: its messages are due now.
                (message.due_at, message.composed_at) = (cx.now(), cx.now());
                message.look_at = cx.now().checked_add(moves::step(cx).rules.straggler_after).ok();
                work.create(scope, &message);
                next.queued += 1;
            }
            Err(code) => {
                skipped += 1;
                if next.skipped_listed.len() < MAX_LISTED {
                    next.skipped_listed.push(Skipped { id: recipient.to_string(), code });
                }
            }
        }
    }
    if batch.counted && skipped > 0 {
        quota::give_back(scope, batch.sender, i64::from(skipped), &mut work);
    }
    next.skipped += skipped;
    next.next_part = part.part + 1;
    // It moves: nobody need take it up.
    next.look_at = later(cx);
    let parts = match batch.source {
        Source::Parts(parts) => parts,
        Source::Queue(_) => 0,
    };
    if next.next_part >= parts {
        next.state = BatchState::Expanded;
        next.look_at = None;
    }
    replace(cx, scope, batch, next, work).await
}

/// Marks a batch without any part as done.
async fn finish(cx: &Cx, scope: &TenantScope, batch: &Stored<Batch>) -> Result<(), EventError> {
    if batch.state == BatchState::Expanding {
        let done = Batch { state: BatchState::Expanded, look_at: None, ..batch.value.clone() };
        replace(cx, scope, batch, done, Work::new()).await?;
    }
    Ok(())
}

/// When a batch is handed on again that has moved just now.
fn later(cx: &Cx) -> Option<Timestamp> {
    cx.now().checked_add(moves::step(cx).rules.straggler_after).ok()
}

/// The batch ends without the messages that could not be made; what was reserved for them is given back.
async fn give_up(cx: &Cx, scope: &TenantScope, batch: &Stored<Batch>) -> Result<(), EventError> {
    tracing::error!(correlation = batch.correlation.as_str(), batch = %batch.id, "a batch is given up");
    let mut work = Work::new();
    let mut next = Batch { state: BatchState::Stopped, look_at: None, ..batch.value.clone() };
    if batch.state == BatchState::Expanding {
        let rest = batch.to_be_made();
        if batch.counted && rest > 0 {
            quota::give_back(scope, batch.sender, i64::from(rest), &mut work);
        }
        (next.state, next.skipped) = (BatchState::Expanded, batch.skipped + rest);
    }
    replace(cx, scope, batch, next, work).await?;
    Ok(())
}

async fn hand_on(cx: &Cx, scope: &TenantScope, batch: &Stored<Batch>) -> Result<(), EventError> {
    let look_at = later(cx);
    let next = Batch { nudges: batch.nudges + 1, look_at, ..batch.value.clone() };
    replace(cx, scope, batch, next, Work::new()).await?;
    Ok(())
}

/// Commits the batch as it shall be with the rest of the work; nothing if another run was faster.
async fn replace(
    cx: &Cx,
    scope: &TenantScope,
    batch: &Stored<Batch>,
    next: Batch,
    mut work: Work,
) -> Result<Option<Stored<Batch>>, EventError> {
    work.replace(scope, batch, &next);
    match cx.table().commit(work).await {
        Ok(()) => Ok(Some(batch.after(scope, next)?)),
        Err(CommitError::Refused(_)) => Ok(None),
        Err(CommitError::Store(error)) => Err(error.into()),
    }
}
