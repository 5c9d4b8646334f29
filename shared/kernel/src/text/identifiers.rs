//! The numbers by which clinics and states know a patient. Digits of every script become ASCII, so that a number is the
//! same however it was typed.

use std::fmt;

use super::{ANY_DIGIT, Invalid, Lines, ascii_digit, clean};

/// A patient's file number in the clinic's own numbering, `A-1024`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalId(String);

impl LocalId {
    /// The most characters.
    pub const MAX: usize = 50;

    /// Accepts 1 to 50 characters in one line.
    ///
    /// # Errors
    /// Says why the text is refused.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        clean(&with_ascii_digits(text), Lines::Single, 1, Self::MAX).map(Self)
    }

    /// The file number.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// The number of an identity card, residence permit or passport. Kept without spaces and dashes, in capitals.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NationalId(String);

impl NationalId {
    /// The fewest characters.
    pub const MIN: usize = 4;
    /// The most characters.
    pub const MAX: usize = 20;

    /// Accepts 4 to 20 ASCII letters and digits, at least one of them a digit. Countries differ too much for more.
    ///
    /// # Errors
    /// Says why the text is refused.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let line = clean(&with_ascii_digits(text), Lines::Single, 1, 4 * Self::MAX)?;
        let id: String =
            line.chars().filter(|c| !c.is_whitespace() && *c != '-').map(|c| c.to_ascii_uppercase()).collect();
        if !id.chars().all(|c| c.is_ascii_alphanumeric()) {
            Err(Invalid::InvalidCharacters)
        } else if id.len() < Self::MIN {
            Err(Invalid::TooShort { min: Self::MIN })
        } else if id.len() > Self::MAX {
            Err(Invalid::TooLong { max: Self::MAX })
        } else if !id.contains(|c: char| c.is_ascii_digit()) {
            Err(Invalid::InvalidFormat { expected: "1012345678" })
        } else {
            Ok(Self(id))
        }
    }

    /// The number.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for LocalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LocalId(…)")
    }
}

impl fmt::Debug for NationalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NationalId(…)")
    }
}

crate::string_newtype!(
    LocalId,
    parse,
    expose,
    crate::__private::schemars::json_schema!({
        "type": "string",
        "minLength": 1,
        "maxLength": 50,
        "pattern": super::pattern(Lines::Single, 1),
    })
);

crate::string_newtype!(
    NationalId,
    parse,
    expose,
    crate::__private::schemars::json_schema!({
        "type": "string",
        "description": "4 to 20 letters and digits, with a digit among them; blanks and hyphens do not count.",
        "pattern": format!(r"^[ -]*([A-Za-z{ANY_DIGIT}][ -]*){{4,20}}$"),
        "examples": ["1012345678"],
    })
);

fn with_ascii_digits(text: &str) -> String {
    text.chars().map(ascii_digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_the_same_in_every_script() {
        assert_eq!(LocalId::parse("١٢٣"), LocalId::parse(" 123 "));
        assert_eq!(LocalId::parse("A-1024").unwrap().expose(), "A-1024");
        assert_eq!(NationalId::parse("۱۰۱۲۳۴۵۶۷۸").unwrap().expose(), "1012345678");
        assert_eq!(NationalId::parse("ab 123-456").unwrap().expose(), "AB123456");
    }

    #[test]
    fn other_texts_are_refused() {
        assert_eq!(LocalId::parse("  "), Err(Invalid::Empty));
        assert_eq!(LocalId::parse(&"1".repeat(51)), Err(Invalid::TooLong { max: 50 }));
        assert_eq!(NationalId::parse("12-3"), Err(Invalid::TooShort { min: 4 }));
        assert_eq!(NationalId::parse(&"1".repeat(21)), Err(Invalid::TooLong { max: 20 }));
        assert_eq!(NationalId::parse("1.01E+09"), Err(Invalid::InvalidCharacters));
        assert_eq!(NationalId::parse("هوية12345"), Err(Invalid::InvalidCharacters));
        assert_eq!(NationalId::parse("ABCDEF"), Err(Invalid::InvalidFormat { expected: "1012345678" }));
        assert_eq!(
            format!("{:?} {:?}", LocalId::parse("1"), NationalId::parse("1012345678")),
            "Ok(LocalId(…)) Ok(NationalId(…))"
        );
    }
}
