//! The cells of a sheet as text, within the limits, whatever file they came from.

use std::{
    collections::{BTreeMap, BTreeSet, btree_map::Entry},
    fmt,
};

use dawr_api::table::unguarded;
use dawr_kernel::text::without_invisible_marks;
use serde::{Deserialize, Serialize};

use super::{MAX_CELL_CHARACTERS, MAX_COLUMNS, MAX_ROWS, MAX_TEXT_BYTES, SheetError};

/// How many rows with a title, a logo's caption or a date may stand above the header.
pub(super) const MAX_TITLE_ROWS: usize = 10;

/// A row with at least one cell that is not blank. The names of its stored fields are short, as an upload may have thousands
/// of rows.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Its number in the file, from 1.
    #[serde(rename = "n")]
    pub(super) number: u32,
    /// Its cells up to the last one that is not blank.
    #[serde(rename = "c")]
    pub(super) cells: Vec<String>,
}

/// What a sheet holds is personal.
impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Row({})", self.number)
    }
}

impl Row {
    /// The text of a cell, trimmed; empty where the row ends before it.
    pub(super) fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }
}

/// Collects cells in any order.
#[derive(Default)]
pub(super) struct Grid {
    rows: BTreeMap<u32, Vec<String>>,
    bytes: usize,
}

impl Grid {
    /// Puts a text into a cell; the row counts from 1, the column from 0. A cell that is set twice keeps the later text.
    ///
    /// # Errors
    /// `TooManyRows`, `TooManyColumns` or `TooLarge`.
    pub(super) fn put(&mut self, row: u32, column: usize, text: &str) -> Result<(), SheetError> {
        // Our own files guard what a spreadsheet would take for a formula, and a program keeps it so in any format.
        let text = unguarded(text.trim());
        if is_blank(text) {
            return Ok(());
        }
        if column >= MAX_COLUMNS {
            return Err(SheetError::TooManyColumns);
        }
        // One character too many is kept, so that the row's check sees that the cell is too long.
        let text: String = text.chars().take(MAX_CELL_CHARACTERS.saturating_add(1)).collect();
        self.bytes = self.bytes.saturating_add(text.len());
        if self.bytes > MAX_TEXT_BYTES {
            return Err(SheetError::TooLarge);
        }
        let many = self.rows.len() > MAX_ROWS.saturating_add(MAX_TITLE_ROWS);
        let cells = match self.rows.entry(row) {
            Entry::Vacant(_) if many => return Err(SheetError::TooManyRows),
            Entry::Vacant(vacant) => vacant.insert(Vec::new()),
            Entry::Occupied(occupied) => occupied.into_mut(),
        };
        if cells.len() <= column {
            cells.resize(column.saturating_add(1), String::new());
        }
        if let Some(cell) = cells.get_mut(column) {
            *cell = text;
        }
        Ok(())
    }

    /// The rows in the file's order, without these columns.
    pub(super) fn into_rows_without(self, columns: &BTreeSet<usize>) -> Vec<Row> {
        let mut rows = self.into_rows();
        for row in &mut rows {
            let mut column = 0..;
            row.cells.retain(|_| column.next().is_none_or(|column| !columns.contains(&column)));
        }
        rows
    }

    /// Whether no cell holds anything.
    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The rows in the file's order. Blank ones are left out and keep their number.
    pub(super) fn into_rows(self) -> Vec<Row> {
        self.rows.into_iter().map(|(number, cells)| Row { number, cells }).collect()
    }
}

/// Whether nothing of a text can be seen.
pub(super) fn is_blank(text: &str) -> bool {
    without_invisible_marks(text).trim().is_empty()
}
