//! Arabic texts are Arabic: no English word stands in one but for what is called so everywhere, and for names of the API.

use super::scopes::{deployed, sources};

/// What has no other name.
const NAMES: &[&str] = &[
    "ar",
    "en",
    "US",
    "JSON",
    "xls",
    "CSV",
    "XLSX",
    "xlsx",
    "Excel",
    "ASCII",
    "Idempotency-Key",
    "If-Match",
    "application/json",
    "patients",
    "patientIds",
    "ticketIds",
    "queueId",
    "taskIds",
    "uploadId",
];

/// What texts are filled in with: numbers, names that people have given, and names of fields and values of the API.
const VALUES: &[&str] = &[
    "",
    "MAX_COLUMNS",
    "MAX_ROWS",
    "arabic",
    "arabic_from",
    "arabic_to",
    "code",
    "column",
    "count",
    "expected",
    "from",
    "hours",
    "known",
    "left",
    "limit",
    "line",
    "link",
    "max",
    "min",
    "minutes",
    "name",
    "most",
    "others",
    "place",
    "row",
    "seconds",
];

/// The texts of a file of Rust, without their quotation marks.
fn texts(source: &str) -> Vec<String> {
    let (mut texts, mut rest) = (Vec::new(), source);
    while let Some(at) = rest.find(['"', '/']) {
        let (before, found) = rest.split_at(at);
        if let Some(comment) = found.strip_prefix("//") {
            rest = comment.split_once('\n').map_or("", |(_, rest)| rest);
            continue;
        }
        let inside = &found[1..];
        if found.starts_with('/') || before.ends_with('\'') {
            rest = inside;
            continue;
        }
        let mut escaped = false;
        let is_end = |c: char| {
            let end = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            end
        };
        let end = inside.find(is_end).unwrap_or(inside.len());
        texts.push(inside[..end].to_owned());
        rest = inside.get(end + 1..).unwrap_or_default();
    }
    texts
}

/// What stands in braces, and the rest.
fn divide(text: &str) -> (Vec<String>, String) {
    let (mut values, mut plain) = (Vec::new(), String::new());
    let text = text.replace("{{", " ").replace("}}", " ");
    for (n, part) in text.split(['{', '}']).enumerate() {
        if n % 2 == 0 {
            plain.push_str(part);
            plain.push(' ');
        } else {
            values.push(part.split(':').next().unwrap_or_default().trim().to_owned());
        }
    }
    (values, plain)
}

fn is_arabic(text: &str) -> bool {
    text.chars().any(|c| ('\u{0621}'..='\u{064A}').contains(&c))
}

#[test]
fn no_foreign_word_stands_in_an_arabic_text() {
    let mut wrong = Vec::new();
    // Headings that files have are in whichever language.
    for (path, source) in sources().into_iter().filter(|(path, _)| !path.ends_with("sheet/headers.rs")) {
        for text in texts(deployed(&source)).iter().filter(|text| is_arabic(text)) {
            // The words of templates are the variables' names.
            let is_template = text.contains("{{");
            let (values, plain) = divide(&text.replace("\\n", " ").replace("\\u", " "));
            let of_latin = |word: &&str| word.chars().any(|c| c.is_ascii_alphabetic());
            let words = plain.split(|c: char| !c.is_ascii_alphanumeric() && !"-/".contains(c)).filter(of_latin);
            let foreign: Vec<_> = words.filter(|word| !is_template && !NAMES.contains(word)).collect();
            let unknown: Vec<_> = values.iter().filter(|value| !VALUES.contains(&value.as_str())).collect();
            if !foreign.is_empty() || !unknown.is_empty() {
                wrong.push(format!("{path}: {text}: {foreign:?} {unknown:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn texts_are_found() {
    let source = "let a = \"one\"; // not \"this\"\nlet b = ('\"', \"two \\\" of {it}\");";
    assert_eq!(texts(source), ["one", "two \\\" of {it}"]);
    assert_eq!(divide("من {from} إلى {to:?}"), (vec!["from".to_owned(), "to".to_owned()], "من   إلى   ".to_owned()));
}
