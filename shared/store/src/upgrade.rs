//! Items that older and newer programs wrote.
//!
//! The shape of a kind has a number, its schema: one more than it has upgrade steps. An item says the schema of the program that wrote
//! it last; one that says nothing is of the first. Reading it takes the steps that it lacks. What a newer program wrote is read as far as
//! it is known, and writing it keeps the rest but says the older schema: the newer program takes its steps again and so judges anew what
//! the older one changed. A step therefore finds items that had it before, and must leave alone what it would only make again.

use aws_sdk_dynamodb::types::AttributeValue;

use crate::{Entity, entity::Item};

/// The attribute that says the schema.
pub(crate) const SCHEMA: &str = "schema";

/// A step from one schema to the next. The first goes from 1 to 2. It says why an item cannot take it.
pub type Step = fn(&mut Item) -> Result<(), String>;

/// The schema that this program writes of a kind.
pub const fn schema<T: Entity>() -> usize {
    T::UPGRADES.len() + 1
}

/// The schema of the program that wrote an item last.
pub fn schema_of(item: &Item) -> usize {
    item.get(SCHEMA).and_then(|number| number.as_n().ok()).and_then(|number| number.parse().ok()).unwrap_or(1)
}

/// Takes the steps that an item lacks.
pub(crate) fn apply<T: Entity>(item: &mut Item) -> Result<(), String> {
    let had = schema_of(item).saturating_sub(1);
    T::UPGRADES.iter().skip(had).try_for_each(|step| step(item))
}

/// Says that this program wrote an item.
pub(crate) fn sign<T: Entity>(item: &mut Item) {
    item.remove(SCHEMA);
    if schema::<T>() > 1 {
        item.insert(SCHEMA.to_owned(), AttributeValue::N(schema::<T>().to_string()));
    }
}
