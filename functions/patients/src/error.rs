//! What can go wrong with patients, and how the caller is told.

use dawr_api::{Failure, Fault, code::Code};
use dawr_kernel::{id::PatientId, language::Language};

use crate::sheet::SheetError;

/// What can go wrong with patients.
#[derive(Debug, thiserror::Error)]
pub enum PatientError {
    /// There is no such patient.
    #[error("there is no such patient")]
    NotFound,
    /// Another patient has this file number.
    #[error("another patient has this file number")]
    FileNumberTaken(PatientId),
    /// Another patient has this national id.
    #[error("another patient has this national id")]
    NationalIdTaken(PatientId),
    /// Another patient has this name and phone.
    #[error("another patient has this name and phone")]
    Exists(PatientId),
    /// A number is a patient's whose name and phone are both different.
    #[error("a number is a patient's whose name and phone are both different")]
    Differs {
        /// The number's field.
        field: &'static str,
        /// The patient.
        patient: PatientId,
    },
    /// The patient whom a person has confirmed is not the one whom the numbers name.
    #[error("another patient than the confirmed one is meant")]
    NotTheSame,
    /// Others changed the same record at every try.
    #[error("too many change the same record at once")]
    Busy,
    /// The body is neither a form nor a spreadsheet.
    #[error("the body is neither a form nor a spreadsheet")]
    NotAFile,
    /// The form cannot be read.
    #[error("the form cannot be read: {0}")]
    Form(#[from] multer::Error),
    /// The form has no file.
    #[error("the form has no file")]
    MissingFile,
    /// The form has a field that is not known here.
    #[error("the form has an unknown field")]
    UnknownFormField(String),
    /// The form has more than one file.
    #[error("the form has more than one file")]
    TooManyFiles,
    /// The file as a whole cannot be used.
    #[error(transparent)]
    Sheet(#[from] SheetError),
    /// There is no such upload, or its time is over.
    #[error("there is no such upload")]
    NoUpload,
    /// The upload is being imported, or was.
    #[error("the upload is imported")]
    UploadUsed,
    /// The upload has no such row or column.
    #[error("the upload has no such row or column")]
    NoSuchPlace(String),
    /// More was changed of an upload than is kept.
    #[error("too much was changed of the upload")]
    TooManyChanges,
    /// Staged rows cannot be written or read.
    #[error("staged rows: {0}")]
    Rows(#[from] std::io::Error),
    /// The request was refused for a reason that is not of this context's making.
    #[error("refused")]
    Refused(Failure),
}

dawr_api::refused!(PatientError);

impl From<PatientError> for Failure {
    fn from(error: PatientError) -> Self {
        match error {
            PatientError::NotFound => Code::NotFound.into(),
            PatientError::FileNumberTaken(patient) => Fault::at(Code::FileNumberTaken, "localId").about(patient).into(),
            PatientError::NationalIdTaken(patient) => {
                Fault::at(Code::NationalIdTaken, "nationalId").about(patient).into()
            }
            PatientError::Exists(patient) => Fault::new(Code::PatientExists).about(patient).into(),
            PatientError::Differs { field, patient } => Fault::at(Code::PatientDiffers, field).about(patient).into(),
            PatientError::NotTheSame => Fault::at(Code::NotFound, "samePatient").into(),
            PatientError::Busy => Self::new(Code::Unavailable).after(1),
            PatientError::NotAFile => Code::UnsupportedMediaType.into(),
            PatientError::Form(_) => Self::new(Code::MalformedRequest).caused_by(error),
            PatientError::MissingFile => Fault::at(Code::Required, "file").into(),
            PatientError::UnknownFormField(name) => Fault::at(Code::UnknownField, name).into(),
            PatientError::TooManyFiles => Fault::at(Code::TooMany, "file").into(),
            PatientError::Sheet(error) => sheet(&error).into(),
            PatientError::NoUpload => Code::NotFound.into(),
            PatientError::UploadUsed => Code::UploadUsed.into(),
            PatientError::NoSuchPlace(field) => Fault::at(Code::NotFound, field).into(),
            PatientError::TooManyChanges => Fault::at(Code::TooMany, "rows").into(),
            PatientError::Rows(error) => Self::internal(error),
            PatientError::Refused(failure) => failure,
        }
    }
}

fn sheet(error: &SheetError) -> Fault {
    let code = match error {
        SheetError::Empty | SheetError::HeaderOnly => Code::EmptyFile,
        SheetError::NotASpreadsheet => Code::NotASpreadsheet,
        SheetError::OldExcelFormat => Code::OldExcelFormat,
        SheetError::PasswordProtected => Code::PasswordProtected,
        SheetError::TooLarge | SheetError::TooManyColumns => Code::FileTooLarge,
        SheetError::TooManyRows => Code::TooManyRows,
        SheetError::MissingColumns { .. } => Code::MissingColumns,
        SheetError::Damaged => Code::DamagedFile,
        SheetError::NoSuchSheet => return Fault::at(Code::NotFound, "sheet"),
    };
    Fault::at(code, "file").saying(error.message(Language::En), error.message(Language::Ar))
}
