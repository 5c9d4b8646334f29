//! A row as it waits for a person's decision.

use std::collections::BTreeMap;

use dawr_kernel::{
    phone::PhoneNumber,
    text::{LocalId, NationalId, PersonName, is_invisible_mark},
    text_type,
};

use super::{Column, Field, Issue};

text_type! {
    /// The text of a cell that is kept as it is.
    pub CellText: personal, multi_line, 1..=2000
}

text_type! {
    /// What was written where a value was refused: its first characters, so that a person finds the place.
    pub Written: personal, single_line, 1..=100
}

impl Written {
    /// The first characters of a cell, or nothing where none can be shown.
    pub(super) fn of(cell: &str) -> Option<Self> {
        let line: String = cell
            .chars()
            .map(|c| if c.is_whitespace() { ' ' } else { c })
            .filter(|c| !c.is_control() && !is_invisible_mark(*c))
            .take(Self::MAX)
            .collect();
        Self::parse(&line).ok()
    }
}

/// Whether a row can be imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// Without any fault.
    Ready,
    /// Can be imported, but a person should look at it.
    Warning,
    /// Cannot be imported.
    Error,
    /// A person wants it left out.
    LeftOut,
}

impl Status {
    /// The name in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Warning => "warning",
            Self::Error => "error",
            Self::LeftOut => "leftOut",
        }
    }
}

/// A row with what was understood of it and all its faults.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StagedRow {
    /// Its number in the file, from 1.
    pub row: u32,
    /// Whether it can be imported.
    pub status: Status,
    /// The name; always there where the row can be imported.
    pub full_name: Option<PersonName>,
    /// The phone number; always there where the row can be imported.
    pub phone_number: Option<PhoneNumber>,
    /// The file number.
    pub local_id: Option<LocalId>,
    /// The national id.
    pub national_id: Option<NationalId>,
    /// The texts that are kept as they are, with their column's place in the list of columns.
    pub more: Vec<(u8, CellText)>,
    /// What was written in the fields that were refused.
    pub written: Vec<(Field, Written)>,
    /// All faults.
    pub issues: Vec<Issue>,
}

impl StagedRow {
    /// The texts that are kept as they are, by their column's header.
    pub fn metadata<'a>(&'a self, columns: &'a [Column]) -> BTreeMap<&'a str, &'a CellText> {
        self.more
            .iter()
            .filter_map(|(column, text)| Some((columns.get(usize::from(*column))?.header.as_str(), text)))
            .collect()
    }
}
