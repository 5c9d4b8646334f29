//! What a clinic keeps of a patient beyond Dawr's own fields: texts by name.

use std::{borrow::Cow, collections::BTreeMap, ops::ControlFlow};

use dawr_api::{Authorized, Fault, code::Code, failure::FieldErrors, permission::Permission};
use deserr::{DeserializeError, Deserr, ErrorKind, IntoValue, Map, MergeWithError, Value, ValueKind, ValuePointerRef};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use crate::masking::masked;

dawr_kernel::text_type! {
    /// The name of a text that is kept of a patient.
    pub MetadataKey: personal, single_line, 1..=60
}

dawr_kernel::text_type! {
    /// A text that is kept of a patient.
    pub MetadataText: personal, multi_line, 0..=500
}

/// Texts by name. At most [`Metadata::MAX`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Metadata(BTreeMap<MetadataKey, MetadataText>);

impl Metadata {
    /// The most texts.
    pub const MAX: usize = 30;

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The number of texts.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The text of that name.
    pub fn get(&self, name: &str) -> Option<&str> {
        MetadataKey::parse(name).ok().and_then(|key| self.0.get(&key)).map(MetadataText::expose)
    }

    /// Of the columns of a spreadsheet, as much as is kept: the first [`Metadata::MAX`], each cut to its length.
    pub fn of_columns<'a>(columns: impl IntoIterator<Item = (&'a str, &'a str)>) -> Option<Self> {
        let cut = |text: &str, most: usize| text.chars().take(most).collect::<String>();
        let read = |(name, text): (&str, &str)| {
            let key = MetadataKey::parse(&cut(name, MetadataKey::MAX)).ok()?;
            Some((key, MetadataText::parse(&cut(text, MetadataText::MAX)).ok()?))
        };
        let texts: BTreeMap<_, _> = columns.into_iter().filter_map(read).take(Self::MAX).collect();
        (!texts.is_empty()).then_some(Self(texts))
    }

    /// As its caller may see it: numbers and addresses are masked for members without `patients:contact`.
    #[must_use]
    pub fn for_caller(&self, caller: &Authorized) -> Self {
        if caller.may(Permission::PatientContact) { self.clone() } else { self.masked() }
    }

    fn masked(&self) -> Self {
        let mut shown = BTreeMap::new();
        for (key, text) in &self.0 {
            let text = masked(text.expose()).and_then(|text| MetadataText::parse(&text).ok()).unwrap_or(text.clone());
            shown.insert(masked_key(key).unwrap_or_else(|| key.clone()), text);
        }
        Self(shown)
    }

    /// What is meant by somebody who may have seen the stored texts masked: what comes back as it was shown stays as it is.
    #[must_use]
    pub fn unmasked(self, stored: Option<&Self>) -> Self {
        let Some(stored) = stored else { return self };
        let mut meant = BTreeMap::new();
        for (key, text) in self.0 {
            let key = stored.0.keys().find(|known| masked_key(known).as_ref() == Some(&key)).cloned().unwrap_or(key);
            let known = stored.0.get(&key).filter(|known| masked(known.expose()).as_deref() == Some(text.expose()));
            let text = known.cloned().unwrap_or(text);
            meant.insert(key, text);
        }
        Self(meant)
    }

    /// These texts and those of `other` under names that are free here, up to [`Metadata::MAX`].
    #[must_use]
    pub fn filled_from(&self, other: &Self) -> Self {
        let mut texts = self.0.clone();
        for (key, text) in &other.0 {
            if texts.len() < Self::MAX {
                texts.entry(key.clone()).or_insert_with(|| text.clone());
            }
        }
        Self(texts)
    }
}

fn masked_key(key: &MetadataKey) -> Option<MetadataKey> {
    masked(key.expose()).and_then(|key| MetadataKey::parse(&key).ok())
}

