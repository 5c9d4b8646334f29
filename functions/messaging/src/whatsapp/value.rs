//! What WhatsApp takes as the values of an approved template.
//!
//! Source: Meta's "Cloud API error codes": a value may have no line break, no tab and no more than four spaces in a row
//! (132018), must not be empty (131008), and the body is at most so long with its values filled in (132005). Here each value
//! is made fit when it is made, so that none that WhatsApp would refuse is ever stored.

use std::fmt;

use dawr_kernel::text::{Invalid, is_seen, with_single_spaces, without_invisible_marks};

use crate::batch::SkipCode;

/// The longest body of a template, with its values filled in, in characters.
pub const LONGEST_BODY: usize = 1_024;

/// What fills one variable of an approved template: one line, with single spaces, in which something is to be seen.
#[derive(Clone, PartialEq, Eq)]
pub struct TemplateValue(String);

impl TemplateValue {
    /// Makes a text fit: line breaks, tabs and runs of blanks of whatever width become one space, invisible marks and control
    /// characters go.
    ///
    /// # Errors
    /// `Empty` if nothing is to be seen, `TooLong` beyond what any body may have.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let plain: String =
            without_invisible_marks(text).chars().filter(|c| c.is_whitespace() || !c.is_control()).collect();
        let line = with_single_spaces(&plain);
        if !is_seen(&line) {
            Err(Invalid::Empty)
        } else if line.chars().count() > LONGEST_BODY {
            Err(Invalid::TooLong { max: LONGEST_BODY })
        } else {
            Ok(Self(line))
        }
    }

    /// A value of a message to somebody, or why it cannot go.
    ///
    /// # Errors
    /// `EmptyValue`, `TextTooLong`.
    pub fn of(text: &str) -> Result<Self, SkipCode> {
        Self::parse(text).map_err(|invalid| match invalid {
            Invalid::Empty => SkipCode::EmptyValue,
            _ => SkipCode::TextTooLong,
        })
    }

    /// The text.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// The values of one message, if one body can hold them.
///
/// # Errors
/// `TextTooLong`.
pub fn fitting(values: Vec<TemplateValue>) -> Result<Vec<TemplateValue>, SkipCode> {
    let length: usize = values.iter().map(|value| value.0.chars().count()).sum();
    if length > LONGEST_BODY { Err(SkipCode::TextTooLong) } else { Ok(values) }
}

impl fmt::Debug for TemplateValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TemplateValue(…)")
    }
}

dawr_kernel::string_newtype!(
    TemplateValue,
    parse,
    expose,
    schemars::json_schema!({
        "type": "string", "minLength": 1, "maxLength": LONGEST_BODY,
    })
);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn made(text: &str) -> String {
        TemplateValue::parse(text).unwrap().expose().to_owned()
    }

    #[test]
    fn what_whatsapp_would_refuse_is_made_fit() {
        for blanks in [
            "     ",
            "\t",
            "\n",
            "\r\n\r\n",
            "\u{B}\u{C}",
            "\u{85}",
            "\u{2028}",
            "\u{2029}",
            "\u{A0}\u{A0}\u{A0}\u{A0}\u{A0}",
            "\u{2009}\u{200A}\u{202F}\u{205F}\u{3000}",
            " \u{200B} \u{200F} \u{2060} \u{FEFF} \u{202E} ",
        ] {
            assert_eq!(made(&format!("{blanks}أهلًا{blanks}سارة{blanks}")), "أهلًا سارة", "{blanks:?}");
        }
        assert_eq!(made("a\u{200B}b\u{7}c"), "abc");
        assert_eq!(made("می\u{200C}خواهم 👩\u{200D}⚕\u{FE0F}"), "می\u{200C}خواهم 👩\u{200D}⚕\u{FE0F}");
    }

    #[test]
    fn what_shows_nothing_or_is_too_long_is_no_value() {
        for nothing in ["", "  \n", "\u{200B}\u{200E}", "\u{A0}\u{3000}", "\u{2800}", "\u{200D}", "\u{7}"] {
            assert_eq!(TemplateValue::of(nothing), Err(SkipCode::EmptyValue), "{nothing:?}");
        }
        assert_eq!(made(&"م".repeat(1_024)).chars().count(), 1_024);
        assert_eq!(TemplateValue::of(&"م".repeat(1_025)), Err(SkipCode::TextTooLong));
        let half = || TemplateValue::parse(&"م".repeat(512)).unwrap();
        assert!(fitting(vec![half(), half()]).is_ok());
        let one = TemplateValue::parse("م").unwrap();
        assert_eq!(fitting(vec![half(), half(), one]), Err(SkipCode::TextTooLong));
    }

    proptest! {
        #[test]
        fn no_value_breaks_the_rule(text in any::<String>()) {
            if let Ok(value) = TemplateValue::parse(&text) {
                let text = value.expose();
                prop_assert!(!text.contains(['\n', '\r', '\t']) && !text.contains("  ") && text.trim() == text);
                prop_assert_eq!(TemplateValue::parse(text), Ok(value.clone()));
            }
        }
    }
}
