//! Changes that happen together or not at all.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{
    AttributeValue, ConditionCheck, Delete, Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem,
    Update as UpdateAction,
};
use serde::Serialize;

use crate::{
    Entity, Key, StoreError, Stored, TenantScope,
    entity::{Item, Replacement, encode},
    instant, upgrade,
};

/// The most actions that one transaction takes (DynamoDB's TransactWriteItems).
pub const MAX_ACTIONS: usize = 100;

/// An action of a [`Work`], by which its refusal is recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Slot(pub(crate) usize);

/// A transaction in the making. Every action has a condition.
#[derive(Default)]
pub struct Work {
    pub(crate) actions: Vec<TransactWriteItem>,
    pub(crate) malformed: Option<StoreError>,
    changes: Vec<Change>,
}

/// What a transaction does to one thing that people know of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What kind of thing.
    pub kind: &'static str,
    /// Which one.
    pub id: String,
    /// What is done to it.
    pub what: What,
}

/// What is done to a thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// It is made.
    Created,
    /// These attributes get other values.
    Changed(Vec<String>),
    /// It is deleted.
    Deleted,
}

impl Work {
    /// Nothing to do yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Does all that another one does, too. What slots of that one mean is lost.
    pub fn join(&mut self, other: Self) {
        self.actions.extend(other.actions);
        self.changes.extend(other.changes);
        self.malformed = self.malformed.take().or(other.malformed);
    }

    /// The number of actions so far.
    pub fn len(&self) -> usize {
        self.actions.len()
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.actions.is_empty()
    }

    /// What it does to things that people know of.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// Says what is done to a thing that is not read for it, or that is not in the table.
    pub fn about(&mut self, kind: &'static str, id: impl std::fmt::Display, what: What) {
        self.changes.push(Change { kind, id: id.to_string(), what });
    }

    fn note<T: Entity>(&mut self, entity: &T, what: impl FnOnce() -> What) {
        if let Some(id) = entity.subject() {
            self.changes.push(Change { kind: T::KIND, id, what: what() });
        }
    }

    /// Puts an entity that must not exist.
    pub fn create<T: Entity>(&mut self, scope: &TenantScope, entity: &T) -> Slot {
        self.note(entity, || What::Created);
        self.put(encode(entity, &entity.place(scope), 1), "attribute_not_exists(PK)", None)
    }

    /// Puts an entity that must not exist, or whose time is over at `now` though it was not removed yet.
    pub fn create_or_renew<T: Entity>(&mut self, scope: &TenantScope, entity: &T, now: jiff::Timestamp) -> Slot {
        self.note(entity, || What::Created);
        let now = AttributeValue::N(now.as_second().to_string());
        let item = encode(entity, &entity.place(scope), 1);
        self.put(item, "attribute_not_exists(PK) OR expires_at <= :found", Some(now))
    }

    /// Puts an entity over the version that was read.
    pub fn replace<T: Entity>(&mut self, scope: &TenantScope, read: &Stored<T>, entity: &T) -> Slot {
        let replacement = read.replacement(scope, entity, &read.key);
        if let Ok(Replacement { changed, .. }) = &replacement {
            self.note(entity, || What::Changed(changed.iter().cloned().collect()));
        }
        self.put_over(read, replacement)
    }

    fn put_over<T>(&mut self, read: &Stored<T>, replacement: Result<Replacement, StoreError>) -> Slot {
        let version = AttributeValue::N(read.version.to_string());
        self.put(replacement.map(|replacement| replacement.item), "version = :found", Some(version))
    }

    /// Puts what was read as this program writes it, where this program has it: another place must be free. Nothing that people know
    /// of changes.
    #[cfg(feature = "describe")]
    pub(crate) fn renew<T: Entity>(&mut self, scope: &TenantScope, read: &Stored<T>) -> Slot {
        let key = read.value.place(scope).key;
        let replacement = read.replacement(scope, &read.value, &key);
        if key == read.key {
            return self.put_over(read, replacement);
        }
        self.delete_at(read);
        self.put(replacement.map(|replacement| replacement.item), "attribute_not_exists(PK)", None)
    }

    fn put(&mut self, item: Result<Item, StoreError>, condition: &str, found: Option<AttributeValue>) -> Slot {
        let action = item.and_then(|item| {
            Put::builder()
                .table_name("")
                .set_item(Some(item))
                .condition_expression(condition)
                .set_expression_attribute_values(found.map(|value| HashMap::from([(":found".to_owned(), value)])))
                .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
                .build()
                .map_err(StoreError::malformed)
        });
        self.push(action.map(|put| TransactWriteItem::builder().put(put).build()))
    }

