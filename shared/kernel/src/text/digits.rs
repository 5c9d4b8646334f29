//! Digits of the scripts that people here type.

/// The digits that [`ascii_digit`] knows, as a pattern's class writes them.
pub const ANY_DIGIT: &str = r"0-9\u0660-\u0669\u06f0-\u06f9\uff10-\uff19";

/// The ASCII digit for an Arabic, Persian or full-width one; any other character is given back.
pub fn ascii_digit(c: char) -> char {
    let zero = match c {
        '\u{0660}'..='\u{0669}' => '\u{0660}',
        '\u{06F0}'..='\u{06F9}' => '\u{06F0}',
        '\u{FF10}'..='\u{FF19}' => '\u{FF10}',
        _ => return c,
    };
    char::from_digit(u32::from(c).wrapping_sub(u32::from(zero)), 10).unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_of_every_script_meet() {
        for digits in ["٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "０１２３４５６７８９", "0123456789"] {
            assert_eq!(digits.chars().map(ascii_digit).collect::<String>(), "0123456789");
        }
        assert_eq!(ascii_digit('س'), 'س');
        assert_eq!(ascii_digit('²'), '²');
    }
}
