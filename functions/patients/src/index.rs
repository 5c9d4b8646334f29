//! Under what a patient is found. Every entry carries what a list shows, so that a search reads nothing else.

use std::collections::BTreeMap;

use dawr_kernel::{
    id::PatientId,
    phone::PhoneNumber,
    text::{self, LocalId, NationalId, PersonName},
};
use dawr_store::{Entity, Key, Place, Slot, TenantScope, Update, Work, keys};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    model::{Patient, folded, name_key, search_words},
    upload::KEPT,
};

/// What a list shows of a patient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// The patient.
    pub id: PatientId,
    /// The name.
    pub full_name: PersonName,
    /// The phone.
    pub phone: PhoneNumber,
    /// The clinic's own number of the file.
    pub file_number: Option<LocalId>,
    /// The number of the identity card, residence permit or passport.
    pub national_id: Option<NationalId>,
    /// Since when the record exists.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
    /// The record's version.
    pub version: u64,
}

impl Card {
    /// Of a record at this version.
    pub fn of(patient: &Patient, version: u64) -> Self {
        Self {
            id: patient.id,
            full_name: patient.full_name.clone(),
            phone: patient.phone.clone(),
            file_number: patient.file_number.clone(),
            national_id: patient.national_id.clone(),
            created_at: patient.created_at,
            updated_at: patient.updated_at,
            version,
        }
    }
}

/// What an entry is sorted under.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Under {
    /// The file number: one patient at most.
    FileNumber(LocalId),
    /// The national id: one patient at most.
    NationalId(NationalId),
    /// The phone, then the name.
    Phone,
    /// The last digits of the phone.
    PhoneEnd(String),
    /// A word of the folded name, with what follows it.
    Word(String),
}

/// An entry of the index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// What it is sorted under.
    pub under: Under,
    /// The folded name.
    pub folded: String,
    /// The patient.
    pub card: Card,
}

impl Entity for Entry {
    const KIND: &'static str = "patient-entry";

    fn place(&self, scope: &TenantScope) -> Place {
        Place::at(self.key(scope))
    }
}

impl Entry {
    fn key(&self, scope: &TenantScope) -> Key {
        let card = &self.card;
        match &self.under {
            Under::FileNumber(number) => keys::file_number(scope, number.expose()),
            Under::NationalId(id) => keys::national_id(scope, id.expose()),
            Under::Phone => keys::phone_and_name(scope, card.phone.expose(), &text::name_key(&self.folded), card.id),
            Under::PhoneEnd(end) => keys::phone_end(scope, end, &self.folded, card.id),
            Under::Word(word) => keys::name_word(scope, word, &self.folded, card.id),
        }
    }
}

/// Which patient is meant by a phone and a name alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameClaim {
    /// The phone.
    pub phone: PhoneNumber,
    /// The name as names are compared.
    pub folded: String,
    /// The patient.
    pub patient: PatientId,
    /// Since when the patient has another name or phone: only what was said before means them.
    #[serde(default)]
    pub left_at: Option<Timestamp>,
}

impl NameClaim {
    /// The claim of a patient.
    pub fn of(patient: &Patient) -> Self {
        let (phone, folded) = (patient.phone.clone(), name_key(patient.full_name.expose()));
        Self { phone, folded, patient: patient.id, left_at: None }
    }

    /// Whether what was said at this time, now if none is given, means the patient.
    pub fn means(&self, said_at: Option<Timestamp>) -> bool {
        self.left_at.is_none_or(|left_at| said_at.is_some_and(|said_at| said_at <= left_at))
    }
}

impl Entity for NameClaim {
    const KIND: &'static str = "patient-name";

    fn place(&self, scope: &TenantScope) -> Place {
        let place = Place::at(keys::phone_and_name_claim(scope, self.phone.expose(), &self.folded));
        match self.left_at.and_then(|left_at| left_at.checked_add(KEPT).ok()) {
            Some(until) => place.until(until),
            None => place,
        }
    }
}

/// So many digits at the end of a phone it is found by: what everybody sees of it.
pub const PHONE_END: usize = 4;

fn phone_end(phone: &PhoneNumber) -> String {
    let phone = phone.expose();
    phone.get(phone.len().saturating_sub(PHONE_END)..).unwrap_or(phone).to_owned()
}

