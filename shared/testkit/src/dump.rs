//! What the table holds, whole: for tests that say that nothing changed, or that change it behind everybody's back.

use std::collections::BTreeMap;

use dynoxide::actions::{delete_item::DeleteItemRequest, put_item::PutItemRequest, scan::ScanRequest};
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
}
