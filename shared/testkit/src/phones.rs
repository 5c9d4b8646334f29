//! The patients' phones: what they received, what they answer, and what goes wrong on the way to them.

use axum::body::{Body, to_bytes};
use http::{Request, header};
use serde::Deserialize;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::{Clinic, TestCloud};

/// A message on a phone.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Received {
    /// The phone, E.164.
    pub to: String,
    /// Meta's id of the message.
    pub wamid: String,
    /// What it says.
    pub text: String,
    /// The message and its try, as the sender named them.
    pub biz_opaque_callback_data: Option<String>,
}

impl TestCloud {
    /// What all phones received, the oldest first.
    pub async fn received(&self) -> Vec<Received> {
        serde_json::from_value(self.simulator("GET", "messages", Value::Null).await).unwrap()
    }

    /// What one phone received.
    pub async fn received_by(&self, phone: &str) -> Vec<Received> {
        self.received().await.into_iter().filter(|message| message.to == phone).collect()
    }

    /// A patient writes to a clinic.
    pub async fn reply(&self, clinic: &Clinic, from: &str, text: &str) {
        let to = self.whatsapp(clinic).await.phone_number_id;
        self.simulator("POST", "replies", json!({ "from": from, "text": text, "to": to })).await;
    }

    /// From now on this goes wrong so many times, for one phone or for all.
    pub async fn fault(&self, kind: &str, to: Option<&str>, times: u32) {
        self.simulator("POST", "faults", json!({ "kind": kind, "to": to, "times": times })).await;
    }

    /// Nothing goes wrong any more.
    pub async fn clear_faults(&self) {
        self.simulator("DELETE", "faults", Value::Null).await;
    }

    async fn simulator(&self, method: &str, what: &str, body: Value) -> Value {
        let request = Request::builder()
            .method(method)
            .uri(format!("/simulator/api/{what}"))
            .header(header::CONTENT_TYPE, "application/json")
            .body(if body.is_null() { Body::empty() } else { Body::from(body.to_string()) })
            .unwrap();
        let response = self.inner().simulator().router().oneshot(request).await.unwrap();
        let status = response.status();
        let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        let text = String::from_utf8_lossy(&bytes);
        assert!(status.is_success(), "{method} {what}: {status} {text}");
        serde_json::from_str(&text).unwrap_or_default()
    }
}

/// A clinic's WhatsApp number, with the secrets that only Secrets Manager and Meta know.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WhatsApp {
    /// Meta's id of the number.
    #[serde(default)]
    pub phone_number_id: String,
    /// What callbacks are signed with.
    pub app_secret: String,
    /// What Meta repeats when it verifies the callback's address.
    pub verify_token: String,
}

impl TestCloud {
    /// A clinic's WhatsApp number.
    pub async fn whatsapp(&self, clinic: &Clinic) -> WhatsApp {
        let tenant = clinic.tenant;
        let key = (format!("T#{tenant}"), "WHATSAPP".to_owned());
        let account = self.items().remove(&key).expect("a clinic has a number from its sign-up on");
        let secret =
            self.secrets().get_secret_value().secret_id(format!("dawr/whatsapp/{tenant}")).send().await.unwrap();
        let secrets: WhatsApp = serde_json::from_str(secret.secret_string().unwrap()).unwrap();
        WhatsApp { phone_number_id: account["phone_number_id"]["S"].as_str().unwrap().to_owned(), ..secrets }
    }
}
