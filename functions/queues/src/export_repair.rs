//! `GET /api/queues/{queueId}/imports/{uploadId}/repair`

use dawr_api::{Cx, endpoint, failure::FieldErrors, function::Access, permission::Permission, reply::Csv};
use dawr_patients::{repair, upload};
use deserr::Deserr;
use schemars::JsonSchema;

use crate::{
    error::QueueError,
    get_import::{ImportPath, import},
};

endpoint! {
    /// The rows of a staged file that have to be repaired before they can be imported, as comma-separated values with the
    /// reason in a column behind the others: those with faults, and those that were refused while they were added. The file
    /// can be repaired and sent again. When there are more, the header `X-Next-Page` has the `page` of the next part.
    pub const EXPORT_REPAIR: "export_repair" = Get "/api/queues/{queueId}/imports/{uploadId}/repair";
    requires: Permission(TicketWrite);
    reach: Clinic;
    access: Access::READ;
    handler: export_repair(path: ImportPath, query: WhichPart) -> 200 Csv;
    errors: [NotFound];
}

/// Which part of the file.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct WhichPart {
    /// The token of the page; the first one unless said.
    #[deserr(default)]
    page: Option<String>,
}

async fn export_repair(cx: &Cx, path: ImportPath, query: WhichPart) -> Result<Csv, QueueError> {
    let caller = cx.authorize(Permission::TicketWrite)?;
    let after: u32 = cx.open_page(&caller, query.page.as_deref())?.unwrap_or_default();
    let import = import(cx, &caller, &path).await?;
    let opened = upload::load(cx, &caller, path.upload_id).await?.ok_or(QueueError::NotFound)?;
    let refused = |row| import.tally.refusal(row, cx.language).map(str::to_owned);
    let part = repair::table(&opened, after, refused, &caller, cx.language)?;
    let next_page = cx.list(&caller, Vec::<()>::new(), part.last)?.next_page;
    Ok(part.table.part(next_page)?)
}
