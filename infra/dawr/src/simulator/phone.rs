//! A phone number in E.164, as WhatsApp reads it.

use std::fmt;

/// An international number, kept as `+` and 7 to 15 digits. Debug is masked: real numbers end up here when a
/// clinic tries Dawr with its own patients.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Phone(String);

impl Phone {
    /// Reads any usual writing of an international number: with `+`, `00` or neither, with spaces, dashes, dots,
    /// parentheses or bidi marks between, in Latin or Arabic digits. A national number (leading 0) is no phone:
    /// Meta's API knows no home country either.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut digits = String::with_capacity(16);
        for c in text.chars() {
            match c {
                '+' if digits.is_empty() => {}
                '-' | '.' | '(' | ')' => {}
                '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
                c if c.is_whitespace() => {}
                c => digits.push(latin_digit(c)?),
            }
        }
        let digits = digits.strip_prefix("00").unwrap_or(&digits);
        ((7..=15).contains(&digits.len()) && !digits.starts_with('0')).then(|| Self(format!("+{digits}")))
    }

    /// `+` and the digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The digits alone, Meta's `wa_id`.
    #[must_use]
    pub fn wa_id(&self) -> &str {
        self.0.trim_start_matches('+')
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phone(+…)")
    }
}

fn latin_digit(c: char) -> Option<char> {
    let value = match c {
        '0'..='9' => return Some(c),
        '\u{660}'..='\u{669}' => u32::from(c) - 0x660,
        '\u{6f0}'..='\u{6f9}' => u32::from(c) - 0x6f0,
        _ => return None,
    };
    char::from_digit(value, 10)
}

#[cfg(test)]
mod tests {
    use super::Phone;

    #[test]
    fn every_writing_of_a_number_is_the_same_phone() {
        for text in [
            "+966501234567",
            "966501234567",
            "00966501234567",
            " 966 50-123.4567 ",
            "+966 (50) 1234567",
            "\u{202a}+966501234567\u{202c}",
            "٩٦٦٥٠١٢٣٤٥٦٧",
            "۹۶۶۵۰۱۲۳۴۵۶۷",
        ] {
            assert_eq!(Phone::parse(text).unwrap().as_str(), "+966501234567", "{text}");
        }
    }

    #[test]
    fn what_is_no_international_number_is_refused() {
        for text in ["", "+", "0501234567", "123456", "1234567890123456", "9665012x4567", "96650+1234567"] {
            assert!(Phone::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn debug_shows_no_digit() {
        let phone = Phone::parse("+966501234567").unwrap();
        assert!(!format!("{phone:?}").contains('9'));
    }
}
