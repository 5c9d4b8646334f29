//! An account's templates: `GET`, `POST` and `DELETE /{version}/{account-id}/message_templates`. What is made here is approved
//! at once, and from then on held to its form.

use axum::Json;
use axum::http::Method;
use axum::response::{IntoResponse, Response};
use dawr_messaging::whatsapp::{language::LANGUAGES, value::LONGEST_BODY};
use serde_json::{Value, json};

use super::fields::{Object, array, objects, one_of, required, text};
use super::{Call, Refusal, error::GraphError};
use crate::simulator::Simulator;
use crate::simulator::store::numbers::Number;
use crate::simulator::store::templates::{self, Template};

pub(super) async fn account(
    simulator: &Simulator,
    number: &Number,
    edge: &str,
    call: &Call,
) -> Result<Response, Refusal> {
    call.authorize(number)?;
    match (&call.method, edge) {
        (&Method::GET, "") => Ok(Json(json!({ "id": number.account_id(), "name": number.name })).into_response()),
        (&Method::GET, "phone_numbers") => {
            let phone = json!({
                "id": number.phone_number_id, "display_phone_number": number.display.as_str(),
                "verified_name": number.name, "quality_rating": "GREEN",
            });
            Ok(Json(json!({ "data": [phone] })).into_response())
        }
        (&Method::POST, "subscribed_apps") => Ok(Json(json!({ "success": true })).into_response()),
        (&Method::GET, "message_templates") => list(simulator, number, call).await,
        (&Method::POST, "message_templates") => create(simulator, number, call).await,
        (&Method::DELETE, "message_templates") => delete(simulator, number, call).await,
        _ => Err(GraphError::no_such_object(&call.verb(), &number.account_id()).into()),
    }
}

async fn list(simulator: &Simulator, number: &Number, call: &Call) -> Result<Response, Refusal> {
    let id = number.phone_number_id.clone();
    let all = simulator.store().read(move |db| templates::all(db, &id)).await?;
    let asked = |template: &&Template| call.query.get("name").is_none_or(|name| *name == template.name);
    let view = |template: &Template| {
        json!({
            "id": template.id, "name": template.name, "language": template.language, "category": template.category,
            "status": template.status, "components": template.components.clone().unwrap_or_else(|| json!([])),
        })
    };
    let data: Vec<Value> = all.iter().filter(asked).map(view).collect();
    Ok(Json(json!({ "data": data, "paging": {} })).into_response())
}

async fn create(simulator: &Simulator, number: &Number, call: &Call) -> Result<Response, Refusal> {
    let body: Value = serde_json::from_slice(&call.body)
        .map_err(|_| GraphError::with_details(100, "The request body is not valid JSON."))?;
    let body =
        body.as_object().ok_or_else(|| GraphError::with_details(100, "The request body must be a JSON object."))?;
    let template = read(body)?;
    let (id, category) = (number.phone_number_id.clone(), template.category.clone());
    let made = simulator.store().write(move |db| templates::put(db, &id, &template)).await?;
    Ok(Json(json!({ "id": made, "status": "APPROVED", "category": category })).into_response())
}

fn read(body: &Object) -> Result<Template, GraphError> {
    let name = text(body, "", "name", 1, 512)?;
    if !name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_') {
        let details = "Param name must have lower-case letters, digits and underscores only.";
        return Err(GraphError::with_details(100, details));
    }
    let language = text(body, "", "language", 1, 16)?;
    if !LANGUAGES.contains(&language) {
        return Err(one_of("language", &LANGUAGES.join(", ")));
    }
    let category = text(body, "", "category", 1, 32)?.to_ascii_uppercase();
    if !["AUTHENTICATION", "MARKETING", "UTILITY"].contains(&category.as_str()) {
        return Err(one_of("category", "AUTHENTICATION, MARKETING, UTILITY"));
    }
    let mut has_body = false;
    for component in objects(body, "", "components", 1, 20)? {
        let kind = text(component, "components", "type", 1, 32)?.to_ascii_uppercase();
        match kind.as_str() {
            "BODY" => {
                has_body = true;
                // Meta writes the body of a code itself.
                if category != "AUTHENTICATION" || component.contains_key("text") {
                    text(component, "components", "text", 1, LONGEST_BODY)?;
                }
            }
            "HEADER" if component.contains_key("text") => {
                text(component, "components", "text", 1, 60)?;
            }
            "FOOTER" if component.contains_key("text") => {
                text(component, "components", "text", 1, 60)?;
            }
            "BUTTONS" => {
                array(component, "components", "buttons", 1, 10)?;
            }
            _ => {}
        }
    }
    if !has_body {
        return Err(required("components['BODY']"));
    }
    Ok(Template {
        id: String::new(),
        name: name.to_owned(),
        language: language.to_owned(),
        category,
        status: "APPROVED".to_owned(),
        components: body.get("components").cloned(),
    })
}

async fn delete(simulator: &Simulator, number: &Number, call: &Call) -> Result<Response, Refusal> {
    let name = call.query.get("name").ok_or_else(|| required("name"))?.clone();
    let id = number.phone_number_id.clone();
    if simulator.store().write(move |db| templates::delete(db, &id, &name)).await? {
        return Ok(Json(json!({ "success": true })).into_response());
    }
    Err(GraphError::with_details(100, "Message template was not found.").into())
}
