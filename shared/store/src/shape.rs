//! What a program looks for in what is stored: the names of the fields of a kind and of what lies in it.

use std::{cell::RefCell, collections::BTreeMap};

use aws_sdk_dynamodb::types::AttributeValue;
use serde::{
    de::{
        self, DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess, SeqAccess,
        VariantAccess, Visitor, value::StringDeserializer,
    },
    forward_to_deserialize_any,
};
use serde_json::{Error, Map, Value};

use crate::entity::Item;

/// The names that are looked for, by the path at which: of the fields of a struct or of the variants of an enum. In a list the path goes on
/// with `[]`, in a map whose names are data with `{}`. The fields of what lies in an enum without a tag of its own are not known.
pub type Shape = BTreeMap<String, Vec<&'static str>>;

/// What is looked for in an item of a kind.
///
/// # Errors
/// If it does not decode.
pub fn shape_of<T: DeserializeOwned>(item: &Item) -> Result<Shape, Error> {
    let value = Value::Object(item.iter().map(|(name, value)| (name.clone(), json(value))).collect());
    let shape = RefCell::default();
    T::deserialize(Seen { value, path: String::new(), shape: &shape })?;
    Ok(shape.into_inner())
}

/// Sets are lists, and so are bytes.
fn json(value: &AttributeValue) -> Value {
    match value {
        AttributeValue::S(text) => text.clone().into(),
        AttributeValue::N(number) => serde_json::from_str(number).unwrap_or_default(),
        AttributeValue::Bool(value) => (*value).into(),
        AttributeValue::B(bytes) => bytes.as_ref().into(),
        AttributeValue::L(values) => values.iter().map(json).collect(),
        AttributeValue::M(fields) => fields.iter().map(|(name, value)| (name.clone(), json(value))).collect(),
        AttributeValue::Ss(texts) => texts.clone().into(),
        AttributeValue::Ns(numbers) => numbers.iter().map(|number| json(&AttributeValue::N(number.clone()))).collect(),
        _ => Value::Null,
    }
}

/// A value that keeps in mind what is looked for in it.
struct Seen<'a> {
    value: Value,
    path: String,
    shape: &'a RefCell<Shape>,
}

impl<'a> Seen<'a> {
    fn note(&self, names: &[&'static str]) {
        let mut names = names.to_vec();
        names.sort_unstable();
        self.shape.borrow_mut().insert(self.path.clone(), names);
    }

    fn below(&self, step: &str, value: Value) -> Self {
        let dot = if self.path.is_empty() || step.starts_with(['[', '{']) { "" } else { "." };
        Seen { value, path: format!("{}{dot}{step}", self.path), shape: self.shape }
    }

    fn visit<'de, V: Visitor<'de>>(self, visitor: V, has_names: bool) -> Result<V::Value, Error> {
        match self.value {
            leaf @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => {
                leaf.deserialize_any(visitor)
            }
            Value::Array(ref values) => {
                let all: Vec<Seen<'a>> = values.iter().map(|value| self.below("[]", value.clone())).collect();
                visitor.visit_seq(Elements(all.into_iter()))
            }
            Value::Object(ref fields) => visitor.visit_map(Fields::of(&self, fields, has_names)),
        }
    }
}

impl<'de> Deserializer<'de> for Seen<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.visit(visitor, false)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.note(fields);
        self.visit(visitor, true)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.note(variants);
        let (name, content) = match &self.value {
            Value::Object(fields) => fields.iter().next().map(|(name, value)| (name.clone(), value.clone())),
            Value::String(name) => Some((name.clone(), Value::Null)),
            _ => None,
        }
        .ok_or_else(|| de::Error::custom("no variant"))?;
        let content = self.below(&name, content);
        visitor.visit_enum(Variant { name, content })
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.value.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map identifier ignored_any
    }
}

struct Elements<'a>(std::vec::IntoIter<Seen<'a>>);

impl<'de> SeqAccess<'de> for Elements<'_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        self.0.next().map(|element| seed.deserialize(element)).transpose()
    }
}

struct Fields<'a> {
    left: std::vec::IntoIter<(String, Seen<'a>)>,
    value: Option<Seen<'a>>,
}

impl<'a> Fields<'a> {
    fn of(seen: &Seen<'a>, fields: &Map<String, Value>, has_names: bool) -> Self {
        let field = |(name, value): (&String, &Value)| {
            (name.clone(), seen.below(if has_names { name } else { "{}" }, value.clone()))
        };
        let left: Vec<_> = fields.iter().map(field).collect();
        Self { left: left.into_iter(), value: None }
    }
}

impl<'de> MapAccess<'de> for Fields<'_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let Some((name, value)) = self.left.next() else { return Ok(None) };
        self.value = Some(value);
        seed.deserialize::<StringDeserializer<Error>>(name.into_deserializer()).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let value = self.value.take().ok_or_else(|| de::Error::custom("no value"))?;
        seed.deserialize(value)
    }
}

struct Variant<'a> {
    name: String,
    content: Seen<'a>,
}

impl<'de, 'a> EnumAccess<'de> for Variant<'a> {
    type Error = Error;
    type Variant = Seen<'a>;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Seen<'a>), Error> {
        let name = seed.deserialize::<StringDeserializer<Error>>(self.name.into_deserializer())?;
        Ok((name, self.content))
    }
}

impl<'de> VariantAccess<'de> for Seen<'_> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.visit(visitor, false)
    }

    fn struct_variant<V: Visitor<'de>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value, Error> {
        self.note(fields);
        self.visit(visitor, true)
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[expect(dead_code, reason = "only what is looked for matters")]
    struct Thing {
        full_name: String,
        tries: Vec<Try>,
        more: BTreeMap<String, Try>,
        source: Source,
        #[serde(default)]
        never: Option<u32>,
    }

    #[derive(Deserialize)]
    #[expect(dead_code, reason = "only what is looked for matters")]
    struct Try {
        number: u64,
    }

    #[derive(Deserialize)]
    #[expect(dead_code, reason = "only what is looked for matters")]
    enum Source {
        Parts { of: u32 },
        Queue,
    }

    #[test]
    fn what_is_looked_for_is_told_whether_it_is_there_or_not() {
        let value = json!({ "fullName": "a", "tries": [{ "number": 1 }], "more": { "x": { "number": 2 } }, "source": { "Parts": { "of": 1 } } });
        let shape = shape_of::<Thing>(&serde_dynamo::to_item(value).unwrap()).unwrap();
        let told: Vec<(&str, String)> = shape.iter().map(|(path, names)| (&**path, names.join(" "))).collect();
        assert_eq!(
            told,
            [
                ("", "fullName more never source tries".to_owned()),
                ("more{}", "number".to_owned()),
                ("source", "Parts Queue".to_owned()),
                ("source.Parts", "of".to_owned()),
                ("tries[]", "number".to_owned()),
            ]
        );
    }
}