/// The entries of a record at this version.
pub fn entries(patient: &Patient, version: u64) -> Vec<Entry> {
    let folded = folded(patient.full_name.expose());
    let card = Card::of(patient, version);
    let numbers = patient.file_number.clone().map(Under::FileNumber).into_iter();
    let numbers = numbers.chain(patient.national_id.clone().map(Under::NationalId));
    let words = search_words(&folded).into_iter().map(Under::Word);
    numbers
        .chain([Under::Phone, Under::PhoneEnd(phone_end(&patient.phone))])
        .chain(words)
        .map(|under| Entry { under, folded: folded.clone(), card: card.clone() })
        .collect()
}

/// The actions by which an index entry may be refused: somebody else has that number.
#[derive(Debug, Clone, Copy, Default)]
pub struct Claimed {
    /// The file number's.
    pub file_number: Option<Slot>,
    /// The national id's.
    pub national_id: Option<Slot>,
}

/// Adds to the work what makes the index that of `after` (at this version), which was that of `before`.
pub fn reindex(
    scope: &TenantScope,
    before: Option<&Patient>,
    after: &Patient,
    version: u64,
    work: &mut Work,
) -> Claimed {
    let keyed = |entries: Vec<Entry>| -> BTreeMap<Key, Entry> {
        entries.into_iter().map(|entry| (entry.key(scope), entry)).collect()
    };
    let mut old = keyed(before.map(|patient| entries(patient, version)).unwrap_or_default());
    let mut claimed = Claimed::default();
    for (key, entry) in keyed(entries(after, version)) {
        if old.remove(&key).is_some() {
            work.update(Update::of(key).set("card", &entry.card).set("folded", &entry.folded));
            continue;
        }
        let slot = Some(work.create(scope, &entry));
        match entry.under {
            Under::FileNumber(_) => claimed.file_number = slot,
            Under::NationalId(_) => claimed.national_id = slot,
            Under::Phone | Under::PhoneEnd(_) | Under::Word(_) => {}
        }
    }
    for key in old.into_keys() {
        work.remove(&key);
    }
    claimed
}

#[cfg(test)]
mod tests {
    use dawr_kernel::{
        entropy::Seeded,
        id::{Id, TenantId},
    };
    use dawr_store::Ground;

    use super::*;

    fn patient(name: &str, file: Option<&str>) -> Patient {
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        Patient {
            id: PatientId::generate(now, &Seeded::new(1)),
            full_name: PersonName::parse(name).unwrap(),
            phone: PhoneNumber::from_e164("+966501234567").unwrap(),
            file_number: file.map(|file| LocalId::parse(file).unwrap()),
            national_id: None,
            metadata: None,
            created_at: now,
            updated_at: now,
        }
    }

    fn scope() -> TenantScope {
        TenantScope::on(Ground::Authorized, TenantId::generate(Timestamp::UNIX_EPOCH, &Seeded::new(2)))
    }

    #[test]
    fn a_new_patient_is_found_under_everything() {
        let entries = entries(&patient("سارة أحمد", Some("A-1")), 1);
        let under: Vec<_> = entries.into_iter().map(|entry| entry.under).collect();
        let word = |word: &str| Under::Word(word.to_owned());
        let file = Under::FileNumber(LocalId::parse("A-1").unwrap());
        let end = Under::PhoneEnd("4567".to_owned());
        assert_eq!(under, [file, Under::Phone, end, word("سارهاحمد"), word("احمد")]);
    }

    #[test]
    fn only_what_changed_is_written_anew() {
        let scope = scope();
        let count = |before: Option<&Patient>, after: &Patient| {
            let mut work = Work::new();
            let claimed = reindex(&scope, before, after, 2, &mut work);
            (work.len(), claimed.file_number.is_some())
        };
        let old = patient("سارة أحمد", None);
        assert_eq!(count(None, &old), (4, false));
        assert_eq!(count(Some(&old), &old), (4, false));
        assert_eq!(count(Some(&old), &patient("سارة أحمد", Some("7"))), (5, true));
        // The phones' entries and the words' are sorted by the whole name: all of them move.
        assert_eq!(count(Some(&old), &patient("سارة علي", None)), (8, false));
        // The same name in another writing stays the same person's, and moves where it is sorted.
        assert_eq!(count(Some(&patient("عبدالله", None)), &patient("عبد الله", None)).0, 1 + 2 + 2 + 2);
    }

    #[test]
    fn entries_come_back_from_the_table() {
        for entry in entries(&patient("سارة", Some("7")), 3) {
            let stored: serde_dynamo::Item = serde_dynamo::to_item(&entry).unwrap();
            assert_eq!(serde_dynamo::from_item::<_, Entry>(stored).unwrap(), entry);
        }
    }
}
