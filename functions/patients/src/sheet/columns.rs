//! Which column holds what.

use std::collections::BTreeMap;

use dawr_api::failure::FieldErrors;
use dawr_kernel::{
    language::Language,
    phone::Region,
    text::{fold, without_invisible_marks},
};
use deserr::Deserr;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    SheetError,
    grid::{MAX_TITLE_ROWS, Row},
    headers::{self, Meaning, NamePart, PhoneKind},
    labelled,
};

/// How many rows are looked at where there is no header.
const SAMPLE_ROWS: usize = 200;

/// The most characters of a header that are kept.
const MAX_HEADER_CHARACTERS: usize = 100;

/// What a column is used for; the names are those of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Deserr, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[deserr(error = FieldErrors, rename_all = camelCase)]
#[schemars(rename = "UploadField")]
pub enum Field {
    /// The patient's name, or a part of it.
    FullName,
    /// The patient's phone number.
    PhoneNumber,
    /// The file number.
    LocalId,
    /// The number of the identity card, residence permit or passport.
    NationalId,
    /// Kept as it is, under its header.
    Metadata,
    /// The row's own number: not kept.
    Ignored,
}

impl Field {
    /// The name in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FullName => "fullName",
            Self::PhoneNumber => "phoneNumber",
            Self::LocalId => "localId",
            Self::NationalId => "nationalId",
            Self::Metadata => "metadata",
            Self::Ignored => "ignored",
        }
    }

    /// What a person calls it.
    pub const fn label(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::FullName, Language::Ar) => "اسم المريض",
            (Self::FullName, Language::En) => "patient name",
            (Self::PhoneNumber, Language::Ar) => "رقم الجوال",
            (Self::PhoneNumber, Language::En) => "phone number",
            (Self::LocalId, Language::Ar) => "رقم الملف",
            (Self::LocalId, Language::En) => "file number",
            (Self::NationalId, Language::Ar) => "رقم الهوية",
            (Self::NationalId, Language::En) => "national ID",
            (Self::Metadata, Language::Ar) => "بيانات أخرى",
            (Self::Metadata, Language::En) => "other data",
            (Self::Ignored, Language::Ar) => "لا يُستورد",
            (Self::Ignored, Language::En) => "not imported",
        }
    }
}

/// A column as it was understood; its place is its place in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Its header, or the letter that a spreadsheet gives it. No two columns have the same.
    pub header: String,
    /// What it is used for.
    pub field: Field,
}

/// What people have said before that a header means, by the folded header; the second of two equal ones has its number.
pub type Known = BTreeMap<String, Field>;

/// How a header is known again.
pub(crate) fn folded_header(header: &str) -> String {
    let folded = fold(header);
    // Of `#` and `№` nothing is left.
    if folded.is_empty() { header.trim().to_owned() } else { folded }
}

/// Where everything is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout {
    pub(super) columns: Vec<Column>,
    /// The columns that make up the name, in that order.
    pub(super) name: Vec<usize>,
    /// The phone columns, the one to prefer first. Those that a row does not use are metadata in it.
    pub(super) phones: Vec<usize>,
    pub(super) local_id: Option<usize>,
    pub(super) national_id: Option<usize>,
    /// The columns that are kept as metadata.
    pub(super) metadata: Vec<usize>,
}

/// Finds the header row and what its columns mean, and gives the rows under it. Where columns are missing and a person will be
/// asked, the header is the likeliest row.
///
/// # Errors
/// `MissingColumns` or `HeaderOnly`.
pub(super) fn recognise<'a>(
    rows: &'a [Row],
    region: Region,
    known: &Known,
    asks: bool,
) -> Result<(Layout, &'a [Row]), SheetError> {
    match recognised(rows, region, known) {
        Err(SheetError::MissingColumns { .. }) if asks => Ok(likeliest(rows, region, known)),
        other => other,
    }
}

