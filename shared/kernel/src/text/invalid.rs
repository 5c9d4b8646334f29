//! Why a text was refused.

use std::fmt;

use crate::language::Language;

/// Why a text is not a value of the wanted type. Never carries the text itself, which may be personal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    /// Nothing, or nothing that can be seen.
    #[error("This field is required.")]
    Empty,
    /// Fewer characters than needed.
    #[error("Must have at least {}.", Characters(*min))]
    TooShort {
        /// The fewest characters.
        min: usize,
    },
    /// More characters than allowed.
    #[error("Must have at most {}.", Characters(*max))]
    TooLong {
        /// The most characters.
        max: usize,
    },
    /// Control, direction or invisible characters, or a line break where one line is wanted.
    #[error("Contains characters that are not allowed.")]
    InvalidCharacters,
    /// Not of the form that the type has.
    #[error("Is not in the expected form: {expected}")]
    InvalidFormat {
        /// An example or a description of the form.
        expected: &'static str,
    },
    /// A number outside its limits.
    #[error("Must be from {min} to {max}.")]
    OutOfRange {
        /// The least.
        min: i64,
        /// The greatest.
        max: i64,
    },
    /// Not one of the values that the type has.
    #[error("Must be one of: {}.", expected.join(", "))]
    UnknownValue {
        /// All of them.
        expected: &'static [&'static str],
    },
    /// Not a phone number that can be called.
    #[error("{0}")]
    Phone(PhoneFault),
}

/// What is wrong with a phone number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PhoneFault {
    /// Letters, an extension, two numbers in one, or other signs.
    #[error("Is not one phone number: use digits only, for example +966501234567.")]
    NotANumber,
    /// Fewer digits than any number of its country.
    #[error("The phone number has too few digits.")]
    TooShort,
    /// More digits than any number of its country.
    #[error("The phone number has too many digits.")]
    TooLong,
    /// The right length, but no such number is given out in its country.
    #[error("No such phone number exists in its country.")]
    NotInUse,
    /// A spreadsheet program rounded the number, so digits are lost (`9.66501E+11`).
    #[error("The spreadsheet has rounded the phone number: format the column as text and enter it again.")]
    Rounded,
}

impl Invalid {
    /// The stable code that clients act on.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "Required",
            Self::TooShort { .. } => "TooShort",
            Self::TooLong { .. } => "TooLong",
            Self::InvalidCharacters => "InvalidCharacters",
            Self::InvalidFormat { .. } => "InvalidFormat",
            Self::OutOfRange { .. } => "OutOfRange",
            Self::UnknownValue { .. } => "UnknownValue",
            Self::Phone(_) => "InvalidPhoneNumber",
        }
    }

    /// What a person is told, without the field's name.
    pub fn message(&self, language: Language) -> String {
        match language {
            Language::En => self.to_string(),
            Language::Ar => self.arabic(),
        }
    }

    fn arabic(&self) -> String {
        match self {
            Self::Empty => "هذا الحقل مطلوب.".into(),
            Self::TooShort { min } => format!("يجب ألا يقل عن {}.", arabic_characters(*min)),
            Self::TooLong { max } => format!("يجب ألا يزيد على {}.", arabic_characters(*max)),
            Self::InvalidCharacters => "يحتوي على رموز غير مسموح بها.".into(),
            Self::InvalidFormat { expected } => format!("ليس بالصيغة المطلوبة، مثال: {expected}"),
            Self::OutOfRange { min, max } => format!("يجب أن يكون من {min} إلى {max}."),
            Self::UnknownValue { expected } => {
                format!("يجب أن يكون واحدًا من: {}.", expected.join("، "))
            }
            Self::Phone(fault) => fault.arabic().into(),
        }
    }
}

impl PhoneFault {
    const fn arabic(self) -> &'static str {
        match self {
            Self::NotANumber => "ليس رقم هاتف واحدًا: استخدم الأرقام فقط، مثل +966501234567.",
            Self::TooShort => "رقم الهاتف أقصر من المطلوب.",
            Self::TooLong => "رقم الهاتف أطول من المطلوب.",
            Self::NotInUse => "لا يوجد رقم هاتف بهذا الشكل في بلده.",
            Self::Rounded => "قرّب برنامج الجداول رقم الهاتف: اجعل تنسيق العمود نصًا وأدخله من جديد.",
        }
    }
}

/// A count of characters in English.
struct Characters(usize);

impl fmt::Display for Characters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            1 => f.write_str("1 character"),
            count => write!(f, "{count} characters"),
        }
    }
}

/// A count of characters in Arabic, where the noun's form follows the number (Unicode CLDR, plural rules of `ar`).
fn arabic_characters(count: usize) -> String {
    match (count, count % 100) {
        (1, _) => "حرف واحد".into(),
        (2, _) => "حرفين".into(),
        (_, 3..=10) => format!("{count} أحرف"),
        (_, 11..=99) => format!("{count} حرفًا"),
        _ => format!("{count} حرف"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVERY: [Invalid; 12] = [
        Invalid::Empty,
        Invalid::TooShort { min: 2 },
        Invalid::TooLong { max: 200 },
        Invalid::InvalidCharacters,
        Invalid::InvalidFormat { expected: "que_…" },
        Invalid::OutOfRange { min: 1, max: 5 },
        Invalid::UnknownValue { expected: &["ar", "en"] },
        Invalid::Phone(PhoneFault::NotANumber),
        Invalid::Phone(PhoneFault::TooShort),
        Invalid::Phone(PhoneFault::TooLong),
        Invalid::Phone(PhoneFault::NotInUse),
        Invalid::Phone(PhoneFault::Rounded),
    ];

    #[test]
    fn every_fault_is_told_in_both_languages() {
        for invalid in EVERY {
            assert!(invalid.message(Language::En).is_ascii() || matches!(invalid, Invalid::InvalidFormat { .. }));
            let arabic = invalid.message(Language::Ar);
            assert!(arabic.chars().any(|c| ('\u{0621}'..='\u{064A}').contains(&c)), "{arabic}");
            assert!(invalid.code().chars().all(|c| c.is_ascii_alphanumeric()));
        }
    }

    #[test]
    fn counts_agree_with_their_nouns() {
        let arabic = |max| Invalid::TooLong { max }.message(Language::Ar);
        assert_eq!(arabic(1), "يجب ألا يزيد على حرف واحد.");
        assert_eq!(arabic(2), "يجب ألا يزيد على حرفين.");
        assert_eq!(arabic(8), "يجب ألا يزيد على 8 أحرف.");
        assert_eq!(arabic(40), "يجب ألا يزيد على 40 حرفًا.");
        assert_eq!(arabic(200), "يجب ألا يزيد على 200 حرف.");
        assert_eq!(Invalid::TooShort { min: 1 }.message(Language::En), "Must have at least 1 character.");
        assert_eq!(Invalid::TooShort { min: 3 }.message(Language::En), "Must have at least 3 characters.");
    }
}
