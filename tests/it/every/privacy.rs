//! Personal data stays where it belongs: no log line and no queue holds any, and no answer to who may not see it.

use std::time::Duration;

use data_encoding::BASE64;
use dawr_api::{
    function::{Queue, Verb},
    role::Role,
};
use dawr_testkit::{Logs, Person, TestCloud, sample::Sample};
use serde_json::{Value, json};

use crate::{
    desk::Desk,
    world::{Founded, REACHABLE, World, code_for, code_in, id, member_without_contact, sign},
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

in_each_context!(no_answer_holds_a_phone_for_who_may_not_see_it, super::no_answer_holds_a_phone);

/// Whose phone nobody has among the patients, and who writes all the same.
const STRANGER: &str = "0508880099";

/// The endpoints that show a patient, or what was said with one, when their sample is sent.
const SHOWING: [&str; 19] = [
    "messaging/get_conversation",
    "messaging/get_message",
    "messaging/list_failed_tasks",
    "messaging/list_messages",
    "messaging/list_patient_messages",
    "messaging/list_unknown",
    "messaging/preview_send",
    "patients/bulk_upload",
    "patients/get_patient",
    "patients/get_upload",
    "patients/list_upload_rows",
    "patients/search_patients",
    "patients/update_patient",
    "patients/update_upload",
    "queues/add_ticket",
    "queues/export_repair",
    "queues/get_ticket",
    "queues/list_tickets",
    "queues/update_ticket",
];

async fn no_answer_holds_a_phone(context: &str) {
    let founded = with_phones_everywhere().await;
    let (mut cloud, mut world) = founded.copy().await;
    for sample in &Sample::endpoints_of(context) {
        if sample.function.http().unwrap().method != Verb::Get {
            cloud.exhume(Queue::Sends);
            (cloud, world) = founded.copy().await;
        }
        world.prepare(&cloud, sample).await;
        let shows = SHOWING.contains(&sample.name().as_str());
        for person in [member_without_contact(&cloud, &world.clinic).await, supporter(&cloud, &world).await] {
            let values = match person.role {
                Role::Support => world.values_of(sample, &person),
                _ => world.values_of_author(&cloud, sample, &person).await,
            };
            let answer = sample.call(&cloud, &values).without("idempotency-key").send().await;
            let text = in_ascii_digits(&answer.text);
            let shown = phones().into_iter().flat_map(|phone| forms(&phone)).find(|form| text.contains(form));
            assert_eq!(shown, None, "{} shows it: {}", sample.name(), answer.text);
            assert!(answer.status < 500, "{}: {}", sample.name(), answer.text);
            if shows && person.role != Role::Support {
                assert!(answer.status < 300 && answer.text.contains('•'), "{}: {}", sample.name(), answer.text);
            }
        }
    }
    cloud.exhume(Queue::Sends);
}

/// The phones are where they can be: who may see them does.
#[tokio::test]
async fn who_may_see_phones_sees_them_where_they_are_looked_for() {
    let (cloud, world) = with_phones_everywhere().await.copy().await;
    let owner = &world.clinic.owner;
    let text = async |path: &str| cloud.get(path).as_(owner).send_expecting(200).await.text;
    let conversation = text(&format!("/api/patients/{}/conversation", world.value("patientId"))).await;
    let [e164, national, last, in_ids @ ..] = forms(REACHABLE);
    for form in [&e164, &national, &last] {
        assert!(conversation.contains(form), "{form}: {conversation}");
    }
    for list in [conversation.as_str(), &text("/api/messages").await] {
        assert!(in_ids.iter().any(|form| list.contains(form)), "Meta's ids are made of the phone: {list}");
    }
    assert!(conversation.contains("\"replyTo\":\"wamid."), "{conversation}");
    assert!(text("/api/conversations/unknown").await.contains(&forms(STRANGER)[0]));
}

/// A world in which the phones of people are in their names, file numbers and texts, and in Meta's ids.
async fn with_phones_everywhere() -> Founded {
    let cloud = TestCloud::start().await;
    let patient = json!({
        "fullName": format!("محمد {REACHABLE}"), "phoneNumber": REACHABLE, "localId": REACHABLE,
        "metadata": { "جوال": REACHABLE, REACHABLE: "الأب" },
    });
    let mut world = World::found_for(&cloud, "clinic-0", patient).await;
    cloud.reply(&world.clinic, &e164(REACHABLE), &format!("رقمي {REACHABLE} أو ٠٥٠ ١٢٣ ٤٥٦٧")).await;
    cloud.settle().await;
    let sent = cloud.received_by(&e164(REACHABLE)).await.remove(0).wamid;
    let event = |from: &str, context: Value| {
        let digits = e164(from)[1..].to_owned();
        let id = format!("wamid.{}", BASE64.encode(format!("\u{1c}\u{18}\u{c}{digits}\u{15}").as_bytes()));
        json!({ "from": digits, "id": id, "timestamp": cloud.clock().now().as_second().to_string(), "type": "text",
            "text": { "body": format!("اتصلوا بي: {from}") }, "context": context })
    };
    let events = [event(REACHABLE, json!({ "id": sent })), event(STRANGER, Value::Null)];
    let value = json!({ "messaging_product": "whatsapp", "messages": events,
        "metadata": { "phone_number_id": world.whatsapp.phone_number_id } });
    let body = json!({ "object": "whatsapp_business_account",
        "entry": [{ "id": "1", "changes": [{ "field": "messages", "value": value }] }] });
    let call = cloud.post("/api/webhooks/whatsapp").body("application/json", body.to_string());
    call.header("x-hub-signature-256", &sign(&world.whatsapp.app_secret, &body.to_string())).expect(200).await;
    cloud.settle().await;
    let sheet =
        format!("الاسم,رقم الجوال,ملاحظة\nسلمى,{REACHABLE},جوالها {REACHABLE}\n,{REACHABLE},رقم الأم {REACHABLE}\n");
    let upload = cloud.post("/api/patients/bulk-upload").as_(&world.clinic.owner);
    let upload = upload.body("text/csv", sheet).expect(201).await;
    world.set("uploadId", &id(&upload["uploadId"]));
    // What was written changed the mark at the ticket, twice.
    world.set("ticketVersion", "3");
    Founded::keep(&cloud, world)
}

async fn supporter(cloud: &TestCloud, world: &World) -> Person {
    cloud.elevated(&world.operator, &world.clinic).await.person
}

fn phones() -> [String; 2] {
    [REACHABLE.to_owned(), STRANGER.to_owned()]
}

fn e164(national: &str) -> String {
    format!("+966{}", &national[1..])
}

/// What a phone is recognised by: its digits, as it is dialled in the country, its last eight digits, and what of it stands in
/// base64, wherever in the encoded bytes it begins.
fn forms(national: &str) -> [String; 6] {
    let digits = e164(national)[1..].to_owned();
    let encoded = |before: usize| {
        let all = BASE64.encode(&[vec![0; before], digits.clone().into_bytes()].concat());
        all[(before * 8).div_ceil(6)..(before + digits.len()) * 8 / 6].to_owned()
    };
    let last = digits[digits.len() - 8..].to_owned();
    [digits.clone(), national.to_owned(), last, encoded(0), encoded(1), encoded(2)]
}

fn in_ascii_digits(text: &str) -> String {
    text.chars().map(dawr_kernel::text::ascii_digit).collect()
}