/// The header that a person is asked about: the one with a column that is known, else the first row with more than one cell,
/// if nothing in it is a number.
fn likeliest<'a>(rows: &'a [Row], region: Region, known: &Known) -> (Layout, &'a [Row]) {
    let top = || rows.iter().take(MAX_TITLE_ROWS).enumerate();
    let is_known = |row: &Row| {
        let meanings = meanings(row, known);
        !names(&meanings).is_empty() || !phones(&meanings).is_empty()
    };
    let is_header = |row: &Row| {
        let filled = || row.cells.iter().filter(|cell| !cell.is_empty());
        filled().count() > 1
            && filled().all(|cell| cell.contains(char::is_alphabetic) && labelled::phone(cell, region).is_err())
    };
    let header = top().find(|(_, row)| is_known(row));
    let header = header.or_else(|| top().find(|(_, row)| row.cells.len() > 1).filter(|(_, row)| is_header(row)));
    match header {
        Some((at, row)) => {
            let data = rows.get(at.saturating_add(1)..).unwrap_or_default();
            (Layout::with_header(row, &meanings(row, known), data, known), data)
        }
        None => (Layout::with_header(&Row { number: 0, cells: Vec::new() }, &[], rows, known), rows),
    }
}

/// What the headers of a row mean: as people have said, else as they are known everywhere.
fn meanings(row: &Row, known: &Known) -> Vec<Option<Meaning>> {
    let said = headers_of(row, row.cells.len());
    row.cells.iter().zip(said).map(|(cell, header)| meaning(cell, &header, known)).collect()
}

fn meaning(cell: &str, header: &str, known: &Known) -> Option<Meaning> {
    if cell.is_empty() {
        return None;
    }
    match known.get(&folded_header(header)) {
        None => headers::meaning(cell),
        Some(Field::FullName) => Some(Meaning::MoreName),
        Some(Field::PhoneNumber) => Some(Meaning::Phone(PhoneKind::Said)),
        Some(Field::LocalId) => Some(Meaning::LocalId),
        Some(Field::NationalId) => Some(Meaning::NationalId),
        Some(Field::Metadata) => None,
        Some(Field::Ignored) => Some(Meaning::Serial),
    }
}

fn recognised<'a>(rows: &'a [Row], region: Region, known: &Known) -> Result<(Layout, &'a [Row]), SheetError> {
    let is_phone = |cell: &str| labelled::phone(cell, region).is_ok();
    let mut partial: Option<(&Row, Vec<Option<Meaning>>)> = None;
    for (index, row) in rows.iter().take(MAX_TITLE_ROWS).enumerate() {
        let mut meanings = meanings(row, known);
        let data = rows.get(index.saturating_add(1)..).unwrap_or_default();
        if phones(&meanings).is_empty() {
            for (column, meaning) in meanings.iter_mut().enumerate() {
                if *meaning == Some(Meaning::Number) && is_mostly(data, column, &is_phone) {
                    *meaning = Some(Meaning::Phone(PhoneKind::Any));
                }
            }
        }
        match (names(&meanings).is_empty(), phones(&meanings).is_empty()) {
            (false, false) => {
                if data.is_empty() {
                    return Err(SheetError::HeaderOnly);
                }
                return Ok((Layout::with_header(row, &meanings, data, known), data));
            }
            (true, true) => {}
            _ => partial = partial.or(Some((row, meanings))),
        }
    }
    match partial {
        None => without_header(rows, region).map(|layout| (layout, rows)),
        Some((row, meanings)) => {
            let mut missing = Vec::new();
            if names(&meanings).is_empty() {
                missing.push(Field::FullName);
            }
            if phones(&meanings).is_empty() {
                missing.push(Field::PhoneNumber);
            }
            let found = row.cells.iter().map(|cell| clean_header(cell)).filter(|header| !header.is_empty()).collect();
            Err(SheetError::MissingColumns { missing, found })
        }
    }
}

/// The columns of the name: those that are known everywhere, and behind them those that people have added to them.
fn names(meanings: &[Option<Meaning>]) -> Vec<usize> {
    let mut names = known_names(meanings);
    let added = meanings.iter().enumerate().filter(|(_, meaning)| **meaning == Some(Meaning::MoreName));
    names.extend(added.map(|(column, _)| column));
    names
}

/// The first column with the whole name, else its parts, which need a first name.
fn known_names(meanings: &[Option<Meaning>]) -> Vec<usize> {
    if let Some(whole) = meanings.iter().position(|meaning| *meaning == Some(Meaning::FullName)) {
        return vec![whole];
    }
    let mut parts: Vec<(NamePart, usize)> = meanings
        .iter()
        .enumerate()
        .filter_map(|(column, meaning)| match meaning {
            Some(Meaning::NamePart(part)) => Some((*part, column)),
            _ => None,
        })
        .collect();
    parts.sort_unstable();
    if parts.first().is_some_and(|(part, _)| *part == NamePart::First) {
        parts.into_iter().map(|(_, column)| column).collect()
    } else {
        Vec::new()
    }
}