impl Deserr<FieldErrors> for Metadata {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef<'_>,
    ) -> Result<Self, FieldErrors> {
        let map = match value {
            Value::Map(map) => map,
            actual => {
                let kind = ErrorKind::IncorrectValueKind { actual, accepted: &[ValueKind::Map] };
                return Err(deserr::take_cf_content(FieldErrors::error(None, kind, location)));
            }
        };
        if map.len() > Self::MAX {
            let fault = Fault::at(Code::TooMany, dawr_api::failure::field_path(location));
            return Err(FieldErrors(vec![fault.saying(
                format!("At most {} entries are kept.", Self::MAX),
                format!("الحد الأقصى {} عنصرًا.", Self::MAX),
            )]));
        }
        let mut texts = BTreeMap::new();
        let mut errors: Option<FieldErrors> = None;
        let mut keep = |found: FieldErrors| {
            let (ControlFlow::Continue(all) | ControlFlow::Break(all)) =
                FieldErrors::merge(errors.take(), found, location);
            errors = Some(all);
        };
        for (name, value) in map.into_iter() {
            let place = location.push_key(&name);
            let key = MetadataKey::parse(&name).map_err(|invalid| {
                deserr::take_cf_content(<FieldErrors as MergeWithError<_>>::merge(None, invalid, place))
            });
            match (key, MetadataText::deserialize_from_value(value.into_value(), place)) {
                (Ok(key), Ok(text)) => {
                    texts.insert(key, text);
                }
                (key, text) => [key.err(), text.err()].into_iter().flatten().for_each(&mut keep),
            }
        }
        errors.map_or(Ok(Self(texts)), Err)
    }
}

impl JsonSchema for Metadata {
    fn schema_name() -> Cow<'static, str> {
        "Metadata".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "maxProperties": Self::MAX,
            "propertyNames": { "minLength": 1, "maxLength": MetadataKey::MAX },
            "additionalProperties": { "type": "string", "maxLength": MetadataText::MAX },
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(value: Value) -> Result<Metadata, Vec<(Code, Option<String>)>> {
        deserr::deserialize::<Metadata, _, FieldErrors>(value)
            .map_err(|errors| errors.0.into_iter().map(|fault| (fault.code, fault.field)).collect())
    }

    #[test]
    fn texts_are_read_and_all_faults_told() {
        let metadata = read(json!({ "الطبيب المحوّل": " د. سارة ", "note": "a\nb", "empty": "" })).unwrap();
        assert_eq!(metadata.get("الطبيب المحوّل"), Some("د. سارة"));
        assert_eq!(metadata.len(), 3);
        let at = |code, field: &str| (code, Some(field.to_owned()));
        assert_eq!(
            read(json!({ "a": 1, "b": "x\u{7}", "c\u{202E}": "x", "d": "x".repeat(501) })),
            Err(vec![
                at(Code::WrongType, "a"),
                at(Code::InvalidCharacters, "b"),
                at(Code::InvalidCharacters, "c\u{202E}"),
                at(Code::TooLong, "d"),
            ])
        );
        assert!(read(json!([])).is_err_and(|faults| faults[0].0 == Code::WrongType));
        let many: serde_json::Map<String, Value> = (0..31).map(|n| (n.to_string(), json!("x"))).collect();
        assert!(read(Value::Object(many)).is_err_and(|faults| faults[0].0 == Code::TooMany));
    }

    #[test]
    fn what_is_there_is_kept_and_gaps_are_filled() {
        let (old, new) = (read(json!({ "a": "1" })).unwrap(), read(json!({ "a": "2", "b": "3" })).unwrap());
        assert_eq!(old.filled_from(&new), read(json!({ "a": "1", "b": "3" })).unwrap());
        let many =
            |from: usize| Metadata::of_columns((from..from + 40).map(|n| (["x", "y"][n % 2], "t")).collect::<Vec<_>>());
        assert_eq!(many(0).map(|metadata| metadata.len()), Some(2));
        let long = "ن".repeat(3000);
        let cut = Metadata::of_columns([(long.as_str(), long.as_str())]).unwrap();
        assert_eq!(
            cut.0.iter().map(|(k, v)| (k.expose().chars().count(), v.expose().chars().count())).next(),
            Some((60, 500))
        );
        assert_eq!(Metadata::of_columns([]), None);
    }

    #[test]
    fn what_was_shown_masked_and_comes_back_stays() {
        let stored = read(json!({ "جوال الأم": "0501230015", "0559876543": "الأب", "note": "a" })).unwrap();
        let shown = serde_json::to_value(stored.masked()).unwrap();
        assert_eq!(shown, json!({ "جوال الأم": "••••••0015", "••••••6543": "الأب", "note": "a" }));
        assert_eq!(read(shown).unwrap().unmasked(Some(&stored)), stored);
        let changed = read(json!({ "جوال الأم": "0551112222", "note": "b" })).unwrap();
        assert_eq!(changed.clone().unmasked(Some(&stored)), changed);
    }

    #[test]
    fn stored_texts_come_back() {
        let metadata = read(json!({ "a": "1", "b": "" })).unwrap();
        let stored = serde_json::to_value(&metadata).unwrap();
        assert_eq!(stored, json!({ "a": "1", "b": "" }));
        assert_eq!(serde_json::from_value::<Metadata>(stored).unwrap(), metadata);
    }
}
