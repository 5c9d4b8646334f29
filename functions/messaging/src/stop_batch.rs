//! `POST /api/batches/{batchId}/stop`

use dawr_api::{Cx, Failure, code::Code, endpoint, function::Access, permission::Permission};
use dawr_store::{CommitError, Stored, Work, keys};

use crate::{
    batch::Batch,
    coverage::ensure_batch_within,
    get_batch::{BatchPath, BatchView},
    stopping,
};

endpoint! {
    /// Stops a batch: what has not begun does not go, and is given back to the sender's quota. What is being sent goes on, but
    /// is not tried again. Stopping it again stops what a person has had sent again since and has not begun, and changes nothing else.
    pub const STOP_BATCH: "stop_batch" = Post "/api/batches/{batchId}/stop";
    requires: Permission(MessageSend);
    reach: Clinic;
    access: Access::WRITE;
    handler: stop_batch(path: BatchPath) -> 200 BatchView;
    errors: [NotFound];
}

/// A batch that expands moves with each of its parts.
const MAX_TRIES: u32 = 24;

async fn stop_batch(cx: &Cx, path: BatchPath) -> Result<BatchView, Failure> {
    let caller = cx.authorize(Permission::MessageSend)?;
    for round in 0..MAX_TRIES {
        cx.table().pause(round).await;
        let found: Option<Stored<Batch>> = cx.table().get(&keys::batch(&caller, path.batch_id)).await?;
        let mut batch = found.ok_or(Code::NotFound)?;
        ensure_batch_within(cx, &caller, &batch).await?;
        let mut work = Work::new();
        if let Some(stopping) = stopping::begin(cx, &caller, &batch, &mut work) {
            work.replace(&caller, &batch, &stopping);
            match cx.save(&caller, work).await {
                Ok(()) => batch = batch.after(&caller, stopping)?,
                Err(CommitError::Refused(_)) => continue,
                Err(error) => return Err(error.into()),
            }
        }
        let (batch, counts) = stopping::go_on(cx, &caller, batch).await?;
        return Ok(BatchView::new(cx, batch.value, &counts));
    }
    Err(Failure::new(Code::Unavailable).after(1))
}
