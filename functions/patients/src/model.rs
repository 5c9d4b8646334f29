//! A patient's record.

use std::collections::BTreeSet;

use dawr_kernel::{
    id::PatientId,
    phone::PhoneNumber,
    text::{self, LocalId, NationalId, PersonName, fold, is_found, name_starts},
};
use dawr_store::{Entity, Place, TenantScope, keys};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::metadata::Metadata;

/// A person's record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Patient {
    /// Its id.
    pub id: PatientId,
    /// The name.
    pub full_name: PersonName,
    /// The phone; a family may share one.
    pub phone: PhoneNumber,
    /// The clinic's own number of the file; unique in the tenant. The API calls it `localId`.
    pub file_number: Option<LocalId>,
    /// The number of the identity card, residence permit or passport; unique in the tenant.
    pub national_id: Option<NationalId>,
    /// What else the clinic keeps.
    pub metadata: Option<Metadata>,
    /// Since when the record exists.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

impl Entity for Patient {
    const KIND: &'static str = "patient";

    fn place(&self, scope: &TenantScope) -> Place {
        Place::at(keys::patient(scope, self.id)).gsi1(keys::patient_listed(scope, self.id))
    }

    fn subject(&self) -> Option<String> {
        Some(self.id.to_string())
    }
}

/// A person who comes, as far as the desk knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Newcomer {
    /// The name.
    pub full_name: PersonName,
    /// The phone.
    pub phone: PhoneNumber,
    /// The clinic's own number of the file.
    pub file_number: Option<LocalId>,
    /// The number of the identity card, residence permit or passport.
    pub national_id: Option<NationalId>,
    /// What else is known.
    pub metadata: Option<Metadata>,
    /// The patient whom a person has confirmed them to be.
    pub same_as: Option<PatientId>,
    /// When this was said, if that is a while ago: a record may have been corrected since.
    pub said_at: Option<Timestamp>,
}

impl Patient {
    /// A new record.
    pub fn new(id: PatientId, newcomer: Newcomer, now: Timestamp) -> Self {
        let Newcomer { full_name, phone, file_number, national_id, metadata, same_as: _, said_at: _ } = newcomer;
        Self { id, full_name, phone, file_number, national_id, metadata, created_at: now, updated_at: now }
    }

    /// The record with what it lacks and the newcomer brings; none if that is nothing. The name stays: one is written in many
    /// ways, and who is right is for a person to decide.
    pub fn filled_from(&self, newcomer: &Newcomer, now: Timestamp) -> Option<Self> {
        let mut filled = self.clone();
        filled.file_number = filled.file_number.or_else(|| newcomer.file_number.clone());
        filled.national_id = filled.national_id.or_else(|| newcomer.national_id.clone());
        filled.metadata = match (&self.metadata, &newcomer.metadata) {
            (Some(old), Some(new)) => Some(old.filled_from(new)),
            (old, new) => old.clone().or_else(|| new.clone()),
        };
        (filled != *self).then_some(Self { updated_at: now, ..filled })
    }
}

/// A name as it is compared: folded, and short enough for a key (1,024 bytes with all its parts). One character may fold
/// into eighteen.
pub fn folded(name: &str) -> String {
    const MOST_BYTES: usize = 300;
    let folded = fold(name);
    folded.get(..folded.floor_char_boundary(MOST_BYTES)).unwrap_or_default().trim_end().to_owned()
}

/// A name by which patients of one phone are told apart, however it is written.
pub fn name_key(name: &str) -> String {
    text::name_key(&folded(name))
}

/// Under what the patient of a folded name is found: from each word that begins in it on, as far as a key has room.
pub fn search_words(folded: &str) -> Vec<String> {
    const MOST: usize = 10;
    let mut seen = BTreeSet::new();
    let starts = name_starts(folded).into_iter().map(|start| search_key(&start));
    starts.filter(|start| seen.insert(start.clone())).take(MOST).collect()
}

/// As much of a word that is looked for as there is in a key.
pub fn search_key(word: &str) -> String {
    const MOST_LETTERS: usize = 24;
    word.chars().take(MOST_LETTERS).collect()
}

/// Whether a name is what somebody typed who looks for it.
pub fn is_named(name: &str, search: &str) -> bool {
    is_found(&folded(name), &folded(search))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_name_fits_in_a_key(name in "\\PC{1,200}|(ﷺ){1,200}") {
            let folded = folded(&name);
            prop_assert!(folded.len() <= 300);
            prop_assert_eq!(self::folded(&folded), folded.clone());
            let words = search_words(&folded);
            prop_assert!(words.len() <= 10);
            // With the tenant, the patient and what stands between them there is room for some hundred bytes.
            prop_assert!(words.iter().all(|word| word.len() + folded.len() < 800));
        }
    }

    #[test]
    fn a_name_stands_in_the_index_under_each_of_its_words() {
        let words = |name: &str| search_words(&folded(name));
        assert_eq!(words("محمد العلي"), ["محمدالعلي", "العلي", "علي"]);
        assert_eq!(words("عبد الله سالم"), ["عبداللهسالم", "لهسالم", "سالم"]);
        assert_eq!(words("عبدالله سالم"), words("عبد الله سالم"));
        assert_eq!(words("a b c d e f g h i j k l").len(), 10);
        assert_eq!(words("ه ه ه"), ["ههه", "هه", "ه"]);
        assert!(words("!?").is_empty());
    }
}
