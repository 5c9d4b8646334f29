//! What staff correct at a ticket is the patient's: one person has one name and one phone.

use dawr_api::{Authorized, Cx, Failure};
use dawr_kernel::{
    phone::{PhoneInput, PhoneNumber, Region},
    text::PersonName,
};
use dawr_patients::{
    masking::unmasked_name,
    model::Patient,
    shown::{Meant, meant_phone},
    store::{Patients, Record},
    ties::Person,
};
use deserr::Deserr;
use schemars::JsonSchema;

use crate::error::QueueError;

/// So many others are looked up: a family shares a phone, and a number that more patients have is a placeholder, which is
/// corrected one by one.
const MOST_OF_A_FAMILY: u32 = 20;

/// Whose phone a new number is, where several patients have the old one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserr, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[deserr(rename_all = lowercase)]
pub enum ApplyTo {
    /// This patient's alone.
    Patient,
    /// That of all who have the old one.
    Everyone,
}

/// What is said of a ticket's patient.
#[derive(Debug, Clone)]
pub struct PatientCorrection {
    /// The right name.
    pub full_name: Option<PersonName>,
    /// The right phone.
    pub phone: Option<PhoneInput>,
    /// Where it is a number.
    pub region: Region,
    /// Whose phone it is.
    pub apply_to: Option<ApplyTo>,
}

/// Records as they shall be.
#[derive(Debug)]
pub struct Corrected {
    /// The patient's.
    pub patient: Patient,
    /// Those of the others who have the same phone.
    pub others: Vec<(Record, Patient)>,
}

impl PatientCorrection {
    /// Whether it says anything of the patient.
    pub const fn is_some(&self) -> bool {
        self.full_name.is_some() || self.phone.is_some()
    }

    /// The records as they shall be, where the ticket shows this. Nothing is written: all of it is one transaction.
    ///
    /// # Errors
    /// `NumberShared` if others have the old phone and nothing is said of them, or more than can be corrected at once.
    pub async fn correct(
        &self,
        cx: &Cx,
        caller: &Authorized,
        shown: &Person,
        record: &Record,
    ) -> Result<Corrected, QueueError> {
        let old = &record.patient.value;
        let phone = self.phone.as_ref().map(|phone| meant_phone(phone, [&old.phone, &shown.phone_number], self.region));
        let phone = phone.transpose().map_err(Failure::from)?;
        let new_phone = phone.and_then(Meant::other).filter(|phone| *phone != old.phone);
        let full_name = self.full_name.clone().map(|name| unmasked_name(name, &old.full_name));
        let changed = Patient {
            full_name: full_name.unwrap_or_else(|| old.full_name.clone()),
            phone: new_phone.clone().unwrap_or_else(|| old.phone.clone()),
            ..old.clone()
        };
        if changed == *old {
            return Ok(Corrected { patient: changed, others: Vec::new() });
        }
        let patient = Patient { updated_at: cx.now(), ..changed };
        let others = match &new_phone {
            Some(phone) => self.others(cx, caller, record, &patient, phone).await?,
            None => Vec::new(),
        };
        Ok(Corrected { patient, others })
    }

    /// The others who have the old phone, with the new one if it is theirs, too.
    async fn others(
        &self,
        cx: &Cx,
        caller: &Authorized,
        record: &Record,
        patient: &Patient,
        phone: &PhoneNumber,
    ) -> Result<Vec<(Record, Patient)>, QueueError> {
        if self.apply_to == Some(ApplyTo::Patient) {
            return Ok(Vec::new());
        }
        let (patients, old) = (Patients::new(cx, caller), &record.patient.value);
        let others = patients.sharing(old, MOST_OF_A_FAMILY).await?;
        let most = usize::try_from(MOST_OF_A_FAMILY).unwrap_or(usize::MAX);
        match self.apply_to {
            _ if others.is_empty() => return Ok(Vec::new()),
            _ if others.len() > most => return Err(QueueError::SharedByMany { most }),
            None => return Err(QueueError::NumberShared { others: others.len() }),
            Some(_) => {}
        }
        let records = patients.records(&others).await?.into_iter().filter(|other| other.patient.phone == old.phone);
        let corrected = |other: Record| {
            let patient = Patient { phone: phone.clone(), updated_at: cx.now(), ..other.patient.value.clone() };
            (other, patient)
        };
        let others: Vec<_> = records.map(corrected).collect();
        match patients.room_beside(record, patient, &others) {
            most if most < others.len() => Err(QueueError::SharedByMany { most }),
            _ => Ok(others),
        }
    }
}
