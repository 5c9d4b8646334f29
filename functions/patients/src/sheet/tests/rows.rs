use dawr_kernel::language::Language;

use super::fixtures::{codes, line, lines, stage};
use crate::sheet::{Counts, Problem, StagedRow, Status};

#[test]
fn all_faults_of_a_row_are_told_at_once() {
    let staged = stage(
        "name,phone,file no,national id,notes\n\
         =HYPERLINK(1),0501,=1+1,12,=cmd\n\
         ,,,,x\n\
         12345,phone,ok,1012345678,fine\n",
    )
    .unwrap();
    assert_eq!(
        codes(&staged.rows[0]),
        [
            "fullName:FormulaNotAllowed",
            "phoneNumber:InvalidPhoneNumber",
            "localId:FormulaNotAllowed",
            "nationalId:TooShort",
            "metadata:FormulaNotAllowed"
        ]
    );
    assert_eq!(staged.rows[0].issues[4].column, Some(4));
    let written: Vec<&str> = staged.rows[0].written.iter().map(|(_, written)| written.expose()).collect();
    assert_eq!(written, ["=HYPERLINK(1)", "0501", "=1+1", "12"]);
    assert_eq!(codes(&staged.rows[1]), ["fullName:Required", "phoneNumber:Required"]);
    assert_eq!(codes(&staged.rows[2]), ["fullName:NotAName", "phoneNumber:InvalidPhoneNumber"]);
    assert_eq!(staged.rows[2].national_id.as_ref().map(|id| id.expose()), Some("1012345678"));
    assert_eq!(staged.counts, Counts { read: 3, ready: 0, warning: 0, error: 3, left_out: 0 });
}

#[test]
fn formulas_are_refused_where_phones_are_not() {
    let staged = stage(
        "name,phone,notes\n\
         +Sara,+966501234567,- a note\n\
         @Sara,+966501234567,@home\n\
         -Sara,=\"0501234567\",\n\
         Sara,+966501234567,- a note\n\
         Huda,=\"0501234568\",@home\n",
    )
    .unwrap();
    for row in &staged.rows[..3] {
        assert_eq!(codes(row), ["fullName:FormulaNotAllowed"]);
        assert!(row.phone_number.is_some());
    }
    assert_eq!(staged.rows[3].status, Status::Ready);
    assert_eq!(line(&staged.rows[4]), "6 ready Huda +966501234568");
}

#[test]
fn placeholders_and_odd_spaces_are_understood() {
    let staged = stage(
        "name,phone,file no,national id\n\
         \"  سارة \u{A0} \n القحطاني \",0501234567,-,—\n\
         \u{200F}علي\u{202C},\u{202A}0501234568\u{202C},\u{200F}7,\n\
         -,-,,\n",
    )
    .unwrap();
    assert_eq!(line(&staged.rows[0]), "2 ready سارة القحطاني +966501234567");
    assert_eq!(staged.rows[0].local_id, None);
    assert_eq!(line(&staged.rows[1]), "3 warning علي +966501234568");
    assert_eq!(codes(&staged.rows[1]), ["fullName:InvisibleCharactersRemoved", "localId:InvisibleCharactersRemoved"]);
    assert_eq!(codes(&staged.rows[2]), ["fullName:Required", "phoneNumber:Required"]);
}

#[test]
fn the_same_patient_twice_is_a_warning() {
    let staged = stage(
        "name,phone,file no\n\
         أحمد علي,0501234567,\n\
         احمد  على,+966501234567,\n\
         سارة علي,0501234567,\n\
         احمد علي,0501234567,9\n",
    )
    .unwrap();
    assert_eq!(
        lines(&staged),
        [
            "2 ready أحمد علي +966501234567",
            "3 warning احمد على +966501234567",
            "4 ready سارة علي +966501234567",
            "5 warning احمد علي +966501234567"
        ]
    );
    assert_eq!(staged.rows[1].issues[0].problem, Problem::Duplicate { row: 2 });
    assert_eq!(staged.rows[3].issues[0].problem, Problem::Duplicate { row: 2 });
    assert_eq!(staged.counts, Counts { read: 4, ready: 2, warning: 2, error: 0, left_out: 0 });
}

#[test]
fn the_same_number_for_another_patient_is_an_error() {
    let staged = stage(
        "name,phone,file no,national id\n\
         Sara,0501234567,A-1,1012345678\n\
         Ali,0501234568,a-1,\n\
         Huda,0501234569,,1012345678\n\
         Sara,0501234560,A-1,1012345678\n\
         Sara,0501234567,A-1,1012345678\n\
         Noor,bad,B-1,\n\
         Mona,0501234561,B-1,\n",
    )
    .unwrap();
    let problems: Vec<Vec<Problem>> =
        staged.rows.iter().map(|row| row.issues.iter().map(|issue| issue.problem).collect()).collect();
    assert_eq!(problems[1], [Problem::Conflict { row: 2 }]);
    assert_eq!(problems[2], [Problem::Conflict { row: 2 }]);
    assert_eq!(problems[3], [Problem::Conflict { row: 2 }, Problem::Conflict { row: 2 }]);
    assert_eq!(problems[4], [Problem::Duplicate { row: 2 }]);
    // A row that cannot be imported stands in nobody's way.
    assert!(problems[6].is_empty());
    assert_eq!(staged.counts, Counts { read: 7, ready: 2, warning: 1, error: 4, left_out: 0 });
}

#[test]
fn long_cells_are_errors_and_never_cut_silently() {
    let staged = stage(format!(
        "name,phone,notes\n{},0501234567,\nSara,0501234568,{}\nAli,0501234569,{}\nHuda,0501234560,{}\n",
        "a".repeat(201),
        "n".repeat(2_000),
        "n".repeat(2_001),
        "n".repeat(1_999) + "\u{200F}" + &"n".repeat(50),
    ))
    .unwrap();
    assert_eq!(codes(&staged.rows[0]), ["fullName:TooLong"]);
    assert_eq!(staged.rows[0].written[0].1.expose().len(), 100);
    assert_eq!(staged.rows[1].status, Status::Ready);
    assert_eq!(codes(&staged.rows[2]), ["metadata:TooLong"]);
    assert_eq!(codes(&staged.rows[3]), ["metadata:InvisibleCharactersRemoved", "metadata:TooLong"]);
}

#[test]
fn nothing_personal_is_in_debug_output() {
    let staged =
        stage("name,phone,file no,national id,notes\nسارة,0501234567,7712,1012345678,سكري\nمنى,0501bad,,,\n").unwrap();
    let shown = format!("{staged:?}");
    for personal in ["سارة", "50123456", "7712", "1012345678", "سكري", "منى", "0501bad"] {
        assert!(!shown.contains(personal), "{shown}");
    }
}

#[test]
fn problems_are_told_in_both_languages() {
    let staged = stage("name,phone\n=a,0501234567\n1,05\nSara,0501234568\nSara,0501234568\n").unwrap();
    let issues = staged.rows.iter().flat_map(|row: &StagedRow| &row.issues);
    let mut count = 0;
    for issue in issues {
        count += 1;
        assert!(issue.problem.message(Language::En).is_ascii());
        assert!(!issue.problem.message(Language::Ar).is_ascii());
        assert!(!issue.field.label(Language::Ar).is_ascii() && issue.field.label(Language::En).is_ascii());
    }
    assert_eq!(count, 4);
    assert_eq!(Problem::Duplicate { row: 4 }.message(Language::Ar), "المريض نفسه موجود في الصف 4.");
}
