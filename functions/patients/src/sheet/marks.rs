//! What a workbook's parts say beside the cells: which sheet is open, and what is hidden. The reader of the cells does not tell.

use std::{
    collections::{BTreeSet, HashMap},
    io::{Cursor, Read},
};

use quick_xml::{
    Reader, XmlVersion,
    events::{BytesStart, Event},
};
use zip::ZipArchive;

use super::{MAX_COLUMNS, SheetError};

/// The sheets of a workbook.
#[derive(Default)]
pub(super) struct Book {
    /// Each sheet, of cells or not, with its part.
    sheets: Vec<(String, Option<String>)>,
    open: usize,
}

/// What a person does not see of a sheet.
#[derive(Default)]
pub(super) struct Hidden {
    /// The rows, counted from 1.
    pub(super) rows: BTreeSet<u32>,
    /// The columns, counted from 0; those beyond what is read are left out.
    pub(super) columns: BTreeSet<usize>,
}

impl Book {
    /// Of a workbook's archive, which was checked.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, SheetError> {
        let Some(workbook) = part(bytes, "xl/workbook.xml")? else { return Ok(Self::default()) };
        let targets =
            part(bytes, "xl/_rels/workbook.xml.rels")?.map_or_else(|| Ok(HashMap::new()), |xml| targets(&xml))?;
        let mut book = Self::default();
        each(&workbook, |element| {
            match element.local_name().as_ref() {
                "workbookView" => {
                    book.open = attribute(element, "activeTab").and_then(|tab| tab.parse().ok()).unwrap_or_default();
                }
                "sheet" => {
                    if let Some(name) = attribute(element, "name") {
                        book.sheets.push((name, attribute(element, "id").and_then(|id| targets.get(&id).cloned())));
                    }
                }
                _ => {}
            }
            true
        })?;
        Ok(book)
    }

    /// The sheet that is open when the file is opened.
    pub(super) fn open(&self) -> Option<&String> {
        self.sheets.get(self.open).map(|(name, _)| name)
    }

    /// What is hidden of a sheet.
    pub(super) fn hidden(&self, bytes: &[u8], name: &str) -> Result<Hidden, SheetError> {
        let sheet = self.sheets.iter().find(|(other, _)| other == name);
        match sheet.and_then(|(_, part)| part.as_deref()) {
            Some(path) => part(bytes, path)?.map_or_else(|| Ok(Hidden::default()), |xml| hidden(&xml)),
            None => Ok(Hidden::default()),
        }
    }
}

/// Rows under a filter say that they are hidden as those do that were hidden by hand; a height or width of nothing hides, too.
/// That a sheet hides its rows unless said (`zeroHeight`) is of those that have no element, and so no cell.
fn hidden(xml: &str) -> Result<Hidden, SheetError> {
    let mut hidden = Hidden::default();
    let mut row = 0_u32;
    each(xml, |element| {
        let is = |name: &str| attribute(element, name).is_some_and(|value| matches!(value.as_str(), "1" | "true"));
        let number = |name: &str| attribute(element, name).and_then(|value| value.parse::<f64>().ok());
        match element.local_name().as_ref() {
            "col" if is("hidden") || number("width") == Some(0.0) => {
                let column = |name: &str| attribute(element, name).and_then(|value| value.parse::<usize>().ok());
                if let Some((first, last)) = column("min").zip(column("max")) {
                    hidden
                        .columns
                        .extend((first.max(1)..=last.min(MAX_COLUMNS)).map(|column| column.saturating_sub(1)));
                }
            }
            "row" => {
                let said = attribute(element, "r").and_then(|value| value.parse().ok());
                row = said.unwrap_or_else(|| row.saturating_add(1));
                if is("hidden") || number("ht") == Some(0.0) {
                    hidden.rows.insert(row);
                }
            }
            _ => {}
        }
        true
    })?;
    Ok(hidden)
}

/// The parts that a workbook's relations name.
fn targets(xml: &str) -> Result<HashMap<String, String>, SheetError> {
    let mut targets = HashMap::new();
    each(xml, |element| {
        if element.local_name().as_ref() == "Relationship"
            && let Some((id, target)) = attribute(element, "Id").zip(attribute(element, "Target"))
        {
            let path = target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned);
            targets.insert(id, path);
        }
        true
    })?;
    Ok(targets)
}

/// Shows every element, until enough was seen.
fn each(xml: &str, mut see: impl FnMut(&BytesStart<'_>) -> bool) -> Result<(), SheetError> {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().check_end_names = false;
    loop {
        match reader.read_event() {
            Ok(Event::Start(element) | Event::Empty(element)) => {
                if !see(&element) {
                    return Ok(());
                }
            }
            Ok(Event::Eof) => return Ok(()),
            Ok(_) => {}
            Err(_) => return Err(SheetError::Damaged),
        }
    }
}

/// An attribute by its name without prefix.
fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = element.attributes();
    let found = attributes.with_checks(false).flatten().find(|one| one.key.local_name().as_ref() == name)?;
    Some(found.normalized_value(XmlVersion::Implicit1_0).ok()?.into_owned())
}

/// A part of the archive as text; none where there is no such part, or it is no text.
fn part(bytes: &[u8], path: &str) -> Result<Option<String>, SheetError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| SheetError::Damaged)?;
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(|_| SheetError::Damaged)?;
        let is_it =
            part.name().is_ok_and(|name| name.replace('\\', "/").trim_start_matches('/').eq_ignore_ascii_case(path));
        if is_it {
            let mut text = String::new();
            return Ok(part.read_to_string(&mut text).is_ok().then_some(text));
        }
    }
    Ok(None)
}
