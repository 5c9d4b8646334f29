//! A patient who comes to a queue, as a body names them.

use dawr_api::{
    Failure, Fault,
    failure::FieldErrors,
    regional::{HasPhones, phone_at},
};
use dawr_kernel::{
    id::PatientId,
    phone::{PhoneInput, Region},
    text::{LocalId, NationalId, PersonName},
};
use dawr_patients::{metadata::Metadata, model::Newcomer};
use deserr::Deserr;
use schemars::JsonSchema;
use serde_json::Value;

/// A patient who comes.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewTicket {
    full_name: PersonName,
    phone_number: PhoneInput,
    /// The clinic's own number of the file.
    #[deserr(default)]
    local_id: Option<LocalId>,
    #[deserr(default)]
    national_id: Option<NationalId>,
    #[deserr(default)]
    metadata: Option<Metadata>,
    /// That it is this patient, whom the file number or the national id names under another name and another phone.
    #[deserr(default)]
    same_patient: Option<PatientId>,
}

impl HasPhones for NewTicket {
    fn phones(body: &Value) -> Vec<(String, &str)> {
        phone_at(body, "phoneNumber", "").into_iter().collect()
    }
}

impl NewTicket {
    /// What is known of the person, with a phone number of the region.
    ///
    /// # Errors
    /// `InvalidPhoneNumber`.
    pub fn newcomer(self, region: Region) -> Result<Newcomer, Failure> {
        let phone = self.phone_number.resolve(region).map_err(|invalid| Fault::invalid("phoneNumber", invalid))?;
        Ok(Newcomer {
            full_name: self.full_name,
            phone,
            file_number: self.local_id,
            national_id: self.national_id,
            metadata: self.metadata.filter(|metadata| !metadata.is_empty()),
            same_as: self.same_patient,
            said_at: None,
        })
    }
}
