//! A patient as the API shows it.

use dawr_api::{Authorized, permission::Permission};
use dawr_kernel::{
    id::PatientId,
    phone::PhoneNumber,
    text::{LocalId, NationalId, PersonName},
};
use dawr_store::Stored;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    index::Card,
    masking::{masked, name_for},
    metadata::Metadata,
    model::Patient,
};

/// What a person should know of a phone before they write to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub enum Warning {
    /// Its numbering plan gives it to no mobile phone, so it is hardly on WhatsApp.
    NotMobile,
}

impl Warning {
    /// What there is to know of a phone.
    pub fn of(phone: &PhoneNumber) -> Vec<Self> {
        if phone.may_be_mobile() { Vec::new() } else { vec![Self::NotMobile] }
    }
}

/// A patient's record.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PatientView {
    id: PatientId,
    full_name: PersonName,
    /// E.164; masked for members without `patients:contact`.
    phone_number: String,
    /// What to know before writing to the phone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<Warning>,
    /// The clinic's own number of the file. One that may be a phone, of seven digits or more, is masked for members without
    /// `patients:contact`.
    #[serde(skip_serializing_if = "Option::is_none")]
    local_id: Option<LocalId>,
    /// Masked for members without `patients:contact`.
    #[serde(skip_serializing_if = "Option::is_none")]
    national_id: Option<String>,
    /// Left out in search results.
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<Metadata>,
    #[schemars(with = "String")]
    created_at: Timestamp,
    #[schemars(with = "String")]
    updated_at: Timestamp,
    version: u64,
}

impl PatientView {
    /// A record as its caller may see it.
    pub fn new(patient: &Patient, version: u64, caller: &Authorized) -> Self {
        let metadata = patient.metadata.as_ref().map(|metadata| metadata.for_caller(caller));
        let metadata = metadata.filter(|metadata| !metadata.is_empty());
        Self { metadata, ..Self::of_card(Card::of(patient, version), caller) }
    }

    /// A stored record as its caller may see it.
    pub fn stored(patient: &Stored<Patient>, caller: &Authorized) -> Self {
        Self::new(patient, patient.version, caller)
    }

    /// A search result as its caller may see it.
    pub fn of_card(card: Card, caller: &Authorized) -> Self {
        Self {
            id: card.id,
            full_name: name_for(&card.full_name, caller),
            phone_number: phone_for(&card.phone, caller),
            warnings: Warning::of(&card.phone),
            local_id: card.file_number.as_ref().map(|number| file_number_for(number, caller)),
            national_id: card.national_id.as_ref().map(|id| national_id_for(id, caller)),
            metadata: None,
            created_at: card.created_at,
            updated_at: card.updated_at,
            version: card.version,
        }
    }
}

/// A phone number as its caller may see it.
pub fn phone_for(phone: &PhoneNumber, caller: &Authorized) -> String {
    if caller.may(Permission::PatientContact) { phone.expose().to_owned() } else { phone.masked() }
}

/// A national id as its caller may see it.
pub fn national_id_for(id: &NationalId, caller: &Authorized) -> String {
    if caller.may(Permission::PatientContact) { id.expose().to_owned() } else { masked_national_id(id) }
}

/// A file number as its caller may see it: clinics take the phone for it, or the number of the identity card.
pub fn file_number_for(number: &LocalId, caller: &Authorized) -> LocalId {
    let masked = if caller.may(Permission::PatientContact) { None } else { masked_file_number(number) };
    masked.unwrap_or_else(|| number.clone())
}

/// A file number with what it must not show hidden; none if there is nothing of that kind.
pub(crate) fn masked_file_number(number: &LocalId) -> Option<LocalId> {
    masked(number.expose()).and_then(|masked| LocalId::parse(&masked).ok())
}

/// The last four characters, or half of a short one.
pub(crate) fn masked_national_id(id: &NationalId) -> String {
    let id = id.expose();
    let shown = (id.len() / 2).min(4);
    let hidden = id.len() - shown;
    format!("{}{}", "•".repeat(hidden), id.get(hidden..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_id_tells_only_its_end() {
        let masked = |id: &str| masked_national_id(&NationalId::parse(id).unwrap());
        assert_eq!(masked("1012345678"), "••••••5678");
        assert_eq!(masked("A123"), "••23");
    }

    #[test]
    fn a_file_number_that_may_be_a_phone_is_hidden() {
        let masked = |number: &str| masked_file_number(&LocalId::parse(number).unwrap());
        let shown = |number: &str| LocalId::parse(number).ok();
        assert_eq!(masked("0501234567"), shown("••••••4567"));
        assert_eq!(masked("F-٠٥٠ ١٢٣ ٤٥٦٧"), shown("F-••• ••• 4567"));
        assert_eq!(masked(&"1".repeat(LocalId::MAX)), shown(&format!("{}1111", "•".repeat(46))));
        assert_eq!(masked("A-1024"), None);
    }
}
