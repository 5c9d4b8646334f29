//! Excel workbooks (.xlsx, .xlsm).

use std::{io::Cursor, panic::catch_unwind};

use calamine::{DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx, XlsxError};

use super::{
    SheetError, archive,
    grid::Grid,
    read::{Sheet, Source},
};

/// Reads the first visible sheet that holds anything. Formulas count with the value that was last computed.
///
/// # Errors
/// As [`archive::check`], `Empty`, or the limits of [`Grid::put`].
pub(super) fn read(bytes: &[u8]) -> Result<Sheet, SheetError> {
    archive::check(bytes)?;
    // calamine 0.38 computes cell references without overflow checks of its own, so a forged reference ("A99999999999")
    // panics where the build checks arithmetic.
    catch_unwind(|| sheet(bytes)).unwrap_or(Err(SheetError::Damaged))
}

fn sheet(bytes: &[u8]) -> Result<Sheet, SheetError> {
    let mut workbook = Xlsx::new(Cursor::new(bytes)).map_err(|error| fault(&error))?;
    let visible: Vec<String> = workbook
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible)
        .map(|sheet| sheet.name.clone())
        .collect();
    for name in visible {
        let grid = cells(&mut workbook, &name)?;
        if !grid.is_empty() {
            return Ok(Sheet { source: Source::Xlsx { sheet: name }, rows: grid.into_rows() });
        }
    }
    Err(SheetError::Empty)
}

fn cells(workbook: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<Grid, SheetError> {
    let mut grid = Grid::default();
    let mut reader = workbook.worksheet_cells_reader(name).map_err(|error| fault(&error))?;
    loop {
        match reader.next_cell() {
            Ok(Some(cell)) => {
                let (row, column) = cell.get_position();
                let column = usize::try_from(column).unwrap_or(usize::MAX);
                grid.put(row.saturating_add(1), column, &text(cell.get_value()))?;
            }
            Ok(None) => return Ok(grid),
            // An error value that calamine does not know (#SPILL!, #CALC!) leaves the cell blank, as the known ones do.
            Err(XlsxError::CellError(_)) => {}
            Err(error) => return Err(fault(&error)),
        }
    }
}

fn fault(error: &XlsxError) -> SheetError {
    match error {
        XlsxError::Password => SheetError::PasswordProtected,
        _ => SheetError::Damaged,
    }
}

/// What a person sees in a cell, but numbers with all their digits.
fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number_text(*number),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(true) => "TRUE".to_owned(),
        DataRef::Bool(false) => "FALSE".to_owned(),
        DataRef::DateTime(date) => date_text(date),
        DataRef::Error(_) | DataRef::Empty => String::new(),
    }
}

/// A number without exponent, and without a fraction where it is whole.
fn number_text(number: f64) -> String {
    // `Display` of a float never writes an exponent; `-0` is the one whole number that it writes oddly.
    if number == 0.0 { "0".to_owned() } else { number.to_string() }
}

fn date_text(date: &ExcelDateTime) -> String {
    if !date.is_datetime() {
        return number_text(date.as_f64());
    }
    let (year, month, day, hour, minute, second, _) = date.to_ymd_hms_milli();
    if (hour, minute, second) == (0, 0, 0) {
        format!("{year:04}-{month:02}-{day:02}")
    } else {
        format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
    }
}
