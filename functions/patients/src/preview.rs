//! A staged spreadsheet as the API shows it before anything is added.

use std::collections::BTreeMap;

use dawr_api::Authorized;
use dawr_kernel::{
    id::UploadId,
    language::Language,
    text::{LocalId, PersonName},
};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    masking::{name_for, text_for},
    sheet::{Column, Counts, Field, Issue, StagedRow, Status},
    upload::Upload,
    view::{file_number_for, national_id_for, phone_for},
};

/// So many rows are shown of the beginning.
const SAMPLE: usize = 20;

/// So many rows with errors are shown at the most.
const ERRORS: usize = 200;

/// So many faults are shown of one row, and of all rows with errors together.
const FAULTS: (usize, usize) = (20, 500);

/// So many characters are shown of a text that is kept as it is.
const TEXT: usize = 100;

/// So many bytes are shown of the first rows, and of those with errors: an answer is kept for its repetition, and an item
/// of the table has 400 KB.
const BYTES: (usize, usize) = (120_000, 160_000);

/// A staged spreadsheet.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UploadView {
    upload_id: UploadId,
    /// The columns as they were understood.
    columns: Vec<ColumnView>,
    /// All rows that are not blank: ready, warning and error together.
    rows: usize,
    counts: RowCountsView,
    /// The first rows.
    sample: Vec<RowView>,
    /// The first rows that cannot be imported.
    errors: Vec<RowView>,
    /// Until then the rows can be imported.
    #[schemars(with = "String")]
    expires_at: Timestamp,
}

/// A column.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ColumnView {
    /// Its header, or its letter.
    header: String,
    /// The field that it is taken for; `metadata` is kept under its header, `ignored` is not kept.
    field: &'static str,
}

/// How many rows there are of each kind.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RowCountsView {
    ready: usize,
    warning: usize,
    error: usize,
}

/// A row.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RowView {
    /// Its number in the file, from 1.
    row: u32,
    /// `ready`, `warning` or `error`.
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    full_name: Option<PersonName>,
    /// E.164; masked for members without `patients:contact`.
    #[serde(skip_serializing_if = "Option::is_none")]
    phone_number: Option<String>,
    /// One that may be a phone is masked for members without `patients:contact`.
    #[serde(skip_serializing_if = "Option::is_none")]
    local_id: Option<LocalId>,
    /// Masked for members without `patients:contact`.
    #[serde(skip_serializing_if = "Option::is_none")]
    national_id: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    metadata: BTreeMap<String, String>,
    issues: Vec<IssueView>,
}

/// A fault of a row, or something odd about it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct IssueView {
    /// The field; for metadata with the column's header.
    field: String,
    code: &'static str,
    message: String,
    /// What was written there, where it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
}

impl UploadView {
    /// An upload with these rows, in the caller's language.
    pub fn new(upload: &Upload, rows: &[StagedRow], caller: &Authorized, language: Language) -> Self {
        let view = |row: &StagedRow| RowView::new(row, &upload.columns, caller, language);
        let Counts { read, ready, warning, error } = upload.counts;
        let mut faults = 0;
        let errors = rows.iter().filter(|row| row.status == Status::Error).take(ERRORS).take_while(|row| {
            faults += row.issues.len().min(FAULTS.0);
            faults <= FAULTS.1
        });
        Self {
            upload_id: upload.id,
            columns: upload.columns.iter().map(|column| ColumnView::new(column, caller)).collect(),
            rows: read,
            counts: RowCountsView { ready, warning, error },
            sample: within(BYTES.0, rows.iter().take(SAMPLE).map(view)),
            errors: within(BYTES.1, errors.map(|row| RowView { metadata: BTreeMap::new(), ..view(row) })),
            expires_at: upload.until(),
        }
    }
}

/// As many of the rows as have so many bytes together.
fn within(bytes: usize, rows: impl Iterator<Item = RowView>) -> Vec<RowView> {
    let mut left = bytes;
    rows.map_while(|row| {
        left = left.checked_sub(serde_json::to_vec(&row).ok()?.len())?;
        Some(row)
    })
    .collect()
}

impl ColumnView {
    fn new(column: &Column, caller: &Authorized) -> Self {
        Self { header: text_for(&column.header, caller), field: column.field.as_str() }
    }
}

impl RowView {
    fn new(row: &StagedRow, columns: &[Column], caller: &Authorized, language: Language) -> Self {
        let cut = |text: &str| text.chars().take(TEXT).collect::<String>();
        let issue = |issue: &Issue| {
            let header = issue.column.and_then(|column| columns.get(usize::from(column))).map(|column| &column.header);
            let field = issue.field.as_str();
            let written = row.written.iter().find(|(field, _)| *field == issue.field && *field != Field::Metadata);
            IssueView {
                field: header
                    .map_or_else(|| field.to_owned(), |header| format!("{field}.{}", text_for(header, caller))),
                code: issue.problem.code(),
                message: issue.problem.message(language),
                value: written.map(|(_, written)| text_for(written.expose(), caller)),
            }
        };
        let metadata = row.metadata(columns).into_iter();
        Self {
            row: row.row,
            status: row.status.as_str(),
            full_name: row.full_name.as_ref().map(|name| name_for(name, caller)),
            phone_number: row.phone_number.as_ref().map(|phone| phone_for(phone, caller)),
            local_id: row.local_id.as_ref().map(|number| file_number_for(number, caller)),
            national_id: row.national_id.as_ref().map(|id| national_id_for(id, caller)),
            metadata: metadata
                .map(|(header, text)| (text_for(header, caller), cut(&text_for(text.expose(), caller))))
                .collect(),
            issues: row.issues.iter().take(FAULTS.0).map(issue).collect(),
        }
    }
}
