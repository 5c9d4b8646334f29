//! What a person has changed of a list before it is imported: cells that are written anew, and rows that are left out.

use std::collections::BTreeMap;

use dawr_kernel::text_type;
use serde::{Deserialize, Serialize};

use super::{Field, Row};

text_type! {
    /// What a person writes in place of what stands in the file. It is judged as if it stood there.
    pub Mended: personal, multi_line, 0..=2000
}

/// The changes of a list, by the number of the row.
pub type Changes = BTreeMap<u32, RowChanges>;

/// The changes of a row. The names of its stored fields are short, as an upload may have thousands of rows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowChanges {
    /// What is written anew of the patient's own fields.
    #[serde(rename = "f", default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<Field, Mended>,
    /// What is written anew of single cells, by the column's place.
    #[serde(rename = "c", default, skip_serializing_if = "BTreeMap::is_empty")]
    pub cells: BTreeMap<u8, Mended>,
    /// Whether the row is left out.
    #[serde(rename = "o", default, skip_serializing_if = "std::ops::Not::not")]
    pub left_out: bool,
}

impl RowChanges {
    /// The text of a cell of the row: as it was written anew, else as it stands in the file.
    pub(super) fn cell<'a>(&'a self, row: &'a Row, column: usize) -> &'a str {
        let anew = u8::try_from(column).ok().and_then(|column| self.cells.get(&column));
        anew.map_or_else(|| row.cell(column), |text| text.expose().trim())
    }

    /// Whether the row is as it stands in the file.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
