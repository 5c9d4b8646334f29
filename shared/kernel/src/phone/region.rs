//! The country whose way of dialling a clinic uses.

use std::fmt;

use rlibphonenumber::{PHONE_NUMBER_UTIL, Region as LibraryRegion};

use crate::text::Invalid;

/// A country or territory that has phone numbers: two letters of ISO 3166-1, for example `SA`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Region([u8; 2]);

impl Region {
    /// Saudi Arabia, the default of a new clinic.
    pub const SAUDI_ARABIA: Self = Self(*b"SA");

    /// Reads a region in capital or small letters.
    ///
    /// # Errors
    /// `InvalidFormat` where no numbering plan of that name is known.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let known = |region: &LibraryRegion| PHONE_NUMBER_UTIL.get_country_code_for_region(*region).is_some();
        let letters = <[u8; 2]>::try_from(text.as_bytes()).ok().map(|letters| letters.map(|c| c.to_ascii_uppercase()));
        letters
            .filter(|_| LibraryRegion::from_code(text).is_ok_and(|region| known(&region)))
            .map(Self)
            .ok_or(Invalid::InvalidFormat { expected: "SA" })
    }

    /// The two letters.
    pub fn as_str(&self) -> &str {
        // The letters are ASCII by construction.
        str::from_utf8(&self.0).unwrap_or_default()
    }

    pub(super) fn library(self) -> LibraryRegion {
        LibraryRegion::from_code(self.as_str()).unwrap_or(LibraryRegion::SA)
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

crate::string_newtype!(
    Region,
    parse,
    as_str,
    crate::__private::schemars::json_schema!({
        "type": "string",
        "pattern": "^[A-Za-z]{2}$",
        "examples": ["SA"],
    })
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_with_phone_numbers_are_known() {
        for code in ["SA", "EG", "AE", "KW", "QA", "BH", "OM", "YE", "JO", "IQ", "SD", "US", "GB", "IN", "PK"] {
            let region = Region::parse(code).unwrap();
            assert_eq!(region.as_str(), code);
            assert_eq!(region.library().to_string(), code);
        }
        assert_eq!(Region::parse("sa"), Ok(Region::SAUDI_ARABIA));
    }

    #[test]
    fn other_texts_are_no_regions() {
        for text in ["", "S", "SAU", "ZZ", "XX", "AA", "001", "س", "1A", " SA"] {
            assert!(Region::parse(text).is_err(), "{text}");
        }
    }
}
