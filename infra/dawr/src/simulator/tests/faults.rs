//! Each fault, and how often and for whom it works.

use std::io::{Read, Write};

use serde_json::json;

use super::bed::{Bed, NUMBER, PATIENT, TOKEN, events, notice};

#[tokio::test]
async fn an_error_refuses_just_so_many_messages() {
    let bed = Bed::new().await;
    bed.fault("error:131056", 2).await;
    for _ in 0..2 {
        let (status, answer) = bed.send(notice("x")).await;
        assert_eq!((status, &answer["error"]["code"]), (400, &json!(131_056)));
        let title = "(#131056) (Business Account, Consumer Account) pair rate limit hit";
        assert_eq!(answer["error"]["message"], title);
    }
    assert_eq!(bed.send(notice("through")).await.0, 200);
    assert_eq!(bed.phone_texts().await, ["through"]);
    assert_eq!(bed.get("/simulator/api/faults").await, json!([]));
}

#[tokio::test]
async fn errors_come_with_metas_http_status() {
    let bed = Bed::new().await;
    for (kind, expected) in [("error:190", 401), ("error:131016", 500), ("error:132001", 404), ("error:368", 403)] {
        bed.fault(kind, 1).await;
        assert_eq!(bed.send(notice("x")).await.0, expected, "{kind}");
    }
}

#[tokio::test]
async fn an_http_status_refuses_too() {
    let bed = Bed::new().await;
    for (kind, expected, is_metas) in [("http:500", 500, true), ("http:502", 502, false), ("http:429", 429, false)] {
        bed.fault(kind, 1).await;
        let (status, answer) = bed.send(notice("x")).await;
        assert_eq!((status, answer["error"]["code"].is_u64()), (expected, is_metas), "{kind}");
    }
    assert!(bed.phone_texts().await.is_empty());
    assert_eq!(bed.owed().await, 0);
}

#[tokio::test]
async fn a_fault_for_one_phone_leaves_the_others_alone() {
    let bed = Bed::new().await;
    let (status, _) =
        bed.control("faults", json!({ "kind": "error:131026", "to": "00966 50 123 4567", "times": 1 })).await;
    assert_eq!(status, 201);
    let mut other = notice("other");
    other["to"] = json!("201012345678");
    assert_eq!(bed.send(other).await.0, 200);
    assert_eq!(bed.send(notice("this")).await.0, 400);
    assert_eq!(bed.send(notice("this again")).await.0, 200);
}

#[tokio::test]
async fn timeout_after_accept_delivers_and_never_answers() {
    let bed = Bed::new().await;
    bed.fault("timeout_after_accept", 1).await;
    let request = bed
        .http
        .post(format!("{}/simulator/graph/v26.0/{NUMBER}/messages", bed.base))
        .bearer_auth(TOKEN)
        .body(notice("arrives").to_string());
    let call = tokio::spawn(request.send());
    while bed.phone_texts().await.is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(events(&bed.settle().await), ["sent", "delivered", "read"]);
    assert_eq!(bed.arrived()[0].value["statuses"][0]["biz_opaque_callback_data"], "msg_1");
    assert!(!call.is_finished());
    // The end of the process lets the caller go: the server can stop.
    bed.simulator.run(async {}).await;
    assert!(call.await.unwrap().is_err());
}

#[tokio::test]
async fn drop_before_accept_closes_without_a_byte() {
    let bed = Bed::new().await;
    bed.fault("drop_before_accept", 1).await;
    let (address, body) = (bed.base.replace("http://", ""), notice("x").to_string());
    let answer = tokio::task::spawn_blocking(move || {
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        let head = format!(
            "POST /simulator/graph/v26.0/{NUMBER}/messages HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\n\
             Content-Length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(body.as_bytes()).unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        answer
    })
    .await
    .unwrap();
    assert_eq!(String::from_utf8_lossy(&answer), "");
    assert!(bed.phone_texts().await.is_empty());
    assert_eq!(bed.owed().await, 0);
}

#[tokio::test]
async fn failed_takes_the_message_and_tells_later() {
    let bed = Bed::new().await;
    bed.fault("failed:131026", 1).await;
    assert_eq!(bed.send(notice("x")).await.0, 200);
    let arrived = bed.settle().await;
    assert_eq!(events(&arrived), ["failed"]);
    assert_eq!(arrived[0].value["statuses"][0]["errors"][0]["title"], "Message undeliverable");
    assert!(bed.phone_texts().await.is_empty());
}

#[tokio::test]
async fn duplicate_webhooks_come_twice_byte_for_byte() {
    let bed = Bed::new().await;
    bed.fault("duplicate_webhooks", 1).await;
    bed.send(notice("x")).await;
    let arrived = bed.settle().await;
    assert_eq!(events(&arrived), ["sent", "sent", "delivered", "delivered", "read", "read"]);
    assert_eq!(arrived[0].raw, arrived[1].raw);
    assert_eq!(bed.phone_texts().await, ["x"]);
}

#[tokio::test]
async fn reordered_webhooks_come_backwards_with_true_times() {
    let bed = Bed::new().await;
    bed.fault("reorder_webhooks", 1).await;
    bed.send(notice("x")).await;
    let arrived = bed.settle().await;
    assert_eq!(events(&arrived), ["read", "delivered", "sent"]);
    let time = |n: usize| arrived[n].value["statuses"][0]["timestamp"].as_str().unwrap().parse::<i64>().unwrap();
    assert!(time(0) >= time(1) && time(1) >= time(2));
}

#[tokio::test]
async fn no_webhooks_means_none_at_all() {
    let bed = Bed::new().await;
    bed.fault("no_webhooks", 1).await;
    bed.send(notice("x")).await;
    assert_eq!(bed.owed().await, 0);
    assert_eq!(bed.phone_texts().await, ["x"]);
    bed.send(notice("y")).await;
    assert_eq!(bed.owed().await, 3);
}

#[tokio::test]
async fn faults_of_different_sorts_work_together_and_can_be_cleared() {
    let bed = Bed::new().await;
    bed.fault("duplicate_webhooks", 1).await;
    bed.fault("reorder_webhooks", 5).await;
    bed.send(notice("x")).await;
    assert_eq!(events(&bed.settle().await), ["read", "read", "delivered", "delivered", "sent", "sent"]);
    let left = bed.get("/simulator/api/faults").await;
    assert_eq!((&left[0]["kind"], &left[0]["remaining"]), (&json!("reorder_webhooks"), &json!(4)));
    let cleared = bed.http.delete(format!("{}/simulator/api/faults", bed.base)).send().await.unwrap();
    assert_eq!(cleared.status(), 204);
    assert_eq!(bed.get("/simulator/api/faults").await, json!([]));
}

#[tokio::test]
async fn a_refused_message_uses_up_no_webhook_fault() {
    let bed = Bed::new().await;
    bed.fault("no_webhooks", 1).await;
    bed.fault("error:131000", 1).await;
    assert_eq!(bed.send(notice("refused")).await.0, 500);
    bed.send(notice("silent")).await;
    assert_eq!(bed.owed().await, 0);
}

#[tokio::test]
async fn an_invalid_message_uses_up_no_fault() {
    let bed = Bed::new().await;
    bed.fault("http:500", 1).await;
    assert_eq!(bed.send(json!({ "messaging_product": "whatsapp", "to": PATIENT })).await.0, 400);
    assert_eq!(bed.send(notice("x")).await.0, 500);
}
