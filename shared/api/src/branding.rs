//! How a tenant shows itself.

use dawr_kernel::text::Invalid;
use schemars::json_schema;
use serde::{Deserialize, Serialize};

/// How a tenant shows itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Branding {
    /// The colour of its pages.
    pub color: Option<Color>,
    /// The address of its logo.
    pub logo_url: Option<LogoUrl>,
}

/// A colour as CSS writes it in six digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Color(String);

impl Color {
    /// Accepts `#0f766e`, in capital or small letters.
    ///
    /// # Errors
    /// [`Invalid::InvalidFormat`].
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6);
        if digits.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit())) {
            return Ok(Self(text.to_ascii_lowercase()));
        }
        Err(Invalid::InvalidFormat { expected: "#0f766e" })
    }

    /// The colour.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

dawr_kernel::string_newtype!(
    Color,
    parse,
    as_str,
    json_schema!({ "type": "string", "pattern": "^#[0-9A-Fa-f]{6}$", "examples": ["#0f766e"] })
);

/// The address of a picture that pages show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogoUrl(String);

impl LogoUrl {
    const FORM: Invalid = Invalid::InvalidFormat { expected: "https://example.com/logo.png" };

    /// Accepts an `https` address of a host by its name, without a password and of visible ASCII only, so that it means
    /// the same wherever it is shown.
    ///
    /// # Errors
    /// [`Invalid`].
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        if text.len() > 500 {
            return Err(Invalid::TooLong { max: 500 });
        }
        let plain = |c: char| c.is_ascii_graphic() && !"\"'<>\\^`{|}".contains(c);
        if !text.chars().all(plain) {
            return Err(if text.is_empty() { Invalid::Empty } else { Self::FORM });
        }
        let uri: http::Uri = text.parse().map_err(|_| Self::FORM)?;
        let named = uri.authority().is_some_and(|authority| {
            let host = authority.host();
            !authority.as_str().contains('@') && host.contains('.') && !host.starts_with('.') && !host.ends_with('.')
        });
        if uri.scheme_str() == Some("https") && named { Ok(Self(text.to_owned())) } else { Err(Self::FORM) }
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

dawr_kernel::string_newtype!(
    LogoUrl,
    parse,
    as_str,
    json_schema!({ "type": "string", "format": "uri", "maxLength": 500, "pattern": r"^https://[^\s/@]+\.[^\s/@]+(/[!#-;=?-\[\]_a-z~]*)?$" })
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_color_has_six_digits() {
        assert_eq!(Color::parse(" #0F766e").map(|color| color.as_str().to_owned()), Ok("#0f766e".to_owned()));
        for wrong in ["", "0f766e", "#0f7", "#0f766g", "#0f766e00", "red", "#0f766e;x:url(y)"] {
            assert!(Color::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_logo_is_fetched_over_https_from_a_host() {
        assert!(LogoUrl::parse("https://cdn.example.com/logo.png?v=2").is_ok());
        for wrong in [
            "",
            "http://example.com/logo.png",
            "javascript:alert(1)",
            "data:image/png;base64,AA",
            "https://",
            "https://localhost/logo.png",
            "https://user:word@example.com/logo.png",
            "https://example.com/a b.png",
            "https://example.com/\"onload=x",
            "/logo.png",
            "//example.com/logo.png",
        ] {
            assert!(LogoUrl::parse(wrong).is_err(), "{wrong}");
        }
    }
}
