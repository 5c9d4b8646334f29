//! Personal data stays where it belongs: no log line and no queue holds any.

use std::time::Duration;

use dawr_api::function::Queue;
use dawr_testkit::{Logs, TestCloud};
use serde_json::json;

use crate::{
    desk::Desk,
    world::{code_for, code_in, id, sign},
};

/// Texts that occur nowhere else.
const PERSONAL: [&str; 10] = [
    "كناري المالك",
    "canary.owner",
    "Canary-Password 77",
    "كناري المريض",
    "559182736",
    "2098765432",
    "نص كناري",
    "ردّ كناري",
    "ملاحظة كناري",
    "A-كناري",
];

#[tokio::test]
async fn no_canary_is_in_a_log_line_or_in_a_queue() {
    let logs = Logs::capture();
    let cloud = TestCloud::start().await;
    let body = json!({
        "clinicName": "عيادة الخصوصية", "slug": "privacy", "fullName": "كناري المالك",
        "username": "canary.owner@example.com", "password": "Canary-Password 77",
    });
    let answer = cloud.post("/api/auth/signup").json(&body).send_expecting(201).await;
    let token = answer.data()["accessToken"].as_str().unwrap().to_owned();
    let cookie = answer.cookie().unwrap();
    let profile = json!({ "fullName": "كناري المالك", "phone": "0559182736", "currentPassword": "Canary-Password 77" });
    cloud.put("/api/users/me").as_(&token).json(&profile).expect(200).await;
    let wrong =
        json!({ "clinic": "privacy", "username": "canary.owner@example.com", "password": "Canary-Password 77 " });
    cloud.post("/api/auth/login").json(&wrong).expect_errors(401).await;
    cloud.post("/api/auth/refresh").cookie(&format!("{cookie}x")).expect_errors(401).await;

    let desk = Desk::open(&cloud, "al-shifa").await;
    let number = cloud.whatsapp(&desk.clinic).await;
    let queue = desk.queue("د. ليلى").await;
    let patient = json!({
        "fullName": "كناري المريض", "phoneNumber": "0559182736", "nationalId": "2098765432", "localId": "A-كناري",
    });
    let line = format!("/api/queues/{queue}/patients");
    let ticket = desk.post(&line, patient.clone()).expect(201).await;
    desk.post(&line, patient.clone()).expect_errors(409).await;
    let sheet = "الاسم,الجوال,رقم الملف\nكناري المريض,0559182736,A-كناري\nكناري المريض,055918,A-كناري\n";
    let upload = cloud.post("/api/patients/bulk-upload").as_(&desk.person).body("text/csv", sheet).expect(201).await;
    desk.get("/api/patients?search=0559182736").expect(200).await;
    let bad = json!({ "fullName": "كناري المريض\u{0}", "phoneNumber": "0559182736 كناري المريض" });
    desk.post(&line, bad).expect_errors(422).await;

    // The record and the ticket, changed, refused and found; an import with rows that are added, skipped and wrong.
    let record = format!("/api/patients/{}", id(&ticket["patientId"]));
    desk.get(&record).expect(200).await;
    desk.put(&record, json!({ "metadata": { "ملاحظة": "ملاحظة كناري" } })).expect(200).await;
    desk.put(&record, json!({ "fullName": "كناري المريض\u{202E}", "phoneNumber": "055918" })).expect_errors(422).await;
    let other = desk.adding(&queue, "آخر", "0551110000").expect(201).await;
    let taken = json!({ "nationalId": "2098765432", "localId": "A-كناري" });
    desk.put(&format!("/api/patients/{}", id(&other["patientId"])), taken).expect_errors(409).await;
    desk.put(&format!("/api/tickets/{}", id(&ticket["id"])), json!({ "fullName": "كناري المريض" })).expect(200).await;
    let list = json!({ "patients": [patient, { "fullName": "كناري المريض", "phoneNumber": "0559182736" }] });
    desk.post(&format!("{line}/bulk"), list).expect(201).await;
    let import = json!({ "uploadId": upload["uploadId"] });
    desk.post(&format!("{line}/bulk"), import.clone()).expect(201).await;
    desk.post(&format!("{line}/bulk"), import).expect_errors(409).await;
    desk.get("/api/patients?search=%D9%83%D9%86%D8%A7%D8%B1%D9%8A").expect(200).await;

    // Somebody is invited, forgets their password, gets a code, and signs in from a browser that nobody knows.
    let invite = json!({ "role": "nurse", "fullName": "كناري المالك", "phone": "0559182736", "email": "canary.owner@example.com" });
    let invitation = desk.post("/api/auth/invite", invite).expect(201).await;
    let accept = json!({ "token": invitation["token"], "username": "canary.owner2@example.com", "password": "Canary-Password 77" });
    cloud.post("/api/auth/accept-invite").json(&accept).expect(201).await;
    cloud.post("/api/auth/accept-invite").json(&accept).expect_errors(422).await;
    cloud.settle().await;
    let code = code_for(&cloud, &desk.clinic, "canary.owner2@example.com", "+966559182736").await;
    let reset = json!({ "username": "canary.owner2@example.com", "code": code, "newPassword": "Canary-Password 77!" });
    cloud.post("/api/auth/reset-password").json(&reset).expect(204).await;
    let login = json!({ "username": "canary.owner2@example.com", "password": "Canary-Password 77!" });
    cloud.post("/api/auth/login").json(&login).expect_errors(401).await;
    cloud.settle().await;
    let challenge = code_in(&cloud.received_by("+966559182736").await.last().unwrap().text);
    let login =
        json!({ "username": "canary.owner2@example.com", "password": "Canary-Password 77!", "code": challenge });
    cloud.post("/api/auth/login").json(&login).expect(200).await;

    // Sent, refused, lost, answered by the patient: each way has its own lines.
    let template = desk.template("نص كناري {{patientName}}").await;
    let tickets = [id(&ticket["id"])];
    for fault in ["", "error:131026", "http:500", "drop_before_accept", "failed:131047"] {
        if !fault.is_empty() {
            cloud.fault(fault, None, 1).await;
        }
        desk.sending(&template, &tickets).expect(202).await;
        cloud.pass(Duration::from_secs(120)).await;
    }
    cloud.reply(&desk.clinic, "+966559182736", "ردّ كناري").await;
    cloud.settle().await;
    // What was sent is looked at, previewed, tried again and given up.
    let desk = desk.renewed();
    desk.get("/api/messages").expect(200).await;
    let send = json!({ "templateId": template, "ticketIds": tickets });
    desk.post("/api/messages/send-preview", send).expect(200).await;
    for (n, task) in desk.all("/api/tasks/failed").await.iter().enumerate() {
        let path = format!("/api/tasks/{}", id(&task["id"]));
        let decided = if n == 0 { desk.post(&format!("{path}/retry"), json!({})) } else { desk.delete(&path) };
        decided.send().await;
    }
    cloud.settle().await;
    // Callbacks that are not ours, not signed, not whole, or of a kind that nobody knows.
    for body in [
        json!({ "entry": [{ "changes": [{ "value": { "metadata": { "phone_number_id": number.phone_number_id },
            "contacts": [{ "wa_id": "966559182736", "profile": { "name": "كناري المريض" } }],
            "messages": [{ "from": "966559182736", "id": "w", "timestamp": "x", "text": { "body": "ردّ كناري" } }],
            "statuses": [{ "id": "w", "status": "كناري المريض", "recipient_id": "966559182736" }] } }] }] }),
        json!("ردّ كناري 966559182736"),
    ] {
        let (path, body) = ("/api/webhooks/whatsapp", body.to_string());
        let call = cloud.post(path).body("application/json", body.clone());
        call.clone().header("x-hub-signature-256", &sign(&number.app_secret, &body)).send().await;
        call.header("x-hub-signature-256", "sha256=00").send().await;
    }
    cloud.settle().await;
    cloud.bury(Queue::Sends).await;
    cloud.exhume(Queue::Sends);

    let text = logs.text();
    for function in [
        "sign_up",
        "add_ticket",
        "bulk_upload",
        "add_tickets",
        "update_patient",
        "retry_task",
        "send",
        "receive_webhook",
        "invite",
        "forgot_password",
        "reset_password",
    ] {
        assert!(text.contains(&format!("\"function\":\"{function}\"")), "the lines of {function} are captured");
    }
    assert!(text.contains("a try has ended") && text.contains("a callback was merged"), "those of workers, too");
    let secret = cookie.rsplit_once('.').unwrap().1;
    let invited = id(&invitation["token"]);
    let invited = invited.rsplit_once('.').unwrap().1;
    // Six or eight digits alone may stand in an id.
    let codes = [format!("{}-{}", &code[..4], &code[4..]), format!("{challenge} ")];
    let codes = codes.into_iter().chain([code, challenge].map(|code| format!("\"{code}\""))).collect::<Vec<_>>();
    let secrets = [token.as_str(), secret, number.app_secret.as_str(), number.verify_token.as_str(), invited];
    let secrets = secrets.into_iter().chain(codes.iter().map(String::as_str));
    for canary in PERSONAL.into_iter().chain(secrets) {
        let line = text.lines().find(|line| line.contains(canary));
        assert_eq!(line, None, "{canary} is in a log line");
        let body = cloud.message_bodies().into_iter().find(|body| body.contains(canary));
        assert_eq!(body, None, "{canary} is in a queue");
    }
}
