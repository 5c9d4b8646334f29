//! The languages that Dawr speaks to people, and how a request asks for one.

use std::fmt;

use crate::text::Invalid;

/// A language of the interface and of messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// Arabic, the first language of every text.
    #[default]
    Ar,
    /// English.
    En,
}

impl Language {
    /// All of them, the default first.
    pub const ALL: [Self; 2] = [Self::Ar, Self::En];

    /// The ISO 639 code.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ar => "ar",
            Self::En => "en",
        }
    }

    /// The one of two texts, English and Arabic, that is in this language.
    pub const fn of<'a>(self, (english, arabic): (&'a str, &'a str)) -> &'a str {
        match self {
            Self::En => english,
            Self::Ar => arabic,
        }
    }

    /// Reads the ISO 639 code.
    ///
    /// # Errors
    /// `UnknownValue` for any other text.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        Self::ALL
            .into_iter()
            .find(|language| language.as_str() == text)
            .ok_or(Invalid::UnknownValue { expected: &["ar", "en"] })
    }

    /// The language that an `Accept-Language` header asks for most (RFC 9110, section 12.5.4), or `default` where it
    /// names none that Dawr has. Malformed parts are passed over, as the header is only a wish.
    pub fn negotiate(accept_language: &str, default: Self) -> Self {
        let mut best: Option<(f32, Self)> = None;
        for part in accept_language.split(',') {
            let (range, parameters) = part.split_once(';').unwrap_or((part, ""));
            let (Some(language), Some(weight)) = (Self::of_range(range.trim(), default), weight(parameters)) else {
                continue;
            };
            if weight > 0.0 && best.is_none_or(|(highest, _)| weight > highest) {
                best = Some((weight, language));
            }
        }
        best.map_or(default, |(_, language)| language)
    }

    fn of_range(range: &str, default: Self) -> Option<Self> {
        let primary = range.split('-').next().unwrap_or(range);
        if primary == "*" {
            return Some(default);
        }
        Self::ALL.into_iter().find(|language| primary.eq_ignore_ascii_case(language.as_str()))
    }
}

/// The `q` of a language range: 1 where it is left out, `None` where it cannot be read.
fn weight(parameters: &str) -> Option<f32> {
    let parameters = parameters.trim();
    if parameters.is_empty() {
        return Some(1.0);
    }
    let (name, value) = parameters.split_once('=')?;
    if !name.trim().eq_ignore_ascii_case("q") {
        return None;
    }
    value.trim().parse().ok().filter(|weight| (0.0..=1.0).contains(weight))
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

crate::string_newtype!(
    Language,
    parse,
    as_str,
    crate::__private::schemars::json_schema!({
        "type": "string",
        "enum": ["ar", "en"],
    })
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_wanted_known_language_wins() {
        let negotiate = |header| Language::negotiate(header, Language::Ar);
        assert_eq!(negotiate(""), Language::Ar);
        assert_eq!(negotiate("en"), Language::En);
        assert_eq!(negotiate("en-GB,en;q=0.9,ar;q=0.8"), Language::En);
        assert_eq!(negotiate("en;q=0.3, ar-SA;q=0.7"), Language::Ar);
        assert_eq!(negotiate("fr, EN-us;q=0.5"), Language::En);
        assert_eq!(negotiate("en;q=0"), Language::Ar);
        assert_eq!(negotiate("*"), Language::Ar);
        assert_eq!(negotiate("de;q=1, *;q=0.5, en;q=0.4"), Language::Ar);
        assert_eq!(Language::negotiate("fr", Language::En), Language::En);
    }

    #[test]
    fn nonsense_is_passed_over() {
        for header in [",,;;", "en;q=2", "en;q=x", "en;v=1", "english", ";q=1", "en;q=-1", "en;q=nan", "é"] {
            assert_eq!(Language::negotiate(header, Language::Ar), Language::Ar, "{header}");
        }
        assert_eq!(Language::negotiate("zz;q=x, en ; q=0.1", Language::Ar), Language::En);
    }

    #[test]
    fn codes_are_read_back() {
        for language in Language::ALL {
            assert_eq!(language.to_string().parse(), Ok(language));
        }
        assert!("EN".parse::<Language>().is_err());
    }
}
