//! From bytes to rows of text. What a file is, is told from its bytes alone.

use serde::{Deserialize, Serialize};

use super::{Encoding, Hints, MAX_FILE_BYTES, SheetError, delimited, encoding, grid::Row, xlsx};

/// Where the rows came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "format")]
pub enum Source {
    /// An Excel workbook.
    Xlsx {
        /// The sheet that was read: the one that was asked for, else the one that is open, if a person sees anything in it, else
        /// the first in which they do.
        sheet: String,
    },
    /// A text file with columns.
    Csv {
        /// How its characters are written.
        encoding: Encoding,
        /// What separates its columns.
        delimiter: char,
    },
}

/// A sheet of a workbook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetName {
    /// Its name.
    pub name: String,
    /// Whether a person has to unhide it to see it.
    #[serde(default)]
    pub hidden: bool,
}

/// What a workbook has beside what is read of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Beside {
    /// All sheets, in their order.
    pub sheets: Vec<SheetName>,
    /// So many rows of the sheet hold something and are hidden, by a filter or by hand.
    pub hidden_rows: usize,
    /// So many of its columns.
    pub hidden_columns: usize,
    /// Whether they were read all the same.
    pub includes_hidden: bool,
}

/// The rows of a file that are not blank.
pub(super) struct Sheet {
    pub(super) source: Source,
    pub(super) beside: Beside,
    pub(super) rows: Vec<Row>,
}

/// Reads the rows of a file.
///
/// # Errors
/// A [`SheetError`] where the file as a whole cannot be used.
pub(super) fn read(bytes: &[u8], hints: &Hints<'_>) -> Result<Sheet, SheetError> {
    const ZIP: &[u8] = b"PK\x03\x04";
    const EMPTY_ZIP: &[u8] = b"PK\x05\x06";
    const OLE: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
    if bytes.len() > MAX_FILE_BYTES {
        return Err(SheetError::TooLarge);
    }
    let sheet = if bytes.starts_with(ZIP) || bytes.starts_with(EMPTY_ZIP) {
        xlsx::read(bytes, hints)?
    } else if bytes.starts_with(OLE) {
        return Err(compound(bytes));
    } else {
        let (text, encoding) = encoding::decode(bytes)?;
        if is_other_text(&text) {
            return Err(SheetError::NotASpreadsheet);
        }
        let (rows, delimiter) = delimited::read(&text, hints)?;
        Sheet { source: Source::Csv { encoding, delimiter }, beside: Beside::default(), rows }
    };
    if sheet.rows.is_empty() {
        return Err(SheetError::Empty);
    }
    Ok(sheet)
}

/// What is in an OLE compound file: an encrypted workbook ([MS-OFFCRYPTO] 2.3.4.4) or one of Excel 97 to 2003
/// ([MS-XLS] 2.1.2). The names of its streams are UTF-16.
fn compound(bytes: &[u8]) -> SheetError {
    let has_stream = |name: &str| {
        let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes.windows(name.len()).any(|window| window == name)
    };
    if has_stream("EncryptedPackage") {
        SheetError::PasswordProtected
    } else if has_stream("Workbook") || has_stream("Book") {
        SheetError::OldExcelFormat
    } else {
        SheetError::NotASpreadsheet
    }
}

/// Whether a text is a document of another kind: a web page (which some programs call .xls), XML, PDF, JSON.
fn is_other_text(text: &str) -> bool {
    let start = text.trim_start();
    ["<", "%PDF", "{\"", "{\n", "{ ", "[{", "{\\rtf"].iter().any(|sign| start.starts_with(sign))
}
