//! Wakes: that an item wants a job, said by the item itself.
//!
//! An item that wants a job carries the attribute `wake`, written by the transaction that writes the item. The relay, which knows no
//! kinds, hands on where the item is ([`Handed`]) when `n` is another one than before, and again when what stands in the index of what
//! is due has come due. Whoever gets the job looks at the item: once `n` is not the item's any more, the job is void.

use aws_sdk_dynamodb::types::AttributeValue;
use dawr_kernel::id::TenantId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Entity, Key, Place, StoreError, Stored, Table, Update, Work,
    entity::{Item, key_of, kind_of},
    keys,
};

/// The attribute that holds a wake.
pub(crate) const WAKE: &str = "wake";

/// That an item wants a job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wake {
    /// The queue.
    pub queue: String,
    /// Another one each time that the item wants a job anew.
    pub n: u64,
    /// Not before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// Counts how often it was handed on from the index of what is due, since `n` is what it is.
    #[serde(default)]
    pub tries: u32,
}

impl Wake {
    /// A job of this queue, as soon as may be.
    pub fn to(queue: &str, n: u64) -> Self {
        Self { queue: queue.to_owned(), n, at: None, tries: 0 }
    }

    /// The same, not before this time.
    #[must_use]
    pub fn not_before(self, at: Timestamp) -> Self {
        Self { at: Some(at), ..self }
    }

    pub(crate) fn write_to(&self, item: &mut Item) -> Result<(), StoreError> {
        let wake = serde_dynamo::to_attribute_value(self).map_err(StoreError::malformed)?;
        item.insert(WAKE.to_owned(), wake);
        Ok(())
    }
}

impl Place {
    /// The item wants a job.
    #[must_use]
    pub fn wake(mut self, wake: Wake) -> Self {
        self.wake = Some(wake);
        self
    }
}

/// A wake that is none: what it should have been nobody can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it has no form of a wake")]
pub struct NoWake;

/// What of an item the relay looks at.
#[derive(Debug, Clone, Deserialize)]
pub struct Image {
    #[serde(rename = "PK")]
    pk: serde_dynamo::AttributeValue,
    #[serde(rename = "SK")]
    sk: serde_dynamo::AttributeValue,
    #[serde(default, rename = "GSI2PK")]
    gsi2pk: Option<serde_dynamo::AttributeValue>,
    #[serde(default)]
    kind: Option<serde_dynamo::AttributeValue>,
    #[serde(default)]
    wake: Option<serde_dynamo::AttributeValue>,
}

impl Image {
    /// Where it is; none if it says no place.
    pub fn key(&self) -> Option<Key> {
        Some(Key { pk: text(&self.pk)?, sk: text(&self.sk)? })
    }

    /// What it is.
    pub fn kind(&self) -> String {
        self.kind.as_ref().and_then(text).unwrap_or_default()
    }

    /// Whether it stands in the index of what is due.
    pub fn is_due(&self) -> bool {
        self.gsi2pk.as_ref().and_then(text).is_some_and(|pk| keys::is_due_root(&pk))
    }

    /// The job that it wants, if any.
    ///
    /// # Errors
    /// [`NoWake`].
    pub fn wake(&self) -> Result<Option<Wake>, NoWake> {
        self.wake.clone().map(|wake| serde_dynamo::from_attribute_value(wake).map_err(|_| NoWake)).transpose()
    }
}

fn text(value: &serde_dynamo::AttributeValue) -> Option<String> {
    match value {
        serde_dynamo::AttributeValue::S(text) => Some(text.clone()),
        _ => None,
    }
}

/// The wake of a stored item, if it has one.
///
/// # Errors
/// [`NoWake`].
pub fn wake_of(item: &Item) -> Result<Option<Wake>, NoWake> {
    item.get(WAKE).cloned().map(|wake| serde_dynamo::from_attribute_value(wake).map_err(|_| NoWake)).transpose()
}

/// A job: where the item is that wants it. Nothing personal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handed {
    /// Whose it is, as its key says; none of what is nobody's.
    pub tenant: Option<TenantId>,
    /// What it is.
    pub kind: String,
    /// Where it is.
    pub key: Key,
    /// The `n` of its wake.
    pub n: u64,
}

impl Handed {
    /// The job that an item at this place wants.
    pub fn of(kind: String, key: Key, n: u64) -> Self {
        Self { tenant: keys::tenant_of(&key), kind, key, n }
    }
}

/// Puts off when an item that was read from the index of what is due is looked at there again: as long as its wake and its place in
/// the index stand as they were read. `counted` says whether that is one more time that it was handed on. Its version stays: this is
/// no change of the thing itself. None for what is not in that index.
pub fn put_off(item: &Item, until: Timestamp, counted: bool) -> Option<Work> {
    let text = |name: &str| item.get(name).and_then(|value| value.as_s().ok()).cloned();
    let due = Key { pk: text("GSI2PK")?, sk: text("GSI2SK")? };
    let later = keys::due_later(&due, until)?;
    let mut update =
        Update::beside(key_of(item)).when("GSI2PK", &due.pk).when("GSI2SK", &due.sk).set("GSI2SK", &later.sk);
    if let Some(found) = item.get(WAKE) {
        update = update.when_value(WAKE, found.clone());
        if let (true, AttributeValue::M(map), Ok(Some(wake))) = (counted, found, wake_of(item)) {
            let mut map = map.clone();
            map.insert("tries".to_owned(), AttributeValue::N(wake.tries.saturating_add(1).to_string()));
            update = update.set_value(WAKE, AttributeValue::M(map));
        }
    }
    let mut work = Work::new();
    work.update(update);
    Some(work)
}

impl Table {
    /// The item that a job is about, and how it wants it; none if the job is void: the item is gone, or wants another one, or none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn handed<T: Entity>(&self, job: &Handed) -> Result<Option<(Stored<T>, Wake)>, StoreError> {
        let mut items = self.get_items(std::slice::from_ref(&job.key)).await?;
        items.remove(&job.key).map_or(Ok(None), |item| job.open(item))
    }
}

impl Handed {
    /// The same of an item that was read together with others.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`].
    pub fn open<T: Entity>(&self, item: Item) -> Result<Option<(Stored<T>, Wake)>, StoreError> {
        if self.tenant != keys::tenant_of(&self.key) || self.kind != kind_of(&item) {
            return Ok(None);
        }
        let wake = wake_of(&item).map_err(|error| StoreError::Corrupt {
            kind: T::KIND,
            at: self.key.kind().to_owned(),
            reason: error.to_string(),
        })?;
        match wake.filter(|wake| wake.n == self.n) {
            Some(wake) => Ok(Some((Stored::decode(item)?, wake))),
            None => Ok(None),
        }
    }
}
