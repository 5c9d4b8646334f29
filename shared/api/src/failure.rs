//! A request that did not succeed, as the caller will see it.

use std::{borrow::Cow, collections::BTreeSet, ops::ControlFlow};

use dawr_kernel::{language::Language, text::Invalid};
use dawr_store::{CommitError, StoreError};
use deserr::{DeserializeError, ErrorKind, IntoValue, MergeWithError, Value, ValueKind, ValuePointerRef};
use http::StatusCode;

use crate::code::Code;

/// One error of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What kind of error.
    pub code: Code,
    /// The field it is about: a path such as `patients[3].phoneNumber`, or a parameter's name.
    pub field: Option<String>,
    /// The id of what stands in the way.
    pub id: Option<String>,
    /// More than the code's own text says.
    pub detail: Detail,
}

/// What an error's text says beyond its code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Detail {
    /// Nothing.
    None,
    /// A value that did not parse.
    Invalid(Invalid),
    /// A text in both languages: English, then Arabic.
    Text(Cow<'static, str>, Cow<'static, str>),
}

impl Fault {
    /// An error about the request as a whole.
    pub const fn new(code: Code) -> Self {
        Self { code, field: None, id: None, detail: Detail::None }
    }

    /// An error about a field.
    pub fn at(code: Code, field: impl Into<String>) -> Self {
        Self { code, field: Some(field.into()), id: None, detail: Detail::None }
    }

    /// A value that did not parse.
    pub fn invalid(field: impl Into<String>, invalid: Invalid) -> Self {
        Self { code: code_of(&invalid), field: Some(field.into()), id: None, detail: Detail::Invalid(invalid) }
    }

    /// The same with what stands in the way.
    #[must_use]
    pub fn about(mut self, id: impl ToString) -> Self {
        self.id = Some(id.to_string());
        self
    }

    /// The same with more to say, in English and in Arabic.
    #[must_use]
    pub fn saying(mut self, english: impl Into<Cow<'static, str>>, arabic: impl Into<Cow<'static, str>>) -> Self {
        self.detail = Detail::Text(english.into(), arabic.into());
        self
    }

    /// The public text.
    pub fn message(&self, language: Language) -> String {
        match &self.detail {
            Detail::None => self.code.text(language).to_owned(),
            Detail::Invalid(invalid) => invalid.message(language),
            Detail::Text(english, arabic) => language.of((english.as_ref(), arabic.as_ref())).to_owned(),
        }
    }
}

/// A request that did not succeed.
#[derive(Debug)]
pub struct Failure {
    faults: Vec<Fault>,
    /// Seconds after which another try makes sense.
    pub retry_after: Option<u32>,
    /// What the log says once and the caller never sees.
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Failure {
    /// A failure with one error.
    pub fn new(code: Code) -> Self {
        Fault::new(code).into()
    }

    /// A failure with these errors, of which there must be one.
    pub fn of(faults: Vec<Fault>) -> Self {
        let faults = if faults.is_empty() { vec![Fault::new(Code::Internal)] } else { faults };
        Self { faults, retry_after: None, source: None }
    }

    /// Something that the caller cannot change.
    pub fn internal(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::new(Code::Internal).caused_by(source)
    }

    /// The same, to be tried again after so many seconds.
    #[must_use]
    pub const fn after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// The same, with what the log says of it.
    #[must_use]
    pub fn caused_by(self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { source: Some(source.into()), ..self }
    }

    /// What the log says of it, for a worker whose event comes again.
    pub fn into_source(self) -> Box<dyn std::error::Error + Send + Sync> {
        let code = self.code();
        self.source.unwrap_or_else(|| code.as_str().into())
    }

    /// The same where a body or a query named what was not found: the error says in which field.
    #[must_use]
    pub fn named_by(mut self, field: &str) -> Self {
        let unnamed = |fault: &&mut Fault| fault.code == Code::NotFound && fault.field.is_none();
        self.faults.iter_mut().filter(unnamed).for_each(|fault| fault.field = Some(field.to_owned()));
        self
    }

    /// The errors.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// The first error's code.
    pub fn code(&self) -> Code {
        self.faults.first().map_or(Code::Internal, |fault| fault.code)
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.code().status()
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self::of(vec![fault])
    }
}

impl From<Code> for Failure {
    fn from(code: Code) -> Self {
        Self::new(code)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let code = match error {
            StoreError::Unavailable(_) => Code::Unavailable,
            StoreError::Full => Code::NoRoom,
            StoreError::Corrupt { .. } | StoreError::Malformed(_) => Code::Internal,
        };
        Self::new(code).caused_by(error)
    }
}

impl From<CommitError> for Failure {
    /// A refusal that nobody looked at means that somebody else was faster.
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Refused(_) => Self::new(Code::StaleVersion).caused_by(error),
            CommitError::Store(error) => error.into(),
        }
    }
}

/// Lets a context's error take in its variant `Refused` what is no matter of the context's own: a failure, or that the
/// table did not answer or refused.
#[macro_export]
macro_rules! refused {
    ($error:ty) => {
        $crate::refused!(@from $error, $crate::Failure, ::dawr_store::StoreError, ::dawr_store::CommitError);
    };
    (@from $error:ty, $($source:ty),*) => {
        $(impl From<$source> for $error {
            fn from(source: $source) -> Self {
                Self::Refused(source.into())
            }
        })*
    };
}

