use encoding_rs::WINDOWS_1256;

use super::fixtures::{codes, lines, stage};
use crate::sheet::{Encoding, Field, SheetError, Source, Status};

const FILE: &str = "الاسم,رقم الجوال,رقم الملف,ملاحظات\n\
                    سارة القحطاني,٠٥٠١٢٣٤٥٦٧,١٢,حساسية\n\
                    علي الأحمد,966501234568,,\n";

fn source(encoding: Encoding, delimiter: char) -> Source {
    Source::Csv { encoding, delimiter }
}

#[test]
fn the_same_list_is_read_from_every_encoding() {
    let (windows, _, lost) = WINDOWS_1256.encode(FILE.split_once('٠').map_or(FILE, |(head, _)| head));
    assert!(!lost);
    let western_digits = FILE.replace("٠٥٠١٢٣٤٥٦٧", "0501234567").replace("١٢", "12");
    let (windows_file, _, lost) = WINDOWS_1256.encode(&western_digits);
    assert!(!lost && windows_file.starts_with(&windows));
    let utf16: Vec<u8> =
        format!("\u{FEFF}{}", FILE.replace(',', "\t")).encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (bytes, encoding, delimiter) in [
        (FILE.as_bytes().to_vec(), Encoding::Utf8, ','),
        (format!("\u{FEFF}{FILE}").into_bytes(), Encoding::Utf8, ','),
        (FILE.replace(',', ";").replace('\n', "\r\n").into_bytes(), Encoding::Utf8, ';'),
        (windows_file.into_owned(), Encoding::Windows1256, ','),
        (utf16, Encoding::Utf16, '\t'),
    ] {
        let staged = stage(&bytes).unwrap();
        assert_eq!(staged.source, source(encoding, delimiter));
        assert_eq!(lines(&staged), ["2 ready سارة القحطاني +966501234567", "3 ready علي الأحمد +966501234568"]);
        assert_eq!(staged.rows[0].local_id.as_ref().map(|id| id.expose()), Some("12"));
        let metadata = staged.rows[0].metadata(&staged.columns);
        assert_eq!(metadata["ملاحظات"].expose(), "حساسية");
        assert!(staged.rows[1].metadata(&staged.columns).is_empty());
    }
}

#[test]
fn files_without_patients_are_told_apart() {
    assert_eq!(stage(""), Err(SheetError::Empty));
    assert_eq!(stage("\n\n ,, \n"), Err(SheetError::Empty));
    assert_eq!(stage("\u{FEFF}"), Err(SheetError::Empty));
    assert_eq!(stage("الاسم,الجوال\n"), Err(SheetError::HeaderOnly));
    assert_eq!(stage("م,الاسم,الجوال\n1,,\n2,,\n"), Err(SheetError::HeaderOnly));
    for other in ["<html><table>", "<?xml version=\"1.0\"?>", "%PDF-1.7", "{\"a\":1}", "a\0b,c\0d\n"] {
        assert_eq!(stage(other), Err(SheetError::NotASpreadsheet), "{other}");
    }
}

#[test]
fn missing_columns_are_named() {
    let missing = |text: &str| match stage(text) {
        Err(SheetError::MissingColumns { missing, found }) => (missing, found),
        other => panic!("{other:?}"),
    };
    assert_eq!(
        missing("الاسم,العمر\nسارة,30\n"),
        (vec![Field::PhoneNumber], vec!["الاسم".to_owned(), "العمر".to_owned()])
    );
    assert_eq!(missing("الجوال,العمر\n0501234567,30\n").0, [Field::FullName]);
    assert_eq!(missing("a,b\nc,d\n"), (vec![Field::FullName, Field::PhoneNumber], vec![]));
    // What may be a patient's data is not repeated in an error.
    assert_eq!(missing("سارة,30\nعلي,40\n"), (vec![Field::PhoneNumber], vec![]));
}

