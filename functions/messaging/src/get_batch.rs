//! `GET /api/batches/{batchId}`

use std::collections::BTreeMap;

use dawr_api::{Cx, Failure, code::Code, endpoint, failure::FieldErrors, function::Access, permission::Permission};
use dawr_kernel::id::{BatchId, MemberId, MessageId, QueueId, TemplateId};
use dawr_store::{Index, Query, StoreError, Stored, TenantScope, keys};
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
    pub batch_id: BatchId,
}

/// A batch.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BatchView {
    id: BatchId,
    template_id: TemplateId,
    queue_id: Option<QueueId>,
    sender: MemberId,
    /// `expanding` while messages are still being made, `stopping` while those that did not go yet are being stopped.
    state: BatchState,
    /// When it was stopped.
    #[schemars(with = "Option<String>")]
    #[serde(skip_serializing_if = "Option::is_none")]
    stopped_at: Option<Timestamp>,
    /// Recipients who get nothing since it was stopped: their messages are among the counts, or were never made.
    stopped: u32,
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
    /// Whether every message has come to an end: sent or better, failed, or stopped.
    done: bool,
    #[schemars(with = "String")]
    created_at: Timestamp,
}

async fn get_batch(cx: &Cx, path: BatchPath) -> Result<BatchView, Failure> {
    let caller = cx.authorize(Permission::MessageRead)?;
    let found: Option<Stored<Batch>> = cx.table().get(&keys::batch(&caller, path.batch_id)).await?;
    let batch = found.ok_or(Code::NotFound)?.value;
    ensure_batch_within(cx, &caller, &batch).await?;
    let counts = counts(cx, &caller, batch.id).await?;
    Ok(BatchView::new(cx, batch, &counts))
}

/// How many of a batch's messages there are of each status, as the index has them.
///
/// # Errors
/// If the table does not answer.
pub async fn counts(cx: &Cx, scope: &TenantScope, batch: BatchId) -> Result<BTreeMap<Status, u32>, StoreError> {
    let mut counts = BTreeMap::new();
    // Its messages stand side by side in the index, by their numbers.
    let (first, last) = (MessageId::of(batch, 0), MessageId::of(batch, u16::MAX));
    let (first, last) = (keys::message_listed(scope, first), keys::message_listed(scope, last));
    let mut after = None;
    loop {
        let all = Query::between(Index::Gsi1, first.clone(), last.clone()).attributes(&["status"]).after(after);
        let page = cx.table().query_items(all).await?;
        for item in &page.items {
            let status = item.get("status").and_then(|status| status.as_s().ok());
            let status = Status::ALL.into_iter().find(|known| status.is_some_and(|status| status == known.as_str()));
            if let Some(status) = status {
                *counts.entry(status).or_default() += 1;
            }
        }
        after = page.next;
        if after.is_none() {
            return Ok(counts);
        }
    }
}

impl BatchView {
    /// A batch with so many messages of each status.
    pub fn new(cx: &Cx, batch: Batch, counts: &BTreeMap<Status, u32>) -> Self {
        let count = |status: &Status| counts.get(status).copied().unwrap_or_default();
        let made: u32 = counts.values().sum();
        let on_the_way = Status::ALL.iter().any(|status| status.is_on_the_way() && count(status) > 0);
        Self {
            id: batch.id,
            template_id: batch.snapshot.template_id,
            queue_id: batch.queue_id,
            sender: batch.sender,
            state: batch.state,
            stopped_at: batch.stopped_at,
            stopped: count(&Status::Stopped) + batch.unmade,
            recipients: batch.recipients,
            queued: batch.queued,
            skipped_count: batch.skipped,
            skipped: batch.skipped_listed.iter().map(|skipped| skipped.view(cx.language)).collect(),
            counts: Status::ALL.iter().map(|status| (status.as_str(), count(status))).collect(),
            done: !batch.state.is_at_work() && made >= batch.queued && !on_the_way,
            created_at: batch.created_at,
        }
    }
}
