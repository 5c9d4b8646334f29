use rust_xlsxwriter::Workbook;

use super::fixtures::{
    Cell::{Blank, Date, Formula, Number, Text},
    codes, fill, lines, simple_workbook, stage, with_parts, with_text, workbook,
};
use crate::sheet::{Field, SheetError, Source};

#[test]
fn a_workbook_is_read() {
    let staged = stage(simple_workbook()).unwrap();
    assert_eq!(staged.source, Source::Xlsx { sheet: "Sheet1".into() });
    assert_eq!(lines(&staged), ["2 ready سارة القحطاني +966501234567", "3 ready علي +966501234568"]);
    assert_eq!(staged.rows[0].metadata(&staged.columns)["ملاحظات"].expose(), "حساسية");
}

#[test]
fn numbers_keep_all_their_digits() {
    let staged = stage(workbook(&[
        &[Text("الاسم"), Text("الجوال"), Text("رقم الملف"), Text("رقم الهوية"), Text("الوزن"), Text("الميلاد")],
        &[Text("سارة"), Number(501_234_567.0), Number(12.0), Number(1_012_345_678.0), Number(61.5), Date(1990, 5, 17)],
        &[Text("علي"), Number(966_501_234_568.0), Number(0.0)],
        &[Text("هند"), Number(5.01e8), Number(1e15)],
    ]))
    .unwrap();
    assert_eq!(lines(&staged)[..2], ["2 ready سارة +966501234567", "3 ready علي +966501234568"]);
    let row = &staged.rows[0];
    assert_eq!(row.local_id.as_ref().map(|id| id.expose()), Some("12"));
    assert_eq!(row.national_id.as_ref().map(|id| id.expose()), Some("1012345678"));
    let metadata = row.metadata(&staged.columns);
    assert_eq!(metadata["الوزن"].expose(), "61.5");
    assert_eq!(metadata["الميلاد"].expose(), "1990-05-17");
    assert_eq!(staged.rows[1].local_id.as_ref().map(|id| id.expose()), Some("0"));
    assert_eq!(staged.rows[2].phone_number.as_ref().map(|phone| phone.expose()), Some("+966501000000"));
    assert_eq!(staged.rows[2].local_id.as_ref().map(|id| id.expose()), Some("1000000000000000"));
}

#[test]
fn formulas_count_with_their_value() {
    let staged = stage(workbook(&[
        &[Text("name"), Text("phone")],
        &[Formula("=A9&B9", "Sara"), Formula("=\"050\"&1", "0501234567")],
        &[Formula("=A9", "=cmd|' /C calc'!A0"), Text("0501234568")],
        &[Text("=1+1"), Text("0501234569")],
    ]))
    .unwrap();
    assert_eq!(lines(&staged)[0], "2 ready Sara +966501234567");
    assert_eq!(codes(&staged.rows[1]), ["fullName:FormulaNotAllowed"]);
    assert_eq!(codes(&staged.rows[2]), ["fullName:FormulaNotAllowed"]);
}

#[test]
fn the_first_visible_sheet_with_anything_is_read() {
    let list: &[&[super::fixtures::Cell<'_>]] =
        &[&[Text("name"), Text("phone")], &[Blank, Blank], &[Text("Sara"), Text("0501234567")]];
    let mut book = Workbook::new();
    book.add_worksheet().set_name("empty").unwrap();
    let hidden = book.add_worksheet().set_name("hidden").unwrap();
    fill(hidden, &[&[Text("nothing")]]);
    hidden.set_hidden(true);
    fill(book.add_worksheet().set_name("المرضى").unwrap(), list);
    fill(book.add_worksheet().set_name("later").unwrap(), &[&[Text("other")]]);
    let staged = stage(book.save_to_buffer().unwrap()).unwrap();
    assert_eq!(staged.source, Source::Xlsx { sheet: "المرضى".into() });
    assert_eq!(lines(&staged), ["3 ready Sara +966501234567"]);

    let mut book = Workbook::new();
    book.add_worksheet();
    assert_eq!(stage(book.save_to_buffer().unwrap()), Err(SheetError::Empty));
    assert_eq!(stage(workbook(&[&[Text("name"), Text("phone")]])), Err(SheetError::HeaderOnly));
}

#[test]
fn cells_with_unknown_errors_are_blank() {
    let book = workbook(&[
        &[Text("name"), Text("phone"), Text("x")],
        &[Text("Sara"), Text("0501234567"), Formula("=1/0", "oops")],
    ]);
    let broken = with_text(&book, "xl/worksheets/sheet1.xml", r#"t="str""#, r#"t="e""#);
    for error in ["#SPILL!", "#DIV/0!"] {
        let broken = with_text(&broken, "xl/worksheets/sheet1.xml", "<v>oops</v>", &format!("<v>{error}</v>"));
        let staged = stage(broken).unwrap();
        assert_eq!(lines(&staged), ["2 ready Sara +966501234567"]);
        assert!(staged.rows[0].more.is_empty());
    }
}

#[test]
fn a_workbook_without_styles_is_read_too() {
    let plain = with_parts(&simple_workbook(), |name, content| {
        (!name.ends_with("styles.xml") && !name.contains("theme")).then_some(content)
    });
    assert_eq!(stage(plain).unwrap().counts.ready, 2);
}

#[test]
fn limits_hold_for_workbooks() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    fill(sheet, &[&[Text("name"), Text("phone")]]);
    for row in 1..=5_000_u32 {
        sheet.write_string(row, 0, "Sara").unwrap();
        sheet.write_number(row, 1, 501_000_000.0 + f64::from(row)).unwrap();
    }
    let staged = stage(book.save_to_buffer().unwrap()).unwrap();
    assert_eq!((staged.counts.read, staged.counts.ready), (5_000, 5_000));
    book.worksheet_from_index(0).unwrap().write_string(9_000, 0, "Sara").unwrap();
    assert_eq!(stage(book.save_to_buffer().unwrap()), Err(SheetError::TooManyRows));

    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    fill(sheet, &[&[Text("name"), Text("phone")], &[Text("Sara"), Text("0501234567")]]);
    sheet.write_string(1, 16_383, "far").unwrap();
    assert_eq!(stage(book.save_to_buffer().unwrap()), Err(SheetError::TooManyColumns));
}

#[test]
fn a_serial_column_is_not_kept() {
    let staged = stage(workbook(&[
        &[Text("م"), Text("الاسم"), Text("الجوال")],
        &[Number(1.0), Text("سارة"), Text("0501234567")],
        &[Number(2.0)],
        &[Number(3.0), Text("علي")],
    ]))
    .unwrap();
    assert_eq!(staged.columns[0].field, Field::Ignored);
    assert_eq!(lines(&staged), ["2 ready سارة +966501234567", "4 error علي -"]);
    assert!(staged.rows[0].more.is_empty());
}
