//! `/api/templates[/{templateId}]`

use dawr_api::role::Role;
use dawr_testkit::TestCloud;
use serde_json::json;

use crate::{desk::Desk, world::id};

#[tokio::test]
async fn a_template_is_written_read_changed_and_deleted() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let body = json!({
        "title": "تذكير", "content": "مرحبًا {{ patientName }}،\r\nأمامك {{peopleAhead}}.", "onUnknown": "resend",
        "providerTemplate": { "name": "queue_update", "language": "ar", "parameters": ["patientName", "peopleAhead"] },
    });
    let template = desk.post("/api/templates", body).expect(201).await;
    insta::assert_json_snapshot!(template, { ".id" => "[template]", ".createdBy" => "[member]" });
    let path = format!("/api/templates/{}", id(&template["id"]));
    let changed =
        desk.put(&path, json!({ "title": "نص", "content": "أهلًا" })).header("if-match", "\"1\"").expect(200).await;
    assert_eq!((&changed["onUnknown"], &changed["providerTemplate"]), (&json!("hold"), &json!(null)));
    assert_eq!(
        desk.put(&path, json!({ "title": "نص", "content": "أهلًا" })).header("if-match", "1").expect_errors(412).await[0]
            .0,
        "StaleVersion"
    );
    desk.delete(&path).expect(204).await;
    desk.get(&path).expect_errors(404).await;
}

#[tokio::test]
async fn an_unknown_variable_is_named_with_its_place() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let content = "مرحبًا {{patientName}} {{patientAge}} و{{ phone }} و{{";
    let answer = desk.post("/api/templates", json!({ "title": "نص", "content": content })).send_expecting(422).await;
    insta::assert_json_snapshot!(answer.body["errors"]);
}

#[tokio::test]
async fn a_private_template_is_its_authors_and_the_administrators() {
    let cloud = TestCloud::start().await;
    let owner = Desk::open(&cloud, "al-shifa").await;
    let author = owner.with(cloud.member(&owner.clinic, Role::Moderator).await);
    let colleague = owner.with(cloud.member(&owner.clinic, Role::Moderator).await);
    let private = id(&author.post("/api/templates", json!({ "title": "لي", "content": "نص" })).expect(201).await["id"]);
    let shared = author.template("للجميع").await;
    let listed = async |desk: &Desk<'_>, template: &String| {
        desk.all("/api/templates?pageSize=200").await.iter().any(|one| id(&one["id"]) == *template)
    };
    for (desk, sees) in [(&colleague, false), (&author, true), (&owner, true)] {
        assert_eq!((listed(desk, &private).await, listed(desk, &shared).await), (sees, true));
    }
    colleague.get(&format!("/api/templates/{private}")).expect_errors(404).await;
    let change = json!({ "title": "لك", "content": "نص" });
    colleague.put(&format!("/api/templates/{private}"), change.clone()).expect_errors(404).await;
    colleague.put(&format!("/api/templates/{shared}"), change.clone()).expect_errors(403).await;
    colleague.delete(&format!("/api/templates/{shared}")).expect_errors(403).await;
    owner.put(&format!("/api/templates/{shared}"), change).expect(200).await;
    let queue = owner.queue("د. ليلى").await;
    let send = json!({ "templateId": private, "queueId": queue });
    colleague.post("/api/messages/send-preview", send).expect_errors(404).await;
}
