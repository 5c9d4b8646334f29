//! Names in addresses.

use dawr_kernel::text::Invalid;

/// A name in addresses: lower-case letters, digits and single hyphens, 3 to 40 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slug(String);

impl Slug {
    /// Accepts a slug.
    ///
    /// # Errors
    /// [`Invalid`].
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        let hyphens = !text.starts_with('-') && !text.ends_with('-') && !text.contains("--");
        match text.chars().count() {
            0 => Err(Invalid::Empty),
            1..3 => Err(Invalid::TooShort { min: 3 }),
            41.. => Err(Invalid::TooLong { max: 40 }),
            _ if hyphens && text.chars().all(|c| plain(c) || c == '-') => Ok(Self(text.to_owned())),
            _ => Err(Invalid::InvalidFormat { expected: "al-shifa-2" }),
        }
    }

    /// The slug.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

dawr_kernel::string_newtype!(
    Slug,
    parse,
    as_str,
    schemars::json_schema!({
        "type": "string", "minLength": 3, "maxLength": 40, "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$",
    })
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_plain() {
        assert!(Slug::parse("al-shifa-2").is_ok());
        for wrong in ["", "ab", "Al-Shifa", "-abc", "abc-", "a--b", "عيادة", "a b c", "a/b"] {
            assert!(Slug::parse(wrong).is_err(), "{wrong}");
        }
    }
}
