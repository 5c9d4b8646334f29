use proptest::{prelude::*, sample::Index};

use super::fixtures::{Judged, simple_workbook, stage, with_parts};
use crate::sheet::Status;

/// What holds for every file that is staged.
fn check(staged: &Judged) -> Result<(), TestCaseError> {
    let counts = staged.counts;
    prop_assert_eq!(counts.read, counts.ready + counts.warning + counts.error + counts.left_out);
    prop_assert_eq!(counts.read, staged.rows.len());
    prop_assert!(staged.rows.is_sorted_by(|one, next| one.row < next.row));
    for row in &staged.rows {
        let importable = row.status != Status::Error;
        prop_assert!(!importable || (row.full_name.is_some() && row.phone_number.is_some()));
        prop_assert_eq!(row.status == Status::Ready, row.issues.is_empty());
        prop_assert_eq!(importable, row.issues.iter().all(|issue| issue.problem.is_warning()));
        prop_assert_eq!(row.metadata(&staged.columns).len(), row.more.len());
    }
    Ok(())
}

fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        "05[0-9]{8}",
        "[٠-٩]{10}",
        "[أ-ي]{2,8} [أ-ي]{2,8}",
        "[a-zA-Z =+@-]{0,12}",
        Just(String::new()),
        Just("سارة".to_owned()),
        Just("0501234567".to_owned()),
        "\\PC{0,20}",
        any::<String>(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn totals_are_true(rows in proptest::collection::vec(proptest::collection::vec(cell(), 0..6), 1..20), delimiter in "[,;\t|]") {
        let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
        let lines: String = rows
            .iter()
            .map(|row| row.iter().map(quoted).collect::<Vec<_>>().join(&delimiter) + "\n")
            .collect();
        let header = ["الاسم", "الجوال", "رقم الملف", "رقم الهوية", "ملاحظات"].join(&delimiter);
        if let Ok(staged) = stage(format!("{header}\n{lines}")) {
            check(&staged)?;
        }
    }

    #[test]
    fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2_000), start in 0_usize..5) {
        let signature: &[u8] = [&b""[..], b"PK\x03\x04", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", b"\xFF\xFE", b"name,phone\n"][start];
        if let Ok(staged) = stage([signature, &bytes].concat()) {
            check(&staged)?;
        }
    }

    #[test]
    fn changed_workbooks_never_panic(changes in proptest::collection::vec((any::<Index>(), any::<u8>()), 1..8)) {
        let mut bytes = simple_workbook();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Ok(staged) = stage(bytes) {
            check(&staged)?;
        }
    }

    #[test]
    fn changed_parts_never_panic(
        part in "xl/worksheets/sheet1.xml|xl/sharedStrings.xml|xl/styles.xml|xl/workbook.xml|_rels/.rels|xl/_rels/workbook.xml.rels",
        changes in proptest::collection::vec((any::<Index>(), any::<Index>(), "[0-9A-Z<>\"&;=/!-]{0,12}|&#x[0-9A-F]{1,6};|_x[0-9A-F]{4}_"), 1..6),
    ) {
        let bytes = with_parts(&simple_workbook(), |name, content| {
            let mut text = String::from_utf8(content).unwrap();
            if name == part {
                for (from, length, with) in &changes {
                    let from = from.index(text.len());
                    let to = (from + length.index(8)).min(text.len());
                    if text.is_char_boundary(from) && text.is_char_boundary(to) {
                        text.replace_range(from..to, with);
                    }
                }
            }
            Some(text.into_bytes())
        });
        if let Ok(staged) = stage(bytes) {
            check(&staged)?;
        }
    }
}
