//! Files, made in code.

use std::io::{Cursor, Read, Write};

use dawr_kernel::phone::Region;
use rust_xlsxwriter::{Format, Formula, Workbook, Worksheet};
use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

use crate::sheet::{self, Changes, Column, Counts, Hints, Known, List, SheetError, Source, StagedRow};

/// A file that was read, and its rows as they stand there.
#[derive(Debug, PartialEq)]
pub(super) struct Judged {
    pub(super) source: Source,
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<StagedRow>,
    pub(super) counts: Counts,
}

pub(super) fn stage(bytes: impl AsRef<[u8]>) -> Result<Judged, SheetError> {
    sheet::read(bytes.as_ref(), &Hints::default(), &Known::new(), Region::SAUDI_ARABIA).map(|list| judged(&list))
}

pub(super) fn judged(list: &List) -> Judged {
    changed(list, &Changes::new())
}

/// The same with what people changed of it.
pub(super) fn changed(list: &List, changes: &Changes) -> Judged {
    let staged = list.judge(changes, Region::SAUDI_ARABIA);
    let (source, columns) = (list.source.clone(), list.columns().to_vec());
    Judged { source, columns, rows: staged.rows, counts: staged.counts }
}

/// The codes of a row's issues, each with its field: `phoneNumber:Required`.
pub(super) fn codes(row: &StagedRow) -> Vec<String> {
    row.issues.iter().map(|issue| format!("{}:{}", issue.field.as_str(), issue.problem.code())).collect()
}

/// A row in one line: number, status, name, phone.
pub(super) fn line(row: &StagedRow) -> String {
    let name = row.full_name.as_ref().map_or("-", |name| name.expose());
    let phone = row.phone_number.as_ref().map_or("-", |phone| phone.expose());
    format!("{} {} {name} {phone}", row.row, row.status.as_str())
}

pub(super) fn lines(staged: &Judged) -> Vec<String> {
    staged.rows.iter().map(line).collect()
}

/// What an Excel cell holds.
pub(super) enum Cell<'a> {
    Blank,
    Text(&'a str),
    Number(f64),
    Formula(&'a str, &'a str),
    Date(u16, u8, u8),
}

pub(super) fn fill(sheet: &mut Worksheet, rows: &[&[Cell<'_>]]) {
    for (row, cells) in (0_u32..).zip(rows) {
        for (column, cell) in (0_u16..).zip(*cells) {
            match cell {
                Cell::Blank => continue,
                Cell::Text(text) => sheet.write_string(row, column, *text),
                Cell::Number(number) => sheet.write_number(row, column, *number),
                Cell::Formula(formula, result) => {
                    sheet.write_formula(row, column, Formula::new(*formula).set_result(*result))
                }
                Cell::Date(year, month, day) => {
                    let date = rust_xlsxwriter::ExcelDateTime::from_ymd(*year, *month, *day).unwrap();
                    sheet.write_datetime_with_format(row, column, &date, &Format::new().set_num_format("yyyy-mm-dd"))
                }
            }
            .unwrap();
        }
    }
}

pub(super) fn workbook(rows: &[&[Cell<'_>]]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    fill(workbook.add_worksheet(), rows);
    workbook.save_to_buffer().unwrap()
}

pub(super) fn simple_workbook() -> Vec<u8> {
    use Cell::Text;
    workbook(&[
        &[Text("الاسم"), Text("الجوال"), Text("ملاحظات")],
        &[Text("سارة القحطاني"), Text("0501234567"), Text("حساسية")],
        &[Text("علي"), Text("0501234568")],
    ])
}

/// The archive with some of its parts changed; `None` takes a part out.
pub(super) fn with_parts(archive: &[u8], change: impl Fn(&str, Vec<u8>) -> Option<Vec<u8>>) -> Vec<u8> {
    let mut from = ZipArchive::new(Cursor::new(archive)).unwrap();
    let mut to = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..from.len() {
        let mut part = from.by_index(index).unwrap();
        let name = part.name().unwrap().into_owned();
        let mut content = Vec::new();
        part.read_to_end(&mut content).unwrap();
        if let Some(content) = change(&name, content) {
            add(&mut to, &name, &content);
        }
    }
    to.finish().unwrap().into_inner()
}

/// The archive with a text of one part replaced.
pub(super) fn with_text(archive: &[u8], part: &str, from: &str, to: &str) -> Vec<u8> {
    let changed = with_parts(archive, |name, content| {
        if name == part {
            let text = String::from_utf8(content).unwrap();
            assert!(text.contains(from), "{text}");
            Some(text.replace(from, to).into_bytes())
        } else {
            Some(content)
        }
    });
    assert_ne!(changed, archive);
    changed
}

pub(super) fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut to = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        add(&mut to, name, content);
    }
    to.finish().unwrap().into_inner()
}

fn add(to: &mut ZipWriter<Cursor<Vec<u8>>>, name: &str, content: &[u8]) {
    to.start_file(name, SimpleFileOptions::default().compression_method(CompressionMethod::Deflated)).unwrap();
    to.write_all(content).unwrap();
}