    /// Deletes the version that was read.
    pub fn delete<T: Entity>(&mut self, read: &Stored<T>) -> Slot {
        self.note(&read.value, || What::Deleted);
        self.delete_at(read)
    }

    fn delete_at<T: Entity>(&mut self, read: &Stored<T>) -> Slot {
        let action = Delete::builder()
            .table_name("")
            .set_key(Some(key_item(&read.key)))
            .condition_expression("version = :found")
            .expression_attribute_values(":found", AttributeValue::N(read.version.to_string()))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .build()
            .map_err(StoreError::malformed);
        self.push(action.map(|delete| TransactWriteItem::builder().delete(delete).build()))
    }

    /// Only if the version that was read still stands: what was decided by it holds.
    pub fn rely_on<T: Entity>(&mut self, read: &Stored<T>) -> Slot {
        let action = ConditionCheck::builder()
            .table_name("")
            .set_key(Some(key_item(&read.key)))
            .condition_expression("version = :found")
            .expression_attribute_values(":found", AttributeValue::N(read.version.to_string()))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .build()
            .map_err(StoreError::malformed);
        self.push(action.map(|check| TransactWriteItem::builder().condition_check(check).build()))
    }

    /// Only if nothing stands at the key.
    pub fn rely_on_absence(&mut self, key: &Key) -> Slot {
        let action = ConditionCheck::builder()
            .table_name("")
            .set_key(Some(key_item(key)))
            .condition_expression("attribute_not_exists(PK)")
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .build()
            .map_err(StoreError::malformed);
        self.push(action.map(|check| TransactWriteItem::builder().condition_check(check).build()))
    }

    /// Deletes what stands at the key; it must exist.
    pub fn remove(&mut self, key: &Key) -> Slot {
        let action = Delete::builder()
            .table_name("")
            .set_key(Some(key_item(key)))
            .condition_expression("attribute_exists(PK)")
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .build()
            .map_err(StoreError::malformed);
        self.push(action.map(|delete| TransactWriteItem::builder().delete(delete).build()))
    }

    /// Changes some attributes of one item.
    pub fn update(&mut self, update: Update) -> Slot {
        let action = update.build();
        self.push(action.map(|update| TransactWriteItem::builder().update(update).build()))
    }

    fn push(&mut self, action: Result<TransactWriteItem, StoreError>) -> Slot {
        match action {
            Ok(action) => self.actions.push(action),
            // Kept for the commit, so that callers compose without a `?` at every step.
            Err(error) => self.malformed = Some(error),
        }
        Slot(self.actions.len().saturating_sub(1))
    }
}

pub(crate) fn key_item(key: &Key) -> Item {
    HashMap::from([
        ("PK".to_owned(), AttributeValue::S(key.pk.clone())),
        ("SK".to_owned(), AttributeValue::S(key.sk.clone())),
    ])
}

/// A change of some attributes of one item, for counters that many writers share. Adds one to its version.
pub struct Update {
    key: Key,
    sets: Vec<String>,
    adds: Vec<String>,
    deletes: Vec<String>,
    conditions: Vec<String>,
    names: HashMap<String, String>,
    values: HashMap<String, AttributeValue>,
}

impl Update {
    /// Of the item at this key, which must exist.
    pub fn of(key: Key) -> Self {
        Self {
            key,
            sets: Vec::new(),
            adds: vec!["version :one".to_owned()],
            deletes: Vec::new(),
            conditions: vec!["attribute_exists(PK)".to_owned()],
            names: HashMap::new(),
            values: HashMap::from([(":one".to_owned(), AttributeValue::N("1".to_owned()))]),
        }
    }

    /// Of what the table keeps beside the item at this key, which must exist: its version stays.
    pub(crate) fn beside(key: Key) -> Self {
        Self { adds: Vec::new(), values: HashMap::new(), ..Self::of(key) }
    }

    /// Of the item at this key, which is made if it is not there: `entity` says what kind it is.
    pub fn upsert<T: Entity>(key: Key) -> Self {
        let mut update = Self::of(key);
        update.conditions.clear();
        let update = update.set("kind", T::KIND);
        // Signed as it is when it is put.
        if upgrade::schema::<T>() > 1 { update.set(upgrade::SCHEMA, upgrade::schema::<T>()) } else { update }
    }

    fn bind(&mut self, attribute: &str, value: AttributeValue) -> (String, String) {
        let n = self.values.len();
        let (name, placeholder) = (format!("#u{n}"), format!(":u{n}"));
        self.names.insert(name.clone(), attribute.to_owned());
        self.values.insert(placeholder.clone(), value);
        (name, placeholder)
    }

