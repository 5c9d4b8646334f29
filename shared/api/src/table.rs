//! Tables of comma-separated values (RFC 4180) that spreadsheets open as they are meant.

use std::borrow::Cow;

use csv::{QuoteStyle, Writer, WriterBuilder};

use crate::{Failure, reply::Csv};

/// Spreadsheets take a text for UTF-8 by this.
const BYTE_ORDER_MARK: char = '\u{FEFF}';

/// What stands before a text that a spreadsheet would take for a formula.
const GUARD: char = '\'';

/// A table that is being written.
pub struct Table(Writer<Vec<u8>>);

impl Table {
    /// A table with these headers.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn new<T: AsRef<str>>(headers: impl IntoIterator<Item = T>) -> Result<Self, Failure> {
        let mut table = Self(WriterBuilder::new().quote_style(QuoteStyle::Necessary).from_writer(Vec::new()));
        table.row(headers)?;
        Ok(table)
    }

    /// Writes a row; no cell of it is a formula.
    ///
    /// # Errors
    /// If it cannot be written, or has another number of cells than there are headers.
    pub fn row<T: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = T>) -> Result<(), Failure> {
        for cell in cells {
            self.0.write_field(&*guarded(cell.as_ref())).map_err(Failure::internal)?;
        }
        self.0.write_record(None::<&[u8]>).map_err(Failure::internal)
    }

    /// The table as an answer.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn part(self, next_page: Option<String>) -> Result<Csv, Failure> {
        let bytes = self.0.into_inner().map_err(|error| Failure::internal(error.into_error()))?;
        let text = String::from_utf8(bytes).map_err(Failure::internal)?;
        Ok(Csv { text: format!("{BYTE_ORDER_MARK}{text}"), next_page })
    }
}

/// Whether a spreadsheet may take a text for a formula (OWASP, "CSV Injection"), behind any number of guards.
pub fn is_formula(text: &str) -> bool {
    text.trim_start_matches(GUARD).starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'])
}

/// A cell that no spreadsheet takes for a formula.
fn guarded(cell: &str) -> Cow<'_, str> {
    if is_formula(cell) { Cow::Owned(format!("{GUARD}{cell}")) } else { Cow::Borrowed(cell) }
}

/// What was meant by a cell that is guarded so.
pub fn unguarded(cell: &str) -> &str {
    cell.strip_prefix(GUARD).filter(|meant| is_formula(meant)).unwrap_or(cell)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_and_what_was_meant_comes_back() {
        for formula in ["=HYPERLINK(\"http://x\")", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "'=1", "＝1"] {
            assert_eq!(guarded(formula), format!("'{formula}"));
            assert_eq!(unguarded(&guarded(formula)), formula);
        }
        for text in ["سارة الأحمد", "'أ", "", "'", "1-1"] {
            assert_eq!((&*guarded(text), unguarded(text)), (text, text));
        }
    }

    #[test]
    fn a_table_is_a_text_of_its_rows() {
        let mut table = Table::new(["الاسم", "=a"]).unwrap();
        table.row(["سارة, أحمد", "+966"]).unwrap();
        assert!(table.row(["one"]).is_err());
        let mut table = Table::new(["الاسم", "=a"]).unwrap();
        table.row(["سارة, أحمد", "+966"]).unwrap();
        assert_eq!(table.part(None).unwrap().text, "\u{FEFF}الاسم,'=a\n\"سارة, أحمد\",'+966\n");
    }
}
