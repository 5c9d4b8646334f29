//! Who is meant by a name, a phone and numbers: which of the known patients, or a new one.

use std::collections::HashMap;

use dawr_kernel::{
    id::{Body, Id, PatientId},
    phone::PhoneNumber,
    text::{LocalId, NationalId},
};
use dawr_store::{Stored, TenantScope, Work};
use jiff::Timestamp;

use crate::{
    error::PatientError,
    index::{Card, NameClaim, entries, reindex},
    model::{Newcomer, Patient, name_key},
    store::Record,
    unread::Unread,
};

/// What names one patient.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Name {
    FileNumber(LocalId),
    NationalId(NationalId),
    /// A phone and a name as names are compared.
    Person(PhoneNumber, String),
}

/// All names by which a newcomer may be known already.
pub(crate) fn names(newcomer: &Newcomer) -> Vec<Name> {
    let numbers = newcomer.file_number.clone().map(Name::FileNumber).into_iter();
    numbers.chain(newcomer.national_id.clone().map(Name::NationalId)).chain([phone_and_name(newcomer)]).collect()
}

fn phone_and_name(newcomer: &Newcomer) -> Name {
    Name::Person(newcomer.phone.clone(), name_key(newcomer.full_name.expose()))
}

#[derive(Debug, Clone)]
struct Known {
    patient: Patient,
    /// As it was read; none for one that was made in the meantime.
    read: Option<Record>,
    /// What was unread of the conversation; none for one that was made in the meantime: nobody wrote as them yet.
    unread: Option<Unread>,
}

/// The patients whom some newcomers may be: as they were read, and as they were enrolled since.
#[derive(Debug, Clone, Default)]
pub struct Directory {
    named: HashMap<Name, PatientId>,
    known: HashMap<PatientId, Known>,
    /// The claims of names that their patients have left.
    left: HashMap<Name, Stored<NameClaim>>,
}

/// Who a newcomer is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meant<'a> {
    /// This patient.
    Known(&'a Patient),
    /// Somebody new.
    New,
}

/// A newcomer whose record is in the work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolled {
    /// The record.
    pub patient: Patient,
    /// Whether it is a new one.
    pub created: bool,
}

impl Directory {
    pub(crate) fn add(&mut self, name: Name, patient: PatientId) {
        self.named.insert(name, patient);
    }

    pub(crate) fn add_left(&mut self, name: Name, claim: Stored<NameClaim>) {
        self.left.insert(name, claim);
    }

    pub(crate) fn add_read(&mut self, read: Record, unread: Unread) {
        let patient = read.patient.value.clone();
        self.known.insert(patient.id, Known { patient, read: Some(read), unread: Some(unread) });
    }

    /// What is unread of the conversation with somebody; none of who is no patient yet.
    pub fn unread(&self, patient: PatientId) -> Option<&Unread> {
        self.known.get(&patient).and_then(|known| known.unread.as_ref())
    }

    /// The patients whom it knows.
    pub fn patients(&self) -> impl Iterator<Item = PatientId> {
        self.known.keys().copied()
    }

    /// Takes in what another one knows, but for those whom this one knows already: they may have been enrolled since.
    pub fn absorb(&mut self, other: Self) {
        for (name, id) in other.named {
            self.named.entry(name).or_insert(id);
        }
        self.left.extend(other.left);
        for (id, known) in other.known {
            self.known.entry(id).or_insert(known);
        }
    }

