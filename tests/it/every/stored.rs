//! What is stored outlives the program that wrote it. Of every kind there is a golden item for each of its schemas, as some program wrote
//! it: this program reads all of them, writes the last one as it stands, and looks for what was looked for when that was kept.
//!
//! A change of what is stored fails. Whoever means it adds a step (`Entity::UPGRADES`), which may have nothing to do, and another golden
//! item: `DAWR_STORED=folder` has the tests keep in a folder what they stored, and this one take from it what it lacks.

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::{Path, PathBuf},
};

use aws_sdk_dynamodb::types::AttributeValue;
use dawr::generate::CONTEXTS;
use dawr_kernel::id::{Body, Id as _, TenantId};
use dawr_store::{Ground, Kind, TenantScope, entity::Item};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// An item as a program of a schema wrote it, and what that program looked for in it.
#[derive(Serialize, Deserialize)]
struct Golden {
    item: Value,
    shape: BTreeMap<String, BTreeSet<String>>,
}

/// The kinds of all, with the folders of their crates.
fn kinds() -> Vec<(PathBuf, Kind)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let shared = dawr_api::STORED.iter().map(|kind| (root.join("shared/api"), *kind));
    let own = CONTEXTS.iter().flat_map(|context| {
        let folder = root.join("functions").join(context.name);
        context.stored.iter().map(move |kind| (folder.clone(), *kind))
    });
    shared.chain(own).collect()
}

fn golden_file(folder: &Path, kind: &Kind, schema: usize) -> PathBuf {
    folder.join("stored").join(format!("{}.v{schema}.json", kind.name.replace([' ', '_'], "-")))
}

fn read(file: &Path) -> Result<Golden, String> {
    let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", file.display()))
}

fn item(golden: &Value) -> Item {
    serde_json::from_value::<serde_dynamo::Item>(golden.clone()).unwrap().into()
}

/// The tenant's in whose partition an item is, or any for one outside all.
fn scope(item: &Value) -> TenantScope {
    let tenant = item["PK"]["S"].as_str().unwrap().split('#').find_map(|part| part.parse().ok());
    let any = || TenantId::from_body(Body::from_parts(Timestamp::UNIX_EPOCH, [0; 10]));
    TenantScope::on(Ground::Job, tenant.unwrap_or_else(any))
}

fn names(shape: &dawr_store::shape::Shape) -> BTreeMap<String, BTreeSet<String>> {
    let text = |names: &Vec<&'static str>| names.iter().map(ToString::to_string).collect();
    shape.iter().map(|(path, names)| (path.clone(), text(names))).collect()
}

