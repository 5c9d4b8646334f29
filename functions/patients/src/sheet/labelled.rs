//! A phone number with words beside it: `0501230015 (أم محمد)`.

use dawr_kernel::{
    phone::{PhoneNumber, Region},
    text::{Invalid, ascii_digit, without_invisible_marks},
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

/// The phone number in a cell, also where the cell shows it as an amount.
pub(super) fn phone(written: &str, region: Region) -> Result<PhoneNumber, Invalid> {
    PhoneNumber::parse(written, region)
        .or_else(|fault| as_digits(written).and_then(|digits| PhoneNumber::parse(&digits, region).ok()).ok_or(fault))
}

/// The digits of a number that a cell shows as an amount, with signs between thousands or decimals of nothing: `501,234,567.00`.
pub(super) fn as_digits(written: &str) -> Option<String> {
    let visible = without_invisible_marks(written);
    let (whole, decimals) = match visible.trim().split_once(['.', '٫']) {
        Some((whole, decimals)) => (whole, Some(decimals)),
        None => (visible.trim(), None),
    };
    let groups: Vec<&str> = whole.split([',', '٬', '،']).collect();
    let (first, others) = groups.split_first()?;
    let consists = |text: &str, is: fn(char) -> bool| !text.is_empty() && text.chars().map(ascii_digit).all(is);
    let digits = |group: &str| consists(group, |c| c.is_ascii_digit());
    let grouped =
        others.is_empty() || (first.chars().count() <= 3 && others.iter().all(|group| group.chars().count() == 3));
    let is_amount = !others.is_empty() || decimals.is_some();
    let is_whole = decimals.is_none_or(|decimals| consists(decimals, |c| c == '0'));
    (is_amount && is_whole && grouped && groups.iter().all(|group| digits(group))).then(|| groups.concat())
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
    fn thousands_and_decimals_are_no_part_of_a_number() {
        for (written, digits) in [
            ("501,234,567", "501234567"),
            ("501,234,567.00", "501234567"),
            ("\u{200F}١٬٠١٢٬٣٤٥٬٦٧٨٫٠٠", "١٠١٢٣٤٥٦٧٨"),
            ("1012345678.00", "1012345678"),
            ("12.0", "12"),
        ] {
            assert_eq!(as_digits(written).as_deref(), Some(digits), "{written}");
        }
        for other in ["0501234567,0501234568", "1,2", "12", "12.5", "1,234.50", "1.2.0", "12.", ".0", "A,123", ""] {
            assert_eq!(as_digits(other), None, "{other}");
        }
    }
}