    /// Who a newcomer is. File number and national id decide, where the name or the phone agrees or a person has confirmed it;
    /// without them, phone and name.
    ///
    /// # Errors
    /// `FileNumberTaken`, `NationalIdTaken` if the numbers are those of different people: no ticket is worth a wrong
    /// record. `PatientDiffers` if a number alone speaks for a patient. `NotFound` if it is not the patient whom a person has
    /// confirmed.
    pub fn find(&self, newcomer: &Newcomer) -> Result<Meant<'_>, PatientError> {
        let meant = self.find_by_facts(newcomer)?;
        match (newcomer.same_as, &meant) {
            (None, _) => Ok(meant),
            (Some(confirmed), Meant::Known(patient)) if patient.id == confirmed => Ok(meant),
            (Some(_), _) => Err(PatientError::NotTheSame),
        }
    }

    fn find_by_facts(&self, newcomer: &Newcomer) -> Result<Meant<'_>, PatientError> {
        let by = |name: Name| self.named.get(&name).and_then(|id| self.known.get(id)).map(|known| &known.patient);
        let by_file = newcomer.file_number.clone().and_then(|number| by(Name::FileNumber(number)));
        let by_national = newcomer.national_id.clone().and_then(|id| by(Name::NationalId(id)));
        let fits = |patient: &Patient| {
            agree(&patient.file_number, &newcomer.file_number) && agree(&patient.national_id, &newcomer.national_id)
        };
        let alike = |patient: &Patient| {
            patient.phone == newcomer.phone
                || name_key(patient.full_name.expose()) == name_key(newcomer.full_name.expose())
                || newcomer.same_as == Some(patient.id)
        };
        match (by_file, by_national) {
            (Some(one), Some(other)) if one.id != other.id => Err(PatientError::NationalIdTaken(other.id)),
            (Some(patient), _) if !fits(patient) => Err(PatientError::FileNumberTaken(patient.id)),
            (None, Some(patient)) if !fits(patient) => Err(PatientError::NationalIdTaken(patient.id)),
            // One digit may be wrong: a number alone is nobody.
            (Some(patient), _) if !alike(patient) => {
                Err(PatientError::Differs { field: "localId", patient: patient.id })
            }
            (None, Some(patient)) if !alike(patient) => {
                Err(PatientError::Differs { field: "nationalId", patient: patient.id })
            }
            (Some(patient), _) | (None, Some(patient)) => Ok(Meant::Known(patient)),
            (None, None) => match by(phone_and_name(newcomer)) {
                // Father and son may share name and phone: another number is another person.
                Some(patient) if fits(patient) => Ok(Meant::Known(patient)),
                _ => Ok(Meant::New),
            },
        }
    }

    /// The record of a newcomer whom a number names and who comes with another phone, and how it shall be: what is said now
    /// is right.
    ///
    /// # Errors
    /// As [`Directory::find`].
    pub fn correction(&self, newcomer: &Newcomer, now: Timestamp) -> Result<Option<(&Record, Patient)>, PatientError> {
        let Meant::Known(patient) = self.find(newcomer)? else { return Ok(None) };
        let record = self.known.get(&patient.id).and_then(|known| known.read.as_ref());
        let differs = |record: &&Record| record.patient.phone != newcomer.phone && is_newer(newcomer, &record.patient);
        let Some(record) = record.filter(differs) else { return Ok(None) };
        let filled = patient.filled_from(newcomer, now).unwrap_or_else(|| patient.clone());
        Ok(Some((record, Patient { phone: newcomer.phone.clone(), updated_at: now, ..filled })))
    }

    /// Knows a record as it was corrected.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn corrected(&mut self, scope: &TenantScope, patient: Patient) -> Result<(), PatientError> {
        let Some(known) = self.known.get_mut(&patient.id) else { return Ok(()) };
        if let Some(record) = &mut known.read {
            record.patient = record.patient.after(scope, patient.clone())?;
            known.patient = patient;
        }
        Ok(())
    }

    /// How many actions [`Directory::enrol`] adds at the most.
    ///
    /// # Errors
    /// As [`Directory::find`].
    pub fn actions(&self, newcomer: &Newcomer) -> Result<usize, PatientError> {
        let now = Timestamp::UNIX_EPOCH;
        Ok(match self.find(newcomer)? {
            Meant::Known(patient) => {
                patient.filled_from(newcomer, now).map_or(1, |filled| entries(&filled, 1).len() + 1)
            }
            Meant::New => {
                let anybody = PatientId::from_body(Body::from_parts(now, [0; 10]));
                let patient = Patient::new(anybody, newcomer.clone(), now);
                entries(&patient, 1).len() + 2
            }
        })
    }

    /// Adds to the work what makes the newcomer a patient: a new record, or what a known one lacks.
    ///
    /// # Errors
    /// As [`Directory::find`].
    pub fn enrol(
        &mut self,
        scope: &TenantScope,
        newcomer: &Newcomer,
        new_id: PatientId,
        now: Timestamp,
        work: &mut Work,
    ) -> Result<Enrolled, PatientError> {
        let found = match self.find(newcomer)? {
            Meant::Known(patient) => Some(patient.id),
            Meant::New => None,
        };
        if let Some(known) = found.and_then(|id| self.known.get_mut(&id)) {
            let filled = known.patient.filled_from(newcomer, now);
            // Its next change would need another transaction, with what this one has written.
            if let Some(Record { patient: read, .. }) = known.read.take() {
                match filled {
                    Some(filled) => {
                        work.replace(scope, &read, &filled);
                        reindex(scope, Some(&read.value), &filled, read.version + 1, work);
                        known.patient = filled;
                    }
                    // The ticket shows the name and the phone that were read.
                    None => {
                        work.rely_on(&read);
                    }
                }
            }
            let patient = known.patient.clone();
            let numbers = names(newcomer).into_iter().filter(|name| !matches!(name, Name::Person(..)));
            numbers.for_each(|name| self.add(name, patient.id));
            return Ok(Enrolled { patient, created: false });
        }
        let patient = Patient::new(new_id, newcomer.clone(), now);
        work.create(scope, &patient);
        reindex(scope, None, &patient, 1, work);
        let name = phone_and_name(newcomer);
        if !self.named.contains_key(&name) {
            match self.left.get(&name) {
                Some(left) => work.replace(scope, left, &NameClaim::of(&patient)),
                None => work.create_or_renew(scope, &NameClaim::of(&patient), now),
            };
        }
        for name in names(newcomer) {
            self.named.entry(name).or_insert(patient.id);
        }
        self.known.insert(patient.id, Known { patient: patient.clone(), read: None, unread: None });
        Ok(Enrolled { patient, created: true })
    }
}

/// Whether what a newcomer says is newer than the record. What was said and changed within one instant was said first.
fn is_newer(newcomer: &Newcomer, record: &Stored<Patient>) -> bool {
    newcomer
        .said_at
        .is_none_or(|said_at| record.updated_at < said_at || (record.version == 1 && record.created_at <= said_at))
}

/// Whether nothing tells a patient from the one on a card, if their names and phones are the same.
pub(crate) fn may_be_one(patient: &Patient, card: &Card) -> bool {
    agree(&patient.file_number, &card.file_number) && agree(&patient.national_id, &card.national_id)
}

/// Whether two numbers can be one person's.
fn agree<T: PartialEq>(one: &Option<T>, other: &Option<T>) -> bool {
    one.as_ref().zip(other.as_ref()).is_none_or(|(one, other)| one == other)
}

#[cfg(test)]
mod tests;
