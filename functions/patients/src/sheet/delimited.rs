//! Text files with columns: commas, semicolons (Excel where the comma is the decimal sign), tabs or bars.

use csv::{ReaderBuilder, StringRecord};

use super::{
    Hints, SheetError,
    grid::{Grid, Row},
};

const DELIMITERS: [char; 4] = [',', ';', '\t', '|'];

/// How much of a file is looked at to find its delimiter, in lines.
const SAMPLE_LINES: usize = 50;

/// A cell with more lines than this is taken for a quotation mark that was never closed.
const MAX_LINES_IN_CELL: usize = 20;

/// Reads the rows of a text, and says what separates the columns.
///
/// # Errors
/// `TooManyRows`, `TooManyColumns` or `TooLarge`.
pub(super) fn read(text: &str, hints: &Hints<'_>) -> Result<(Vec<Row>, char), SheetError> {
    let mut text = text.replace("\r\n", "\n").replace('\r', "\n");
    if !text.ends_with('\n') {
        text.push('\n');
    }
    let (delimiter, told) = told_delimiter(&text)
        .map_or_else(|| (likely_delimiter(&text, prefers_tab(hints)), false), |delimiter| (delimiter, true));
    let records = records(&text, delimiter);
    let mut grid = Grid::default();
    for (number, record) in records {
        if told && number == 1 {
            continue;
        }
        for (column, cell) in record.iter().enumerate() {
            grid.put(number, column, kept_as_text(cell))?;
        }
    }
    Ok((grid.into_rows(), delimiter))
}

/// Excel's own first line that names the delimiter: `sep=;`.
fn told_delimiter(text: &str) -> Option<char> {
    let line = text.lines().next()?.trim().trim_matches('"');
    let delimiter = line.strip_prefix("sep=").or_else(|| line.strip_prefix("SEP="))?;
    match delimiter {
        "" => Some('\t'),
        _ => DELIMITERS.into_iter().find(|known| delimiter.starts_with(*known)),
    }
}

fn prefers_tab(hints: &Hints<'_>) -> bool {
    let is_tab_name = |name: &str| name.to_ascii_lowercase().ends_with(".tsv");
    hints.file_name.is_some_and(is_tab_name)
        || hints.content_type.is_some_and(|kind| kind.starts_with("text/tab-separated-values"))
}

/// The delimiter that gives the most rows of the same width.
fn likely_delimiter(text: &str, prefer_tab: bool) -> char {
    let sample: String = text.split_inclusive('\n').filter(|line| !line.trim().is_empty()).take(SAMPLE_LINES).collect();
    let score = |delimiter: char| {
        let widths: Vec<usize> = records(&sample, delimiter).iter().map(|(_, record)| record.len()).collect();
        let (count, width) = widths
            .iter()
            .filter(|width| **width > 1)
            .map(|width| (widths.iter().filter(|other| *other == width).count(), *width))
            .max()
            .unwrap_or_default();
        (count, prefer_tab && delimiter == '\t', width)
    };
    // The first of equals is kept: the comma, where nothing separates anything.
    DELIMITERS
        .into_iter()
        .map(|delimiter| (score(delimiter), delimiter))
        .reduce(|best, next| if next.0 > best.0 { next } else { best })
        .map_or(',', |(_, delimiter)| delimiter)
}

/// The records with the number of their row as a spreadsheet program counts it: a quoted cell of several lines is one row,
/// and a blank line is a row too.
fn records(text: &str, delimiter: char) -> Vec<(u32, StringRecord)> {
    let quoted = parse(text, delimiter, true);
    let runs_away = |(_, record): &(u32, StringRecord)| {
        record.iter().any(|cell| cell.bytes().filter(|byte| *byte == b'\n').count() > MAX_LINES_IN_CELL)
    };
    if quoted.iter().any(runs_away) && text.bytes().filter(|byte| *byte == b'"').count() % 2 == 1 {
        parse(text, delimiter, false)
    } else {
        quoted
    }
}

