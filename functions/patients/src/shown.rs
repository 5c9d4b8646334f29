//! What was shown masked and comes back in a body: it means what it stands for, and stays as it is.
//!
//! Whether a text is the masked form of what is stored is known only once the record is read, so such texts are judged with it.

use std::fmt;

use dawr_api::{Fault, patch::Patch, regional::phone_at};
use dawr_kernel::{
    phone::{PhoneInput, PhoneNumber, Region},
    text::{ANY_DIGIT, Invalid, Lines, LocalId, NationalId, clean},
};
use serde_json::Value;

use crate::view::{masked_file_number, masked_national_id};

/// What stands in place of each sign that is hidden.
pub(crate) const HIDDEN: char = '•';

/// The phone of a body, for [`dawr_api::regional::HasPhones`]. One that was shown masked is judged with the record.
pub fn phone_of(body: &Value) -> Vec<(String, &str)> {
    phone_at(body, "phoneNumber", "").filter(|(_, written)| !written.contains(HIDDEN)).into_iter().collect()
}

/// The phone that a body means: the one among these that it says in its masked form, or another one.
///
/// # Errors
/// `InvalidPhoneNumber`.
pub fn meant_phone<'a>(
    said: &PhoneInput,
    shown: impl IntoIterator<Item = &'a PhoneNumber>,
    region: Region,
) -> Result<Meant<PhoneNumber>, Fault> {
    if shown.into_iter().any(|phone| phone.masked() == said.expose()) {
        return Ok(Meant::AsItIs);
    }
    said.resolve(region).map(Meant::Other).map_err(|invalid| Fault::invalid("phoneNumber", invalid))
}

/// What somebody means who may have seen something masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meant<T> {
    /// It stays.
    AsItIs,
    /// It becomes this.
    Other(T),
}

impl<T> Meant<T> {
    /// What it is to be, if that is something else than it is.
    pub fn other(self) -> Option<T> {
        match self {
            Self::AsItIs => None,
            Self::Other(value) => Some(value),
        }
    }
}

/// A field of a change, judged.
///
/// # Errors
/// What stands against its value.
pub fn judged<T, U>(field: Patch<T>, judge: impl FnOnce(T) -> Result<U, Fault>) -> Result<Patch<U>, Fault> {
    match field {
        Patch::Keep => Ok(Patch::Keep),
        Patch::Clear => Ok(Patch::Clear),
        Patch::Set(value) => judge(value).map(Patch::Set),
    }
}

/// A national id as a body has it: any, or the stored one as it was shown masked.
#[derive(Clone, PartialEq, Eq)]
pub struct NationalIdInput(String);

impl NationalIdInput {
    /// Accepts what [`NationalId::parse`] does, and texts with hidden signs.
    ///
    /// # Errors
    /// As [`NationalId::parse`].
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        match NationalId::parse(text) {
            Ok(id) => Ok(Self(id.expose().to_owned())),
            Err(_) if text.contains(HIDDEN) => clean(text, Lines::Single, NationalId::MIN, NationalId::MAX).map(Self),
            Err(invalid) => Err(invalid),
        }
    }

    fn expose(&self) -> &str {
        &self.0
    }

    /// The national id that is meant, where this one is stored.
    ///
    /// # Errors
    /// `InvalidCharacters` if it is the masked form of another one.
    pub fn meant(&self, stored: Option<&NationalId>) -> Result<NationalId, Fault> {
        match stored.filter(|stored| masked_national_id(stored) == self.0) {
            Some(stored) => Ok(stored.clone()),
            None => NationalId::parse(&self.0).map_err(|invalid| Fault::invalid("nationalId", invalid)),
        }
    }
}

impl fmt::Debug for NationalIdInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NationalIdInput(…)")
    }
}

dawr_kernel::string_newtype!(
    NationalIdInput,
    parse,
    expose,
    schemars::json_schema!({
        "type": "string",
        "description": "4 to 20 letters and digits, with a digit among them; blanks and hyphens do not count. The record's own as it was shown masked means that it stays.",
        "pattern": format!(r"^[ -]*([A-Za-z{ANY_DIGIT}{HIDDEN}][ -]*){{4,20}}$"),
        "examples": ["1012345678"],
    })
);

/// The file number that is meant, where this one is stored.
///
/// # Errors
/// `InvalidCharacters` if it is the masked form of another one.
pub fn meant_file_number(said: LocalId, stored: Option<&LocalId>) -> Result<LocalId, Fault> {
    match stored.filter(|stored| masked_file_number(stored).as_ref() == Some(&said)) {
        Some(stored) => Ok(stored.clone()),
        None if said.expose().contains(HIDDEN) => Err(Fault::invalid("localId", Invalid::InvalidCharacters)),
        None => Ok(said),
    }
}
