//! Webhooks: signed, in time, and owed until they were answered with 200.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::bed::{Bed, NUMBER, PATIENT, SECRET, events, notice};
use crate::simulator::signature::sign;
use crate::simulator::{Registration, Simulator, Storage};

#[tokio::test]
async fn statuses_come_signed_over_the_bytes_sent() {
    let bed = Bed::new().await;
    let (_, answer) = bed.send(notice("دورك")).await;
    let arrived = bed.settle().await;
    assert_eq!(events(&arrived), ["sent", "delivered", "read"]);
    for webhook in &arrived {
        assert_eq!(webhook.signature, sign(SECRET, &webhook.raw));
        assert_eq!(webhook.value["metadata"]["phone_number_id"], NUMBER);
        let status = &webhook.value["statuses"][0];
        assert_eq!(status["id"], answer["messages"][0]["id"]);
        assert_eq!(status["recipient_id"], "966501234567");
        assert_eq!(status["biz_opaque_callback_data"], "msg_1");
    }
    assert_eq!(bed.get("/simulator/api/messages").await[0]["told"], "read");
    assert_eq!(bed.owed().await, 0);
}

#[tokio::test]
async fn webhooks_wait_for_their_time() {
    let bed = Bed::new().await;
    bed.send(notice("x")).await;
    assert_eq!(bed.simulator.send_due().await.unwrap(), 0);
    bed.advance(SignedDuration::from_millis(80));
    assert_eq!(bed.simulator.send_due().await.unwrap(), 1);
    bed.advance(SignedDuration::from_millis(2400));
    assert_eq!(bed.simulator.send_due().await.unwrap(), 2);
}

#[tokio::test]
async fn a_refused_webhook_is_tried_again_and_holds_back_those_after_it() {
    let bed = Bed::new().await;
    bed.answer_webhooks_with(&[503, 204, 400]);
    bed.send(notice("x")).await;
    bed.advance(SignedDuration::from_secs(5));
    assert_eq!(bed.simulator.send_due().await.unwrap(), 0);
    let owed = bed.get("/simulator/api/webhooks").await;
    assert_eq!(owed.as_array().unwrap().len(), 3);
    let first = owed.as_array().unwrap().iter().find(|webhook| webhook["event"] == "sent").unwrap();
    assert_eq!((&first["attempts"], &first["lastOutcome"]), (&json!(1), &json!("HTTP 503")));
    assert_eq!(events(&bed.settle().await), ["sent", "sent", "sent", "sent", "delivered", "read"]);
}

#[tokio::test]
async fn an_unreachable_receiver_gets_its_webhooks_when_it_is_back() {
    let bed = Bed::new().await;
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    bed.simulator.set_callback_base(&format!("http://{gone}")).await.unwrap();
    bed.reply("hello").await;
    bed.advance(SignedDuration::from_secs(1));
    assert_eq!(bed.simulator.send_due().await.unwrap(), 0);
    assert_eq!(bed.get("/simulator/api/webhooks").await[0]["lastOutcome"], "no connection");
    // The base of the next start: no waiting for the back-off to end.
    bed.simulator.set_callback_base(bed.callbacks()).await.unwrap();
    assert_eq!(bed.simulator.send_due().await.unwrap(), 1);
}

#[tokio::test]
async fn a_reply_comes_as_metas_message_webhook() {
    let bed = Bed::new().await;
    bed.register("2222", "+966119999999", "token-b", "secret-b").await;
    bed.send(notice("from the first")).await;
    bed.settle().await;
    // To the number that wrote last, without being told so.
    let (status, answer) = bed.control("replies", json!({ "from": "966501234567", "text": "شكرا 🌷" })).await;
    assert_eq!((status, &answer["to"]), (201, &json!(NUMBER)));
    let arrived = bed.settle().await;
    let webhook = arrived.last().unwrap();
    assert_eq!(webhook.signature, sign(SECRET, &webhook.raw));
    let message = &webhook.value["messages"][0];
    assert_eq!(message["from"], "966501234567");
    assert_eq!(message["id"], answer["wamid"]);
    assert_eq!(message["text"]["body"], "شكرا 🌷");
    assert_eq!(webhook.value["contacts"][0]["wa_id"], "966501234567");
    // By display number, to the other.
    let (_, answer) = bed.control("replies", json!({ "from": PATIENT, "text": "hi", "to": "+966 11 999 9999" })).await;
    assert_eq!(answer["to"], "2222");
    assert_eq!(bed.settle().await.last().unwrap().value["metadata"]["phone_number_id"], "2222");
}

#[tokio::test]
async fn faults_of_webhooks_work_on_replies_too() {
    let bed = Bed::new().await;
    bed.fault("duplicate_webhooks", 1).await;
    bed.reply("twice").await;
    assert_eq!(events(&bed.settle().await), ["message", "message"]);
}

/// The running sender on the real clock: everything arrives, and it ends when told.
#[tokio::test]
async fn the_sender_runs_by_itself() {
    let bed = Bed::new().await;
    let started = std::time::Instant::now();
    let clock = move || Timestamp::UNIX_EPOCH + SignedDuration::try_from(started.elapsed()).unwrap();
    let simulator = Simulator::open(&Storage::Memory, Arc::new(clock), 1).unwrap();
    let number = Registration {
        phone_number_id: NUMBER.into(),
        display_number: "+966112223334".into(),
        name: String::new(),
        access_token: "t".into(),
        app_secret: SECRET.into(),
        callback_url: format!("{}/hook", bed.callbacks()),
    };
    simulator.register_number(number).await.unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = simulator.clone();
    let run = tokio::spawn(async move { running.run(async { stopped.await.unwrap() }).await });

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let router = simulator.router();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    bed.answer_webhooks_with(&[500]);
    for n in 0..20 {
        let request = bed.http.post(format!("{base}/simulator/graph/v26.0/{NUMBER}/messages")).bearer_auth("t");
        assert_eq!(request.body(notice(&n.to_string()).to_string()).send().await.unwrap().status(), 200);
    }
    bed.wait_for_arrivals(61).await;
    stop.send(()).unwrap();
    run.await.unwrap();
}