    /// Sets an attribute.
    pub fn set(self, attribute: &str, value: impl Serialize) -> Self {
        self.set_value(attribute, serde_dynamo::to_attribute_value(value).unwrap_or(AttributeValue::Null(true)))
    }

    pub(crate) fn set_value(mut self, attribute: &str, value: AttributeValue) -> Self {
        let (name, placeholder) = self.bind(attribute, value);
        self.sets.push(format!("{name} = {placeholder}"));
        self
    }

    /// Sets a time that is compared.
    pub fn set_instant(self, attribute: &str, at: jiff::Timestamp) -> Self {
        self.set(attribute, instant::text(at))
    }

    /// Adds to a number.
    pub fn add(mut self, attribute: &str, by: i64) -> Self {
        let (name, placeholder) = self.bind(attribute, AttributeValue::N(by.to_string()));
        self.adds.push(format!("{name} {placeholder}"));
        self
    }

    /// Adds a text to a set of texts; the set is made if there is none.
    pub fn include(mut self, attribute: &str, element: impl ToString) -> Self {
        let (name, placeholder) = self.bind(attribute, AttributeValue::Ss(vec![element.to_string()]));
        self.adds.push(format!("{name} {placeholder}"));
        self
    }

    /// Takes a text out of a set of texts, if it is there. A set that is left empty goes away.
    pub fn exclude(mut self, attribute: &str, element: impl ToString) -> Self {
        let (name, placeholder) = self.bind(attribute, AttributeValue::Ss(vec![element.to_string()]));
        self.deletes.push(format!("{name} {placeholder}"));
        self
    }

    /// Only over the version that was read; over nothing if there was none.
    pub fn over<T: Entity>(mut self, read: Option<&Stored<T>>) -> Self {
        match read {
            Some(read) => self.when("version", read.version),
            None => {
                self.conditions.push("attribute_not_exists(PK)".to_owned());
                self
            }
        }
    }

    /// Only if there is no such attribute.
    pub fn without(mut self, attribute: &str) -> Self {
        let name = format!("#w{}", self.names.len());
        self.conditions.push(format!("attribute_not_exists({name})"));
        self.names.insert(name, attribute.to_owned());
        self
    }

    /// Only if the number is at least this.
    pub fn at_least(mut self, attribute: &str, least: i64) -> Self {
        let (name, placeholder) = self.bind(attribute, AttributeValue::N(least.to_string()));
        self.conditions.push(format!("{name} >= {placeholder}"));
        self
    }

    /// Only if the number is below this, or absent.
    pub fn below(mut self, attribute: &str, limit: i64) -> Self {
        let (name, placeholder) = self.bind(attribute, AttributeValue::N(limit.to_string()));
        self.conditions.push(format!("(attribute_not_exists({name}) OR {name} < {placeholder})"));
        self
    }

    /// Only if the time is before this one, or absent. It must be stored as [`crate::instant`] writes it.
    pub fn before(mut self, attribute: &str, at: jiff::Timestamp) -> Self {
        let (name, placeholder) = self.bind(attribute, AttributeValue::S(instant::text(at)));
        self.conditions.push(format!("(attribute_not_exists({name}) OR {name} < {placeholder})"));
        self
    }

    /// Only if the attribute has this value.
    pub fn when(self, attribute: &str, value: impl Serialize) -> Self {
        self.when_value(attribute, serde_dynamo::to_attribute_value(value).unwrap_or(AttributeValue::Null(true)))
    }

    pub(crate) fn when_value(mut self, attribute: &str, value: AttributeValue) -> Self {
        let (name, placeholder) = self.bind(attribute, value);
        self.conditions.push(format!("{name} = {placeholder}"));
        self
    }

    /// Lets DynamoDB remove it after this time.
    pub fn until(self, at: jiff::Timestamp) -> Self {
        self.set("expires_at", at.as_second())
    }

    fn build(self) -> Result<UpdateAction, StoreError> {
        let clauses = [("SET", &self.sets), ("ADD", &self.adds), ("DELETE", &self.deletes)];
        let clauses = clauses.into_iter().filter(|(_, parts)| !parts.is_empty());
        let expression: Vec<String> = clauses.map(|(clause, parts)| format!("{clause} {}", parts.join(", "))).collect();
        let expression = expression.join(" ");
        let condition = (!self.conditions.is_empty()).then(|| self.conditions.join(" AND "));
        UpdateAction::builder()
            .table_name("")
            .set_key(Some(key_item(&self.key)))
            .update_expression(expression)
            .set_condition_expression(condition)
            .set_expression_attribute_names((!self.names.is_empty()).then_some(self.names))
            .set_expression_attribute_values(Some(self.values))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .build()
            .map_err(StoreError::malformed)
    }
}
