//! `DELETE /api/tasks/{taskId}`

use dawr_api::{Cx, Failure, code::Code, endpoint, function::Access, permission::Permission, reply::Empty};
use dawr_store::{Stored, Work, keys};

use crate::{coverage::ensure_within, message::Message, retry_task::TaskPath, task::FailedTask};

endpoint! {
    /// Dismisses a failed task: its message stays failed.
    pub const DISMISS_TASK: "dismiss_task" = Delete "/api/tasks/{taskId}";
    requires: Permission(TaskManage);
    reach: Clinic;
    access: Access::WRITE;
    handler: dismiss_task(path: TaskPath) -> 204 Empty;
    errors: [NotFound];
}

async fn dismiss_task(cx: &Cx, path: TaskPath) -> Result<Empty, Failure> {
    let caller = cx.authorize(Permission::TaskManage)?;
    let task: Option<Stored<FailedTask>> = cx.table().get(&keys::task(&caller, path.task_id)).await?;
    let task = task.ok_or(Code::NotFound)?;
    ensure_within(cx, &caller, task.queue_id, task.message).await?;
    let message: Option<Stored<Message>> = cx.table().get(&keys::message(&caller, task.message)).await?;
    let mut work = Work::new();
    FailedTask::decide(&task, &caller, &mut work);
    if let Some(message) = message.filter(|message| message.task == Some(path.task_id)) {
        work.replace(&caller, &message, &Message { task: None, ..message.value.clone() });
    }
    cx.save(&caller, work).await?;
    Ok(Empty)
}
