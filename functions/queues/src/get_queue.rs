//! `GET /api/queues/{queueId}`

use dawr_api::{Cx, endpoint, failure::FieldErrors, function::Access, permission::Permission};
use dawr_kernel::id::QueueId;
use deserr::Deserr;
use schemars::JsonSchema;

use crate::{error::QueueError, store::Queues, view::QueueView};

endpoint! {
    /// A queue with its counts and statistics.
    pub const GET_QUEUE: "get_queue" = Get "/api/queues/{queueId}";
    requires: Permission(QueueRead);
    reach: Clinic;
    access: Access::READ;
    handler: get_queue(path: QueuePath) -> 200 QueueView;
    errors: [NotFound];
}

/// Which queue.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase)]
#[schemars(rename_all = "camelCase")]
pub struct QueuePath {
    /// The queue.
    pub queue_id: QueueId,
}

async fn get_queue(cx: &Cx, path: QueuePath) -> Result<QueueView, QueueError> {
    let caller = cx.authorize(Permission::QueueRead)?;
    let queue = Queues::new(cx, &caller).get(path.queue_id).await?;
    Ok(QueueView::stored(&queue).with_statistics(&queue, cx.now()))
}
