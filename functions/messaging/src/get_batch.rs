//! `GET /api/batches/{batchId}`

use std::collections::BTreeMap;

use dawr_api::{Cx, Failure, code::Code, endpoint, failure::FieldErrors, function::Access, permission::Permission};
use dawr_kernel::id::{BatchId, MemberId, MessageId, QueueId, TemplateId};
use dawr_store::{Index, Query, Stored, keys};
use deserr::Deserr;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    batch::{Batch, BatchState, SkippedView},
    coverage::ensure_batch_within,
    message::Status,
};

endpoint! {
    /// How far a batch is: its messages by status, and who was skipped.
    pub const GET_BATCH: "get_batch" = Get "/api/batches/{batchId}";
    requires: Permission(MessageRead);
    reach: Clinic;
    access: Access::READ;
    handler: get_batch(path: BatchPath) -> 200 BatchView;
    errors: [NotFound];
}

/// The id of a batch in a path.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase")]
pub struct BatchPath {
    /// The batch.
    batch_id: BatchId,
}

/// A batch.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BatchView {
    id: BatchId,
    template_id: TemplateId,
    queue_id: Option<QueueId>,
    sender: MemberId,
    /// `expanding` while messages are still being made.
    state: BatchState,
    /// Recipients asked for.
    recipients: u32,
    /// Messages made so far.
    queued: u32,
    /// Recipients who get nothing.
    skipped_count: u32,
    /// The first 500 of them.
    skipped: Vec<SkippedView>,
    /// The messages by status.
    counts: BTreeMap<&'static str, u32>,
    /// Whether every message has come to an end: sent or better, or failed.
    done: bool,
    #[schemars(with = "String")]
    created_at: Timestamp,
}

async fn get_batch(cx: &Cx, path: BatchPath) -> Result<BatchView, Failure> {
    let caller = cx.authorize(Permission::MessageRead)?;
    let found: Option<Stored<Batch>> = cx.table().get(&keys::batch(&caller, path.batch_id)).await?;
    let batch = found.ok_or(Code::NotFound)?.value;
    ensure_batch_within(cx, &caller, &batch).await?;
    let mut counts: BTreeMap<&'static str, u32> = Status::ALL.iter().map(|status| (status.as_str(), 0)).collect();
    // Its messages stand side by side in the index, by their numbers.
    let (first, last) = (MessageId::of(batch.id, 0), MessageId::of(batch.id, u16::MAX));
    let (first, last) = (keys::message_listed(&caller, first), keys::message_listed(&caller, last));
    let (mut made, mut after) = (0_u32, None);
    loop {
        let all = Query::between(Index::Gsi1, first.clone(), last.clone()).attributes(&["status"]).after(after);
        let page = cx.table().query_items(all).await?;
        for item in &page.items {
            let status = item.get("status").and_then(|status| status.as_s().ok());
            if let Some(count) = status.and_then(|status| counts.get_mut(status.as_str())) {
                *count += 1;
                made += 1;
            }
        }
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let moving = [Status::Queued, Status::Sending, Status::Unknown];
    let done = batch.state == BatchState::Expanded
        && made >= batch.queued
        && moving.iter().all(|status| counts.get(status.as_str()).is_none_or(|count| *count == 0));
    Ok(BatchView {
        id: batch.id,
        template_id: batch.snapshot.template_id,
        queue_id: batch.queue_id,
        sender: batch.sender,
        state: batch.state,
        recipients: batch.recipients,
        queued: batch.queued,
        skipped_count: batch.skipped,
        skipped: batch.skipped_listed.iter().map(|skipped| skipped.view(cx.language)).collect(),
        counts,
        done,
        created_at: batch.created_at,
    })
}
