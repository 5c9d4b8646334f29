//! What the table holds, whole: for tests that say that nothing changed, or that change it behind everybody's back.

use std::{collections::BTreeMap, env, fs, path::PathBuf};

use dynoxide::actions::{
    delete_item::DeleteItemRequest, get_records::GetRecordsRequest, get_shard_iterator::GetShardIteratorRequest,
    put_item::PutItemRequest, scan::ScanRequest,
};
use serde_json::{Value, json};

use crate::TestCloud;

/// Every item of the table by its key.
pub type Items = BTreeMap<(String, String), Value>;

/// What was read last, and how far the table's stream had come.
#[derive(Default)]
pub(crate) struct Dump {
    position: Option<String>,
    items: Items,
}

impl TestCloud {
    /// Every item, as DynamoDB's JSON writes it. Read anew only if the stream has gone on: most who ask want to hear that
    /// nothing has changed.
    pub fn items(&self) -> Items {
        let mut dump = self.dump.lock().unwrap();
        if self.has_changed_since(&mut dump.position) {
            dump.items = self.scan();
        }
        dump.items.clone()
    }

    /// Whether the stream has gone on since a position, which is moved to its end.
    fn has_changed_since(&self, position: &mut Option<String>) -> bool {
        let table = self.inner().aws().table();
        let mut changed = position.is_none();
        let mut iterator = position.take().unwrap_or_else(|| {
            let request = GetShardIteratorRequest {
                stream_arn: dynoxide::streams::stream_arn(table.name(), ""),
                shard_id: dynoxide::streams::shard_id(table.name()),
                shard_iterator_type: "TRIM_HORIZON".to_owned(),
                sequence_number: None,
            };
            table.database().get_shard_iterator(request).unwrap().shard_iterator.unwrap()
        });
        loop {
            let request = GetRecordsRequest { shard_iterator: iterator, limit: None };
            let found = table.database().get_records(request).unwrap();
            iterator = found.next_shard_iterator.expect("the stream has no end");
            if found.records.is_empty() {
                *position = Some(iterator);
                return changed;
            }
            changed = true;
        }
    }

    fn scan(&self) -> Items {
        let table = self.inner().aws().table();
        let mut items = Items::new();
        let mut start = Value::Null;
        loop {
            let request = json!({ "TableName": table.name(), "ExclusiveStartKey": start });
            let request: ScanRequest = serde_json::from_value(request).unwrap();
            let page = serde_json::to_value(table.database().scan(request).unwrap()).unwrap();
            for item in page["Items"].as_array().into_iter().flatten() {
                let key = |name: &str| item[name]["S"].as_str().unwrap_or_default().to_owned();
                items.insert((key("PK"), key("SK")), item.clone());
            }
            start = page.get("LastEvaluatedKey").cloned().unwrap_or_default();
            if start.is_null() {
                return items;
            }
        }
    }

    /// Puts an item over whatever stands there, as nobody may who comes through the functions.
    pub fn forge(&self, item: &Value) {
        let table = self.inner().aws().table();
        let request = json!({ "TableName": table.name(), "Item": item });
        let request: PutItemRequest = serde_json::from_value(request).unwrap();
        table.database().put_item(request).unwrap();
    }

    /// Deletes an item, as nobody may who comes through the functions.
    pub fn tear_out(&self, item: &Value) {
        let table = self.inner().aws().table();
        let key = json!({ "PK": item["PK"], "SK": item["SK"] });
        let request = json!({ "TableName": table.name(), "Key": key });
        let request: DeleteItemRequest = serde_json::from_value(request).unwrap();
        table.database().delete_item(request).unwrap();
    }

    /// The items whose stored kind is this.
    pub fn items_of(&self, kind: &str) -> Vec<Value> {
        self.items().into_values().filter(|item| item["kind"]["S"] == kind).collect()
    }

    /// Keeps of each kind the item that says most, of all tests, in the folder that `DAWR_STORED` names: golden items are made of
    /// them.
    pub(crate) fn keep_richest(&self) {
        let Some(folder) = env::var_os("DAWR_STORED").map(PathBuf::from) else { return };
        fs::create_dir_all(&folder).unwrap();
        let lock = fs::File::create(folder.join("lock")).unwrap();
        lock.lock().unwrap();
        let says = |text: &str| text.matches(':').count();
        for item in self.items().into_values() {
            let Some(kind) = item["kind"]["S"].as_str() else { continue };
            let (file, text) = (folder.join(format!("{kind}.json")), item.to_string());
            if fs::read_to_string(&file).map_or(true, |known| says(&known) < says(&text)) {
                fs::write(file, text).unwrap();
            }
        }
    }
}
