//! A workbook as a person sees it.

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet};

use super::fixtures::{Judged, changed, codes, judged, lines, with_text};
use crate::sheet::{self, Beside, Changes, Hints, Known, List, SheetError, SheetName, Source};
use dawr_kernel::phone::Region;

fn read(bytes: &[u8], hints: &Hints<'_>) -> Result<List, SheetError> {
    sheet::read(bytes, hints, &Known::new(), Region::SAUDI_ARABIA)
}

fn plain(bytes: impl AsRef<[u8]>) -> Judged {
    judged(&read(bytes.as_ref(), &Hints::default()).unwrap())
}

const HIDDEN: Hints<'static> = Hints { file_name: None, content_type: None, sheet: None, hidden: true, asks: false };

fn texts(sheet: &mut Worksheet, rows: &[&[&str]]) {
    for (row, cells) in (0_u32..).zip(rows) {
        for (column, cell) in (0_u16..).zip(*cells) {
            sheet.write_string(row, column, *cell).unwrap();
        }
    }
}

fn list_of_four() -> Workbook {
    let mut book = Workbook::new();
    texts(
        book.add_worksheet(),
        &[
            &["الاسم", "سري", "الجوال"],
            &["سارة", "x", "0501234561"],
            &["علي", "x", "0501234562"],
            &["هند", "", "0501234563"],
            &["نورة", "x", "0501234564"],
        ],
    );
    book
}

