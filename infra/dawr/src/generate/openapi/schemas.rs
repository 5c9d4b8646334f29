//! The schemas of inputs and outputs. A type may look different on its way in and on its way out; then the inward form
//! is named `…Input`.

use std::collections::{BTreeMap, BTreeSet};

use dawr_api::function::{Context, SchemaOf};
use schemars::{SchemaGenerator, generate::SchemaSettings};
use serde_json::Value as Json;
use serde_norway::{Mapping, Value};

use super::super::yaml::from_json;

const PREFIX: &str = "#/components/schemas/";

/// All named schemas of the API.
pub(super) struct Schemas {
    named: BTreeMap<String, Json>,
    /// Names that the inward form of a type does not share with the outward one.
    renamed: BTreeSet<String>,
}

fn generator(inward: bool) -> SchemaGenerator {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    if inward {
        settings.for_deserialize()
    } else {
        settings.for_serialize()
    }
    .into_generator()
}

impl Schemas {
    /// The schemas of these contexts' endpoints.
    pub(super) fn of(contexts: &[&Context]) -> Self {
        let (mut inward, mut outward) = (generator(true), generator(false));
        for (_, _, http) in super::endpoints(contexts) {
            for input in http.inputs {
                (input.schema)(&mut inward);
            }
            if let Some(output) = http.output {
                output(&mut outward);
            }
        }
        let inward: BTreeMap<String, Json> = inward.take_definitions(true).into_iter().collect();
        let mut named: BTreeMap<String, Json> =
            outward.take_definitions(true).into_iter().collect();
        let mut renamed = BTreeSet::new();
        loop {
            let differs = |(name, schema): &(&String, &Json)| {
                let mentions = || references(schema).iter().any(|name| renamed.contains(name));
                !renamed.contains(*name)
                    && named
                        .get(*name)
                        .is_some_and(|other| other != *schema || mentions())
            };
            let Some((name, _)) = inward.iter().find(differs) else {
                break;
            };
            renamed.insert(name.clone());
        }
        for (name, mut schema) in inward {
            rename(&mut schema, &renamed);
            named.insert(
                if renamed.contains(&name) {
                    format!("{name}Input")
                } else {
                    name
                },
                schema,
            );
        }
        Self { named, renamed }
    }

    /// An input's schema, as a reference if the type has a name.
    pub(super) fn input(&self, schema: SchemaOf) -> Json {
        let mut schema = schema(&mut generator(true)).to_value();
        rename(&mut schema, &self.renamed);
        schema
    }

    /// An output's schema, as a reference if the type has a name.
    pub(super) fn output(&self, schema: SchemaOf) -> Json {
        schema(&mut generator(false)).to_value()
    }

    /// What a reference stands for; the schema itself if it is none.
    pub(super) fn resolve<'a>(&'a self, schema: &'a Json) -> &'a Json {
        let name = schema
            .get("$ref")
            .and_then(Json::as_str)
            .and_then(|target| target.strip_prefix(PREFIX));
        name.and_then(|name| self.named.get(name)).unwrap_or(schema)
    }

    /// Adds the names that a part of the document mentions, and those that they mention.
    pub(super) fn reach(&self, part: &Value, used: &mut BTreeSet<String>) {
        match part {
            Value::Mapping(mapping) => {
                mapping
                    .iter()
                    .for_each(|(key, value)| match (key.as_str(), value.as_str()) {
                        (Some("$ref"), Some(target)) => {
                            if let Some(name) = target.strip_prefix(PREFIX)
                                && let Some(schema) = self.named.get(name)
                                && used.insert(name.to_owned())
                            {
                                self.reach(&from_json(schema), used);
                            }
                        }
                        _ => self.reach(value, used),
                    })
            }
            Value::Sequence(items) => items.iter().for_each(|item| self.reach(item, used)),
            _ => {}
        }
    }

    /// The schemas of these names.
    pub(super) fn definitions(&self, used: &BTreeSet<String>) -> Mapping {
        let chosen = self.named.iter().filter(|(name, _)| used.contains(*name));
        chosen
            .map(|(name, schema)| (name.as_str().into(), from_json(schema)))
            .collect()
    }
}

fn references(schema: &Json) -> Vec<String> {
    match schema {
        Json::Object(object) => object
            .iter()
            .flat_map(|(key, value)| match (key.as_str(), value.as_str()) {
                ("$ref", Some(target)) => target
                    .strip_prefix(PREFIX)
                    .map(str::to_owned)
                    .into_iter()
                    .collect(),
                _ => references(value),
            })
            .collect(),
        Json::Array(items) => items.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

fn rename(schema: &mut Json, renamed: &BTreeSet<String>) {
    match schema {
        Json::Object(object) => {
            for (key, value) in object.iter_mut() {
                let name = value
                    .as_str()
                    .filter(|_| key == "$ref")
                    .and_then(|target| target.strip_prefix(PREFIX));
                match name {
                    Some(name) if renamed.contains(name) => {
                        *value = Json::String(format!("{PREFIX}{name}Input"))
                    }
                    _ => rename(value, renamed),
                }
            }
        }
        Json::Array(items) => items.iter_mut().for_each(|item| rename(item, renamed)),
        _ => {}
    }
}

/// The schema of a value that is there: a parameter is absent, not null.
pub(super) fn without_null(schema: &Json) -> Json {
    let mut schema = schema.clone();
    let Some(object) = schema.as_object_mut() else {
        return schema;
    };
    let is_null = |schema: &Json| schema.get("type").and_then(Json::as_str) == Some("null");
    if let Some(Json::Array(kinds)) = object.get_mut("type") {
        kinds.retain(|kind| kind != "null");
        if let [kind] = kinds.as_slice() {
            let kind = kind.clone();
            object.insert("type".to_owned(), kind);
        }
    }
    if let Some(Json::Array(choices)) = object.get_mut("anyOf") {
        choices.retain(|choice| !is_null(choice));
        if let [Json::Object(only)] = choices.as_slice() {
            let only = only.clone();
            object.remove("anyOf");
            for (key, value) in only {
                object.entry(key).or_insert(value);
            }
        }
    }
    if let Some(Json::Array(values)) = object.get_mut("enum") {
        values.retain(|value| !value.is_null());
    }
    if object.get("default").is_some_and(Json::is_null) {
        object.remove("default");
    }
    schema
}
