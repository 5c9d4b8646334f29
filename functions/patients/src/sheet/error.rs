//! Why a file cannot be used at all.

use dawr_kernel::language::Language;

use super::{Field, MAX_COLUMNS, MAX_FILE_BYTES, MAX_ROWS};

/// A fault of the whole file. Holds no text of a patient.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SheetError {
    /// No row at all.
    #[error("The file is empty.")]
    Empty,
    /// A header, and no row under it.
    #[error("The file has a header row but no patients under it.")]
    HeaderOnly,
    /// Neither an Excel workbook nor a text file with columns.
    #[error("The file is not a spreadsheet. Use an Excel (.xlsx) or a CSV file.")]
    NotASpreadsheet,
    /// Excel's format up to 2003.
    #[error("This is the old Excel format (.xls). Open it in Excel and save it as .xlsx or CSV.")]
    OldExcelFormat,
    /// Encrypted.
    #[error("The file is protected by a password. Remove the password and send it again.")]
    PasswordProtected,
    /// More bytes, packed or unpacked, than any list of patients needs.
    #[error("The file is too large (at most {} MB, and without pictures).", MAX_FILE_BYTES / 1024 / 1024)]
    TooLarge,
    /// More than [`MAX_ROWS`].
    #[error("The file has more than {MAX_ROWS} rows. Split it into several files.")]
    TooManyRows,
    /// More than [`MAX_COLUMNS`].
    #[error("The file has more than {MAX_COLUMNS} columns.")]
    TooManyColumns,
    /// The workbook has no sheet of that name.
    #[error("The file has no sheet of that name.")]
    NoSuchSheet,
    /// Columns that every list of patients needs were not recognised.
    #[error("Columns are missing: {}. Name them in the first row.", labels(missing, Language::En))]
    MissingColumns {
        /// Those that are missing.
        missing: Vec<Field>,
        /// The headers that the file has, where it has a header row.
        found: Vec<String>,
    },
    /// Begins like an Excel workbook, but cannot be read.
    #[error("The Excel file is damaged. Open it in Excel and save it again.")]
    Damaged,
}

impl SheetError {
    /// The stable code that clients act on.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "EmptyFile",
            Self::HeaderOnly => "HeaderOnly",
            Self::NotASpreadsheet => "NotASpreadsheet",
            Self::OldExcelFormat => "OldExcelFormat",
            Self::PasswordProtected => "PasswordProtected",
            Self::TooLarge => "FileTooLarge",
            Self::TooManyRows => "TooManyRows",
            Self::TooManyColumns => "TooManyColumns",
            Self::NoSuchSheet => "NoSuchSheet",
            Self::MissingColumns { .. } => "MissingColumns",
            Self::Damaged => "DamagedFile",
        }
    }

    /// What a person is told.
    pub fn message(&self, language: Language) -> String {
        match language {
            Language::En => self.to_string(),
            Language::Ar => self.arabic(),
        }
    }

    fn arabic(&self) -> String {
        match self {
            Self::Empty => "الملف فارغ.".into(),
            Self::HeaderOnly => "في الملف صف عناوين فقط ولا يوجد تحته أي مريض.".into(),
            Self::NotASpreadsheet => "الملف ليس جدولًا. استخدم ملف Excel (xlsx) أو CSV.".into(),
            Self::OldExcelFormat => "هذا تنسيق Excel القديم (xls). افتحه في Excel واحفظه بصيغة xlsx أو CSV.".into(),
            Self::PasswordProtected => "الملف محمي بكلمة مرور. أزل كلمة المرور وأرسله من جديد.".into(),
            Self::TooLarge => {
                format!("الملف كبير جدًا (الحد {} ميغابايت، ودون صور).", MAX_FILE_BYTES / 1024 / 1024)
            }
            Self::TooManyRows => format!("في الملف أكثر من {MAX_ROWS} صف. قسّمه إلى عدة ملفات."),
            Self::TooManyColumns => format!("في الملف أكثر من {MAX_COLUMNS} عمود."),
            Self::NoSuchSheet => "ليس في الملف ورقة بهذا الاسم.".into(),
            Self::MissingColumns { missing, .. } => {
                format!("أعمدة ناقصة: {}. اكتب أسماءها في الصف الأول.", labels(missing, Language::Ar))
            }
            Self::Damaged => "ملف Excel تالف. افتحه في Excel واحفظه من جديد.".into(),
        }
    }
}

fn labels(fields: &[Field], language: Language) -> String {
    let separator = match language {
        Language::Ar => "، ",
        Language::En => ", ",
    };
    fields.iter().map(|field| field.label(language)).collect::<Vec<_>>().join(separator)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_is_told_in_both_languages() {
        for error in [
            SheetError::Empty,
            SheetError::HeaderOnly,
            SheetError::NotASpreadsheet,
            SheetError::OldExcelFormat,
            SheetError::PasswordProtected,
            SheetError::TooLarge,
            SheetError::TooManyRows,
            SheetError::TooManyColumns,
            SheetError::NoSuchSheet,
            SheetError::MissingColumns { missing: vec![Field::FullName, Field::PhoneNumber], found: Vec::new() },
            SheetError::Damaged,
        ] {
            assert!(error.message(Language::En).is_ascii());
            assert!(error.message(Language::Ar).contains(|c: char| ('\u{0621}'..='\u{064A}').contains(&c)));
            assert!(error.code().chars().all(|c| c.is_ascii_alphabetic()));
        }
        let missing = SheetError::MissingColumns { missing: vec![Field::PhoneNumber], found: Vec::new() };
        assert_eq!(missing.message(Language::Ar), "أعمدة ناقصة: رقم الجوال. اكتب أسماءها في الصف الأول.");
    }
}
