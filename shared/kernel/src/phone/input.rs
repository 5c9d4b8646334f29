//! A phone number as it comes in, before the clinic's region is known.

use std::fmt;

use super::{PhoneNumber, Region};
use crate::text::{self, Invalid, Lines};

/// What someone wrote where a phone number is wanted. Direction and other invisible marks, which come along when a
/// number is copied from a chat, are dropped; anything else is judged by [`resolve`](Self::resolve).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PhoneInput(String);

impl PhoneInput {
    /// The most characters.
    pub const MAX: usize = 40;

    /// Accepts 1 to 40 characters in one line.
    ///
    /// # Errors
    /// `Empty`, `TooLong` or `InvalidCharacters`.
    pub fn parse(written: &str) -> Result<Self, Invalid> {
        text::clean(&text::without_invisible_marks(written), Lines::Single, 1, Self::MAX).map(Self)
    }

    /// The number that is meant in a region.
    ///
    /// # Errors
    /// As [`PhoneNumber::parse`].
    pub fn resolve(&self, region: Region) -> Result<PhoneNumber, Invalid> {
        PhoneNumber::parse(&self.0, region)
    }

    /// The text as it was written, without invisible marks.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PhoneInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PhoneInput(…)")
    }
}

crate::string_newtype!(
    PhoneInput,
    parse,
    expose,
    crate::__private::schemars::json_schema!({
        "type": "string",
        "minLength": 1,
        "maxLength": 40,
        "pattern": r"^[^\u0000-\u001f\u007f-\u009f]*[^\s\u0000-\u001f\u007f-\u009f][^\u0000-\u001f\u007f-\u009f]*$",
        "description": "A phone number in any usual writing; national numbers are those of the clinic's region.",
        "examples": ["0501234567", "+966501234567"],
    })
);