#[test]
fn what_a_filter_or_a_hand_hides_is_counted_and_chosen() {
    let mut book = list_of_four();
    let sheet = book.worksheet_from_index(0).unwrap();
    sheet.autofilter(0, 0, 4, 2).unwrap();
    sheet.filter_column(0, &rust_xlsxwriter::FilterCondition::new().add_list_filter("سارة")).unwrap();
    sheet.set_row_hidden(4).unwrap();
    sheet.set_column_hidden(1).unwrap();
    let bytes = book.save_to_buffer().unwrap();
    let seen = read(&bytes, &Hints::default()).unwrap();
    assert_eq!(lines(&judged(&seen)), ["2 ready سارة +966501234561"]);
    assert_eq!(
        seen.beside,
        Beside {
            sheets: vec![SheetName { name: "Sheet1".into(), hidden: false }],
            hidden_rows: 3,
            hidden_columns: 1,
            includes_hidden: false,
        }
    );
    let headers = |list: &List| list.columns().iter().map(|column| column.header.clone()).collect::<Vec<_>>();
    assert_eq!(headers(&seen), ["الاسم", "الجوال"]);
    let all = read(&bytes, &HIDDEN).unwrap();
    assert_eq!(judged(&all).counts.ready, 4);
    assert_eq!(headers(&all), ["الاسم", "سري", "الجوال"]);
    assert_eq!((all.beside.hidden_rows, all.beside.hidden_columns, all.beside.includes_hidden), (3, 1, true));
    // A height of nothing hides, too.
    let flat = list_of_four().save_to_buffer().unwrap();
    let flat = with_text(&flat, "xl/worksheets/sheet1.xml", r#"<row r="3""#, r#"<row r="3" ht="0" customHeight="1""#);
    assert_eq!(plain(&flat).counts.ready, 3);
}

/// Excel hides all rows below a list by one word for the sheet; those of the list say nothing, or that they are shown.
#[test]
fn rows_of_a_sheet_that_hides_its_unused_rows_are_shown() {
    let mut book = list_of_four();
    let sheet = book.worksheet_from_index(0).unwrap();
    sheet.hide_unused_rows(true);
    sheet.set_row_hidden(3).unwrap();
    sheet.set_row_height(4, 30).unwrap();
    let bytes = book.save_to_buffer().unwrap();
    let bytes = with_text(&bytes, "xl/worksheets/sheet1.xml", r#"<row r="2""#, r#"<row r="2" hidden="0""#);
    let seen = read(
        &with_text(&bytes, "xl/worksheets/sheet1.xml", r#"zeroHeight="1""#, r#"zeroHeight="true""#),
        &Hints::default(),
    );
    let seen = seen.unwrap();
    assert_eq!(seen.beside.hidden_rows, 1);
    assert_eq!(
        lines(&judged(&seen)),
        ["2 ready سارة +966501234561", "3 ready علي +966501234562", "5 ready نورة +966501234564"]
    );
}

#[test]
fn the_sheet_that_is_open_is_read_and_another_can_be_chosen() {
    let mut book = Workbook::new();
    texts(book.add_worksheet().set_name("قديم").unwrap(), &[&["الاسم", "الجوال"], &["قديمة", "0501234561"]]);
    texts(book.add_worksheet().set_name("مخفي").unwrap(), &[&["الاسم", "الجوال"], &["مخفية", "0501234562"]]);
    let open = book.add_worksheet().set_name("اليوم").unwrap();
    texts(open, &[&["الاسم", "الجوال"], &["سارة", "0501234563"]]);
    open.set_active(true);
    book.worksheet_from_index(1).unwrap().set_hidden(true);
    let bytes = book.save_to_buffer().unwrap();
    let list = read(&bytes, &Hints::default()).unwrap();
    assert_eq!(list.source, Source::Xlsx { sheet: "اليوم".into() });
    assert_eq!(lines(&judged(&list)), ["2 ready سارة +966501234563"]);
    let sheets: Vec<(&str, bool)> =
        list.beside.sheets.iter().map(|sheet| (sheet.name.as_str(), sheet.hidden)).collect();
    assert_eq!(sheets, [("قديم", false), ("مخفي", true), ("اليوم", false)]);
    for (sheet, line) in [("قديم", "2 ready قديمة +966501234561"), ("مخفي", "2 ready مخفية +966501234562")]
    {
        let chosen = read(&bytes, &Hints { sheet: Some(sheet), ..Hints::default() }).unwrap();
        assert_eq!(lines(&judged(&chosen)), [line]);
    }
    let none = read(&bytes, &Hints { sheet: Some("لا شيء"), ..Hints::default() });
    assert_eq!(none.unwrap_err(), SheetError::NoSuchSheet);
}

#[test]
fn a_cell_is_read_as_it_shows() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    texts(sheet, &[&["الاسم", "الجوال", "رقم الملف", "الوقت", "المدة", "الميلاد", "المبلغ", "النسبة"]]);
    sheet.write_string(1, 0, "سارة").unwrap();
    let number = |sheet: &mut Worksheet, column: u16, number: f64, code: &str| {
        sheet.write_number_with_format(1, column, number, &Format::new().set_num_format(code)).unwrap();
    };
    number(sheet, 1, 501_234_567.0, "0000000000");
    number(sheet, 2, 123.0, "00000");
    number(sheet, 3, 0.4375, "h:mm AM/PM");
    number(sheet, 4, 0.03125, "[h]:mm");
    number(sheet, 6, 1_234.5, "#,##0.00");
    number(sheet, 7, 0.25, "0%");
    let born = ExcelDateTime::from_ymd(1990, 5, 17).unwrap();
    sheet.write_datetime_with_format(1, 5, &born, &Format::new().set_num_format("d/m/yyyy")).unwrap();
    let bytes = book.save_to_buffer().unwrap();
    let check = |bytes: &[u8]| {
        let staged = plain(bytes);
        let row = &staged.rows[0];
        assert_eq!(row.local_id.as_ref().map(|id| id.expose()), Some("00123"));
        assert_eq!(lines(&staged), ["2 ready سارة +966501234567"]);
        let metadata = row.metadata(&staged.columns);
        let shown = ["الوقت", "المدة", "الميلاد", "المبلغ", "النسبة"].map(|header| metadata[header].expose());
        assert_eq!(shown, ["10:30 AM", "0:45", "17/5/1990", "1,234.50", "25%"]);
    };
    check(&bytes);
    // Another program writes the same instant as a text of ISO 8601: it has one spelling.
    let iso = with_text(&bytes, "xl/worksheets/sheet1.xml", "<v>33010</v>", "<v>1990-05-17T00:00:00</v>");
    let iso = with_text(&iso, "xl/worksheets/sheet1.xml", r#"<c r="F2" "#, r#"<c r="F2" t="d" "#);
    check(&iso);
}

/// A workbook that counts its days from 1904 shows the same of a span and of a time of day; only its days are others.
#[test]
fn days_are_counted_from_1904_and_times_are_not() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    texts(
        sheet,
        &[&["الاسم", "الجوال", "المدة", "طويلة", "الوقت", "الميلاد", "الموعد", "أول يوم"], &["سارة", "0501234567"]],
    );
    for (column, number, code) in [
        (2, 0.03125, "[h]:mm"),
        (3, 1.25, "[h]:mm:ss"),
        (4, 0.4375, "h:mm AM/PM"),
        (5, 31_548.0, "yyyy-mm-dd"),
        (6, 31_548.5, "d/m/yyyy h:mm"),
        (7, 0.0, "d mmm yyyy"),
    ] {
        sheet.write_number_with_format(1, column, number, &Format::new().set_num_format(code)).unwrap();
    }
    let bytes = book.save_to_buffer().unwrap();
    let bytes = with_text(&bytes, "xl/workbook.xml", "<workbookPr ", r#"<workbookPr date1904="1" "#);
    let staged = plain(bytes);
    let metadata = staged.rows[0].metadata(&staged.columns);
    let shown = ["المدة", "طويلة", "الوقت", "الميلاد", "الموعد", "أول يوم"].map(|header| metadata[header].expose());
    assert_eq!(shown, ["0:45", "30:00:00", "10:30 AM", "1990-05-17", "17/5/1990 12:00", "1 Jan 1904"]);
}

/// The same list makes the same patients, whichever way it is sent.
#[test]
fn a_workbook_and_its_csv_are_one_list() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    texts(sheet, &[&["الاسم", "الجوال", "رقم الملف"]]);
    for (row, (name, phone, file)) in (1_u32..).zip([("سارة", 501_234_567.0, 123.0), ("علي", 501_234_568.0, 7.0)])
    {
        sheet.write_string(row, 0, name).unwrap();
        sheet.write_number_with_format(row, 1, phone, &Format::new().set_num_format("#,##0")).unwrap();
        sheet.write_number_with_format(row, 2, file, &Format::new().set_num_format("00000")).unwrap();
    }
    let of_book = plain(book.save_to_buffer().unwrap());
    let of_text = plain("الاسم,الجوال,رقم الملف\nسارة,\"501,234,567\",00123\nعلي,\"501,234,568\",00007\n");
    assert_eq!(of_book.rows, of_text.rows);
    assert_eq!(lines(&of_book), ["2 ready سارة +966501234567", "3 ready علي +966501234568"]);
}

/// Programs format whatever is a number as an amount; the same numbers are meant.
#[test]
fn numbers_that_are_formatted_as_amounts_are_the_same_numbers() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    texts(sheet, &[&["الاسم", "الجوال", "رقم الملف", "رقم الهوية"]]);
    for (row, code) in (1_u32..).zip(["#,##0", "#,##0.00", "0.00", "0"]) {
        let format = Format::new().set_num_format(code);
        sheet.write_string(row, 0, "سارة").unwrap();
        for (column, number) in (1_u16..).zip([501_234_567.0, 1_234.0, 1_012_345_678.0]) {
            sheet.write_number_with_format(row, column, number, &format).unwrap();
        }
    }
    let staged = plain(book.save_to_buffer().unwrap());
    for row in &staged.rows {
        assert_eq!(row.phone_number.as_ref().map(|phone| phone.expose()), Some("+966501234567"), "{}", row.row);
        assert_eq!(row.local_id.as_ref().map(|id| id.expose()), Some("1234"), "{}", row.row);
        assert_eq!(row.national_id.as_ref().map(|id| id.expose()), Some("1012345678"), "{}", row.row);
    }
    let headless = plain("سارة,\"501,234,567.00\"\nعلي,\"501,234,568.00\"\n");
    assert_eq!(lines(&headless), ["1 ready سارة +966501234567", "2 ready علي +966501234568"]);
}

/// A cell is written anew wherever it stands: in a column of the name as in one that is only kept.
#[test]
fn every_cell_can_be_written_anew() {
    let text = "الاسم الأول,اسم العائلة,الجوال,جوال الأم,رقم الملف,ملاحظة\nسارة,تميم,12,-,=1,أ\n";
    let list = read(text.as_bytes(), &Hints::default()).unwrap();
    let mended = |text: &str| sheet::Mended::parse(text).unwrap();
    let cells = [(1, "سعد"), (2, ""), (3, " 0501234567 "), (4, "A-1"), (5, "ب")];
    let changes = |cells: &[(u8, &str)], name: Option<&str>| {
        let fields = name.map(|name| (sheet::Field::FullName, mended(name))).into_iter().collect();
        let cells = cells.iter().map(|(column, text)| (*column, mended(text))).collect();
        Changes::from([(2, sheet::RowChanges { fields, cells, left_out: false })])
    };
    let of_cells = changes(&cells, None);
    let staged = changed(&list, &of_cells);
    let row = &staged.rows[0];
    assert_eq!(lines(&staged), ["2 ready سارة سعد +966501234567"]);
    assert_eq!(row.local_id.as_ref().map(|id| id.expose()), Some("A-1"));
    assert_eq!(row.metadata(list.columns()).values().map(|text| text.expose()).collect::<Vec<_>>(), ["ب"]);
    assert_eq!(list.cells(2, &of_cells), ["سارة", "سعد", "", "0501234567", "A-1", "ب"]);
    // A name that is written anew as a whole is the whole name, also of a row with other cells.
    let of_both = changes(&cells, Some("سارة علي"));
    assert_eq!(lines(&changed(&list, &of_both)), ["2 ready سارة علي +966501234567"]);
    assert_eq!(list.cells(2, &of_both)[..2], ["سارة علي", ""]);
}

#[test]
fn a_phone_with_words_is_the_one_number_that_is_plainly_there() {
    let staged = plain("الاسم,الجوال\nسارة,0501230015 (أم محمد)\nعلي,0501230016 أو 0501230017\n");
    assert_eq!(lines(&staged)[0], "2 warning سارة +966501230015");
    assert_eq!(codes(&staged.rows[0]), ["phoneNumber:LabelRemoved"]);
    assert_eq!(staged.rows[0].metadata(&staged.columns)["الجوال"].expose(), "أم محمد", "the words are kept");
    assert_eq!(codes(&staged.rows[1]), ["phoneNumber:InvalidPhoneNumber"]);
}

#[test]
fn columns_that_are_not_known_can_be_asked_about_and_are_known_from_then_on() {
    let text = "المراجعة,رقم التواصل مع الأهل,رقم\nسارة,0501234567,9\nعلي,0501234568,10\n";
    let error = read(text.as_bytes(), &Hints::default()).unwrap_err();
    assert!(matches!(error, SheetError::MissingColumns { .. }), "{error:?}");
    let asks = Hints { asks: true, ..Hints::default() };
    let mut list = read(text.as_bytes(), &asks).unwrap();
    assert_eq!(list.layout.missing(), [sheet::Field::FullName, sheet::Field::PhoneNumber]);
    assert_eq!(judged(&list).counts.error, 2);
    list.layout.choose(0, sheet::Field::FullName);
    list.layout.choose(1, sheet::Field::PhoneNumber);
    list.layout.choose(2, sheet::Field::LocalId);
    let chosen = judged(&list);
    assert_eq!(lines(&chosen), ["2 ready سارة +966501234567", "3 ready علي +966501234568"]);
    assert_eq!(chosen.rows[1].local_id.as_ref().map(|id| id.expose()), Some("10"));
    let known: Known =
        list.columns().iter().map(|column| (sheet::folded_header(&column.header), column.field)).collect();
    let again = sheet::read(text.as_bytes(), &Hints::default(), &known, Region::SAUDI_ARABIA).unwrap();
    assert_eq!(judged(&again).rows, chosen.rows);
}

/// A list of one form is understood in one way: the second time as people said the first time.
#[test]
fn a_column_that_is_added_to_the_name_leaves_the_others_in_it() {
    for (header, added, name) in [
        ("الاسم الأول,القبيلة,الجوال", 1, "سارة تميم"),
        ("القبيلة,الاسم الأول,اسم العائلة,الجوال", 0, "تميم سعد سارة"),
        ("الكنية المعروفة,الاسم,الجوال", 0, "تميم سارة"),
    ] {
        let cells: Vec<&str> = match header.split(',').count() {
            4 => vec!["سارة", "تميم", "سعد", "0501234567"],
            _ => vec!["سارة", "تميم", "0501234567"],
        };
        let text = format!("{header}\n{}\n", cells.join(","));
        let mut list = read(text.as_bytes(), &Hints::default()).unwrap();
        list.layout.choose(added, sheet::Field::FullName);
        let chosen = judged(&list);
        assert_eq!(lines(&chosen), [format!("2 ready {name} +966501234567")]);
        let known = Known::from([(sheet::folded_header(&list.columns()[added].header), sheet::Field::FullName)]);
        let again = sheet::read(text.as_bytes(), &Hints::default(), &known, Region::SAUDI_ARABIA).unwrap();
        assert_eq!((judged(&again).rows, again.layout), (chosen.rows, list.layout), "{header}");
    }
}

/// A phone that was added beside a known one stays behind it: else another number, and so another patient, would be in its place.
#[test]
fn a_column_that_is_added_to_the_phones_comes_behind_those_that_are_known() {
    let text = "الاسم,جوال الأم,تواصل المريض\nسارة,0501234567,0507654321\n";
    let mut list = read(text.as_bytes(), &Hints::default()).unwrap();
    list.layout.choose(2, sheet::Field::PhoneNumber);
    let chosen = judged(&list);
    assert_eq!(lines(&chosen), ["2 ready سارة +966501234567"]);
    let known = Known::from([(sheet::folded_header("تواصل المريض"), sheet::Field::PhoneNumber)]);
    let again = sheet::read(text.as_bytes(), &Hints::default(), &known, Region::SAUDI_ARABIA).unwrap();
    assert_eq!((judged(&again).rows, again.layout), (chosen.rows, list.layout));
}

/// Whatever a header is, what was said of it is known again; only a letter that stands for none is nobody's.
#[test]
fn short_and_equal_headers_are_known_again() {
    let long = "عمود ".repeat(30);
    let text = format!("الاسم,ID,#,ملاحظة,ملاحظة,,=NO,{long}\nسارة,0501234567,7,أ,ب,ج,F-1,د\n");
    let asks = Hints { asks: true, ..Hints::default() };
    let mut list = read(text.as_bytes(), &asks).unwrap();
    let mut columns = crate::columns::Columns::default();
    use sheet::Field::{FullName, Ignored, LocalId, Metadata, PhoneNumber};
    for (column, field) in
        [(1, PhoneNumber), (2, Metadata), (3, Metadata), (4, FullName), (5, Ignored), (6, LocalId), (7, Ignored)]
    {
        list.layout.choose(column, field);
        if let Some(header) = list.layout.said_header(column) {
            columns.remember(header, field);
        }
    }
    assert_eq!(columns.known.len(), 6, "{:?}", columns.known);
    let again = sheet::read(text.as_bytes(), &asks, &columns.known, Region::SAUDI_ARABIA).unwrap();
    let fields = |list: &List| list.columns().iter().map(|column| column.field).collect::<Vec<_>>();
    let mut wanted = fields(&list);
    wanted[5] = Metadata;
    assert_eq!(fields(&again), wanted);
    assert_eq!(lines(&judged(&again)), ["2 ready سارة ب +966501234567"]);
}

/// What a file of ours guards against being a formula is the same when a program has saved it in another format.
#[test]
fn guarded_cells_are_the_same_in_every_format() {
    let rows: &[&[&str]] =
        &[&["الاسم", "الجوال", "ملاحظة"], &["سارة", "'+966501234567", "'- حساسية"], &["علي", "0501234568", "'أ"]];
    let mut book = Workbook::new();
    texts(book.add_worksheet(), rows);
    let of_book = plain(book.save_to_buffer().unwrap());
    let of_text = plain(rows.iter().map(|row| row.join(",") + "\n").collect::<String>());
    assert_eq!(of_book.rows, of_text.rows);
    assert_eq!(lines(&of_book), ["2 ready سارة +966501234567", "3 ready علي +966501234568"]);
    let notes = of_book.rows.iter().map(|row| row.metadata(&of_book.columns)["ملاحظة"].expose());
    assert_eq!(notes.collect::<Vec<_>>(), ["- حساسية", "'أ"]);
}
