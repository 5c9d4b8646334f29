//! The chain that seals the audit trail. Each entry gets one link; a link holds the hash of its entry and of the link
//! before it, so that nothing can be changed, taken out or put in between without breaking every link that follows.

use dawr_api::{audit::Entry, idempotency::hash};
use dawr_kernel::id::{AuditId, TenantId};
use dawr_store::{Entity, Place, StoreError, TenantScope, keys};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::canonical::{self, FORM};

/// What a chain comes to at some point: all that the next link says of the links before it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    /// How many links there are.
    pub links: u64,
    /// The hash of the last one; empty before the first.
    pub hash: String,
    /// When the last one may be forgotten.
    pub until: Option<Timestamp>,
    /// When the one of them that is kept longest may be forgotten: a tenant's retention changes.
    pub longest: Option<Timestamp>,
}

/// How far the trail of a tenant is sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Whose trail.
    pub tenant: TenantId,
    /// The end of the chain.
    pub point: Point,
}

impl Entity for Head {
    const KIND: &'static str = "seal head";

    fn place(&self, scope: &TenantScope) -> Place {
        Place::at(keys::seal_head(scope))
    }
}

/// The seal of one entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Whose trail.
    pub tenant: TenantId,
    /// The chain before it.
    pub before: Point,
    /// The entry.
    pub entry: AuditId,
    /// In which [form](crate::canonical) the entry and this are hashed.
    #[serde(default = "first_form")]
    pub form: u8,
    /// The hash of the entry.
    pub digest: String,
    /// When the entry may be forgotten, and the link with it.
    pub until: Timestamp,
    /// The hash of all of the above.
    pub hash: String,
}

/// Of links that were made before they said it.
const fn first_form() -> u8 {
    1
}

impl Entity for Link {
    const KIND: &'static str = "seal";

    fn place(&self, scope: &TenantScope) -> Place {
        Place::at(keys::seal_link(scope, self.entry)).until(self.until)
    }
}

impl Link {
    /// The link that seals an entry behind this point.
    ///
    /// # Errors
    /// If the entry cannot be written as JSON.
    pub fn of(entry: &Entry, before: Point) -> Result<Self, StoreError> {
        let unknown = || StoreError::Malformed("the form of seals is not known".to_owned());
        let mut link = Self {
            tenant: entry.tenant,
            before,
            entry: entry.id,
            form: FORM,
            digest: hash(&canonical::of_entry(FORM, entry)?.ok_or_else(unknown)?),
            until: entry.until,
            hash: String::new(),
        };
        link.hash = hash(&canonical::of_link(&link)?.ok_or_else(unknown)?);
        Ok(link)
    }

    /// The chain up to and with this link.
    pub fn point(&self) -> Point {
        Point {
            links: self.before.links + 1,
            hash: self.hash.clone(),
            until: Some(self.until),
            longest: self.before.longest.max(Some(self.until)),
        }
    }

    /// Whether what it says is what its hash was made of; none if a newer program sealed it.
    ///
    /// # Errors
    /// If it cannot be written as JSON.
    pub fn is_whole(&self) -> Result<Option<bool>, StoreError> {
        Ok(canonical::of_link(self)?.map(|text| hash(&text) == self.hash))
    }

    /// Whether an entry is what it seals; none if a newer program sealed it.
    ///
    /// # Errors
    /// If it cannot be written as JSON.
    pub fn seals(&self, entry: &Entry) -> Result<Option<bool>, StoreError> {
        Ok(canonical::of_entry(self.form, entry)?.map(|text| hash(&text) == self.digest))
    }
}

/// That an entry is about something, so that all that happened to one thing is found without reading the whole trail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Footprint {
    /// What it is about.
    pub subject: String,
    /// The entry.
    pub entry: AuditId,
    /// When the entry may be forgotten.
    pub until: Timestamp,
}

impl Footprint {
    /// The footprints of an entry: one for each thing that it is about.
    pub fn all_of(entry: &Entry) -> Vec<Self> {
        let mut subjects: Vec<&String> = entry.subjects.iter().map(|subject| &subject.id).collect();
        subjects.sort();
        subjects.dedup();
        subjects
            .into_iter()
            .map(|subject| Self { subject: subject.clone(), entry: entry.id, until: entry.until })
            .collect()
    }
}

impl Entity for Footprint {
    const KIND: &'static str = "footprint";

    fn place(&self, scope: &TenantScope) -> Place {
        Place::at(keys::trail(scope, &self.subject, self.entry)).until(self.until)
    }
}
