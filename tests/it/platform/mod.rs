//! `/api/platform`, and what operators of the platform do in customers' tenants.

mod health;
mod operators;
mod rights;
mod stays;
mod support;
mod tenants;

use dawr_api::role::Role;
use dawr_testkit::{Call, Clinic, Person, TestCloud};
use serde_json::{Value, json};

/// What is asked of the platform about a clinic.
pub fn of(clinic: &Clinic, what: &str) -> String {
    format!("/api/platform/tenants/{}{what}", clinic.tenant)
}

/// An administrator of the platform.
pub async fn admin(cloud: &TestCloud) -> Person {
    cloud.operator(Role::PlatformAdmin).await
}

/// The request with which an operator comes into a clinic.
pub fn coming<'a>(cloud: &'a TestCloud, operator: &Person, clinic: &Clinic, body: &Value) -> Call<'a> {
    cloud.post(&of(clinic, "/elevations")).as_(operator).json(body)
}

/// The request with which an operator takes a token for a stay.
pub fn elevating<'a>(cloud: &'a TestCloud, operator: &Person, clinic: &Clinic, stay: &str) -> Call<'a> {
    cloud.post("/api/auth/elevate").as_(operator).json(&json!({ "tenantId": clinic.tenant, "elevationId": stay }))
}

/// The entries of the trail of a tenant that are about an action, as they are stored.
pub fn trail(cloud: &TestCloud, clinic: &Clinic, action: &str) -> Vec<Value> {
    let of = |entry: &Value| entry["action"]["S"] == action;
    crate::audit::of(cloud, clinic, "audit").into_iter().filter(of).collect()
}
