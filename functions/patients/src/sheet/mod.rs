//! Patient spreadsheets: from the bytes of an Excel or CSV file to staged rows that a person looks at before anything is
//! added.
//!
//! Pure: no I/O, no clock. What the file is called or claims to be decides nothing; its bytes do. Every row is judged as a
//! whole, with all its faults at once, and the totals are true: read = ready + warning + error.

mod archive;
mod changes;
mod columns;
mod delimited;
mod duplicates;
mod encoding;
mod error;
mod format;
mod grid;
mod headers;
mod issue;
mod labelled;
mod list;
mod marks;
mod read;
mod row;
mod stage;
mod xlsx;

use dawr_kernel::phone::Region;

pub use changes::{Changes, Mended, RowChanges};
pub(crate) use columns::folded_header;
pub use columns::{Column, Field, Known, Layout};
pub use encoding::Encoding;
pub use error::SheetError;
pub use grid::Row;
pub use issue::{Issue, Problem};
pub use list::List;
pub use read::{Beside, SheetName, Source};
pub use row::{CellText, StagedRow, Status, Written};
pub use stage::{Counts, Staged};

/// The largest file, in bytes.
pub const MAX_FILE_BYTES: usize = 10 * 1024 * 1024;
/// The most rows of patients in one file.
pub const MAX_ROWS: usize = 5_000;
/// The most columns.
pub const MAX_COLUMNS: usize = 100;
/// The most characters of one cell; a longer one is an error of its row.
pub const MAX_CELL_CHARACTERS: usize = 2_000;
/// The most bytes of text in all cells together.
pub const MAX_TEXT_BYTES: usize = 16 * 1024 * 1024;
/// The most bytes of all parts of an Excel file when they are unpacked.
pub const MAX_UNPACKED_BYTES: u64 = 50 * 1024 * 1024;

/// What the sender says of a file, which only settles what the bytes leave open, and what they want of it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hints<'a> {
    /// The file's name.
    pub file_name: Option<&'a str>,
    /// The `Content-Type` that it was sent with.
    pub content_type: Option<&'a str>,
    /// The sheet to read, in place of the one that is open.
    pub sheet: Option<&'a str>,
    /// Whether to read hidden rows and columns, too.
    pub hidden: bool,
    /// Whether a person will be asked about columns that are missing.
    pub asks: bool,
}

/// Reads a file of patients. Headers of which people have said what they mean are in `known`.
///
/// # Errors
/// A [`SheetError`] where the file as a whole cannot be used.
pub fn read(bytes: &[u8], hints: &Hints<'_>, known: &Known, region: Region) -> Result<List, SheetError> {
    let sheet = read::read(bytes, hints)?;
    let (layout, data) = columns::recognise(&sheet.rows, region, known, hints.asks)?;
    if data.len() > MAX_ROWS {
        return Err(SheetError::TooManyRows);
    }
    let list = List { source: sheet.source, beside: sheet.beside, rows: data.to_vec(), layout };
    if list.is_blank() { Err(SheetError::HeaderOnly) } else { Ok(list) }
}

#[cfg(test)]
mod tests;
