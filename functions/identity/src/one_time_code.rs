//! Codes of some digits that are sent to a phone and typed once.

use dawr_api::{Failure, hashing::Hashing};
use dawr_kernel::{
    entropy::{Entropy, random},
    text::{ANY_DIGIT, Invalid, ascii_digit},
};
use serde::{Deserialize, Serialize};

use crate::password;

/// A code of so many digits.
pub fn generate(digits: u32, entropy: &dyn Entropy) -> String {
    // Of 2^64 numbers no remainder is noticeably more frequent than another.
    let number = u64::from_le_bytes(random(entropy)) % 10_u64.pow(digits);
    format!("{number:0width$}", width = usize::try_from(digits).unwrap_or_default())
}

/// What is kept of a code: so few digits are soon tried through where they are kept as a plain hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeHash(String);

impl CodeHash {
    /// Of a code.
    ///
    /// # Errors
    /// If it cannot be made.
    pub fn of(code: &str, hashing: Hashing, entropy: &dyn Entropy) -> Result<Self, Failure> {
        password::hash_text(code, hashing, entropy).map(Self)
    }

    /// Whether a code is the one that is kept. Takes the same time when none is.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn fits(kept: Option<&Self>, code: &str, hashing: Hashing) -> Result<bool, Failure> {
        password::verify_text(code, kept.map(|kept| kept.0.as_str()), hashing)
    }
}

/// A code for a new password as it was typed, with whichever digits. Spaces and hyphens are for the eye.
#[derive(Clone, PartialEq, Eq)]
pub struct ResetCode(String);

impl ResetCode {
    /// How many digits it has.
    pub const DIGITS: u32 = 8;

    /// Accepts a code.
    ///
    /// # Errors
    /// [`Invalid`].
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let typed: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).map(ascii_digit).take(100).collect();
        let digits = u32::try_from(typed.len()).unwrap_or(u32::MAX);
        match digits {
            0 => Err(Invalid::Empty),
            Self::DIGITS if typed.bytes().all(|byte| byte.is_ascii_digit()) => Ok(Self(typed)),
            _ => Err(Invalid::InvalidFormat { expected: "1234-5678" }),
        }
    }

    /// The code.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for ResetCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ResetCode(…)")
    }
}

dawr_kernel::string_newtype!(
    ResetCode,
    parse,
    expose,
    schemars::json_schema!({
        "type": "string",
        "description": "Eight digits; blanks and hyphens do not count.",
        "pattern": format!("^[ -]*([{ANY_DIGIT}][ -]*){{8}}$"),
        "examples": ["1234-5678"],
    })
);

/// A code as it is easily read and typed: in two halves.
pub fn shown(code: &str) -> String {
    let (first, second) = code.split_at_checked(code.len() / 2).unwrap_or((code, ""));
    format!("{first}-{second}")
}

#[cfg(test)]
mod tests {
    use dawr_kernel::entropy::Seeded;

    use super::*;

    #[test]
    fn a_code_has_its_digits_and_is_kept_as_a_hash() {
        let entropy = Seeded::new(7);
        let code = generate(ResetCode::DIGITS, &entropy);
        assert!(code.len() == 8 && code.bytes().all(|byte| byte.is_ascii_digit()));
        let kept = CodeHash::of(&code, Hashing::DEPLOYED, &entropy).unwrap();
        assert!(!format!("{kept:?}").contains(&code));
        let fits = |kept, code: &str| CodeHash::fits(kept, code, Hashing::DEPLOYED).unwrap();
        assert!(fits(Some(&kept), &code) && !fits(Some(&kept), "00000000") && !fits(None, &code));
    }

    #[test]
    fn a_code_is_typed_in_many_ways() {
        assert_eq!(ResetCode::parse("1234-5678").unwrap().expose(), "12345678");
        assert_eq!(ResetCode::parse(" ١٢٣٤ ٥٦٧٨ ").unwrap().expose(), "12345678");
        assert_eq!(shown("12345678"), "1234-5678");
        for wrong in ["", "1234567", "123456789", "1234-567a", "💥2345678"] {
            assert!(ResetCode::parse(wrong).is_err(), "{wrong}");
        }
        assert!(!format!("{:?}", ResetCode::parse("12345678").unwrap()).contains('1'));
    }
}
