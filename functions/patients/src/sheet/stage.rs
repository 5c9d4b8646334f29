//! From rows of text to staged rows.

use dawr_api::table::is_formula;
use dawr_kernel::{
    phone::{PhoneNumber, Region},
    text::{Invalid, LocalId, NationalId, PersonName, without_invisible_marks},
};
use serde::{Deserialize, Serialize};

use super::{
    CellText, Changes, Field, Issue, Layout, MAX_CELL_CHARACTERS, Mended, Problem, RowChanges, StagedRow, Status,
    Written, duplicates::Seen, grid::Row, labelled,
};

/// The rows of a file, judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Staged {
    /// The rows in the file's order, without blank ones.
    pub rows: Vec<StagedRow>,
    /// How many rows there are of each kind.
    pub counts: Counts,
}

/// How many rows there are of each kind: `read` is always the sum of the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// All rows that are not blank.
    pub read: usize,
    /// Rows without any fault.
    pub ready: usize,
    /// Rows that can be imported, but that a person should look at.
    pub warning: usize,
    /// Rows that cannot be imported.
    pub error: usize,
    /// Rows that a person wants left out.
    #[serde(default)]
    pub left_out: usize,
}

impl Counts {
    pub(super) fn of(rows: &[StagedRow]) -> Self {
        let count = |status| rows.iter().filter(|row| row.status == status).count();
        Self {
            read: rows.len(),
            ready: count(Status::Ready),
            warning: count(Status::Warning),
            error: count(Status::Error),
            left_out: count(Status::LeftOut),
        }
    }

    /// The rows that can be imported.
    pub const fn importable(&self) -> usize {
        self.ready.saturating_add(self.warning)
    }
}

/// Judges the rows under the header. A row with nothing but its own number is blank.
pub(super) fn rows(data: &[Row], layout: &Layout, changes: &Changes, region: Region) -> Vec<StagedRow> {
    let mut seen = Seen::default();
    let none = RowChanges::default();
    data.iter()
        .filter(|row| !is_blank(row, layout))
        .map(|row| {
            let changes = changes.get(&row.number).unwrap_or(&none);
            let mut staged = Judge::new(row, changes, region).judge(layout);
            // What is left out stands in nobody's way.
            if changes.left_out {
                staged.status = Status::LeftOut;
                return staged;
            }
            if staged.issues.iter().all(|issue| issue.problem.is_warning()) {
                let issues = seen.compare(&staged);
                staged.issues.extend(issues);
            }
            staged.status = status(&staged.issues);
            staged
        })
        .collect()
}

/// Whether a row holds nothing but its own number.
pub(super) fn is_blank(row: &Row, layout: &Layout) -> bool {
    let is_ignored = |column: usize| layout.columns.get(column).is_none_or(|column| column.field == Field::Ignored);
    row.cells.iter().enumerate().all(|(column, cell)| cell.is_empty() || is_ignored(column))
}

/// The phone column that a row uses: the first in which something is written.
pub(super) fn used_phone(layout: &Layout, row: &Row, changes: &RowChanges) -> Option<usize> {
    layout.phones.iter().copied().find(|column| !is_placeholder(changes.cell(row, *column)))
}

fn status(issues: &[Issue]) -> Status {
    if issues.is_empty() {
        Status::Ready
    } else if issues.iter().all(|issue| issue.problem.is_warning()) {
        Status::Warning
    } else {
        Status::Error
    }
}

/// Judges one row.
struct Judge<'a> {
    row: &'a Row,
    changes: &'a RowChanges,
    region: Region,
    issues: Vec<Issue>,
    written: Vec<(Field, Written)>,
}

impl<'a> Judge<'a> {
    fn new(row: &'a Row, changes: &'a RowChanges, region: Region) -> Self {
        Self { row, changes, region, issues: Vec::new(), written: Vec::new() }
    }

