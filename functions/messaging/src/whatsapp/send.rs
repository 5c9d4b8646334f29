//! Sending one message: the request, and what can be told of its outcome.

use dawr_api::{Cx, Failure};
use jiff::SignedDuration;
use reqwest::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    account::WhatsAppAccount,
    credentials::Credentials,
    delivery::Outcome,
    message::{Called, Form, Message},
    whatsapp::{
        callback::read::number,
        outcome::{Scope, error_code, treat},
    },
};

/// What callbacks repeat, so that they find the message and the try.
pub fn callback_data(message: &Message) -> String {
    let attempt = message.attempts.last().map_or(0, |last| last.number);
    format!("{}.{attempt}", message.id)
}

/// The body of the request.
pub fn body(message: &Message) -> Value {
    let content = match &message.form {
        Form::Text => json!({ "type": "text", "text": { "preview_url": false, "body": message.text.expose() } }),
        Form::Template { name, language, parameters } => {
            let values: Vec<Value> =
                parameters.iter().map(|value| json!({ "type": "text", "text": value.expose() })).collect();
            let components =
                if values.is_empty() { json!([]) } else { json!([{ "type": "body", "parameters": values }]) };
            json!({
                "type": "template",
                "template": { "name": name, "language": { "code": language }, "components": components },
            })
        }
    };
    let mut body = json!({
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": message.to.expose(),
        "biz_opaque_callback_data": callback_data(message),
    });
    if let (Some(body), Value::Object(content)) = (body.as_object_mut(), content) {
        body.extend(content);
    }
    body
}

#[derive(Deserialize)]
struct Accepted {
    #[serde(default)]
    contacts: Value,
    messages: Vec<AcceptedMessage>,
}

#[derive(Deserialize)]
struct AcceptedMessage {
    id: String,
}

/// Sends a message, and tells what became of it and what that means beyond it.
///
/// # Errors
/// If the function has no client for providers.
pub async fn send(
    cx: &Cx,
    account: &WhatsAppAccount,
    credentials: &Credentials,
    message: &Message,
) -> Result<(Outcome, Scope), Failure> {
    let settings = cx.settings();
    let number = account.phone_number_id.as_str();
    let url = format!("{}/{}/{number}/messages", settings.graph_url, settings.graph_version);
    let sent = cx.http()?.post(url).bearer_auth(&credentials.access_token).json(&body(message)).send().await;
    let response = match sent {
        Ok(response) => response,
        // No connection, so not one byte of the request went out.
        Err(error) if error.is_connect() || error.is_builder() => {
            return Ok((Outcome::Again { after: None, provider_code: None }, Scope::Message));
        }
        Err(_) => return Ok((Outcome::Unknown, Scope::Message)),
    };
    let retry_after = response
        .headers()
        .get("retry-after")
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.parse().ok())
        .map(SignedDuration::from_secs);
    let status = response.status();
    let Ok(answer) = response.bytes().await else { return Ok((Outcome::Unknown, Scope::Message)) };
    Ok(read(status, &answer, retry_after, message.tries))
}

fn read(status: StatusCode, answer: &[u8], retry_after: Option<SignedDuration>, tries: u32) -> (Outcome, Scope) {
    if status.is_success() {
        let accepted = serde_json::from_slice::<Accepted>(answer).ok();
        let named = accepted.and_then(|accepted| {
            let wa_id = number(&accepted.contacts, "/0/wa_id");
            let provider_id = Some(accepted.messages.into_iter().next()?.id);
            Some(Called { provider_id, wa_id, user_id: None })
        });
        return match named {
            Some(called) => (Outcome::Accepted(called), Scope::Message),
            // It said yes, but not to what: a callback will tell.
            None => (Outcome::Unknown, Scope::Message),
        };
    }
    match error_code(answer) {
        Some(code) => treat(code, tries, retry_after),
        // Not Meta's own words, but a refusal: nothing was handed on.
        None if status.is_client_error() && status != StatusCode::REQUEST_TIMEOUT => {
            (Outcome::Again { after: retry_after, provider_code: None }, Scope::Message)
        }
        // A machine on the way, which may have handed the request on before it failed.
        None => (Outcome::Unknown, Scope::Message),
    }
}

#[cfg(test)]
mod tests {
    use dawr_kernel::phone::PhoneNumber;

    use super::*;

    #[test]
    fn an_answer_is_read_by_its_code() {
        let accepted = br#"{"messaging_product":"whatsapp","contacts":[],"messages":[{"id":"wamid.X"}]}"#;
        let taken = |wa_id: Option<&str>| {
            Outcome::Accepted(Called {
                provider_id: Some("wamid.X".into()),
                wa_id: wa_id.map(|id| PhoneNumber::from_e164(id).unwrap()),
                user_id: None,
            })
        };
        assert_eq!(read(StatusCode::OK, accepted, None, 1).0, taken(None));
        let other =
            br#"{"contacts":[{"input":"+5541987654321","wa_id":"554187654321"}],"messages":[{"id":"wamid.X"}]}"#;
        assert_eq!(read(StatusCode::OK, other, None, 1).0, taken(Some("+554187654321")));
        assert_eq!(read(StatusCode::OK, b"{}", None, 1).0, Outcome::Unknown);
        assert_eq!(read(StatusCode::BAD_GATEWAY, b"<h1>502</h1>", None, 1).0, Outcome::Unknown);
        let walled = read(StatusCode::FORBIDDEN, b"<h1>403</h1>", None, 1).0;
        assert_eq!(walled, Outcome::Again { after: None, provider_code: None });
        let busy = br#"{"error":{"message":"x","type":"OAuthException","code":131000,"fbtrace_id":"y"}}"#;
        let wait = Some(SignedDuration::from_secs(7));
        assert_eq!(
            read(StatusCode::SERVICE_UNAVAILABLE, busy, wait, 1).0,
            Outcome::Again { after: wait, provider_code: Some(131_000) }
        );
        assert_eq!(
            read(StatusCode::SERVICE_UNAVAILABLE, busy, None, 1).0,
            Outcome::Again { after: None, provider_code: Some(131_000) }
        );
    }
}
