//! Reading a range of one partition, page by page.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::{Deserialize, Serialize};

use crate::{Key, entity::Item, error::StoreError};

/// The order in which a partition is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Index {
    /// By the table's own keys; consistent.
    Table,
    /// By LSI1SK within the table's partition; consistent.
    Lsi1,
    /// By GSI1; follows the table within moments.
    Gsi1,
    /// By GSI2; follows the table within moments.
    Gsi2,
    /// By GSI3, which holds keys alone; follows the table within moments.
    Gsi3,
}

impl Index {
    pub(crate) const fn name(self) -> Option<&'static str> {
        match self {
            Self::Table => None,
            Self::Lsi1 => Some("LSI1"),
            Self::Gsi1 => Some("GSI1"),
            Self::Gsi2 => Some("GSI2"),
            Self::Gsi3 => Some("GSI3"),
        }
    }

    pub(crate) const fn keys(self) -> (&'static str, &'static str) {
        match self {
            Self::Table => ("PK", "SK"),
            Self::Lsi1 => ("PK", "LSI1SK"),
            Self::Gsi1 => ("GSI1PK", "GSI1SK"),
            Self::Gsi2 => ("GSI2PK", "GSI2SK"),
            Self::Gsi3 => ("GSI3PK", "GSI3SK"),
        }
    }

    pub(crate) const fn is_consistent(self) -> bool {
        matches!(self, Self::Table | Self::Lsi1)
    }
}

pub(crate) enum Range {
    Below(Key),
    Between(Key, Key),
}

/// A condition on an attribute of the items of a range.
pub(crate) struct Filter {
    pub(crate) condition: String,
    /// The placeholder of the attribute's name, and the name.
    pub(crate) name: (String, String),
    /// The placeholders of the values, and the values.
    pub(crate) values: Vec<(String, AttributeValue)>,
}

/// The most operands of `IN`.
const MAX_OPERANDS: usize = 100;

/// A range of one partition.
pub struct Query {
    pub(crate) index: Index,
    pub(crate) range: Range,
    pub(crate) descending: bool,
    pub(crate) limit: Option<i32>,
    pub(crate) after: Option<Cursor>,
    pub(crate) attributes: Vec<&'static str>,
    pub(crate) filters: Vec<Filter>,
}

impl Query {
    /// Everything whose sort key starts with that of `prefix`.
    pub const fn below(index: Index, prefix: Key) -> Self {
        Self::of(index, Range::Below(prefix))
    }

    /// What is at this key, and nothing else.
    pub fn at(index: Index, key: Key) -> Self {
        Self::between(index, key.clone(), key)
    }

    /// Everything from `first` to `last`, both included.
    pub const fn between(index: Index, first: Key, last: Key) -> Self {
        Self::of(index, Range::Between(first, last))
    }

    const fn of(index: Index, range: Range) -> Self {
        Self { index, range, descending: false, limit: None, after: None, attributes: Vec::new(), filters: Vec::new() }
    }

    /// The last one first.
    pub const fn descending(mut self) -> Self {
        self.descending = true;
        self
    }

    /// Looks at so many items at the most, before filters.
    pub fn limit(mut self, items: u32) -> Self {
        self.limit = i32::try_from(items).ok();
        self
    }

    /// Brings these attributes only, where items are counted rather than read.
    pub fn attributes(mut self, names: &[&'static str]) -> Self {
        self.attributes = names.to_vec();
        self
    }

    /// Goes on behind the place where an earlier page ended.
    pub fn after(mut self, cursor: Option<Cursor>) -> Self {
        self.after = cursor;
        self
    }

    /// Only those in which the attribute has this value. `None` asks nothing.
    pub fn only(self, attribute: &str, value: Option<impl ToString>) -> Self {
        match value {
            Some(value) => self.filter(attribute, "=", AttributeValue::S(value.to_string())),
            None => self,
        }
    }

    /// Only those in which the attribute has one of these values, of which there is one at least. `None` asks nothing.
    pub fn among(mut self, attribute: &str, values: Option<&[impl ToString]>) -> Self {
        let Some(values) = values else { return self };
        let name = format!("#f{}", self.filters.len());
        let placeholder = |place: usize| format!(":{}_{place}", name.trim_start_matches('#'));
        let value = |(place, value): (usize, &_)| (placeholder(place), AttributeValue::S(ToString::to_string(value)));
        let values: Vec<_> = values.iter().enumerate().map(value).collect();
        let one_of = |chunk: &[(String, AttributeValue)]| {
            let names: Vec<&str> = chunk.iter().map(|(name, _)| name.as_str()).collect();
            format!("{name} IN ({})", names.join(", "))
        };
        let condition = values.chunks(MAX_OPERANDS).map(one_of).collect::<Vec<_>>().join(" OR ");
        let condition = format!("({condition})");
        self.filters.push(Filter { condition, name: (name, attribute.to_owned()), values });
        self
    }

    /// Only those in which the attribute is this. `None` asks nothing.
    pub fn only_bool(self, attribute: &str, value: Option<bool>) -> Self {
        match value {
            Some(value) => self.filter(attribute, "=", AttributeValue::Bool(value)),
            None => self,
        }
    }

    /// Only those in which the text attribute contains `part`.
    pub fn containing(self, attribute: &str, part: &str) -> Self {
        let part = AttributeValue::S(part.to_owned());
        self.push(attribute, part, |name, value| format!("contains({name}, {value})"))
    }

    fn filter(self, attribute: &str, operator: &str, value: AttributeValue) -> Self {
        self.push(attribute, value, |name, value| format!("{name} {operator} {value}"))
    }

    fn push(mut self, attribute: &str, value: AttributeValue, condition: impl Fn(&str, &str) -> String) -> Self {
        let n = self.filters.len();
        let (name, placeholder) = (format!("#f{n}"), format!(":f{n}"));
        self.filters.push(Filter {
            condition: condition(&name, &placeholder),
            name: (name, attribute.to_owned()),
            values: vec![(placeholder, value)],
        });
        self
    }
}

/// Where a page ended: the key of the last item looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor(HashMap<String, String>);

impl Cursor {
    pub(crate) fn of(item: &Item) -> Result<Self, StoreError> {
        item.iter()
            .map(|(name, value)| match value.as_s() {
                Ok(text) => Ok((name.clone(), text.clone())),
                Err(_) => Err(StoreError::Malformed(format!("the key attribute {name} is no text"))),
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// The cursor just behind an item of a query by this index.
    ///
    /// # Errors
    /// [`StoreError::Malformed`] if it is no item of such a query.
    pub fn behind(item: &Item, index: Index) -> Result<Self, StoreError> {
        let (pk, sk) = index.keys();
        let names = ["PK", "SK", pk, sk];
        Self::of(
            &item
                .iter()
                .filter(|(name, _)| names.contains(&name.as_str()))
                .map(|(k, v)| (k.clone(), v.clone()))
                .collect(),
        )
    }

    pub(crate) fn into_key(self) -> Item {
        self.0.into_iter().map(|(name, text)| (name, AttributeValue::S(text))).collect()
    }
}

/// Some items in order, and where to go on.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// Where the next page starts; none on the last one.
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// The same page of something else.
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(change).collect(), next: self.next }
    }
}
