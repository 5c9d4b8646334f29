//! Callbacks as Meta writes them, signed for one clinic's number.

use dawr_testkit::{Call, TestCloud, WhatsApp};
use serde_json::{Value, json};

use crate::{desk::Desk, world::sign_bytes};

const PATH: &str = "/api/webhooks/whatsapp";

/// Meta, as a clinic's number sees it.
pub struct Meta<'a> {
    cloud: &'a TestCloud,
    /// The clinic's number.
    pub number: WhatsApp,
    /// Meta's id of the account that it belongs to.
    pub account: &'static str,
}

impl<'a> Meta<'a> {
    /// Of a clinic.
    pub async fn of(desk: &Desk<'a>) -> Self {
        Self { cloud: desk.cloud, number: desk.cloud.whatsapp(&desk.clinic).await, account: "102290129340398" }
    }

    /// The time, in seconds.
    pub fn now(&self) -> String {
        self.cloud.clock().now().as_second().to_string()
    }

    /// A change of a field, about the number.
    pub fn change(&self, field: &str, content: Value) -> Value {
        let mut value = json!({ "messaging_product": "whatsapp", "metadata": {
            "display_phone_number": "15550783881", "phone_number_id": self.number.phone_number_id } });
        value.as_object_mut().unwrap().extend(content.as_object().unwrap().clone());
        json!({ "field": field, "value": value })
    }

    /// A body with these changes.
    pub fn body(&self, changes: &[Value]) -> String {
        json!({ "object": "whatsapp_business_account", "entry": [{ "id": self.account, "changes": changes }] })
            .to_string()
    }

    /// A body with changes of the account, all said at one time, in seconds.
    pub fn news(&self, time: i64, changes: &[(&str, Value)]) -> String {
        let changes: Vec<Value> =
            changes.iter().map(|(field, value)| json!({ "field": field, "value": value })).collect();
        json!({ "object": "whatsapp_business_account",
            "entry": [{ "id": self.account, "time": time, "changes": changes }] })
        .to_string()
    }

    /// Meta says something of the account at a time, and all that follows from it happens.
    pub async fn says(&self, time: i64, changes: &[(&str, Value)]) {
        self.signed(self.news(time, changes)).expect(200).await;
        self.cloud.settle().await;
    }

    /// The request with a body, rightly signed.
    pub fn signed(&self, body: impl Into<Vec<u8>>) -> Call<'a> {
        let body = body.into();
        let key = sign_bytes(&self.number.app_secret, &body);
        self.cloud.post(PATH).body("application/json", body).header("x-hub-signature-256", &key)
    }

    /// The request with a body that nobody signed.
    pub fn unsigned(&self, body: &str) -> Call<'a> {
        let header = format!("sha256={}", "0".repeat(64));
        self.cloud.post(PATH).body("application/json", body.to_owned()).header("x-hub-signature-256", &header)
    }

    /// Meta tells it, and all that follows from it happens.
    pub async fn tells(&self, field: &str, content: Value) {
        self.signed(self.body(&[self.change(field, content)])).expect(200).await;
        self.cloud.settle().await;
    }

    /// A message of a type: its `content` stands under the type's name.
    pub fn message(&self, from: &str, id: &str, kind: &str, content: &Value) -> Value {
        let mut message = json!({ "from": from.trim_start_matches('+'), "id": format!("wamid.in.{id}"),
            "timestamp": self.now(), "type": kind });
        message[kind] = content.clone();
        message
    }

    /// A person writes a text.
    pub async fn text(&self, from: &str, id: &str, text: &str) {
        let message = self.message(from, id, "text", &json!({ "body": text }));
        self.tells("messages", json!({ "messages": [message] })).await;
    }
}
