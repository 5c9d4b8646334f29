//! `/api/audit`, and what seals it.

mod sealing;
mod tampering;
mod trail;

use dawr_audit::{Report, verify};
use dawr_testkit::{Clinic, TestCloud};
use jiff::Timestamp;
use serde_json::Value;

/// What the recomputing of a clinic's chain finds.
pub async fn verified(cloud: &TestCloud, clinic: &Clinic) -> Report {
    let founded: Timestamp = founded(cloud, clinic).parse().unwrap();
    verify(cloud.table(), &clinic.scope(), founded, cloud.clock().now()).await.unwrap()
}

fn founded(cloud: &TestCloud, clinic: &Clinic) -> String {
    let tenant = of(cloud, clinic, "tenant").remove(0);
    tenant["created_at"]["S"].as_str().unwrap().to_owned()
}

/// The clinic's items of a kind, as they are stored, by their keys.
pub fn of(cloud: &TestCloud, clinic: &Clinic, kind: &str) -> Vec<Value> {
    let partition = format!("T#{}", clinic.tenant);
    cloud.items_of(kind).into_iter().filter(|item| item["PK"]["S"].as_str().unwrap().starts_with(&partition)).collect()
}
