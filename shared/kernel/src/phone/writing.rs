//! From what people and programs write to what is dialled: digits with or without a leading `+`.

use crate::text::{Invalid, PhoneFault, ascii_digit, without_invisible_marks};

/// More than any way of writing one number needs.
const MAX_CHARACTERS: usize = 60;

/// The digits that a text stands for, with a `+` in front where it is international.
///
/// # Errors
/// `Empty`, or `Phone` where the text is not one number.
pub(super) fn dialled(written: &str) -> Result<String, Invalid> {
    let visible = without_invisible_marks(written);
    // An apostrophe in front is how a spreadsheet is told that a number is text.
    let text = visible.trim().trim_start_matches(['\'', '’']).trim_start();
    if text.is_empty() {
        return Err(Invalid::Empty);
    }
    if text.chars().count() > MAX_CHARACTERS {
        return Err(Invalid::Phone(PhoneFault::TooLong));
    }
    let plain: String = text.chars().map(plain).collect();
    let plain = match scientific(&plain) {
        Some(digits) => digits?,
        None => plain,
    };
    let number = digits_and_plus(without_fraction(&plain)?)?;
    // A leading 00 is how + is dialled in most of the world; +00 comes of mixing both.
    let international = number.strip_prefix("+00").or_else(|| number.strip_prefix("00"));
    Ok(international.map_or_else(|| number.clone(), |rest| format!("+{rest}")))
}

/// The ASCII character for a digit or sign that other scripts and keyboards write in another way.
fn plain(c: char) -> char {
    match c {
        '＋' => '+',
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '－' | 'ـ' => '-',
        '．' => '.',
        '（' => '(',
        '）' => ')',
        c if c.is_whitespace() => ' ',
        c => ascii_digit(c),
    }
}

fn digits_and_plus(text: &str) -> Result<String, Invalid> {
    let mut number = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '0'..='9' => number.push(c),
            '+' if number.is_empty() => number.push(c),
            ' ' | '-' | '.' | '(' | ')' => {}
            _ => return Err(Invalid::Phone(PhoneFault::NotANumber)),
        }
    }
    Ok(number)
}

/// Drops the `.0` that a number cell gets when it is written as text. Any other fraction of one or two digits is no part
/// of a phone number.
fn without_fraction(text: &str) -> Result<&str, Invalid> {
    let is_digits = |part: &str| part.bytes().all(|c| c.is_ascii_digit());
    match text.split_once('.') {
        Some((whole, fraction))
            if matches!(fraction.len(), 1 | 2) && is_digits(fraction) && is_digits(whole.trim_start_matches('+')) =>
        {
            if fraction.bytes().all(|c| c == b'0') {
                Ok(whole)
            } else {
                Err(Invalid::Phone(PhoneFault::NotANumber))
            }
        }
        _ => Ok(text),
    }
}

/// The digits of a number in scientific notation, `5.01234567E+8`; `None` where it is not in that notation.
///
/// A spreadsheet that shows a long number so keeps at most six of its digits, and the rest is lost: only a number with
/// more digits than that, and with no more than two zeros left out at its end, is taken for whole.
fn scientific(text: &str) -> Option<Result<String, Invalid>> {
    const ROUNDED_DIGITS: usize = 6;
    const TRAILING_ZEROS: usize = 2;
    let (mantissa, exponent) = text.split_once(['e', 'E'])?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let is_digits = |part: &str| part.bytes().all(|c| c.is_ascii_digit());
    let exponent_digits = exponent.strip_prefix('+').unwrap_or(exponent);
    if whole.len() != 1 || !is_digits(whole) || !is_digits(fraction) || !is_digits(exponent_digits) {
        return None;
    }
    let exponent: usize = exponent_digits.parse().ok()?;
    let significant = whole.len().saturating_add(fraction.trim_end_matches('0').len());
    let zeros = exponent.checked_sub(fraction.trim_end_matches('0').len());
    Some(match zeros {
        Some(zeros) if significant > ROUNDED_DIGITS && zeros <= TRAILING_ZEROS => {
            Ok(format!("{whole}{}{}", fraction.trim_end_matches('0'), "0".repeat(zeros)))
        }
        _ => Err(Invalid::Phone(PhoneFault::Rounded)),
    })
}
