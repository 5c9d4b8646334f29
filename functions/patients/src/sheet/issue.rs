//! What is wrong with a row, or odd about it.

use dawr_kernel::{
    language::Language,
    text::{Invalid, PhoneFault},
};

use super::Field;

/// One fault of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// Where it is.
    pub field: Field,
    /// The column's place in the list of columns, for metadata.
    pub column: Option<u8>,
    /// What it is.
    pub problem: Problem,
}

/// What can be wrong with a cell or odd about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Blank, and needed.
    Required,
    /// Fewer characters than needed.
    TooShort {
        /// The fewest characters.
        min: usize,
    },
    /// More characters than allowed.
    TooLong {
        /// The most characters.
        max: usize,
    },
    /// Control or unreadable characters.
    InvalidCharacters,
    /// Not of the form that the field has.
    InvalidFormat,
    /// No phone number.
    Phone(PhoneFault),
    /// No letter in it.
    NotAName,
    /// Begins like a formula, which would run when the list is opened in a spreadsheet again.
    FormulaNotAllowed,
    /// Another row has the same phone number and name.
    Duplicate {
        /// That row.
        row: u32,
    },
    /// Another row has the same file number or national id, but another name or phone number.
    Conflict {
        /// That row.
        row: u32,
    },
    /// Invisible characters were dropped.
    InvisibleCharacters,
    /// A phone that its numbering plan gives to no mobile.
    NotMobile,
    /// Words stood beside the one number of the cell.
    LabelRemoved,
}

impl Problem {
    /// Whether the row can be imported all the same.
    pub const fn is_warning(&self) -> bool {
        matches!(self, Self::Duplicate { .. } | Self::InvisibleCharacters | Self::NotMobile | Self::LabelRemoved)
    }

    /// The stable code that clients act on.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Required => "Required",
            Self::TooShort { .. } => "TooShort",
            Self::TooLong { .. } => "TooLong",
            Self::InvalidCharacters => "InvalidCharacters",
            Self::InvalidFormat => "InvalidFormat",
            Self::Phone(_) => "InvalidPhoneNumber",
            Self::NotAName => "NotAName",
            Self::FormulaNotAllowed => "FormulaNotAllowed",
            Self::Duplicate { .. } => "DuplicateInFile",
            Self::Conflict { .. } => "ConflictInFile",
            Self::InvisibleCharacters => "InvisibleCharactersRemoved",
            Self::NotMobile => "NotMobile",
            Self::LabelRemoved => "LabelRemoved",
        }
    }

    /// What a code of its own means, without what only the problem itself knows.
    pub fn text(code: &str, language: Language) -> Option<&'static str> {
        let (arabic, english) = match code {
            "NotAName" => ("لا يحتوي على اسم.", "Is not a name."),
            "FormulaNotAllowed" => ("يبدأ بمعادلة، وهذا غير مسموح به.", "Begins like a formula, which is not allowed."),
            "DuplicateInFile" => ("المريض نفسه موجود في صف آخر.", "The same patient is in another row."),
            "ConflictInFile" => (
                "الرقم نفسه موجود في صف آخر باسم أو هاتف مختلف.",
                "Another row has the same number with another name or phone.",
            ),
            "InvisibleCharactersRemoved" => ("أزيلت منه رموز غير مرئية.", "Invisible characters were removed from it."),
            "LabelRemoved" => {
                ("كُتب بجانب الرقم كلام، وأُخذ الرقم وحده.", "Words stood beside the number; the number alone was taken.")
            }
            _ => return None,
        };
        Some(language.of((english, arabic)))
    }

    /// What a person is told, without the field's name.
    pub fn message(&self, language: Language) -> String {
        let (arabic, english) = match self {
            Self::Required => return Invalid::Empty.message(language),
            Self::TooShort { min } => return Invalid::TooShort { min: *min }.message(language),
            Self::TooLong { max } => return Invalid::TooLong { max: *max }.message(language),
            Self::InvalidCharacters => return Invalid::InvalidCharacters.message(language),
            Self::Phone(fault) => return Invalid::Phone(*fault).message(language),
            Self::InvalidFormat => ("ليس بالصيغة المطلوبة.".to_owned(), "Is not in the expected form.".to_owned()),
            Self::Duplicate { row } => {
                (format!("المريض نفسه موجود في الصف {row}."), format!("The same patient is in row {row}."))
            }
            Self::Conflict { row } => (
                format!("الرقم نفسه موجود في الصف {row} باسم أو هاتف مختلف."),
                format!("Row {row} has the same number with another name or phone."),
            ),
            Self::NotAName | Self::FormulaNotAllowed | Self::InvisibleCharacters | Self::LabelRemoved => {
                return Self::text(self.code(), language).unwrap_or_default().to_owned();
            }
            Self::NotMobile => (
                "ليس رقم جوال، وقد لا تصل إليه رسائل واتساب.".to_owned(),
                "Is no mobile number: messages on WhatsApp may not arrive.".to_owned(),
            ),
        };
        match language {
            Language::Ar => arabic,
            Language::En => english,
        }
    }
}

impl From<Invalid> for Problem {
    fn from(invalid: Invalid) -> Self {
        match invalid {
            Invalid::Empty => Self::Required,
            Invalid::TooShort { min } => Self::TooShort { min },
            Invalid::TooLong { max } => Self::TooLong { max },
            Invalid::InvalidCharacters => Self::InvalidCharacters,
            Invalid::Phone(fault) => Self::Phone(fault),
            Invalid::InvalidFormat { .. } | Invalid::OutOfRange { .. } | Invalid::UnknownValue { .. } => {
                Self::InvalidFormat
            }
        }
    }
}
