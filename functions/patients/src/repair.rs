//! The rows that were not imported as a file that can be repaired and sent again: the columns as they were read, and behind them
//! why.

use std::collections::BTreeSet;

use dawr_api::{Authorized, table::Table};
use dawr_kernel::language::Language;

use crate::{
    error::PatientError,
    masking::text_for,
    sheet::{Column, Field, StagedRow, Status, folded_header},
    upload::Opened,
};

/// The header of the column behind the others, in English and Arabic.
const TITLE: (&str, &str) = ("reason for rejection", "سبب الرفض");

/// So many bytes are in one part: what they take at the most fits in an answer of Lambda.
const PART_BYTES: usize = 3_000_000;

/// A part of the file.
pub struct Part {
    /// Its rows.
    pub table: Table,
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
    let columns = opened.list.columns();
    let former = former_reasons(columns);
    let kept = |(at, _): &(usize, &Column)| !former.contains(at);
    let headers = columns.iter().enumerate().filter(kept).map(|(_, column)| text_for(&column.header, caller));
    let mut table = Table::new(headers.chain([language.of(TITLE).to_owned()]))?;
    let (mut written, mut last, mut more) = (0_usize, None, false);
    for row in staged.rows.iter().filter(|row| row.row > after) {
        let faults = (row.status == Status::Error).then(|| reasons(row, opened, language));
        let Some(reason) = faults.or_else(|| refused(row.row)) else { continue };
        if written > PART_BYTES {
            more = true;
            break;
        }
        let cells = opened.list.cells(row.row, &changes).into_iter().enumerate();
        let cells = cells.filter(|(at, _)| !former.contains(at)).map(|(_, cell)| text_for(&cell, caller));
        let cells: Vec<String> = cells.chain([reason]).collect();
        written = cells.iter().fold(written, |sum, cell| sum.saturating_add(cell.len()).saturating_add(3));
        table.row(cells)?;
        last = Some(row.row);
    }
    Ok(Part { table, last: last.filter(|_| more) })
}

/// The columns with the reasons that a file like this one had, which was repaired and sent again: nobody keeps them.
fn former_reasons(columns: &[Column]) -> BTreeSet<usize> {
    let titles = [TITLE.0, TITLE.1].map(folded_header);
    let is_title = |header: &str| {
        let header = folded_header(header);
        // The second of two equal headers has its number.
        let rest = titles.iter().find_map(|title| header.strip_prefix(title.as_str()));
        rest.is_some_and(|rest| rest.trim().chars().all(|c| c.is_ascii_digit()))
    };
    let reasons = columns.iter().enumerate();
    let reasons = reasons.filter(|(_, column)| column.field == Field::Ignored && is_title(&column.header));
    reasons.map(|(at, _)| at).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_earlier_file_gave_as_the_reason_is_left_out() {
        let column = |header: &str, field| Column { header: header.to_owned(), field };
        let columns = [
            column("الاسم", Field::FullName),
            column("سبب الرفض", Field::Ignored),
            column("سبب الرفض (2)", Field::Ignored),
            column("Reason for rejection", Field::Ignored),
            column("سبب الرفض الطبي", Field::Ignored),
            column("م", Field::Ignored),
        ];
        assert_eq!(former_reasons(&columns), BTreeSet::from([1, 2, 3]));
        let kept = [column("سبب الرفض", Field::Metadata)];
        assert!(former_reasons(&kept).is_empty(), "somebody wants it kept");
    }
}
