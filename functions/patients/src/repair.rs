//! The rows that were not imported as a file that can be repaired and sent again: the columns as they were read, and behind them
//! why.

use csv::{QuoteStyle, WriterBuilder};
use dawr_api::Authorized;
use dawr_kernel::language::Language;

use crate::{
    error::PatientError,
    masking::text_for,
    sheet::{StagedRow, Status},
    upload::Opened,
};

/// Spreadsheets take a text for UTF-8 by this.
const BYTE_ORDER_MARK: char = '\u{FEFF}';

/// So many bytes are in one part: what they take at the most fits in an answer of Lambda.
const PART_BYTES: usize = 3_000_000;

/// A part of the file.
#[derive(Debug)]
pub struct Part {
    /// The text.
    pub text: String,
    /// The last row in it, if there are more.
    pub last: Option<u32>,
}

/// The rows behind `after` that have faults, and those for which `refused` has a reason.
///
/// # Errors
/// If they cannot be written.
pub fn table(
    opened: &Opened,
    after: u32,
    refused: impl Fn(u32) -> Option<String>,
    caller: &Authorized,
    language: Language,
) -> Result<Part, PatientError> {
    let (staged, changes) = (opened.judged()?, opened.upload.changes()?);
    let mut rows = WriterBuilder::new().quote_style(QuoteStyle::Necessary).from_writer(Vec::new());
    let title = language.of(("reason for rejection", "سبب الرفض"));
    let headers = opened.list.columns().iter().map(|column| harmless(&text_for(&column.header, caller)));
    rows.write_record(headers.chain([title.to_owned()]))?;
    let (mut written, mut last, mut more) = (0_usize, None, false);
    for row in staged.rows.iter().filter(|row| row.row > after) {
        let faults = (row.status == Status::Error).then(|| reasons(row, opened, language));
        let Some(reason) = faults.or_else(|| refused(row.row)) else { continue };
        if written > PART_BYTES {
            more = true;
            break;
        }
        let cells = opened.list.cells(row.row, &changes);
        let cells: Vec<String> = cells.iter().map(|cell| harmless(&text_for(cell, caller))).chain([reason]).collect();
        written = cells.iter().fold(written, |sum, cell| sum.saturating_add(cell.len()).saturating_add(3));
        rows.write_record(cells)?;
        last = Some(row.row);
    }
    let bytes = rows.into_inner().map_err(|error| std::io::Error::other(error.to_string()))?;
    let text = String::from_utf8(bytes).map_err(std::io::Error::other)?;
    Ok(Part { text: format!("{BYTE_ORDER_MARK}{text}"), last: last.filter(|_| more) })
}

/// What is wrong with a row, each fault with its field.
fn reasons(row: &StagedRow, opened: &Opened, language: Language) -> String {
    let faults = row.issues.iter().filter(|issue| !issue.problem.is_warning());
    let said = faults.map(|issue| {
        let column = issue.column.and_then(|column| opened.list.columns().get(usize::from(column)));
        let field = column.map_or_else(|| issue.field.label(language), |column| column.header.as_str());
        format!("{field}: {}", issue.problem.message(language))
    });
    said.collect::<Vec<_>>().join(" ")
}

/// A cell that no spreadsheet takes for a formula (OWASP, "CSV Injection"). Our own reading takes the sign away again.
fn harmless(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}
