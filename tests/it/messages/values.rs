//! What WhatsApp would refuse in an approved template never gets there: values are made fit, or the recipient is skipped by name.

use dawr_testkit::TestCloud;
use serde_json::{Value, json};

use crate::{
    desk::{Desk, phone},
    world::id,
};

/// Each is more than WhatsApp takes between two words.
const BLANKS: [&str; 6] = ["     ", "\u{A0}\u{A0}\u{A0}\u{A0}\u{A0}", "\n\n", "\t", "\r\n     \r\n", " \u{3000}\u{2009} \u{202F} "];

/// What a preview has for the first recipient.
fn first(preview: &Value, list: &str, field: &str) -> String {
    preview[list][0][field].as_str().unwrap_or_else(|| panic!("{preview}")).to_owned()
}

#[tokio::test]
async fn blanks_in_a_text_or_a_name_arrive_as_single_ones() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let queue = desk.queue("د.     ليلى").await;
    let ticket = desk.adding(&queue, "محمد     بن\u{A0}\u{A0}\u{3000}سالم", &phone(0)).expect(201).await;
    assert_eq!(ticket["fullName"], "محمد بن سالم");
    let tickets = [id(&ticket["id"])];
    for (n, blanks) in BLANKS.iter().enumerate() {
        let template = desk.template(&format!("أهلًا{blanks}{{{{patientName}}}}{blanks}عند {{{{doctorName}}}} {n}")).await;
        let request = json!({ "templateId": template, "ticketIds": tickets });
        let preview = desk.post("/api/messages/send-preview", request).expect(200).await;
        let text = format!("أهلًا محمد بن سالم عند د. ليلى {n}");
        assert_eq!((first(&preview, "messages", "text"), first(&preview, "messages", "form")), (text.clone(), "template".into()));
        let sent = desk.sending(&template, &tickets).expect(202).await;
        cloud.settle().await;
        let batch = desk.get(&format!("/api/batches/{}", id(&sent["batchId"]))).expect(200).await;
        assert_eq!(batch["counts"]["read"], 1, "{blanks:?}: {batch}");
        assert_eq!(cloud.received_by(&phone(0)).await.last().unwrap().text, text);
    }
}

/// Within the window a text goes as it is written: WhatsApp asks nothing of it.
#[tokio::test]
async fn a_text_within_the_window_keeps_its_lines() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let queue = desk.queue("د. ليلى").await;
    let tickets = desk.crowd(&queue, 1).await;
    cloud.reply(&desk.clinic, &phone(0), "أهلًا").await;
    cloud.settle().await;
    let template = desk.template("أهلًا     بك\nدورك قريب").await;
    let request = json!({ "templateId": template, "ticketIds": tickets });
    let preview = desk.post("/api/messages/send-preview", request).expect(200).await;
    assert_eq!(first(&preview, "messages", "text"), "أهلًا     بك\nدورك قريب");
    desk.sending(&template, &tickets).expect(202).await;
    cloud.settle().await;
    assert_eq!(cloud.received_by(&phone(0)).await.last().unwrap().text, "أهلًا     بك\nدورك قريب");
}

#[tokio::test]
async fn what_cannot_be_made_fit_is_skipped_by_name_before_anything_is_queued() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let queue = desk.queue("د. ليلى").await;
    let tickets = desk.crowd(&queue, 1).await;
    let long = desk.template(&"م".repeat(1_025)).await;
    let fits = desk.template(&format!("{}          ", "م ".repeat(500))).await;
    for (template, ready, code) in [(&long, 0, Some("TextTooLong")), (&fits, 1, None)] {
        let request = json!({ "templateId": template, "ticketIds": tickets });
        let preview = desk.post("/api/messages/send-preview", request).expect(200).await;
        assert_eq!((&preview["ready"], preview["skipped"][0]["code"].as_str()), (&json!(ready), code), "{preview}");
        let sent = desk.sending(template, &tickets).expect(202).await;
        assert_eq!((&sent["queued"], sent["skipped"][0]["code"].as_str()), (&json!(ready), code), "{sent}");
    }
    // Several values are one body together.
    let clinic = "ع".repeat(120);
    desk.patch("/api/tenants/me", json!({ "name": clinic })).expect(200).await;
    let body = json!({
        "title": "نص", "content": "نص",
        "providerTemplate": { "name": "queue_update", "language": "ar", "parameters": vec!["clinicName"; 9] },
    });
    let template = id(&desk.post("/api/templates", body).expect(201).await["id"]);
    let request = json!({ "templateId": template, "ticketIds": tickets });
    let preview = desk.post("/api/messages/send-preview", request).expect(200).await;
    assert_eq!(first(&preview, "skipped", "code"), "TextTooLong");
}

#[tokio::test]
async fn a_template_names_a_language_that_whatsapp_has() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let body = |language: &str| {
        json!({
            "title": "نص", "content": "نص",
            "providerTemplate": { "name": "queue_update", "language": language, "parameters": [] },
        })
    };
    for language in ["ar_SA", "AR", "en-US", "xx", "en_us"] {
        let errors = desk.post("/api/templates", body(language)).expect_errors(422).await;
        assert_eq!(errors, [("UnknownValue".to_owned(), "providerTemplate.language".to_owned())], "{language}");
    }
    for language in ["ar", "ar_EG", "en_US", "fil"] {
        desk.post("/api/templates", body(language)).expect(201).await;
    }
}
