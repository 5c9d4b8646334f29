//! What an Excel file's zip archive may be, checked before anything parses it.
//!
//! The declared sizes are looked at first, as that costs nothing; as they may lie, every part is then unpacked once, within
//! the limit. The workbook reader trusts some counts in the parts, so these are checked too.

use std::io::{Cursor, Read};

use zip::{ZipArchive, result::ZipError};

use super::{MAX_UNPACKED_BYTES, SheetError};

/// More parts than a workbook with a few sheets has.
const MAX_ENTRIES: usize = 1_000;

/// How many times its packed size an archive may unpack to. Sheets with many equal cells reach about 100.
const MAX_RATIO: u64 = 250;

/// Below this many bytes an archive may unpack to any multiple of its size.
const SMALL: u64 = 4 * 1024 * 1024;

/// The most bytes of the styles, of which the reader makes a copy per cell format.
const MAX_STYLES_BYTES: usize = 4 * 1024 * 1024;

/// The most cell formats: Excel's own limit ("Excel specifications and limits", unique cell formats).
const MAX_CELL_FORMATS: usize = 65_490;

/// The most bytes of one value in the styles. Excel's own limit for a number format is 255 characters.
const MAX_STYLE_VALUE_BYTES: usize = 2_048;

/// Checks an archive that begins with a zip signature.
///
/// # Errors
/// `TooLarge`, `PasswordProtected`, `NotASpreadsheet` for an archive of something else, or `Damaged`.
pub(super) fn check(bytes: &[u8]) -> Result<(), SheetError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| SheetError::Damaged)?;
    if archive.len() > MAX_ENTRIES {
        return Err(SheetError::TooLarge);
    }
    check_declared(&mut archive)?;
    let mut left = MAX_UNPACKED_BYTES;
    let mut is_workbook = false;
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(fault)?;
        let name = part.name().map_err(fault)?.replace('\\', "/").to_ascii_lowercase();
        let mut content = Vec::new();
        part.by_ref().take(left.saturating_add(1)).read_to_end(&mut content).map_err(|_| SheetError::Damaged)?;
        let size = u64::try_from(content.len()).unwrap_or(u64::MAX);
        left = left.checked_sub(size).ok_or(SheetError::TooLarge)?;
        match name.rsplit('/').next().unwrap_or(&name) {
            "[content_types].xml" => is_workbook = is_workbook_types(&content),
            "sharedstrings.xml" => check_shared_strings(&content)?,
            "styles.xml" => check_styles(&content)?,
            _ => {}
        }
    }
    if is_workbook { Ok(()) } else { Err(SheetError::NotASpreadsheet) }
}

fn check_declared(archive: &mut ZipArchive<Cursor<&[u8]>>) -> Result<(), SheetError> {
    let (mut packed, mut unpacked) = (0_u64, 0_u64);
    for index in 0..archive.len() {
        let part = archive.by_index_raw(index).map_err(fault)?;
        if part.encrypted() {
            return Err(SheetError::PasswordProtected);
        }
        packed = packed.saturating_add(part.compressed_size());
        unpacked = unpacked.saturating_add(part.size());
    }
    if unpacked > MAX_UNPACKED_BYTES || (unpacked > SMALL && unpacked > packed.saturating_mul(MAX_RATIO)) {
        return Err(SheetError::TooLarge);
    }
    Ok(())
}

fn fault(error: ZipError) -> SheetError {
    match error {
        ZipError::InvalidPassword | ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => {
            SheetError::PasswordProtected
        }
        _ => SheetError::Damaged,
    }
}

/// Whether the parts' types are those of a workbook, with or without macros (ECMA-376 part 1, section 12.3).
fn is_workbook_types(content: &[u8]) -> bool {
    contains(content, b"spreadsheetml.sheet.main+xml")
        || contains(content, b"spreadsheetml.template.main+xml")
        || contains(content, b"ms-excel.sheet.macroEnabled.main+xml")
        || contains(content, b"ms-excel.template.macroEnabled.main+xml")
}

/// The reader makes room for as many strings as the part says that it has, before it reads one.
fn check_shared_strings(content: &[u8]) -> Result<(), SheetError> {
    check_is_ascii_compatible(content)?;
    const COUNT: &[u8] = b"uniqueCount";
    for at in positions(content, COUNT) {
        let rest = content.get(at.saturating_add(COUNT.len())..).unwrap_or_default();
        let digits: Vec<u8> = rest
            .iter()
            .copied()
            .skip_while(|byte| byte.is_ascii_whitespace() || matches!(byte, b'=' | b'"' | b'\'' | b'+' | b'0'))
            .take_while(u8::is_ascii_digit)
            .take(20)
            .collect();
        let count = str::from_utf8(&digits).ok().and_then(|digits| digits.parse::<usize>().ok());
        if count.is_none_or(|count| count > content.len()) && !digits.is_empty() {
            return Err(SheetError::Damaged);
        }
    }
    Ok(())
}

/// The reader copies fonts, fills and number formats into every cell format that names them.
fn check_styles(content: &[u8]) -> Result<(), SheetError> {
    check_is_ascii_compatible(content)?;
    let formats = positions(content, b"<xf").count().saturating_add(positions(content, b":xf").count());
    let has_long_value =
        content.split(|byte| matches!(byte, b'"' | b'\'')).any(|value| value.len() > MAX_STYLE_VALUE_BYTES);
    if content.len() > MAX_STYLES_BYTES || has_long_value || formats > MAX_CELL_FORMATS {
        return Err(SheetError::TooLarge);
    }
    Ok(())
}

/// The checks above compare bytes, so a part in UTF-16 would pass them unseen. No program writes one.
fn check_is_ascii_compatible(content: &[u8]) -> Result<(), SheetError> {
    let is_utf16 = content.starts_with(b"\xFF\xFE") || content.starts_with(b"\xFE\xFF") || content.contains(&0);
    if is_utf16 { Err(SheetError::Damaged) } else { Ok(()) }
}

fn contains(content: &[u8], wanted: &[u8]) -> bool {
    positions(content, wanted).next().is_some()
}

fn positions<'a>(content: &'a [u8], wanted: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
    content.windows(wanted.len()).enumerate().filter(move |(_, window)| *window == wanted).map(|(at, _)| at)
}