fn phones(meanings: &[Option<Meaning>]) -> Vec<usize> {
    let mut phones: Vec<(PhoneKind, usize)> = meanings
        .iter()
        .enumerate()
        .filter_map(|(column, meaning)| match meaning {
            Some(Meaning::Phone(kind)) => Some((*kind, column)),
            _ => None,
        })
        .collect();
    phones.sort_unstable();
    phones.into_iter().map(|(_, column)| column).collect()
}

impl Layout {
    fn with_header(header: &Row, meanings: &[Option<Meaning>], data: &[Row], known: &Known) -> Self {
        let width = data.iter().map(|row| row.cells.len()).max().unwrap_or_default().max(header.cells.len());
        let first = |wanted: Meaning| meanings.iter().position(|meaning| *meaning == Some(wanted));
        let name = names(meanings);
        let phones = phones(meanings);
        let local_id = first(Meaning::LocalId);
        let national_id = first(Meaning::NationalId);
        let field = |column: usize| {
            if name.contains(&column) {
                Field::FullName
            } else if phones.contains(&column) {
                Field::PhoneNumber
            } else if local_id == Some(column) {
                Field::LocalId
            } else if national_id == Some(column) {
                Field::NationalId
            } else if meanings.get(column).copied().flatten() == Some(Meaning::Serial) {
                Field::Ignored
            } else {
                Field::Metadata
            }
        };
        let headers = headers_of(header, width).into_iter().enumerate();
        let columns = headers.map(|(column, header)| Column { header, field: field(column) }).collect();
        let metadata = (0..width).filter(|column| field(*column) == Field::Metadata).collect();
        let mut layout = Self { columns, name, phones, local_id, national_id, metadata };
        // Several columns may be said to be parts of a name.
        for column in 0..header.cells.len() {
            if let Some(field) = layout.said_header(column).and_then(|header| known.get(&folded_header(header))) {
                layout.choose(column, *field);
            }
        }
        layout
    }

    /// The columns in the file's order.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The header of a column, if it is one that somebody chose, and no letter.
    pub fn said_header(&self, column: usize) -> Option<&str> {
        let header = self.columns.get(column)?.header.as_str();
        (header != letters(column)).then_some(header)
    }

    /// What no column is used for, though every list of patients needs it.
    pub fn missing(&self) -> Vec<Field> {
        let name = self.name.is_empty().then_some(Field::FullName);
        name.into_iter().chain(self.phones.is_empty().then_some(Field::PhoneNumber)).collect()
    }

    /// Uses a column for a field. Of the numbers of files and of identity cards there is one column each: the former one is
    /// kept as it is from then on.
    pub fn choose(&mut self, column: usize, field: Field) {
        match self.columns.get_mut(column) {
            Some(chosen) if chosen.field != field => chosen.field = field,
            _ => return,
        }
        for columns in [&mut self.name, &mut self.phones, &mut self.metadata] {
            columns.retain(|other| *other != column);
        }
        for one in [&mut self.local_id, &mut self.national_id] {
            one.take_if(|other| *other == column);
        }
        let former = match field {
            Field::FullName => {
                self.name.push(column);
                None
            }
            Field::PhoneNumber => {
                self.phones.push(column);
                None
            }
            Field::LocalId => self.local_id.replace(column),
            Field::NationalId => self.national_id.replace(column),
            Field::Metadata => {
                self.metadata.push(column);
                None
            }
            Field::Ignored => None,
        };
        if let Some(former) = former {
            self.metadata.push(former);
            if let Some(former) = self.columns.get_mut(former) {
                former.field = Field::Metadata;
            }
        }
        self.metadata.sort_unstable();
    }
}

