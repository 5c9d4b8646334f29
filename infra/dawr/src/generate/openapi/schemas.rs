//! The schemas of inputs and outputs. A type may look different on its way in and on its way out; then the inward form
//! is named `…Input`.

use std::collections::{BTreeMap, BTreeSet};

use dawr_api::function::{Context, Function, Source};
use schemars::{SchemaGenerator, generate::SchemaSettings};
use serde_json::Value as Json;
use serde_norway::{Mapping, Value};

use super::{super::yaml::from_json, plain::plain};

const PREFIX: &str = "#/components/schemas/";

/// All schemas of the API.
pub(super) struct Schemas {
    named: BTreeMap<String, Json>,
    inputs: BTreeMap<&'static str, Vec<(Source, Json)>>,
    outputs: BTreeMap<&'static str, Json>,
}

fn generator(inward: bool) -> SchemaGenerator {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    if inward { settings.for_deserialize() } else { settings.for_serialize() }.into_generator()
}

impl Schemas {
    /// The schemas of these contexts' endpoints.
    pub(super) fn of(contexts: &[&Context]) -> Self {
        // Names are those of one generator: asked twice, it would number what it calls the same.
        let (mut inward, mut outward) = (generator(true), generator(false));
        let (mut inputs, mut outputs) = (BTreeMap::new(), BTreeMap::new());
        for (_, function, http) in super::endpoints(contexts) {
            let schemas = http.inputs.iter().map(|input| (input.source, (input.schema)(&mut inward).to_value()));
            inputs.insert(function.name, schemas.collect::<Vec<_>>());
            if let Some(output) = http.output {
                outputs.insert(function.name, output(&mut outward).to_value());
            }
        }
        let mut inward: BTreeMap<String, Json> = inward.take_definitions(true).into_iter().collect();
        let mut outward: BTreeMap<String, Json> = outward.take_definitions(true).into_iter().collect();
        inward.values_mut().chain(outward.values_mut()).for_each(plain);
        inputs.values_mut().flatten().for_each(|(_, schema)| plain(schema));
        outputs.values_mut().for_each(plain);

        let lists = lists(&outward);
        let mut named: BTreeMap<String, Json> = BTreeMap::new();
        for (name, mut schema) in outward {
            rename(&mut schema, &lists);
            named.insert(lists.get(&name).cloned().unwrap_or(name), schema);
        }
        outputs.values_mut().for_each(|schema| rename(schema, &lists));

        let renamed = differing(&inward, &named);
        for (name, mut schema) in inward {
            rename(&mut schema, &renamed);
            named.insert(renamed.get(&name).cloned().unwrap_or(name), schema);
        }
        inputs.values_mut().flatten().for_each(|(_, schema)| rename(schema, &renamed));

        Self { named, inputs, outputs }
    }

    /// An input's schema, as a reference if the type has a name.
    pub(super) fn input(&self, function: &Function, source: Source) -> &Json {
        let mut inputs = self.inputs.get(function.name).into_iter().flatten();
        inputs.find(|input| input.0 == source).map_or(&Json::Null, |(_, schema)| schema)
    }

    /// An output's schema, as a reference if the type has a name.
    pub(super) fn output(&self, function: &Function) -> &Json {
        self.outputs.get(function.name).unwrap_or(&Json::Null)
    }

    /// What a reference stands for; the schema itself if it is none.
    pub(super) fn resolve<'a>(&'a self, schema: &'a Json) -> &'a Json {
        let name = schema.get("$ref").and_then(Json::as_str).and_then(|target| target.strip_prefix(PREFIX));
        name.and_then(|name| self.named.get(name)).unwrap_or(schema)
    }

    /// Adds the names that a part of the document mentions, and those that they mention.
    pub(super) fn reach(&self, part: &Value, used: &mut BTreeSet<String>) {
        match part {
            Value::Mapping(mapping) => mapping.iter().for_each(|(key, value)| match (key.as_str(), value.as_str()) {
                (Some("$ref"), Some(target)) => {
                    if let Some(name) = target.strip_prefix(PREFIX)
                        && let Some(schema) = self.named.get(name)
                        && used.insert(name.to_owned())
                    {
                        self.reach(&from_json(schema), used);
                    }
                }
                _ => self.reach(value, used),
            }),
            Value::Sequence(items) => items.iter().for_each(|item| self.reach(item, used)),
            _ => {}
        }
    }

    /// The schemas of these names.
    ///
    /// # Errors
    /// If two different types share a name.
    pub(super) fn definitions(&self, used: &BTreeSet<String>) -> anyhow::Result<Mapping> {
        // The second type of a name is numbered.
        let second = used.iter().find(|name| {
            let plain = name.trim_end_matches(|character: char| character.is_ascii_digit());
            plain.len() < name.len() && self.named.contains_key(plain)
        });
        if let Some(name) = second {
            anyhow::bail!("two types of the API have the same name: see {name}");
        }
        let chosen = self.named.iter().filter(|(name, _)| used.contains(*name));
        Ok(chosen.map(|(name, schema)| (name.as_str().into(), from_json(schema))).collect())
    }
}

/// The pages of lists, which are all called `List`, with names that tell of what they are.
fn lists(named: &BTreeMap<String, Json>) -> BTreeMap<String, String> {
    let of = |(name, schema): (&String, &Json)| {
        let number = name.strip_prefix("List")?;
        let item = schema.pointer("/properties/items/items/$ref")?.as_str()?.strip_prefix(PREFIX)?;
        number.bytes().all(|byte| byte.is_ascii_digit()).then(|| (name.clone(), format!("{item}List")))
    };
    named.iter().filter_map(of).collect()
}

/// The inward types that are not what is known under their name, with names of their own.
fn differing(inward: &BTreeMap<String, Json>, named: &BTreeMap<String, Json>) -> BTreeMap<String, String> {
    let mut renamed = BTreeMap::new();
    loop {
        let differs = |(name, schema): &(&String, &Json)| {
            let mentions = || references(schema).iter().any(|name| renamed.contains_key(name));
            !renamed.contains_key(*name) && named.get(*name).is_some_and(|other| other != *schema || mentions())
        };
        let Some((name, _)) = inward.iter().find(differs) else {
            return renamed;
        };
        renamed.insert(name.clone(), format!("{name}Input"));
    }
}

fn references(schema: &Json) -> Vec<String> {
    match schema {
        Json::Object(object) => object
            .iter()
            .flat_map(|(key, value)| match (key.as_str(), value.as_str()) {
                ("$ref", Some(target)) => target.strip_prefix(PREFIX).map(str::to_owned).into_iter().collect(),
                _ => references(value),
            })
            .collect(),
        Json::Array(items) => items.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

fn rename(schema: &mut Json, names: &BTreeMap<String, String>) {
    match schema {
        Json::Object(object) => {
            for (key, value) in object.iter_mut() {
                let name = value.as_str().filter(|_| key == "$ref").and_then(|target| target.strip_prefix(PREFIX));
                match name.and_then(|name| names.get(name)) {
                    Some(name) => *value = Json::String(format!("{PREFIX}{name}")),
                    None => rename(value, names),
                }
            }
        }
        Json::Array(items) => items.iter_mut().for_each(|item| rename(item, names)),
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
