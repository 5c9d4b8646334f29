//! What is stored, and where.

use std::{
    collections::{BTreeSet, HashMap},
    fmt,
    sync::Arc,
};

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use serde::{Serialize, de::DeserializeOwned};

use crate::{Key, StoreError, TenantScope, carry::carry, upgrade, wake::Wake};

/// An item as DynamoDB knows it.
pub type Item = HashMap<String, AttributeValue>;

/// What an item is, by [`Entity::KIND`]; nothing for one that says nothing of it.
pub fn kind_of(item: &Item) -> &str {
    item.get("kind").and_then(|kind| kind.as_s().ok()).map_or("", String::as_str)
}

/// Where an item is.
pub fn key_of(item: &Item) -> Key {
    let text = |name: &str| item.get(name).and_then(|value| value.as_s().ok()).cloned().unwrap_or_default();
    Key { pk: text("PK"), sk: text("SK") }
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

    fn write_to(&self, item: &mut Item) -> Result<(), StoreError> {
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
        match &self.wake {
            Some(wake) => wake.write_to(item),
            None => Ok(()),
        }
    }
}

/// A kind of thing that the table holds.
pub trait Entity: Serialize + DeserializeOwned + Send {
    /// Its name in stored data and in errors.
    const KIND: &'static str;

    /// How items that older programs wrote become those of this one, step by step ([`upgrade`]).
    const UPGRADES: &'static [upgrade::Step] = &[];

    /// Where it is stored. Entities outside any tenant do not look at the scope.
    fn place(&self, scope: &TenantScope) -> Place;

    /// Its id, if it is something that people know of: then the audit trail tells of its changes. What only serves to find
    /// or to count such things has none.
    fn subject(&self) -> Option<String> {
        None
    }
}

/// An entity as it was read: with its key, the version that the next write must find, and what of it this program does not know.
#[derive(Debug, Clone)]
pub struct Stored<T> {
    pub(crate) key: Key,
    pub(crate) read: Whole,
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

/// An item with all its attributes. It holds personal data, so it shows nothing of itself.
#[derive(Clone)]
pub(crate) struct Whole(Arc<Item>);

impl fmt::Debug for Whole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

impl<T: Entity> Stored<T> {
    /// The item as it stands after it was replaced by this value.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] if it cannot be written.
    pub fn after(&self, scope: &TenantScope, value: T) -> Result<Self, StoreError> {
        let item = self.replacement(scope, &value, &self.key)?.item;
        Ok(Self { key: self.key.clone(), read: Whole(Arc::new(item)), version: self.version + 1, value })
    }

    /// What replaces it by this value, at this key, with the attributes that this program does not know.
    pub(crate) fn replacement(&self, scope: &TenantScope, value: &T, key: &Key) -> Result<Replacement, StoreError> {
        let (before, after) = (attributes(&self.value, &self.key)?, attributes(value, key)?);
        let differs = |name: &&String| before.get(*name) != after.get(*name);
        let changed: BTreeSet<String> = before.keys().chain(after.keys()).filter(differs).cloned().collect();
        let place = |value: &T, key: &Key| Place { key: key.clone(), ..value.place(scope) };
        let known = placed::<T>(before, &place(&self.value, &self.key), self.version)?;
        let mut item = placed::<T>(after, &place(value, key), self.version + 1)?;
        carry(&self.read.0, &known, &mut item);
        upgrade::sign::<T>(&mut item);
        Ok(Replacement { item, changed })
    }

    /// The item with all its attributes, as this program's steps left it.
    #[cfg(feature = "describe")]
    pub(crate) fn whole(&self) -> &Item {
        &self.read.0
    }

    /// The item as this program would have written it, at its place.
    #[cfg(feature = "describe")]
    pub(crate) fn known(&self, scope: &TenantScope) -> Result<Item, StoreError> {
        encode(&self.value, &self.value.place(scope), self.version)
    }

    /// Reads an item, of whichever program's schema.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] if it is of another kind or does not decode.
    pub fn decode(mut item: Item) -> Result<Self, StoreError> {
        let key = key_of(&item);
        let corrupt = |reason: String| StoreError::Corrupt { kind: T::KIND, at: key.kind().to_owned(), reason };
        if kind_of(&item) != T::KIND {
            return Err(corrupt("it is of another kind".into()));
        }
        let version = item
            .get("version")
            .and_then(|value| value.as_n().ok())
            .and_then(|number| number.parse().ok())
            .ok_or_else(|| corrupt("it has no version".into()))?;
        upgrade::apply::<T>(&mut item).map_err(corrupt)?;
        let value = serde_dynamo::from_item(item.clone()).map_err(|error| corrupt(error.to_string()))?;
        Ok(Self { key, read: Whole(Arc::new(item)), version, value })
    }
}

/// What an item is replaced by.
pub(crate) struct Replacement {
    /// The item.
    pub(crate) item: Item,
    /// The attributes of the thing itself that get other values.
    pub(crate) changed: BTreeSet<String>,
}

pub(crate) fn encode<T: Entity>(entity: &T, place: &Place, version: u64) -> Result<Item, StoreError> {
    placed::<T>(attributes(entity, &place.key)?, place, version)
}

/// What a thing says of itself.
fn attributes<T: Entity>(entity: &T, key: &Key) -> Result<Item, StoreError> {
    let mut item: Item = serde_dynamo::to_item(entity).map_err(|error| StoreError::Corrupt {
        kind: T::KIND,
        at: key.kind().to_owned(),
        reason: error.to_string(),
    })?;
    // A value that is absent is not stored, so that a filter can ask for its existence.
    item.retain(|_, value| !value.is_null());
    Ok(item)
}

/// The same with where it stands and what it is.
fn placed<T: Entity>(mut item: Item, place: &Place, version: u64) -> Result<Item, StoreError> {
    place.write_to(&mut item)?;
    item.insert("kind".to_owned(), AttributeValue::S(T::KIND.to_owned()));
    item.insert("version".to_owned(), AttributeValue::N(version.to_string()));
    upgrade::sign::<T>(&mut item);
    Ok(item)
}

/// Whether the item's time is over, though DynamoDB has not removed it yet.
pub(crate) fn has_expired(item: &Item, now: Timestamp) -> bool {
    item.get("expires_at")
        .and_then(|value| value.as_n().ok())
        .and_then(|seconds| seconds.parse::<i64>().ok())
        .is_some_and(|seconds| seconds <= now.as_second())
}
