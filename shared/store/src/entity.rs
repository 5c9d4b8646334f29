//! What is stored, and where.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use serde::{Serialize, de::DeserializeOwned};

use crate::{Key, StoreError, TenantScope, wake::Wake};

/// An item as DynamoDB knows it.
pub type Item = HashMap<String, AttributeValue>;

/// What an item is, by [`Entity::KIND`]; nothing for one that says nothing of it.
pub fn kind_of(item: &Item) -> &str {
    item.get("kind").and_then(|kind| kind.as_s().ok()).map_or("", String::as_str)
}

/// Where an item is put, and under which further keys it is found.
#[derive(Debug, Clone)]
pub struct Place {
    pub(crate) key: Key,
    pub(crate) gsi1: Option<Key>,
    pub(crate) gsi2: Option<Key>,
    pub(crate) gsi3: Option<Key>,
    pub(crate) lsi1: Option<String>,
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) wake: Option<Wake>,
}

impl Place {
    /// At this key and in no index.
    pub const fn at(key: Key) -> Self {
        Self { key, gsi1: None, gsi2: None, gsi3: None, lsi1: None, expires_at: None, wake: None }
    }

    /// Also in GSI1.
    pub fn gsi1(mut self, key: Key) -> Self {
        self.gsi1 = Some(key);
        self
    }

    /// Also in GSI2.
    pub fn gsi2(mut self, key: Key) -> Self {
        self.gsi2 = Some(key);
        self
    }

    /// Also in GSI3, which holds keys alone.
    pub fn gsi3(mut self, key: Key) -> Self {
        self.gsi3 = Some(key);
        self
    }

    /// Also in its partition's LSI1, at the sort key of `key`.
    pub fn lsi1(mut self, key: Key) -> Self {
        self.lsi1 = Some(key.sk);
        self
    }

    /// Gone after this time.
    pub const fn until(mut self, at: Timestamp) -> Self {
        self.expires_at = Some(at);
        self
    }

    fn write_to(&self, item: &mut Item) {
        let mut put = |name: &str, value: &str| item.insert(name.to_owned(), AttributeValue::S(value.to_owned()));
        put("PK", &self.key.pk);
        put("SK", &self.key.sk);
        for (index, key) in [("GSI1", &self.gsi1), ("GSI2", &self.gsi2), ("GSI3", &self.gsi3)] {
            if let Some(key) = key {
                put(&format!("{index}PK"), &key.pk);
                put(&format!("{index}SK"), &key.sk);
            }
        }
        if let Some(sort) = &self.lsi1 {
            put("LSI1SK", sort);
        }
        if let Some(at) = self.expires_at {
            item.insert("expires_at".to_owned(), AttributeValue::N(at.as_second().to_string()));
        }
        if let Some(wake) = &self.wake {
            wake.write_to(item);
        }
    }
}

/// A kind of thing that the table holds.
pub trait Entity: Serialize + DeserializeOwned + Send {
    /// Its name in stored data and in errors.
    const KIND: &'static str;

    /// Where it is stored. Entities outside any tenant do not look at the scope.
    fn place(&self, scope: &TenantScope) -> Place;

    /// Its id, if it is something that people know of: then the audit trail tells of its changes. What only serves to find
    /// or to count such things has none.
    fn subject(&self) -> Option<String> {
        None
    }
}

/// An entity as it was read: with its key, and the version that the next write must find.
#[derive(Debug, Clone)]
pub struct Stored<T> {
    pub(crate) key: Key,
    /// Counts the writes of this item, from 1.
    pub version: u64,
    /// The thing itself.
    pub value: T,
}

impl<T> std::ops::Deref for Stored<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: Entity> Stored<T> {
    /// The item as it stands after it was replaced by this value.
    pub fn after(&self, value: T) -> Self {
        Self { key: self.key.clone(), version: self.version + 1, value }
    }

    /// Reads an item.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] if it is of another kind or does not decode.
    pub fn decode(item: Item) -> Result<Self, StoreError> {
        let text = |name: &str| item.get(name).and_then(|value| value.as_s().ok()).cloned();
        let key = Key { pk: text("PK").unwrap_or_default(), sk: text("SK").unwrap_or_default() };
        let corrupt = |reason: String| StoreError::Corrupt { kind: T::KIND, at: key.kind().to_owned(), reason };
        if text("kind").as_deref() != Some(T::KIND) {
            return Err(corrupt("it is of another kind".into()));
        }
        let version = item
            .get("version")
            .and_then(|value| value.as_n().ok())
            .and_then(|number| number.parse().ok())
            .ok_or_else(|| corrupt("it has no version".into()))?;
        let value = serde_dynamo::from_item(item).map_err(|error| corrupt(error.to_string()))?;
        Ok(Self { key, version, value })
    }
}

pub(crate) fn encode<T: Entity>(entity: &T, place: &Place, version: u64) -> Result<Item, StoreError> {
    let mut item: Item = serde_dynamo::to_item(entity).map_err(|error| StoreError::Corrupt {
        kind: T::KIND,
        at: place.key.kind().to_owned(),
        reason: error.to_string(),
    })?;
    // A value that is absent is not stored, so that a filter can ask for its existence.
    item.retain(|_, value| !value.is_null());
    place.write_to(&mut item);
    item.insert("kind".to_owned(), AttributeValue::S(T::KIND.to_owned()));
    item.insert("version".to_owned(), AttributeValue::N(version.to_string()));
    Ok(item)
}

/// Whether the item's time is over, though DynamoDB has not removed it yet.
pub(crate) fn has_expired(item: &Item, now: Timestamp) -> bool {
    item.get("expires_at")
        .and_then(|value| value.as_n().ok())
        .and_then(|seconds| seconds.parse::<i64>().ok())
        .is_some_and(|seconds| seconds <= now.as_second())
}