#[test]
fn a_list_without_header_is_understood_where_it_is_clear() {
    let staged = stage("1,سارة القحطاني,0501234567,جدة\n2,علي الأحمد,0501234568,\n3,منى,bad,مكة\n4,هند,0551234567,\n5,نورة,0561234567,\n").unwrap();
    assert_eq!(
        staged.columns.iter().map(|column| column.field).collect::<Vec<_>>(),
        [Field::Metadata, Field::FullName, Field::PhoneNumber, Field::Metadata]
    );
    assert_eq!(staged.columns[3].header, "D");
    assert_eq!(lines(&staged)[0], "1 ready سارة القحطاني +966501234567");
    assert_eq!(staged.rows[2].status, Status::Error);
    // Two columns of phones, or two of words, are not clear.
    assert!(matches!(
        stage("سارة,0501234567,0501234569\nعلي,0501234568,0501234570\n"),
        Err(SheetError::MissingColumns { .. })
    ));
    assert!(matches!(stage("سارة,جدة,0501234567\nعلي,مكة,0501234568\n"), Err(SheetError::MissingColumns { .. })));
}

#[test]
fn titles_above_the_header_are_no_patients() {
    let staged = stage("عيادة النور\nقائمة المرضى,,2026\n\nم,الاسم,الجوال\n1,سارة,0501234567\n2,,\n").unwrap();
    assert_eq!(lines(&staged), ["5 ready سارة +966501234567"]);
    assert_eq!(staged.columns[0].field, Field::Ignored);
    assert_eq!(staged.counts.read, 1);
}

#[test]
fn names_in_parts_and_several_phones_are_put_together() {
    let staged = stage(
        "Last Name,First Name,Father Name,Phone,Mobile\n\
         Al-Ali,Sara,Ahmed,0112345678,0501234567\n\
         Noor,Huda,,0112345679,\n",
    )
    .unwrap();
    assert_eq!(lines(&staged), ["2 ready Sara Ahmed Al-Ali +966501234567", "3 warning Huda Noor +966112345679"]);
    assert_eq!(staged.rows[0].metadata(&staged.columns)["Phone"].expose(), "0112345678");
    assert!(staged.rows[1].more.is_empty());
    let number = stage("الاسم,الرقم\nسارة,0501234567\nعلي,0501234568\n").unwrap();
    assert_eq!(number.columns[1].field, Field::PhoneNumber);
}

#[test]
fn ragged_rows_and_unknown_columns_lose_nothing() {
    let staged = stage("name,phone,notes,notes\nSara,0501234567\nAli,0501234568,a,b,c\nHuda\n").unwrap();
    let headers: Vec<&str> = staged.columns.iter().map(|column| column.header.as_str()).collect();
    assert_eq!(headers, ["name", "phone", "notes", "notes (2)", "E"]);
    let metadata = staged.rows[1].metadata(&staged.columns);
    assert_eq!(["notes", "notes (2)", "E"].map(|key| metadata[key].expose()), ["a", "b", "c"]);
    assert_eq!(codes(&staged.rows[2]), ["phoneNumber:Required"]);
}

#[test]
fn characters_that_cannot_be_read_are_faults_of_their_rows() {
    let mut bytes = b"name,phone\nSara \xD8,0501234567\n".to_vec();
    bytes.extend("علي الأحمد من جدة,0501234568\n".as_bytes());
    bytes.extend(b"Ali\x07,0501234569\n");
    let staged = stage(&bytes).unwrap();
    assert_eq!(codes(&staged.rows[0]), ["fullName:InvalidCharacters"]);
    assert_eq!(staged.rows[1].status, Status::Ready);
    assert_eq!(codes(&staged.rows[2]), ["fullName:InvalidCharacters"]);
}

#[test]
fn limits_of_the_list_are_kept() {
    let list = |rows: usize| {
        let rows: String = (0..rows).map(|row| format!("Name,05{row:08}\n")).collect();
        stage(format!("name,phone\n{rows}"))
    };
    assert_eq!(list(5_000).unwrap().counts.read, 5_000);
    assert_eq!(list(5_001), Err(SheetError::TooManyRows));
    assert_eq!(list(20_000), Err(SheetError::TooManyRows));
    assert_eq!(stage(format!("name,phone{},x\nSara,0501234567\n", ",".repeat(99))), Err(SheetError::TooManyColumns));
    assert!(stage(format!("name,phone{}\nSara,0501234567\n", ",".repeat(200))).is_ok());
    let wide = format!(
        "name,phone{}\n{}",
        ",h".repeat(90),
        format!("Sara,0501234567{}\n", format!(",{}", "x".repeat(1_900)).repeat(90)).repeat(50)
    );
    assert!(wide.len() < crate::sheet::MAX_FILE_BYTES && stage(&wide).is_ok());
    assert_eq!(stage("x".repeat(crate::sheet::MAX_FILE_BYTES + 1)), Err(SheetError::TooLarge));
}