/// A sheet without a header is understood where exactly one column looks like phone numbers and one like names.
fn without_header(rows: &[Row], region: Region) -> Result<Layout, SheetError> {
    let missing = |missing: &[Field]| SheetError::MissingColumns { missing: missing.to_vec(), found: Vec::new() };
    let width = rows.iter().map(|row| row.cells.len()).max().unwrap_or_default();
    let is_phone = |cell: &str| labelled::phone(cell, region).is_ok();
    let alike = |looks: &dyn Fn(&str) -> bool| -> Vec<usize> {
        (0..width)
            .filter(|column| {
                rows.first().is_some_and(|row| looks(row.cell(*column))) && is_mostly(rows, *column, looks)
            })
            .collect()
    };
    let (names, phones) = (alike(&looks_like_name), alike(&is_phone));
    match (names.as_slice(), phones.as_slice()) {
        ([name], [phone]) => {
            let mut columns: Vec<Column> = Vec::with_capacity(width);
            for column in 0..width {
                let field = match column {
                    column if column == *name => Field::FullName,
                    column if column == *phone => Field::PhoneNumber,
                    _ => Field::Metadata,
                };
                columns.push(Column { header: letters(column), field });
            }
            let metadata = (0..width).filter(|column| column != name && column != phone).collect();
            Ok(Layout { columns, name: names, phones, local_id: None, national_id: None, metadata })
        }
        ([_], _) => Err(missing(&[Field::PhoneNumber])),
        (_, [_]) => Err(missing(&[Field::FullName])),
        _ => Err(missing(&[Field::FullName, Field::PhoneNumber])),
    }
}

/// Whether four of five cells that are not blank look so, and at least half of the rows have one.
fn is_mostly(rows: &[Row], column: usize, looks: &dyn Fn(&str) -> bool) -> bool {
    let sample = || rows.iter().take(SAMPLE_ROWS);
    let filled = sample().filter(|row| !row.cell(column).is_empty()).count();
    let alike = sample().filter(|row| looks(row.cell(column))).count();
    filled.saturating_mul(2) >= sample().count() && alike.saturating_mul(5) >= filled.saturating_mul(4)
}

fn looks_like_name(cell: &str) -> bool {
    let letters = cell.chars().filter(|c| c.is_alphabetic()).count();
    (2..=100).contains(&letters) && !cell.contains(|c: char| c.is_numeric() || c == '@')
}

fn clean_header(cell: &str) -> String {
    let visible = without_invisible_marks(cell);
    let words = visible.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let line = words.collect::<Vec<_>>().join(" ");
    // A header ends up as a key in exports, where such a start would make a formula of it.
    line.trim_start_matches(['=', '+', '-', '@', ' ']).chars().take(MAX_HEADER_CHARACTERS).collect()
}

/// The headers of so many columns; no two are the same.
fn headers_of(row: &Row, width: usize) -> Vec<String> {
    let mut headers: Vec<String> = Vec::with_capacity(width);
    for column in 0..width {
        let header = unused_header(&headers, clean_header(row.cell(column)), column);
        headers.push(header);
    }
    headers
}

fn unused_header(headers: &[String], header: String, column: usize) -> String {
    let header = if header.is_empty() { letters(column) } else { header };
    let is_used = |header: &str| headers.iter().any(|other| other == header);
    if !is_used(&header) {
        return header;
    }
    (2_u32..).map(|number| format!("{header} ({number})")).find(|numbered| !is_used(numbered)).unwrap_or(header)
}

/// What a spreadsheet program calls a column: A to Z, AA…
fn letters(column: usize) -> String {
    let letter = |index: usize| char::from(b'A'.saturating_add(u8::try_from(index % 26).unwrap_or_default()));
    match column / 26 {
        0 => letter(column).to_string(),
        first => format!("{}{}", letter(first.saturating_sub(1)), letter(column)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_without_header_have_letters() {
        assert_eq!([0, 25, 26, 51, 52, 99].map(letters), ["A", "Z", "AA", "AZ", "BA", "CV"]);
    }

    #[test]
    fn headers_become_keys() {
        assert_eq!(clean_header(" =cmd\u{200F}\n notes "), "cmd notes");
        assert_eq!(clean_header("\u{200F} "), "");
        assert_eq!(clean_header(&"a".repeat(200)).len(), 100);
        let headers = ["notes".to_owned()];
        assert_eq!(unused_header(&headers, "notes".into(), 1), "notes (2)");
        assert_eq!(unused_header(&headers, String::new(), 1), "B");
    }
}
