//! `POST /api/tasks/{taskId}/retry`

use dawr_api::{Cx, Failure, endpoint, failure::FieldErrors, function::Access, permission::Permission};
use dawr_kernel::id::{MessageId, TaskId};
use deserr::Deserr;
use schemars::JsonSchema;
use serde::Serialize;

use crate::retrying::Retry;

endpoint! {
    /// Has a failed message sent again.
    pub const RETRY_TASK: "retry_task" = Post "/api/tasks/{taskId}/retry";
    requires: Permission(TaskManage);
    reach: Clinic;
    access: Access::WRITE;
    handler: retry_task(path: TaskPath) -> 202 RetriedView;
    errors: [NotFound, NotRetryable, TemplatePaused, ChannelNotConnected, QuotaExceeded];
    idempotent;
}

/// The id of a task in a path.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase")]
pub struct TaskPath {
    /// The task.
    pub task_id: TaskId,
}

/// The message that is sent again.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RetriedView {
    task_id: TaskId,
    message_id: MessageId,
    status: &'static str,
}

async fn retry_task(cx: &Cx, path: TaskPath) -> Result<RetriedView, Failure> {
    let caller = cx.authorize(Permission::TaskManage)?;
    let retry = Retry::prepare(cx, &caller, path.task_id).await?;
    let view = RetriedView { task_id: path.task_id, message_id: retry.message, status: "queued" };
    retry.commit(cx, &caller, Some(&view)).await?;
    Ok(view)
}
