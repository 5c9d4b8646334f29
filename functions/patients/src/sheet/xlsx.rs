//! Excel workbooks (.xlsx, .xlsm), as a person sees them.

use std::{collections::BTreeSet, io::Cursor, panic::catch_unwind};

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx, XlsxError};

use super::{
    Hints, SheetError, archive, format,
    grid::Grid,
    marks::{Book, Hidden},
    read::{Beside, Sheet, SheetName, Source},
};

/// The days from Excel's own epoch to that of workbooks which count from 1904.
const FROM_1904: f64 = 1_462.0;

/// Reads the sheet that is asked for; else the one that is open, if a person sees anything in it; else the first in which they
/// do. Formulas count with the value that was last computed.
///
/// # Errors
/// As [`archive::check`], `NoSuchSheet`, `Empty`, or the limits of [`Grid::put`].
pub(super) fn read(bytes: &[u8], hints: &Hints<'_>) -> Result<Sheet, SheetError> {
    archive::check(bytes)?;
    let hints = *hints;
    // calamine 0.38 computes cell references without overflow checks of its own, so a forged reference ("A99999999999")
    // panics where the build checks arithmetic.
    catch_unwind(|| sheet(bytes, &hints)).unwrap_or(Err(SheetError::Damaged))
}

fn sheet(bytes: &[u8], hints: &Hints<'_>) -> Result<Sheet, SheetError> {
    let mut workbook = Xlsx::new(Cursor::new(bytes)).map_err(|error| fault(&error))?;
    let book = Book::read(bytes)?;
    let sheets: Vec<SheetName> = workbook
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet)
        .map(|sheet| SheetName { name: sheet.name.clone(), hidden: sheet.visible != SheetVisible::Visible })
        .collect();
    let candidates: Vec<String> = match hints.sheet {
        Some(name) if sheets.iter().any(|sheet| sheet.name == name) => vec![name.to_owned()],
        Some(_) => return Err(SheetError::NoSuchSheet),
        None => {
            let visible = || sheets.iter().filter(|sheet| !sheet.hidden);
            let open = visible().filter(|sheet| Some(&sheet.name) == book.open());
            open.chain(visible()).map(|sheet| sheet.name.clone()).collect()
        }
    };
    for name in candidates {
        let hidden = book.hidden(bytes, &name)?;
        let Cells { grid, rows, columns } = cells(&mut workbook, &name, &hidden, hints.hidden)?;
        if !grid.is_empty() || hints.sheet.is_some() {
            let beside = Beside {
                sheets,
                hidden_rows: rows.len(),
                hidden_columns: columns.len(),
                includes_hidden: hints.hidden && !(rows.is_empty() && columns.is_empty()),
            };
            let left_out = if hints.hidden { BTreeSet::new() } else { hidden.columns };
            let rows = grid.into_rows_without(&left_out);
            return Ok(Sheet { source: Source::Xlsx { sheet: name }, beside, rows });
        }
    }
    Err(SheetError::Empty)
}

/// The cells that are read, and the rows and columns of others that are hidden.
struct Cells {
    grid: Grid,
    rows: BTreeSet<u32>,
    columns: BTreeSet<usize>,
}

fn cells(
    workbook: &mut Xlsx<Cursor<&[u8]>>,
    name: &str,
    hidden: &Hidden,
    includes_hidden: bool,
) -> Result<Cells, SheetError> {
    let from_1904 = workbook.has_1904_epoch();
    let mut cells = Cells { grid: Grid::default(), rows: BTreeSet::new(), columns: BTreeSet::new() };
    let mut reader = workbook.worksheet_cells_reader(name).map_err(|error| fault(&error))?;
    let codes: Vec<Option<String>> =
        reader.styles().iter().map(|style| style.number_format.as_ref().map(code)).collect();
    loop {
        match reader.next_cell_with_style_id() {
            Ok(Some((cell, style))) => {
                let (row, column) = cell.get_position();
                let (row, column) = (row.saturating_add(1), usize::try_from(column).unwrap_or(usize::MAX));
                let code = codes.get(style).and_then(Option::as_deref).unwrap_or(format::GENERAL);
                let text = text(cell.get_value(), code, from_1904);
                if text.trim().is_empty() {
                    continue;
                }
                let (in_row, in_column) = (hidden.rows.contains(&row), hidden.columns.contains(&column));
                if in_row {
                    cells.rows.insert(row);
                }
                if in_column {
                    cells.columns.insert(column);
                }
                if includes_hidden || !(in_row || in_column) {
                    cells.grid.put(row, column, &text)?;
                }
            }
            Ok(None) => return Ok(cells),
            // An error value that calamine does not know (#SPILL!, #CALC!) leaves the cell blank, as the known ones do.
            Err(XlsxError::CellError(_)) => {}
            Err(error) => return Err(fault(&error)),
        }
    }
}

/// How a style writes numbers. Two of Excel's own formats look otherwise in each country: their days are written year first.
fn code(format: &calamine::NumberFormat) -> String {
    match format.format_id {
        Some(14) => "yyyy-mm-dd".to_owned(),
        Some(22) => "yyyy-mm-dd hh:mm".to_owned(),
        _ => format.format_code.clone(),
    }
}

fn fault(error: &XlsxError) -> SheetError {
    match error {
        XlsxError::Password => SheetError::PasswordProtected,
        _ => SheetError::Damaged,
    }
}

/// What a person sees in a cell, but numbers without a format of their own with all their digits.
fn text(value: &DataRef<'_>, code: &str, from_1904: bool) -> String {
    match value {
        DataRef::Int(number) => format::shown(number.to_string().parse().unwrap_or_default(), code),
        DataRef::Float(number) => format::shown(*number, code),
        // One instant has one spelling, whichever way a program has written it.
        DataRef::DateTimeIso(text) => {
            format::serial_of(text).map_or_else(|| text.clone(), |day| format::shown_date(day, code))
        }
        DataRef::DateTime(date) => {
            let number = date.as_f64();
            let is_day = format::tells_day(code).unwrap_or(number >= 1.0);
            format::shown_date(number + if from_1904 && is_day { FROM_1904 } else { 0.0 }, code)
        }
        DataRef::String(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(true) => "TRUE".to_owned(),
        DataRef::Bool(false) => "FALSE".to_owned(),
        DataRef::Error(_) | DataRef::Empty => String::new(),
    }
}
