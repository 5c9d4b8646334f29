//! A list of patients as it stands in a file, before it is judged.

use dawr_kernel::phone::Region;

use super::{
    Changes, Column, Field, Layout, Row, RowChanges, Source, Staged,
    read::Beside,
    stage::{self, Counts},
};

/// The rows of a file under its header, and what its columns are used for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    /// What the file was.
    pub source: Source,
    /// What it has beside these rows.
    pub beside: Beside,
    /// Where everything is.
    pub layout: Layout,
    /// The rows.
    pub rows: Vec<Row>,
}

impl List {
    pub(super) fn is_blank(&self) -> bool {
        self.rows.iter().all(|row| stage::is_blank(row, &self.layout))
    }

    /// Judges every row, with what was changed of it.
    pub fn judge(&self, changes: &Changes, region: Region) -> Staged {
        let rows = stage::rows(&self.rows, &self.layout, changes, region);
        let counts = Counts::of(&rows);
        Staged { rows, counts }
    }

    /// Whether it has a row of this number.
    pub fn has(&self, row: u32) -> bool {
        self.rows.binary_search_by_key(&row, |row| row.number).is_ok()
    }

    /// The first texts of a column that differ.
    pub fn samples(&self, column: usize, most: usize) -> Vec<&str> {
        let mut samples = Vec::new();
        for row in &self.rows {
            let cell = row.cell(column);
            if samples.len() < most && !cell.is_empty() && !samples.contains(&cell) {
                samples.push(cell);
            }
        }
        samples
    }

    /// The cells of a row as they were read, with what was changed of them where its column is.
    pub fn cells(&self, row: u32, changes: &Changes) -> Vec<String> {
        let found = self.rows.binary_search_by_key(&row, |row| row.number).ok().and_then(|at| self.rows.get(at));
        let Some(found) = found else { return Vec::new() };
        let none = RowChanges::default();
        let changed = changes.get(&row).unwrap_or(&none);
        let mut cells: Vec<String> =
            (0..self.layout.columns.len()).map(|column| changed.cell(found, column).to_owned()).collect();
        for (field, text) in &changed.fields {
            let mut columns = self.columns_of(*field, found, changed).into_iter();
            if let Some(cell) = columns.next().and_then(|column| cells.get_mut(column)) {
                *cell = text.expose().to_owned();
            }
            // A name in parts was written anew as a whole.
            for column in columns {
                if let Some(cell) = cells.get_mut(column) {
                    cell.clear();
                }
            }
        }
        cells
    }

    /// The columns in which a row has a field: all of a name, one of the others.
    fn columns_of(&self, field: Field, row: &Row, changes: &RowChanges) -> Vec<usize> {
        let Layout { name, phones, local_id, national_id, .. } = &self.layout;
        match field {
            Field::FullName => name.clone(),
            Field::PhoneNumber => {
                let used = stage::used_phone(&self.layout, row, changes).or_else(|| phones.first().copied());
                used.into_iter().collect()
            }
            Field::LocalId => local_id.iter().copied().collect(),
            Field::NationalId => national_id.iter().copied().collect(),
            Field::Metadata | Field::Ignored => Vec::new(),
        }
    }

    /// The columns in the file's order.
    pub fn columns(&self) -> &[Column] {
        self.layout.columns()
    }
}