/// Which code stands for a value that did not parse.
pub const fn code_of(invalid: &Invalid) -> Code {
    match invalid {
        Invalid::Empty => Code::Required,
        Invalid::TooShort { .. } => Code::TooShort,
        Invalid::TooLong { .. } => Code::TooLong,
        Invalid::InvalidCharacters => Code::InvalidCharacters,
        Invalid::InvalidFormat { .. } => Code::InvalidFormat,
        Invalid::Phone(_) => Code::InvalidPhoneNumber,
        Invalid::OutOfRange { .. } => Code::OutOfRange,
        Invalid::UnknownValue { .. } => Code::UnknownValue,
    }
}

/// All errors of a body, a query or a path, gathered while it is read.
#[derive(Debug, Default)]
pub struct FieldErrors(pub Vec<Fault>);

impl FieldErrors {
    fn add(errors: Option<Self>, fault: Fault) -> ControlFlow<Self, Self> {
        let mut errors = errors.unwrap_or_default();
        // A body can be wrong a million times; the caller learns enough from the first hundred.
        if errors.0.len() < 100 {
            errors.0.push(fault);
        }
        ControlFlow::Continue(errors)
    }
}

/// A name that the caller made up, as an answer may show it.
pub fn shown(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(60).collect()
}

/// A place in a body as the caller writes it: `patients[3].phoneNumber`.
pub fn field_path(location: ValuePointerRef<'_>) -> String {
    match location {
        ValuePointerRef::Origin => String::new(),
        ValuePointerRef::Key { key, prev } => {
            let parent = field_path(*prev);
            if parent.is_empty() { key.to_owned() } else { format!("{parent}.{key}") }
        }
        ValuePointerRef::Index { index, prev } => format!("{}[{index}]", field_path(*prev)),
    }
}

impl MergeWithError<Self> for FieldErrors {
    fn merge(errors: Option<Self>, other: Self, _: ValuePointerRef<'_>) -> ControlFlow<Self, Self> {
        let mut errors = errors.unwrap_or_default();
        errors.0.extend(other.0);
        ControlFlow::Continue(errors)
    }
}

impl MergeWithError<Invalid> for FieldErrors {
    fn merge(errors: Option<Self>, invalid: Invalid, location: ValuePointerRef<'_>) -> ControlFlow<Self, Self> {
        Self::add(errors, Fault::invalid(field_path(location), invalid))
    }
}

impl DeserializeError for FieldErrors {
    fn error<V: IntoValue>(
        errors: Option<Self>,
        kind: ErrorKind<'_, V>,
        location: ValuePointerRef<'_>,
    ) -> ControlFlow<Self, Self> {
        let place = field_path(location);
        let below = |name: &str| if place.is_empty() { name.to_owned() } else { format!("{place}.{name}") };
        let fault = match kind {
            ErrorKind::MissingField { field } => Fault::at(Code::Required, below(field)),
            ErrorKind::UnknownKey { key, accepted } => {
                let known = accepted.join(", ");
                Fault::at(Code::UnknownField, below(&shown(key))).saying(
                    format!("This field is not known here. Known: {known}."),
                    format!("هذا الحقل غير معروف هنا. المعروف: {known}."),
                )
            }
            ErrorKind::UnknownValue { accepted, .. } => {
                let known = accepted.join(", ");
                Fault::at(Code::UnknownValue, place)
                    .saying(format!("One of these is expected: {known}."), format!("المتوقع واحد من: {known}."))
            }
            ErrorKind::IncorrectValueKind { actual, accepted }
                if is_integer(&actual) && accepted.contains(&ValueKind::Integer) =>
            {
                Fault::at(Code::OutOfRange, place)
            }
            ErrorKind::IncorrectValueKind { accepted, .. } => {
                let (english, arabic): (BTreeSet<_>, BTreeSet<_>) = accepted.iter().map(kind_name).unzip();
                let (english, arabic) = (join(english, " or "), join(arabic, " أو "));
                Fault::at(Code::WrongType, place).saying(
                    format!("A value of type {english} is expected."),
                    format!("القيمة المتوقعة هنا: {arabic}."),
                )
            }
            ErrorKind::BadSequenceLen { expected, .. } => Fault::at(Code::OutOfRange, place)
                .saying(format!("{expected} entries are expected."), format!("المتوقع {expected} من العناصر.")),
            // A number beyond its type's range arrives here.
            ErrorKind::Unexpected { .. } => Fault::at(Code::OutOfRange, place),
        };
        Self::add(errors, fault)
    }
}

/// Whether a value that no integer type takes is an integer all the same: one below zero, or one that is beyond 64 bits.
fn is_integer<V: IntoValue>(value: &Value<V>) -> bool {
    match value {
        Value::NegativeInteger(_) => true,
        Value::Float(number) => number.fract() == 0.0,
        _ => false,
    }
}

fn join(names: BTreeSet<&'static str>, word: &str) -> String {
    names.into_iter().collect::<Vec<_>>().join(word)
}

/// A type's name, in English and in Arabic.
const fn kind_name(kind: &ValueKind) -> (&'static str, &'static str) {
    match kind {
        ValueKind::Null => ("null", "قيمة فارغة"),
        ValueKind::Boolean => ("boolean", "نعم أو لا"),
        ValueKind::Integer | ValueKind::NegativeInteger => ("integer", "عدد صحيح"),
        ValueKind::Float => ("number", "عدد"),
        ValueKind::String => ("string", "نص"),
        ValueKind::Sequence => ("array", "قائمة"),
        ValueKind::Map => ("object", "مجموعة حقول"),
    }
}
