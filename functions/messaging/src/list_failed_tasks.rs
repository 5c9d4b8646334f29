//! `GET /api/tasks/failed`

use dawr_api::{
    Cx, Failure, audit::ALL, endpoint, failure::FieldErrors, function::Access, page::List, permission::Permission,
    request::PageSize,
};
use dawr_kernel::id::QueueId;
use dawr_store::{Cursor, Index, Query, keys};
use deserr::Deserr;
use schemars::JsonSchema;

use crate::{
    coverage::Within,
    message::Reason,
    task::{FailedTask, TaskView},
};

/// With filters, so many tasks are looked at for one page.
const LOOKS: u32 = 1_000;

endpoint! {
    /// Messages that failed and wait for a decision, the newest first. A page may be short and still have a next one.
    pub const LIST_FAILED_TASKS: "list_failed_tasks" = Get "/api/tasks/failed";
    requires: Permission(TaskRead);
    reach: Clinic;
    access: Access::APPEND;
    handler: list_failed_tasks(query: ListFailedTasks) -> 200 List<TaskView>;
    errors: [];
}

/// Which tasks.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase")]
pub struct ListFailedTasks {
    /// Only those of messages to patients of this queue.
    #[deserr(default)]
    queue_id: Option<QueueId>,
    /// Only those with this reason.
    #[deserr(default)]
    reason: Option<Reason>,
    /// The token of the page; the first one unless said.
    #[deserr(default)]
    page: Option<String>,
    #[deserr(default)]
    page_size: Option<PageSize>,
}

async fn list_failed_tasks(cx: &Cx, query: ListFailedTasks) -> Result<List<TaskView>, Failure> {
    let caller = cx.authorize(Permission::TaskRead)?;
    let after: Option<Cursor> = cx.open_page(&caller, query.page.as_deref())?;
    let size = query.page_size.unwrap_or_default().0;
    let filtered = query.queue_id.is_some() || query.reason.is_some();
    let range = Query::below(Index::Table, keys::tasks(&caller))
        .descending()
        .after(after)
        .only("queue_id", query.queue_id)
        .only("reason", query.reason.map(Reason::as_str));
    let looks = if filtered { LOOKS } else { size };
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let page = cx.table().filtered_page::<FailedTask>(range, size, looks).await?;
    cx.seen_lately::<FailedTask>(&caller, ALL).await?;
    let within = Within::of(cx, &caller, page.items.iter().map(|task| (task.queue_id, task.message))).await?;
    let covered = page.items.iter().filter(|task| within.has(task.queue_id, task.message));
    let items = covered.map(|task| TaskView::new(cx, &caller, task)).collect();
    cx.list(&caller, items, page.next)
}
