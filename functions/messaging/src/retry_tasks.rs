//! `POST /api/tasks/retry`

use dawr_api::{
    Authorized, Cx, Failure, Fault, code::Code, endpoint, failure::FieldErrors, function::Access,
    permission::Permission,
};
use dawr_kernel::id::{QueueId, TaskId};
use dawr_store::{Index, Query, Work, keys};
use deserr::Deserr;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{coverage::Within, message::Reason, retrying::Retry, task::FailedTask};

/// So many tasks one request retries.
const MAX_TASKS: usize = 500;

endpoint! {
    /// Has failed messages sent again: these, or up to 500 that pass a filter.
    pub const RETRY_TASKS: "retry_tasks" = Post "/api/tasks/retry";
    requires: Permission(TaskManage);
    reach: Clinic;
    access: Access::WRITE;
    handler: retry_tasks(body: RetryTasks) -> 202 RetryTasksView;
    errors: [Required, TooMany];
    idempotent;
}

/// Which tasks: exactly one of both.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct RetryTasks {
    /// These, up to 500; without `filter`.
    #[deserr(default)]
    #[schemars(length(min = 1, max = 500))]
    task_ids: Option<Vec<TaskId>>,
    /// Those that pass, without `taskIds`; an empty filter passes all.
    #[deserr(default)]
    filter: Option<TaskFilter>,
}

/// A filter of tasks.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct TaskFilter {
    #[deserr(default)]
    queue_id: Option<QueueId>,
    #[deserr(default)]
    reason: Option<Reason>,
}

/// What became of each task.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RetryTasksView {
    /// Messages queued again.
    retried: usize,
    /// Tasks that stay, and why.
    failed: Vec<NotRetried>,
    /// Whether more tasks pass the filter: ask again.
    more: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
struct NotRetried {
    id: TaskId,
    code: &'static str,
    /// Why, for people.
    message: String,
}

async fn retry_tasks(cx: &Cx, body: RetryTasks) -> Result<RetryTasksView, Failure> {
    let caller = cx.authorize(Permission::TaskManage)?;
    let (tasks, more) = match (body.task_ids, body.filter) {
        (Some(tasks), None) if tasks.len() > MAX_TASKS => return Err(Fault::at(Code::TooMany, "taskIds").into()),
        (Some(mut tasks), None) if !tasks.is_empty() => {
            tasks.sort_unstable();
            tasks.dedup();
            (tasks, false)
        }
        (None, Some(filter)) => passing(cx, &caller, &filter).await?,
        _ => {
            let either = Fault::at(Code::Required, "taskIds");
            return Err(either
                .saying("Name either taskIds or a filter.", "حدّد المهام أو شرط اختيارها، لا كليهما.")
                .into());
        }
    };
    cx.claim(&caller).await?;
    let (mut retried, mut failed) = (0, Vec::new());
    for task in tasks {
        match retry(cx, &caller, task).await {
            Ok(()) => retried += 1,
            Err(failure) if failure.status().is_client_error() => {
                let message = failure.faults().first().map(|fault| cx.say(fault)).unwrap_or_default();
                failed.push(NotRetried { id: task, code: failure.code().as_str(), message });
            }
            Err(failure) => return Err(failure),
        }
    }
    let view = RetryTasksView { retried, failed, more };
    cx.commit(&caller, Work::new(), &view).await?;
    Ok(view)
}

async fn retry(cx: &Cx, caller: &Authorized, task: TaskId) -> Result<(), Failure> {
    Retry::prepare(cx, caller, task).await?.commit::<()>(cx, caller, None).await
}

async fn passing(cx: &Cx, caller: &Authorized, filter: &TaskFilter) -> Result<(Vec<TaskId>, bool), Failure> {
    let (mut tasks, mut after) = (Vec::new(), None);
    loop {
        let range = Query::below(Index::Table, keys::tasks(caller))
            .only("queue_id", filter.queue_id)
            .only("reason", filter.reason.map(Reason::as_str))
            .after(after);
        let page = cx.table().query::<FailedTask>(range).await?;
        let within = Within::of(cx, caller, page.items.iter().map(|task| (task.queue_id, task.message))).await?;
        let covered = page.items.iter().filter(|task| within.has(task.queue_id, task.message));
        tasks.extend(covered.map(|task| task.id));
        after = page.next;
        let more = tasks.len() > MAX_TASKS;
        if more || after.is_none() {
            tasks.truncate(MAX_TASKS);
            return Ok((tasks, more || after.is_some()));
        }
    }
}
