use std::io::{Cursor, Write};

use zip::{ZipWriter, unstable::write::FileOptionsExt, write::SimpleFileOptions};

use super::fixtures::{archive, simple_workbook, stage, with_parts, with_text};
use crate::sheet::SheetError;

const SHEET: &str = "xl/worksheets/sheet1.xml";

#[test]
fn compound_files_are_told_apart() {
    let compound = |stream: &str| {
        let mut bytes = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
        bytes.extend([0; 512]);
        bytes.extend(stream.encode_utf16().flat_map(u16::to_le_bytes));
        bytes.extend([0; 512]);
        stage(bytes)
    };
    assert_eq!(compound("EncryptedPackage"), Err(SheetError::PasswordProtected));
    assert_eq!(compound("Workbook"), Err(SheetError::OldExcelFormat));
    assert_eq!(compound("Book"), Err(SheetError::OldExcelFormat));
    assert_eq!(compound("WordDocument"), Err(SheetError::NotASpreadsheet));
}

#[test]
fn encrypted_archives_need_a_password() {
    let mut to = ZipWriter::new(Cursor::new(Vec::new()));
    to.start_file("[Content_Types].xml", SimpleFileOptions::default().with_deprecated_encryption(b"secret").unwrap())
        .unwrap();
    to.write_all(b"spreadsheetml.sheet.main+xml").unwrap();
    assert_eq!(stage(to.finish().unwrap().into_inner()), Err(SheetError::PasswordProtected));
}

#[test]
fn archives_of_other_things_are_refused() {
    assert_eq!(stage(archive(&[("a.txt", b"hello")])), Err(SheetError::NotASpreadsheet));
    assert_eq!(
        stage(archive(&[("[Content_Types].xml", b"wordprocessingml.document.main+xml")])),
        Err(SheetError::NotASpreadsheet)
    );
    assert_eq!(stage(archive(&[])), Err(SheetError::NotASpreadsheet));
    assert_eq!(stage(b"PK\x03\x04 not an archive"), Err(SheetError::Damaged));
    let cut = simple_workbook();
    assert_eq!(stage(&cut[..cut.len() / 2]), Err(SheetError::Damaged));
}

#[test]
fn bombs_are_not_unpacked() {
    let zeros = vec![b' '; 60 * 1024 * 1024];
    let bomb =
        with_parts(&simple_workbook(), |name, content| Some(if name == SHEET { zeros.clone() } else { content }));
    assert!(bomb.len() < 200_000);
    assert_eq!(stage(&bomb), Err(SheetError::TooLarge));

    // Small enough in all, but packed a thousand times smaller than it is.
    let bomb = with_parts(&simple_workbook(), |name, content| {
        Some(if name == SHEET { zeros.get(..8 * 1024 * 1024).unwrap().to_vec() } else { content })
    });
    assert_eq!(stage(&bomb), Err(SheetError::TooLarge));

    let many: Vec<(String, &[u8])> = (0..1_001).map(|number| (format!("{number}.xml"), &b""[..])).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|(name, content)| (name.as_str(), *content)).collect();
    assert_eq!(stage(archive(&many)), Err(SheetError::TooLarge));
}

#[test]
fn a_bomb_that_lies_about_its_size_is_not_unpacked() {
    let content = vec![b' '; 60 * 1024 * 1024];
    let honest = with_parts(&simple_workbook(), |name, part| Some(if name == SHEET { content.clone() } else { part }));
    let real = u32::try_from(content.len()).unwrap().to_le_bytes();
    let mut lying = honest.clone();
    let mut lies = 0;
    for at in 0..lying.len() - 4 {
        if lying[at..at + 4] == real {
            lying[at..at + 4].copy_from_slice(&1_000_u32.to_le_bytes());
            lies += 1;
        }
    }
    assert!(lies >= 1);
    let refusal = stage(&lying).unwrap_err();
    assert!(matches!(refusal, SheetError::TooLarge | SheetError::Damaged), "{refusal:?}");
}

#[test]
fn forged_counts_do_not_take_memory() {
    let book = simple_workbook();
    for count in ["99999999999999", "18446744073709551615", "99999999999999999999999999", "0000000099999999999"] {
        let forged =
            with_text(&book, "xl/sharedStrings.xml", "uniqueCount=\"", &format!("uniqueCount=\"{count}\" x=\""));
        assert_eq!(stage(forged), Err(SheetError::Damaged), "{count}");
    }
    let styles = format!("<cellXfs>{}", "<xf numFmtId=\"164\"/>".repeat(70_000));
    let forged =
        with_parts(&book, |name, part| Some(if name == "xl/styles.xml" { styles.clone().into_bytes() } else { part }));
    assert_eq!(stage(forged), Err(SheetError::TooLarge));
    let styles = format!("<numFmt numFmtId=\"164\" formatCode=\"{}\"/>", "0".repeat(100_000));
    let forged =
        with_parts(&book, |name, part| Some(if name == "xl/styles.xml" { styles.clone().into_bytes() } else { part }));
    assert_eq!(stage(forged), Err(SheetError::TooLarge));
    let utf16 = with_parts(&book, |name, part| {
        let text = String::from_utf8(part.clone()).unwrap();
        let wide = || text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        Some(if name == "xl/sharedStrings.xml" { wide() } else { part })
    });
    assert_eq!(stage(utf16), Err(SheetError::Damaged));
}

#[test]
fn forged_references_do_not_end_the_process() {
    let book = simple_workbook();
    for (from, to) in [
        (r#"r="A1""#, r#"r="A99999999999999""#),
        (r#"r="A1""#, r#"r="ZZZZZZZZZZZZZ1""#),
        (r#"r="A1""#, r#"r="A4294967295""#),
        (r#"r="A1""#, r#"r="A0""#),
        (r#"r="A1""#, r#"r="""#),
        (r#"ref="A1:C3""#, r#"ref="C3:A1""#),
        ("<v>0</v>", "<v>999999</v>"),
        ("<v>0</v>", "<v>-1</v>"),
        ("<sheetData>", "<sheetData><row r=\"4294967295\"/>"),
    ] {
        // Whatever is made of it, it is an answer.
        let _ = stage(with_text(&book, SHEET, from, to));
    }
    assert_eq!(stage(with_text(&book, SHEET, "<v>0</v>", "<v>999999</v>")), Err(SheetError::Damaged));
    assert_eq!(stage(with_text(&book, SHEET, r#"r="A1""#, r#"r="A99999999999999""#)), Err(SheetError::Damaged));
}

#[test]
fn parts_that_are_missing_or_broken_are_damage() {
    let book = simple_workbook();
    for missing in ["_rels/.rels", "xl/_rels/workbook.xml.rels", SHEET] {
        let broken = with_parts(&book, |name, part| (name != missing).then_some(part));
        assert_eq!(stage(broken), Err(SheetError::Damaged), "{missing}");
        let broken = with_parts(&book, |name, part| Some(if name == missing { b"<not".to_vec() } else { part }));
        assert_eq!(stage(broken), Err(SheetError::Damaged), "{missing}");
    }
}