fn parse(text: &str, delimiter: char, quoting: bool) -> Vec<(u32, StringRecord)> {
    let mut reader = ReaderBuilder::new()
        .delimiter(u8::try_from(delimiter).unwrap_or(b','))
        .has_headers(false)
        .flexible(true)
        .quoting(quoting)
        .from_reader(text.as_bytes());
    let mut records = Vec::new();
    let mut record = StringRecord::new();
    let mut lines_in_cells = 0_u64;
    while reader.read_record(&mut record).is_ok_and(|more| more) {
        let inside = record.iter().flat_map(str::bytes).filter(|byte| *byte == b'\n').count();
        lines_in_cells = lines_in_cells.saturating_add(u64::try_from(inside).unwrap_or_default());
        let next_line = reader.position().line();
        let number = next_line.saturating_sub(1).saturating_sub(lines_in_cells).max(1);
        records.push((u32::try_from(number).unwrap_or(u32::MAX), record.clone()));
    }
    records
}

/// `="0501234567"` is how exports keep Excel from turning digits into a number: the digits are meant. A stray quotation
/// mark around a cell is left over from quoting gone wrong.
fn kept_as_text(cell: &str) -> &str {
    let cell = cell.trim();
    let inner = cell.strip_prefix('=').unwrap_or(cell).strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    match inner {
        Some(inner) if !inner.contains('"') => inner,
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> (Vec<(u32, Vec<String>)>, char) {
        let (rows, delimiter) = read(text, &Hints::default()).unwrap();
        (rows.into_iter().map(|row| (row.number, row.cells)).collect(), delimiter)
    }

    fn row(number: u32, cells: &[&str]) -> (u32, Vec<String>) {
        (number, cells.iter().map(|cell| (*cell).to_owned()).collect())
    }

    #[test]
    fn delimiters_are_found() {
        for delimiter in DELIMITERS {
            let text = "name,phone\nSara,050\nAli,051\n".replace(',', &delimiter.to_string());
            assert_eq!(cells(&text).1, delimiter);
        }
        let names_with_commas = "name;phone\n\"Al-Ali, Sara\";050\nNoor, Huda;051\nAli;052";
        assert_eq!(cells(names_with_commas).1, ';');
        assert_eq!(cells("one column\nonly").1, ',');
        let hints = Hints { file_name: Some("a.TSV"), ..Hints::default() };
        assert_eq!(read("a,b\tc,d\n", &hints).unwrap().1, '\t');
        assert_eq!(cells("sep=|\na|b,c\n"), (vec![row(2, &["a", "b,c"])], '|'));
    }

    #[test]
    fn rows_are_numbered_as_a_spreadsheet_does() {
        let text = "name,phone\r\n\r\n\"two\r\nlines\",050\r\n,,\r\n   \r\nAli,051\r\n\r\nlast,052";
        let (rows, _) = cells(text);
        assert_eq!(
            rows,
            [
                row(1, &["name", "phone"]),
                row(3, &["two\nlines", "050"]),
                row(6, &["Ali", "051"]),
                row(8, &["last", "052"]),
            ]
        );
        assert_eq!(cells("a,b\rc,d\r").0, [row(1, &["a", "b"]), row(2, &["c", "d"])]);
    }

    #[test]
    fn quotes_are_undone_even_when_they_are_wrong() {
        assert_eq!(cells("\"a \"\"b\"\"\",c\n").0, [row(1, &["a \"b\"", "c"])]);
        assert_eq!(cells("a,=\"0501\"\nb,\"=\"\"0502\"\"\"\n").0, [row(1, &["a", "0501"]), row(2, &["b", "0502"])]);
        let open = format!("name,phone\n\"Sara,050\n{}", "Ali,051\n".repeat(40));
        let (rows, _) = cells(&open);
        assert_eq!(rows.len(), 42);
        assert_eq!(rows[1], row(2, &["\"Sara", "050"]));
    }

    #[test]
    fn ragged_rows_keep_what_they_have() {
        assert_eq!(
            cells("a,b,c\n1\n1,2,3,4\n").0,
            [row(1, &["a", "b", "c"]), row(2, &["1"]), row(3, &["1", "2", "3", "4"])]
        );
    }
}
