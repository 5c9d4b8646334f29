//! A staged spreadsheet as the API shows it before anything is added.

use std::collections::BTreeMap;

use dawr_api::{Authorized, failure::FieldErrors};
use dawr_kernel::{
    id::UploadId,
    language::Language,
    text::{LocalId, PersonName},
};
use deserr::Deserr;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    error::PatientError,
    masking::{name_for, text_for},
    sheet::{Changes, Column, Counts, Field, Issue, List, RowChanges, Source, Staged, StagedRow, Status},
    upload::Upload,
    view::{file_number_for, national_id_for, phone_for},
};

/// So many rows are shown of the beginning.
const SAMPLE: usize = 20;

/// So many rows with errors are shown at the most.
const ERRORS: usize = 200;

/// So many faults are shown of one row, and of all rows with errors together.
const FAULTS: (usize, usize) = (20, 500);

/// So many characters are shown of a text as a sample of its column.
const TEXT: usize = 100;

/// So many bytes are shown of the first rows, and of those with errors: an answer is kept for its repetition, and an item
/// of the table has 400 KB.
const BYTES: (usize, usize) = (120_000, 160_000);

/// So many different texts are shown of a column.
const SAMPLES: usize = 3;

/// A staged spreadsheet.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UploadView {
    upload_id: UploadId,
    /// Grows with every change of it.
    version: u64,
    /// The sheet that was read; none of a text file.
    #[serde(skip_serializing_if = "Option::is_none")]
    sheet: Option<String>,
    /// All sheets of the file, in their order.
    sheets: Vec<SheetView>,
    /// What of the sheet is hidden, by a filter or by hand.
    hidden: HiddenView,
    /// The columns as they were understood, or as they were chosen.
    columns: Vec<ColumnView>,
    /// The fields that a column is needed for and that none is used for.
    missing: Vec<Field>,
    /// All rows that are not blank: ready, warning, error and leftOut together.
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

/// A sheet of a workbook.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SheetView {
    name: String,
    /// Whether a person has to unhide it to see it.
    hidden: bool,
}

/// How much of a sheet is hidden.
#[derive(Debug, Serialize, JsonSchema)]
pub struct HiddenView {
    /// So many rows that are not blank.
    rows: usize,
    /// So many columns that are not blank.
    columns: usize,
    /// Whether they are among the rows all the same.
    included: bool,
}

/// A column.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ColumnView {
    /// Its place, from 0.
    column: usize,
    /// Its header, or its letter.
    header: String,
    /// The field that it is taken for; `metadata` is kept under its header, `ignored` is not kept.
    field: Field,
    /// The first texts in it.
    samples: Vec<String>,
}

/// How many rows there are of each kind.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RowCountsView {
    ready: usize,
    warning: usize,
    error: usize,
    left_out: usize,
}

/// Whether a row can be imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Deserr, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[deserr(error = FieldErrors, rename_all = camelCase)]
pub enum RowStatus {
    /// Without any fault.
    Ready,
    /// Can be imported, but a person should look at it.
    Warning,
    /// Cannot be imported.
    Error,
    /// A person wants it left out.
    LeftOut,
}

impl From<Status> for RowStatus {
    fn from(status: Status) -> Self {
        match status {
            Status::Ready => Self::Ready,
            Status::Warning => Self::Warning,
            Status::Error => Self::Error,
            Status::LeftOut => Self::LeftOut,
        }
    }
}

