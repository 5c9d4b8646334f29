//! `GET /{version}/{phone-number-id}`: what Meta says of a number to whoever has its token.

use axum::Json;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::{Call, Refusal, error::GraphError};
use crate::simulator::Simulator;
use crate::simulator::fault::{Effects, FaultKind};
use crate::simulator::store::faults;
use crate::simulator::store::numbers::Number;

/// What is said unless the caller names fields.
const USUAL: &[&str] = &["verified_name", "code_verification_status", "display_phone_number", "quality_rating"];

fn value(number: &Number, field: &str) -> Option<Value> {
    Some(match field {
        "id" => json!(number.phone_number_id),
        "verified_name" => json!(number.name),
        "display_phone_number" => json!(number.display.as_str()),
        "code_verification_status" => json!("VERIFIED"),
        "name_status" => json!("APPROVED"),
        "quality_rating" => json!("GREEN"),
        "platform_type" => json!("CLOUD_API"),
        "status" => json!("CONNECTED"),
        "account_mode" => json!("LIVE"),
        "throughput" => json!({ "level": "STANDARD" }),
        "webhook_configuration" => json!({ "application": number.callback }),
        _ => return None,
    })
}

/// The fields that were asked for.
fn fields(number: &Number, asked: Option<&str>) -> Result<Value, GraphError> {
    let mut found = Map::new();
    let asked = asked.map(|asked| asked.split(',').map(str::trim).collect());
    for field in asked.unwrap_or_else(|| USUAL.to_vec()).into_iter().chain(["id"]) {
        let value = value(number, field).ok_or_else(|| GraphError::no_such_field(field, "WhatsAppBusinessPhoneNumber"))?;
        found.insert(field.to_owned(), value);
    }
    Ok(Value::Object(found))
}

pub(super) async fn number(simulator: &Simulator, number: &Number, call: &Call) -> Result<Response, Refusal> {
    let key = number.display.as_str().to_owned();
    let take = move |db: &rusqlite::Transaction<'_>| {
        let mut effects = Effects::default();
        faults::take(db, &key, FaultKind::decides_lookup, &mut effects)?;
        Ok(effects.answer)
    };
    if let Some(FaultKind::Lookup(code)) = simulator.store().write(take).await? {
        return Err(GraphError::of(code).into());
    }
    Ok(Json(fields(number, call.query.get("fields").map(String::as_str))?).into_response())
}