    /// What a person has written in place of a field.
    fn mended(&self, field: Field) -> Option<&'a str> {
        self.changes.fields.get(&field).map(Mended::expose)
    }

    fn cell(&self, column: usize) -> &'a str {
        self.changes.cell(self.row, column)
    }

    fn judge(mut self, layout: &Layout) -> StagedRow {
        let full_name = self.name(&layout.name);
        let used_phone = used_phone(layout, self.row, self.changes);
        let mut label = None;
        let phone_number = self.phone(used_phone, &mut label);
        let local_id = self.id(Field::LocalId, layout.local_id, LocalId::parse);
        let national_id = self.id(Field::NationalId, layout.national_id, NationalId::parse);
        let other_phones = layout.phones.iter().copied().filter(|column| Some(*column) != used_phone);
        let mut kept: Vec<usize> = layout.metadata.iter().copied().chain(other_phones).collect();
        kept.sort_unstable();
        let mut more: Vec<(u8, CellText)> = kept.into_iter().filter_map(|column| self.metadata(column)).collect();
        // The words beside a number are kept under the number's header.
        let label = label.and_then(|label| CellText::parse(&label).ok());
        more.extend(used_phone.and_then(|column| u8::try_from(column).ok()).zip(label));
        StagedRow {
            row: self.row.number,
            status: status(&self.issues),
            full_name,
            phone_number,
            local_id,
            national_id,
            more,
            written: self.written,
            issues: self.issues,
        }
    }

    fn name(&mut self, columns: &[usize]) -> Option<PersonName> {
        let parts = columns.iter().map(|column| self.cell(*column)).filter(|part| !is_placeholder(part));
        let written = match self.mended(Field::FullName) {
            Some(mended) => mended.to_owned(),
            None => parts.collect::<Vec<_>>().join(" "),
        };
        let line = words(&self.visible(Field::FullName, None, &written));
        let parsed = if line.is_empty() {
            Err(Problem::Required)
        } else if is_formula(&line) {
            Err(Problem::FormulaNotAllowed)
        } else if !line.contains(char::is_alphabetic) {
            Err(Problem::NotAName)
        } else {
            readable(&line).and_then(|line| PersonName::parse(line).map_err(Problem::from))
        };
        self.keep(Field::FullName, &written, parsed)
    }

    fn phone(&mut self, column: Option<usize>, label: &mut Option<String>) -> Option<PhoneNumber> {
        let of_column = || column.map_or("", |column| self.cell(column));
        let mended = self.mended(Field::PhoneNumber);
        let written = mended.unwrap_or_else(of_column);
        let mut parsed = labelled::phone(written, self.region).map_err(Problem::from);
        if parsed.is_err()
            && let Some((phone, words)) = labelled::number(written, self.region)
        {
            self.issues.push(Issue { field: Field::PhoneNumber, column: None, problem: Problem::LabelRemoved });
            *label = Some(words).filter(|_| mended.is_none());
            parsed = Ok(phone);
        }
        let phone = self.keep(Field::PhoneNumber, written, parsed)?;
        if !phone.may_be_mobile() {
            self.issues.push(Issue { field: Field::PhoneNumber, column: None, problem: Problem::NotMobile });
        }
        Some(phone)
    }

    fn id<T>(&mut self, field: Field, column: Option<usize>, parse: fn(&str) -> Result<T, Invalid>) -> Option<T> {
        let written = match self.mended(field) {
            Some(mended) => mended,
            None => self.cell(column?),
        };
        if is_placeholder(written) {
            return None;
        }
        let line = self.visible(field, None, written);
        // Nobody groups the digits of such a number, or counts its hundredths: the cell's format does.
        let line = labelled::as_digits(&line).unwrap_or(line);
        let parsed = if is_formula(&line) {
            Err(Problem::FormulaNotAllowed)
        } else {
            readable(&line).and_then(|line| parse(line).map_err(Problem::from))
        };
        self.keep(field, written, parsed)
    }

    fn metadata(&mut self, column: usize) -> Option<(u8, CellText)> {
        let place = u8::try_from(column).ok()?;
        let written = self.cell(column);
        if written.is_empty() {
            return None;
        }
        let text = self.visible(Field::Metadata, Some(place), written);
        // Notes may begin with a dash or an at sign; only `=` makes a formula of them in every program.
        let parsed = if text.starts_with('=') {
            Err(Problem::FormulaNotAllowed)
        } else {
            readable(&text).and_then(|text| CellText::parse(text).map_err(Problem::from))
        };
        match whole(written).and(parsed) {
            Ok(text) => Some((place, text)),
            Err(problem) => {
                self.issues.push(Issue { field: Field::Metadata, column: Some(place), problem });
                None
            }
        }
    }

    /// The text without invisible marks; a person is told where there were any.
    fn visible(&mut self, field: Field, column: Option<u8>, written: &str) -> String {
        let visible = without_invisible_marks(written);
        if visible.len() != written.len() {
            self.issues.push(Issue { field, column, problem: Problem::InvisibleCharacters });
        }
        visible.trim().to_owned()
    }

    fn keep<T>(&mut self, field: Field, written: &str, parsed: Result<T, Problem>) -> Option<T> {
        whole(written)
            .and(parsed)
            .map_err(|problem| {
                self.issues.push(Issue { field, column: None, problem });
                self.written.extend(Written::of(written).map(|written| (field, written)));
            })
            .ok()
    }
}

/// The grid has cut longer cells, so what is left of one proves nothing.
fn whole(cell: &str) -> Result<(), Problem> {
    if cell.chars().count() > MAX_CELL_CHARACTERS { Err(Problem::TooLong { max: MAX_CELL_CHARACTERS }) } else { Ok(()) }
}

/// Refuses text with the sign that stands for characters which could not be decoded.
fn readable(text: &str) -> Result<&str, Problem> {
    if text.contains(char::REPLACEMENT_CHARACTER) { Err(Problem::InvalidCharacters) } else { Ok(text) }
}

/// What people write where they have nothing to write.
fn is_placeholder(cell: &str) -> bool {
    without_invisible_marks(cell)
        .chars()
        .all(|c| c.is_whitespace() || matches!(c, '-' | '–' | '—' | '.' | '_' | '/' | '?' | '؟'))
}

/// The words of a text in one line.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
