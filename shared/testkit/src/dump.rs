//! What the table holds, whole: for tests that say that nothing changed.

use std::collections::BTreeMap;

use dynoxide::actions::scan::ScanRequest;
use serde_json::{Value, json};

use crate::TestCloud;

/// Every item of the table by its key.
pub type Items = BTreeMap<(String, String), Value>;

impl TestCloud {
    /// Every item, as DynamoDB's JSON writes it.
    pub fn items(&self) -> Items {
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

    /// The items whose stored kind is this.
    pub fn items_of(&self, kind: &str) -> Vec<Value> {
        self.items().into_values().filter(|item| item["kind"]["S"] == kind).collect()
    }
}
