//! `/api/webhooks/whatsapp`

use dawr_testkit::TestCloud;
use serde_json::{Value, json};

use crate::{
    desk::{Desk, phone},
    world::{id, sign},
};

const PATH: &str = "/api/webhooks/whatsapp";

fn status(number: &str, data: &str, status: &str, wamid: &str) -> Value {
    json!({ "object": "whatsapp_business_account", "entry": [{ "id": "1", "changes": [{ "field": "messages", "value": {
        "messaging_product": "whatsapp",
        "metadata": { "display_phone_number": "15550783881", "phone_number_id": number },
        "statuses": [{
            "id": wamid, "status": status, "timestamp": "1772355700", "recipient_id": "966510000000",
            "biz_opaque_callback_data": data,
        }],
    } }] }] })
}

#[tokio::test]
async fn a_callback_counts_only_with_the_signature_over_its_very_bytes() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let other = Desk::open(&cloud, "al-noor").await;
    let (own, foreign) = (cloud.whatsapp(&desk.clinic).await, cloud.whatsapp(&other.clinic).await);
    let body = status(&own.phone_number_id, "msg_x.1", "read", "wamid.1").to_string();
    let good = sign(&own.app_secret, &body);
    let before = cloud.items();
    for (why, body, signature) in [
        ("no signature", body.clone(), String::new()),
        ("another body", body.replace("read", "sent"), good.clone()),
        ("a space more", format!("{body} "), good.clone()),
        ("another clinic's secret", body.clone(), sign(&foreign.app_secret, &body)),
        ("the verify token as the secret", body.clone(), sign(&own.verify_token, &body)),
        ("sha1", body.clone(), good.replace("sha256", "sha1")),
        ("no scheme", body.clone(), good["sha256=".len()..].to_owned()),
        ("cut short", body.clone(), good[..40].to_owned()),
        (
            "an unknown number",
            body.replace(&own.phone_number_id, "99999999"),
            sign(&own.app_secret, &body.replace(&own.phone_number_id, "99999999")),
        ),
    ] {
        let call = cloud.post(PATH).body("application/json", body).header("x-hub-signature-256", &signature);
        assert_eq!(call.expect_errors(401).await[0].0, "InvalidSignature", "{why}");
        assert_eq!(cloud.items(), before, "{why}");
    }
    for broken in ["", "{", "[]", "\"x\""] {
        let signature = sign(&own.app_secret, broken);
        let call = cloud.post(PATH).body("application/json", broken).header("x-hub-signature-256", &signature);
        let answer = call.send().await;
        assert!(matches!(answer.code().as_str(), "MalformedRequest" | "InvalidSignature"), "{broken}: {}", answer.text);
    }
    assert_eq!(cloud.items(), before);
    let call = cloud
        .post(PATH)
        .body("application/json", body)
        .header("x-hub-signature-256", &good.to_uppercase().replace("SHA256", "sha256"));
    call.expect(200).await;
    assert_eq!(cloud.items_of("inbox").len(), 1);
}

#[tokio::test]
async fn one_body_may_hold_events_of_several_numbers_and_each_needs_its_own_signature() {
    let cloud = TestCloud::start().await;
    let (one, two) = (Desk::open(&cloud, "al-shifa").await, Desk::open(&cloud, "al-noor").await);
    let (first, second) = (cloud.whatsapp(&one.clinic).await, cloud.whatsapp(&two.clinic).await);
    let mut body = status(&first.phone_number_id, "msg_x.1", "read", "wamid.1");
    let other = status(&second.phone_number_id, "msg_y.1", "read", "wamid.2");
    body["entry"].as_array_mut().unwrap().push(other["entry"][0].clone());
    let body = body.to_string();
    let signature = sign(&first.app_secret, &body);
    cloud.post(PATH).body("application/json", body).header("x-hub-signature-256", &signature).expect(200).await;
    let kept = cloud.items_of("inbox");
    assert_eq!(kept.len(), 1, "only what is signed with the number's own secret");
    assert_eq!(kept[0]["tenant"]["S"], one.clinic.tenant.to_string());
}

#[tokio::test]
async fn a_callback_of_one_clinic_moves_no_message_of_another() {
    let cloud = TestCloud::start().await;
    let (desk, other) = (Desk::open(&cloud, "al-shifa").await, Desk::open(&cloud, "al-noor").await);
    let queue = desk.queue("د. ليلى").await;
    let tickets = desk.crowd(&queue, 1).await;
    let template = desk.template("نص").await;
    cloud.fault("no_webhooks", None, 1).await;
    let message = id(&desk.sending(&template, &tickets).expect(202).await["messageIds"][0]);
    cloud.settle().await;
    let read = || desk.get(&format!("/api/messages/{message}")).expect(200);
    assert_eq!(read().await["status"], "sent");
    let foreign = cloud.whatsapp(&other.clinic).await;
    let body = status(&foreign.phone_number_id, &format!("{message}.1"), "read", "wamid.1").to_string();
    let signature = sign(&foreign.app_secret, &body);
    cloud.post(PATH).body("application/json", body).header("x-hub-signature-256", &signature).expect(200).await;
    cloud.settle().await;
    assert_eq!(read().await["status"], "sent");
}

#[tokio::test]
async fn the_same_event_is_kept_once_however_often_it_comes() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let number = cloud.whatsapp(&desk.clinic).await;
    let body = status(&number.phone_number_id, "msg_x.1", "read", "wamid.1").to_string();
    let signature = sign(&number.app_secret, &body);
    let calls = (0..10).map(|_| {
        cloud.post(PATH).body("application/json", body.clone()).header("x-hub-signature-256", &signature).send()
    });
    for answer in futures::future::join_all(calls).await {
        assert!(matches!(answer.status, 200 | 503), "{}", answer.text);
    }
    assert_eq!(cloud.items_of("inbox").len(), 1);
    cloud.settle().await;
}

#[tokio::test]
async fn meta_verifies_the_address_with_a_clinics_own_word() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let word = cloud.whatsapp(&desk.clinic).await.verify_token;
    let ask = |mode: &str, word: &str| {
        cloud.get(&format!("{PATH}?hub.mode={mode}&hub.challenge=1158201444&hub.verify_token={word}")).send()
    };
    let answer = ask("subscribe", &word).await;
    assert_eq!((answer.status, answer.text.as_str()), (200, "1158201444"));
    assert_eq!(ask("subscribe", "another").await.code(), "Forbidden");
    assert_eq!(ask("unsubscribe", &word).await.errors(), [("UnknownValue".into(), "hub.mode".into())]);
    let missing = cloud.get(&format!("{PATH}?hub.mode=subscribe")).expect_errors(422).await;
    assert_eq!(missing, ["hub.challenge", "hub.verify_token"].map(|name| ("Required".to_owned(), name.to_owned())));
}

#[tokio::test]
async fn what_a_patient_writes_opens_the_window() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    cloud.reply(&desk.clinic, &phone(0), "متى دوري؟").await;
    cloud.settle().await;
    let contact = &cloud.items_of("contact")[0];
    assert_eq!(contact["phone"]["S"], phone(0));
    assert!(!contact.to_string().contains("متى دوري"), "the text is not kept with the contact");
}
