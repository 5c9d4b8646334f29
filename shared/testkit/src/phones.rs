//! The patients' phones: what they received, what they answer, and what goes wrong on the way to them.

use axum::body::{Body, to_bytes};
use dawr::simulator::Registration;
use dawr_messaging::credentials::Loose;
use dawr_store::Work;
use http::{Request, header};
use jiff::Timestamp;
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
    /// What messages are sent with.
    pub access_token: String,
    /// What callbacks are signed with.
    pub app_secret: String,
    /// What Meta repeats when it verifies the callback's address.
    pub verify_token: String,
}

impl TestCloud {
    /// Makes a number known at Meta, with the token that reaches it.
    pub async fn number_at_meta(&self, phone_number_id: &str, access_token: &str) {
        let registration = Registration {
            phone_number_id: phone_number_id.to_owned(),
            display_number: "+966112223334".to_owned(),
            name: String::new(),
            access_token: access_token.to_owned(),
            app_secret: "app-secret-of-this-number".to_owned(),
            callback_url: "/api/webhooks/whatsapp".to_owned(),
        };
        self.inner().simulator().register_number(registration).await.expect("the number is registered");
    }

    /// What somebody leaves behind who began to change a clinic's settings at a time, and did not come to their end: a secret
    /// that no account names, and the note of it.
    pub async fn leave_credentials_behind(&self, clinic: &Clinic, made_at: Timestamp) {
        let mut work = Work::new();
        work.create(&clinic.scope(), &Loose { made_at, since: made_at });
        self.table().commit(work).await.expect("the note is written");
        let name = format!("dawr/whatsapp/{}/{}", clinic.tenant, made_at.as_millisecond());
        self.secrets().create_secret().name(name).secret_string("{}").send().await.expect("the secret is made");
    }

    /// A clinic's WhatsApp number.
    pub async fn whatsapp(&self, clinic: &Clinic) -> WhatsApp {
        let tenant = clinic.tenant;
        let key = (format!("T#{tenant}"), "WHATSAPP".to_owned());
        let account = self.items().remove(&key).expect("a clinic has a number from its sign-up on");
        // Each connection has a secret of its own, named by the time since when it is connected like this.
        let since: Timestamp = account["connected_at"]["S"].as_str().unwrap().parse().unwrap();
        let name = format!("dawr/whatsapp/{tenant}/{}", since.as_millisecond());
        let secret = self.secrets().get_secret_value().secret_id(name).send().await.unwrap();
        let secrets: WhatsApp = serde_json::from_str(secret.secret_string().unwrap()).unwrap();
        WhatsApp { phone_number_id: account["phone_number_id"]["S"].as_str().unwrap().to_owned(), ..secrets }
    }
}