/// A row.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RowView {
    /// Its number in the file, from 1.
    row: u32,
    status: RowStatus,
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
    /// The fields that a person has written anew; for metadata with the column's header.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    changed: Vec<String>,
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
    /// An upload with its rows, in the caller's language.
    ///
    /// # Errors
    /// If what was changed cannot be read.
    pub fn new(
        upload: &Upload,
        version: u64,
        list: &List,
        staged: &Staged,
        caller: &Authorized,
        language: Language,
    ) -> Result<Self, PatientError> {
        let (rows, changes) = (staged.rows.as_slice(), upload.changes()?);
        let seen = Seen { columns: list.columns(), changes: &changes, caller, language };
        let Counts { read, ready, warning, error, left_out } = staged.counts;
        let mut faults = 0;
        let errors = rows.iter().filter(|row| row.status == Status::Error).take(ERRORS).take_while(|row| {
            faults += row.issues.len().min(FAULTS.0);
            faults <= FAULTS.1
        });
        let sheet = match &upload.source {
            Source::Xlsx { sheet } => Some(sheet.clone()),
            Source::Csv { .. } => None,
        };
        let beside = &upload.beside;
        let sheets = beside.sheets.iter().map(|sheet| SheetView { name: sheet.name.clone(), hidden: sheet.hidden });
        let column = |(at, column): (usize, &Column)| ColumnView {
            column: at,
            header: text_for(&column.header, caller),
            field: column.field,
            samples: list.samples(at, SAMPLES).into_iter().map(|text| cut(&text_for(text, caller))).collect(),
        };
        Ok(Self {
            upload_id: upload.id,
            version,
            sheet,
            sheets: sheets.collect(),
            hidden: HiddenView {
                rows: beside.hidden_rows,
                columns: beside.hidden_columns,
                included: beside.includes_hidden,
            },
            columns: list.columns().iter().enumerate().map(column).collect(),
            missing: list.layout.missing(),
            rows: read,
            counts: RowCountsView { ready, warning, error, left_out },
            sample: within(BYTES.0, rows.iter().take(SAMPLE).map(|row| seen.row(row))),
            errors: within(BYTES.1, errors.map(|row| RowView { metadata: BTreeMap::new(), ..seen.row(row) })),
            expires_at: upload.until(),
        })
    }
}

/// So many characters of a text as are shown.
fn cut(text: &str) -> String {
    text.chars().take(TEXT).collect()
}

/// How rows are seen: by whom, and with what they have changed.
pub struct Seen<'a> {
    /// The columns.
    pub columns: &'a [Column],
    /// What was changed.
    pub changes: &'a Changes,
    /// By whom.
    pub caller: &'a Authorized,
    /// In which language.
    pub language: Language,
}

/// As many of the rows as have so many bytes together.
pub fn within(bytes: usize, rows: impl Iterator<Item = RowView>) -> Vec<RowView> {
    let mut left = bytes;
    rows.map_while(|row| {
        left = left.checked_sub(serde_json::to_vec(&row).ok()?.len())?;
        Some(row)
    })
    .collect()
}

impl Seen<'_> {
    /// A field, for metadata with the column's header.
    fn place(&self, field: Field, column: Option<u8>) -> String {
        let header = column.and_then(|column| self.columns.get(usize::from(column))).map(|column| &column.header);
        let field = field.as_str();
        header.map_or_else(|| field.to_owned(), |header| format!("{field}.{}", text_for(header, self.caller)))
    }

    fn issue(&self, row: &StagedRow, issue: &Issue) -> IssueView {
        let written = row.written.iter().find(|(field, _)| *field == issue.field && *field != Field::Metadata);
        IssueView {
            field: self.place(issue.field, issue.column),
            code: issue.problem.code(),
            message: issue.problem.message(self.language),
            value: written.map(|(_, written)| text_for(written.expose(), self.caller)),
        }
    }

    fn changed(&self, changes: &RowChanges) -> Vec<String> {
        let fields = changes.fields.keys().map(|field| self.place(*field, None));
        fields.chain(changes.cells.keys().map(|column| self.place(Field::Metadata, Some(*column)))).collect()
    }

    /// A row.
    pub fn row(&self, row: &StagedRow) -> RowView {
        let (columns, caller) = (self.columns, self.caller);
        let metadata = row.metadata(columns).into_iter();
        RowView {
            row: row.row,
            status: row.status.into(),
            full_name: row.full_name.as_ref().map(|name| name_for(name, caller)),
            phone_number: row.phone_number.as_ref().map(|phone| phone_for(phone, caller)),
            local_id: row.local_id.as_ref().map(|number| file_number_for(number, caller)),
            national_id: row.national_id.as_ref().map(|id| national_id_for(id, caller)),
            metadata: metadata
                .map(|(header, text)| (text_for(header, caller), text_for(text.expose(), caller)))
                .collect(),
            issues: row.issues.iter().take(FAULTS.0).map(|issue| self.issue(row, issue)).collect(),
            changed: self.changes.get(&row.row).map(|changes| self.changed(changes)).unwrap_or_default(),
        }
    }
}

impl RowView {
    /// Its number in the file.
    pub const fn number(&self) -> u32 {
        self.row
    }
}
