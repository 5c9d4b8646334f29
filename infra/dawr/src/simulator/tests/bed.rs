//! What each test starts with: a simulator behind a real port, one registered number, a receiver of webhooks.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::simulator::{Registration, Simulator, Storage};

pub(super) const PATIENT: &str = "+966501234567";
pub(super) const NUMBER: &str = "106540352242922";
pub(super) const TOKEN: &str = "token-a";
pub(super) const SECRET: &str = "secret-a";

/// A webhook as it arrived.
#[derive(Clone)]
pub(super) struct Arrived {
    pub(super) signature: String,
    pub(super) raw: Vec<u8>,
    pub(super) value: Value,
}

impl Arrived {
    /// Its status, or `message` for what a patient wrote.
    pub(super) fn event(&self) -> String {
        self.value["statuses"][0]["status"].as_str().unwrap_or("message").to_owned()
    }
}

#[derive(Default)]
struct Receiver {
    arrived: Mutex<Vec<Arrived>>,
    answers: Mutex<VecDeque<u16>>,
    news: Notify,
}

async fn receive(State(receiver): State<Arc<Receiver>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let envelope: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(envelope["object"], "whatsapp_business_account");
    receiver.arrived.lock().unwrap().push(Arrived {
        signature: headers["x-hub-signature-256"].to_str().unwrap().to_owned(),
        raw: body.to_vec(),
        value: envelope["entry"][0]["changes"][0]["value"].clone(),
    });
    receiver.news.notify_one();
    let status = receiver.answers.lock().unwrap().pop_front().unwrap_or(200);
    StatusCode::from_u16(status).unwrap()
}

pub(super) struct Bed {
    pub(super) simulator: Simulator,
    pub(super) base: String,
    pub(super) http: reqwest::Client,
    clock: Arc<Mutex<Timestamp>>,
    receiver: Arc<Receiver>,
    callbacks: String,
}

async fn serve(router: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    format!("http://{address}")
}

impl Bed {
    /// In memory, with one number.
    pub(super) async fn new() -> Self {
        let bed = Self::open(&Storage::Memory).await;
        bed.register(NUMBER, "+966112223334", TOKEN, SECRET).await;
        bed
    }

    /// On a folder, without a number.
    pub(super) async fn on(folder: &Path) -> Self {
        Self::open(&Storage::Folder(folder.to_owned())).await
    }

    async fn open(storage: &Storage) -> Self {
        let clock = Arc::new(Mutex::new("2026-11-21T08:00:00Z".parse::<Timestamp>().unwrap()));
        let time = Arc::clone(&clock);
        let simulator = Simulator::open(storage, Arc::new(move || *time.lock().unwrap()), 7).unwrap();
        let receiver = Arc::new(Receiver::default());
        let callbacks = serve(Router::new().route("/hook", post(receive)).with_state(Arc::clone(&receiver))).await;
        let base = serve(simulator.router()).await;
        simulator.set_callback_base(&callbacks).await.unwrap();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { simulator, base, http, clock, receiver, callbacks }
    }

    pub(super) async fn register(&self, id: &str, display: &str, token: &str, secret: &str) {
        let registration = Registration {
            phone_number_id: id.into(),
            display_number: display.into(),
            name: "عيادة النور".into(),
            access_token: token.into(),
            app_secret: secret.into(),
            callback_url: "/hook".into(),
        };
        self.simulator.register_number(registration).await.unwrap();
    }

    pub(super) fn advance(&self, by: SignedDuration) {
        let mut clock = self.clock.lock().unwrap();
        *clock = clock.checked_add(by).unwrap();
    }

    /// The next answers of the receiver; 200 once they are used up.
    pub(super) fn answer_webhooks_with(&self, statuses: &[u16]) {
        self.receiver.answers.lock().unwrap().extend(statuses);
    }

    pub(super) fn callbacks(&self) -> &str {
        &self.callbacks
    }

    pub(super) async fn post_raw(&self, path: &str, token: &str, body: String) -> (u16, Value) {
        let request = self.http.post(format!("{}{path}", self.base)).bearer_auth(token).body(body);
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        (status, serde_json::from_str(&response.text().await.unwrap()).unwrap_or(Value::Null))
    }

    /// Sends a message body from the bed's number.
    pub(super) async fn send(&self, body: Value) -> (u16, Value) {
        self.post_raw(&format!("/simulator/graph/v26.0/{NUMBER}/messages"), TOKEN, body.to_string()).await
    }

    pub(super) async fn get(&self, path: &str) -> Value {
        let response = self.http.get(format!("{}{path}", self.base)).send().await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        response.json().await.unwrap()
    }

    pub(super) async fn control(&self, path: &str, body: Value) -> (u16, Value) {
        self.post_raw(&format!("/simulator/api/{path}"), "", body.to_string()).await
    }

    pub(super) async fn fault(&self, kind: &str, times: u32) {
        assert_eq!(self.control("faults", json!({ "kind": kind, "times": times })).await.0, 201, "{kind}");
    }

    pub(super) async fn reply(&self, text: &str) {
        assert_eq!(self.control("replies", json!({ "from": PATIENT, "text": text })).await.0, 201);
    }

    /// The texts that the patients' phones show, the oldest first.
    pub(super) async fn phone_texts(&self) -> Vec<String> {
        let messages = self.get("/simulator/api/messages").await;
        messages.as_array().unwrap().iter().map(|m| m["text"].as_str().unwrap().to_owned()).collect()
    }

    pub(super) async fn owed(&self) -> usize {
        self.get("/simulator/api/webhooks").await.as_array().unwrap().len()
    }

    /// Moves the clock to whatever is due next and sends it, until nothing is owed.
    pub(super) async fn settle(&self) -> Vec<Arrived> {
        self.simulator.send_due().await.unwrap();
        while let Some(next) = self.simulator.next_due().await.unwrap() {
            *self.clock.lock().unwrap() = next;
            self.simulator.send_due().await.unwrap();
        }
        self.arrived()
    }

    pub(super) fn arrived(&self) -> Vec<Arrived> {
        self.receiver.arrived.lock().unwrap().clone()
    }

    /// Waits until so many webhooks came in.
    pub(super) async fn wait_for_arrivals(&self, count: usize) {
        while self.receiver.arrived.lock().unwrap().len() < count {
            self.receiver.news.notified().await;
        }
    }
}

pub(super) fn events(arrived: &[Arrived]) -> Vec<String> {
    arrived.iter().map(Arrived::event).collect()
}

/// A template message with one parameter, which the window does not concern.
pub(super) fn notice(text: &str) -> Value {
    json!({
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": PATIENT,
        "type": "template",
        "template": {
            "name": "dawr_notice",
            "language": { "code": "ar" },
            "components": [{ "type": "body", "parameters": [{ "type": "text", "text": text }] }],
        },
        "biz_opaque_callback_data": "msg_1",
    })
}

pub(super) fn text(body: &str) -> Value {
    json!({ "messaging_product": "whatsapp", "to": PATIENT, "type": "text", "text": { "body": body } })
}
