//! A patient's record.

use std::collections::BTreeSet;

use dawr_kernel::{
    id::PatientId,
    phone::PhoneNumber,
    text::{LocalId, NationalId, PersonName, fold, words},
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
        Place::at(keys::patient(scope, self.id))
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

/// The words of a folded name under which its patient is found.
pub fn search_words(folded: &str) -> Vec<&str> {
    const MOST: usize = 6;
    let mut seen = BTreeSet::new();
    words(folded).filter(|word| seen.insert(*word)).take(MOST).collect()
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
            prop_assert!(search_words(&folded).len() <= 6);
        }
    }

    #[test]
    fn words_are_distinct() {
        assert_eq!(search_words(&folded("محمد أحمد مُحمّد العلي")), ["محمد", "احمد", "العلي"]);
        assert_eq!(search_words(&folded("a b c d e f g h")).len(), 6);
        assert!(search_words(&folded("!?")).is_empty());
    }
}