#[test]
fn items_of_every_schema_are_read_and_the_last_is_written_as_it_stands() {
    if let Some(folder) = env::var_os("DAWR_STORED") {
        keep(Path::new(&folder));
    }
    let mut wrong = Vec::new();
    for (folder, kind) in kinds().into_iter().filter(|(_, kind)| !kind.is_view) {
        for schema in 1..=kind.schema {
            let file = golden_file(&folder, &kind, schema);
            if let Err(error) = read(&file).and_then(|golden| judge(&kind, &golden, schema == kind.schema)) {
                wrong.push(format!("{} {schema}: {error}", kind.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn judge(kind: &Kind, golden: &Golden, is_last: bool) -> Result<(), String> {
    let stored = item(&golden.item);
    let (known, shape) = (kind.examine)(&scope(&golden.item), stored.clone()).map_err(|error| error.to_string())?;
    let all: BTreeSet<&String> = known.keys().chain(stored.keys()).collect();
    let differ: Vec<_> = all.into_iter().filter(|name| !is_same(name, known.get(*name), stored.get(*name))).collect();
    if is_last && !differ.is_empty() {
        return Err(format!("what is written is not what was stored: {differ:?}"));
    }
    if is_last && names(&shape) != golden.shape {
        return Err(format!("what is looked for was {:?} and is {:?}", golden.shape, names(&shape)));
    }
    Ok(())
}

/// Whether what is written is what was stored: sets are added to and never written whole, and what is only added to says in the
/// addition when it may go.
fn is_same(name: &str, known: Option<&AttributeValue>, stored: Option<&AttributeValue>) -> bool {
    match (known, stored) {
        (None, Some(_)) => name == "expires_at",
        (Some(AttributeValue::L(known)), Some(AttributeValue::Ss(stored))) => {
            let texts = |text: &AttributeValue| text.as_s().unwrap().clone();
            known.iter().map(texts).collect::<BTreeSet<_>>() == stored.iter().cloned().collect()
        }
        (known, stored) => known == stored,
    }
}

/// What one context reads of another's is found in what that one writes.
#[test]
fn what_is_read_of_other_contexts_is_there() {
    let all = kinds();
    for (_, view) in all.iter().filter(|(_, kind)| kind.is_view) {
        let owner = all.iter().find(|(_, kind)| kind.name == view.name && !kind.is_view);
        let (folder, kind) = owner.unwrap_or_else(|| panic!("{} is nobody's", view.name));
        let golden = read(&golden_file(folder, kind, kind.schema)).unwrap();
        let (_, shape) = (view.examine)(&scope(&golden.item), item(&golden.item)).unwrap();
        for (path, looked_for) in names(&shape) {
            let missing: Vec<_> = looked_for.difference(&golden.shape[&path]).collect();
            assert!(missing.is_empty(), "{} has no {missing:?} at {path:?}", view.name);
        }
    }
}

#[test]
fn every_kind_is_declared_once_by_whom_it_belongs_to() {
    let all = kinds();
    let own: Vec<&str> = all.iter().filter(|(_, kind)| !kind.is_view).map(|(_, kind)| kind.name).collect();
    assert_eq!(own.iter().collect::<BTreeSet<_>>().len(), own.len(), "{own:?}");
    let mut said = BTreeSet::new();
    for (folder, _) in &all {
        kinds_in(&folder.join("src"), &mut said);
    }
    assert_eq!(own.iter().map(ToString::to_string).collect::<BTreeSet<_>>(), said);
    let files: BTreeSet<PathBuf> = all
        .iter()
        .flat_map(|(folder, kind)| (1..=kind.schema).map(|schema| golden_file(folder, kind, schema)))
        .collect();
    let folders: BTreeSet<&PathBuf> = all.iter().map(|(folder, _)| folder).collect();
    for file in folders.into_iter().flat_map(|folder| fs::read_dir(folder.join("stored")).into_iter().flatten()) {
        let file = file.unwrap().path();
        assert!(files.contains(&file), "{} is no kind's", file.display());
    }
}

/// The kinds that the sources of a crate name.
fn kinds_in(folder: &Path, said: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            kinds_in(&path, said);
        } else {
            let text = fs::read_to_string(&path).unwrap();
            let named = text.lines().filter_map(|line| line.trim().strip_prefix("const KIND: &'static str = \""));
            said.extend(named.filter_map(|rest| rest.split('"').next()).map(str::to_owned));
        }
    }
}

/// Makes golden items of what the tests before stored, for schemas that have none.
fn keep(stored: &Path) {
    for (folder, kind) in kinds().into_iter().filter(|(_, kind)| !kind.is_view) {
        let file = golden_file(&folder, &kind, kind.schema);
        let Ok(text) = fs::read_to_string(stored.join(format!("{}.json", kind.name))) else { continue };
        if !file.exists() {
            let found: Value = serde_json::from_str(&text).unwrap();
            let (_, shape) = (kind.examine)(&scope(&found), item(&found)).unwrap();
            let golden = Golden { item: found, shape: names(&shape) };
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(&file, serde_json::to_string_pretty(&golden).unwrap() + "\n").unwrap();
        }
    }
}
