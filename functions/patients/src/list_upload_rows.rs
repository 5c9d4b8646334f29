//! `GET /api/patients/bulk-upload/{uploadId}/rows`

use dawr_api::{Cx, endpoint, failure::FieldErrors, function::Access, page::List, permission::Permission};
use deserr::Deserr;
use schemars::JsonSchema;

use crate::{
    error::PatientError,
    get_upload::UploadPath,
    preview::{RowStatus, RowView, Seen, within},
    upload,
};

/// So many rows are in a page, and so many bytes: each page judges all rows, so that most lists are one, and an answer of
/// Lambda has 6 MB.
const PAGE: (usize, usize) = (5_000, 4_000_000);

endpoint! {
    /// The rows of a staged file in its order, up to 4 MB in a page.
    pub const LIST_UPLOAD_ROWS: "list_upload_rows" = Get "/api/patients/bulk-upload/{uploadId}/rows";
    requires: Permission(PatientWrite);
    reach: Shared;
    access: Access::READ;
    handler: list_upload_rows(path: UploadPath, query: WhichRows) -> 200 List<RowView>;
    errors: [NotFound];
}

/// Which rows.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct WhichRows {
    /// Those of a kind; all unless said.
    #[deserr(default)]
    status: Option<RowStatus>,
    /// The token of the page; the first one unless said.
    #[deserr(default)]
    page: Option<String>,
}

async fn list_upload_rows(cx: &Cx, path: UploadPath, query: WhichRows) -> Result<List<RowView>, PatientError> {
    let caller = cx.authorize(Permission::PatientWrite)?;
    // The last row of the page before: rows may change their kind in between.
    let after: u32 = cx.open_page(&caller, query.page.as_deref())?.unwrap_or_default();
    let opened = upload::load(cx, &caller, path.upload_id).await?.ok_or(PatientError::NoUpload)?;
    let (staged, changes) = (opened.judged()?, opened.upload.changes()?);
    let seen = Seen { columns: opened.list.columns(), changes: &changes, caller: &caller, language: cx.language };
    let is_wanted = |status| query.status.is_none_or(|wanted| wanted == RowStatus::from(status));
    let wanted: Vec<_> = staged.rows.iter().filter(|row| row.row > after && is_wanted(row.status)).collect();
    let items = within(PAGE.1, wanted.iter().take(PAGE.0).map(|row| seen.row(row)));
    let last = items.last().map(RowView::number);
    let next = last.filter(|last| wanted.last().is_some_and(|row| row.row > *last));
    Ok(cx.list(&caller, items, next)?)
}
