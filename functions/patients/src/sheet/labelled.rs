//! A phone number with words beside it: `0501230015 (أم محمد)`.

use dawr_kernel::{
    phone::{PhoneNumber, Region},
    text::{ascii_digit, without_invisible_marks},
};

/// The one number that stands plainly in a text, and the words beside it. Where any other digit stands there nobody can tell
/// which number is meant, or whether it is whole.
pub(super) fn number(written: &str, region: Region) -> Option<(PhoneNumber, String)> {
    let text = without_invisible_marks(written);
    let is_digit = |c: char| ascii_digit(c).is_ascii_digit();
    let is_part =
        |c: char| is_digit(c) || c.is_whitespace() || matches!(c, '+' | '-' | '.' | '(' | ')' | '،' | ',' | ':');
    let first = text.find(|c| is_digit(c) || c == '+')?;
    let (before, rest) = text.split_at(first);
    let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
    let (run, after) = rest.split_at(end);
    // What stands around the number is no part of it: a bracket that opens before the words, a colon.
    let number = run.trim_end_matches(|c: char| !is_digit(c));
    let words = format!("{before} {} {after}", run.get(number.len()..).unwrap_or_default());
    if words.contains(is_digit) || !words.contains(char::is_alphabetic) {
        return None;
    }
    let phone = PhoneNumber::parse(number, region).ok()?;
    Some((phone, label(&words)))
}

/// The words without the signs around them.
fn label(words: &str) -> String {
    let is_sign = |c: char| c.is_whitespace() || c.is_ascii_punctuation() || matches!(c, '،' | '؛' | '–' | '—');
    words.split_whitespace().collect::<Vec<_>>().join(" ").trim_matches(is_sign).to_owned()
}

/// The digits of a number that a cell shows with signs between thousands, `501,234,567`.
pub(super) fn without_thousands(written: &str) -> Option<String> {
    let groups: Vec<&str> = written.trim().split([',', '٬', '،']).collect();
    let (first, others) = groups.split_first()?;
    let digits = |group: &str| !group.is_empty() && group.chars().all(|c| ascii_digit(c).is_ascii_digit());
    let grouped = !others.is_empty()
        && digits(first)
        && first.chars().count() <= 3
        && others.iter().all(|group| digits(group) && group.chars().count() == 3);
    grouped.then(|| groups.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_number_is_taken_and_the_words_are_kept() {
        let found = |text| number(text, Region::SAUDI_ARABIA).map(|(phone, label)| (phone.expose().to_owned(), label));
        for (text, label) in [
            ("0501230015 (أم محمد)", "أم محمد"),
            ("أم محمد: 0501230015", "أم محمد"),
            ("٠٥٠١٢٣٠٠١٥ - الأب", "الأب"),
            ("(mother) +966 50 123 0015", "mother"),
            ("واتس 050-123-0015 مساءً فقط", "واتس مساءً فقط"),
        ] {
            assert_eq!(found(text), Some(("+966501230015".to_owned(), label.to_owned())), "{text}");
        }
        for text in [
            "0501230015 / 0559876543 الأب",
            "0501230015 ext 5",
            "0501230015 أو 0501230016",
            "أم محمد",
            "050123 (أم محمد)",
            "جوال 2: 0501230015",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }

    #[test]
    fn thousands_are_no_part_of_a_number() {
        assert_eq!(without_thousands("501,234,567").as_deref(), Some("501234567"));
        assert_eq!(without_thousands("0501234567,0501234568"), None);
        assert_eq!(without_thousands("1,2"), None);
    }
}
