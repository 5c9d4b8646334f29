//! What staff correct at a ticket is the patient's: one person has one name and one phone.

use dawr_api::{Authorized, Cx};
use dawr_kernel::{id::PatientId, phone::PhoneNumber, text::PersonName};
use dawr_patients::{
    correct::{Beside, MAX_TRIES},
    error::PatientError,
    masking::unmasked_name,
    model::Patient,
    store::{Patients, Record},
};
use dawr_store::Work;
use deserr::Deserr;
use schemars::JsonSchema;

use crate::error::QueueError;

/// A family shares a phone; a number that more patients have is a placeholder, and is corrected one by one.
const MOST_SHARING: u32 = 20;

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

/// A correction of a ticket's patient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// The right name.
    pub full_name: Option<PersonName>,
    /// The right phone.
    pub phone: Option<PhoneNumber>,
    /// Whose phone it is.
    pub apply_to: Option<ApplyTo>,
}

impl Wish {
    /// Whether it says anything of the patient.
    pub const fn is_some(&self) -> bool {
        self.full_name.is_some() || self.phone.is_some()
    }

    /// The record as it shall be. Who else has the old phone gets the new one before, so that a request that is cut off and
    /// repeated goes on.
    ///
    /// # Errors
    /// `NumberShared` if others have the old phone and nothing is said of them.
    pub async fn correct(self, cx: &Cx, caller: &Authorized, record: &Record) -> Result<Patient, QueueError> {
        let old = &record.patient.value;
        let new_phone = self.phone.filter(|phone| *phone != old.phone);
        if let Some(phone) = &new_phone
            && self.apply_to != Some(ApplyTo::Patient)
        {
            let patients = Patients::new(cx, caller);
            let others = patients.sharing(old, MOST_SHARING).await?;
            let count = u32::try_from(others.len()).unwrap_or(u32::MAX);
            match self.apply_to {
                _ if others.is_empty() => {}
                Some(_) if count <= MOST_SHARING => {
                    for other in others {
                        give(cx, caller, other, &old.phone, phone).await?;
                    }
                }
                _ => return Err(QueueError::NumberShared { others: count, most: MOST_SHARING }),
            }
        }
        let changed = Patient {
            full_name: self.full_name.map_or_else(|| old.full_name.clone(), |name| unmasked_name(name, &old.full_name)),
            phone: new_phone.unwrap_or_else(|| old.phone.clone()),
            ..old.clone()
        };
        Ok(if changed == *old { changed } else { Patient { updated_at: cx.now(), ..changed } })
    }
}

/// Gives a patient who has the old phone the new one.
async fn give(
    cx: &Cx,
    caller: &Authorized,
    id: PatientId,
    old: &PhoneNumber,
    new: &PhoneNumber,
) -> Result<(), QueueError> {
    let patients = Patients::new(cx, caller);
    for round in 0..MAX_TRIES {
        cx.table().pause(round).await;
        let record = patients.record(id).await?;
        if record.patient.phone != *old {
            return Ok(());
        }
        let corrected = Patient { phone: new.clone(), updated_at: cx.now(), ..record.patient.value.clone() };
        let mut work = Work::new();
        let correction = patients.correct(&record, corrected, Beside::default(), &mut work).await?;
        match cx.save(caller, work).await {
            Ok(()) => return Ok(patients.spread(correction).await?),
            Err(error) => correction.explain(error)?,
        }
    }
    Err(PatientError::Busy.into())
}
