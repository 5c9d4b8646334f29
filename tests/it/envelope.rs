//! What is around every answer: the envelope, correlation ids, languages. (The harness checks each answer's form.)

use dawr_testkit::TestCloud;
use serde_json::json;

use crate::desk::Desk;

#[tokio::test]
async fn a_failure_has_this_form() {
    let cloud = TestCloud::start().await;
    let answer = cloud.post("/api/auth/login").json(&json!({ "username": 1 })).header("x-correlation-id", "abc").send();
    insta::assert_json_snapshot!(answer.await.body);
}

#[tokio::test]
async fn a_correlation_id_is_taken_or_made_and_returned() {
    let cloud = TestCloud::start().await;
    let given = cloud.get("/api/users/me").header("x-correlation-id", "order-66:a.b_c").send().await;
    assert_eq!(given.header("x-correlation-id"), "order-66:a.b_c");
    assert_eq!(given.body["traceId"], "order-66:a.b_c");
    for wrong in ["", "a b", "<script>", &"x".repeat(129), "é"] {
        let made = cloud.get("/api/users/me").header("x-correlation-id", wrong).send().await;
        assert!(made.header("x-correlation-id").starts_with("req_"), "{wrong}");
    }
    let (a, b) = (cloud.get("/api/users/me").send().await, cloud.get("/api/users/me").send().await);
    assert_ne!(a.header("x-correlation-id"), b.header("x-correlation-id"));
}

#[tokio::test]
async fn errors_are_told_in_the_readers_language() {
    let cloud = TestCloud::start().await;
    let is_arabic = |text: &str| text.chars().any(|c| ('\u{0600}'..='\u{06FF}').contains(&c));
    for (accepted, arabic) in
        [("ar", true), ("ar-EG,en;q=0.5", true), ("en-US", false), ("fr, en;q=0.3", false), ("fr", true), ("", true)]
    {
        let answer = cloud.get("/api/users/me").header("accept-language", accepted).send_expecting(401).await;
        let text = answer.body["errors"][0]["message"].as_str().unwrap();
        assert_eq!(is_arabic(text), arabic, "{accepted}: {text}");
        assert_eq!(answer.header("content-language"), if arabic { "ar" } else { "en" });
    }
    let answer = cloud.get("/api/users/me").without("accept-language").send_expecting(401).await;
    assert_eq!(answer.header("content-language"), "ar");
}

#[tokio::test]
async fn a_path_or_method_that_is_not_there_is_not_found() {
    let cloud = TestCloud::start().await;
    for (method, path) in
        [("GET", "/api/nothing"), ("DELETE", "/api/permissions"), ("GET", "/"), ("PATCH", "/api/users/me")]
    {
        for (language, message) in [("ar", "لا يوجد مثل هذا المسار."), ("en", "There is no such path.")]
        {
            let answer = cloud.call(method, path).header("accept-language", language).send_expecting(404).await;
            assert_eq!((answer.code().as_str(), answer.header("content-language")), ("NotFound", language));
            assert_eq!(answer.body["errors"][0]["message"], message);
        }
    }
}

#[tokio::test]
async fn an_integer_is_one_however_it_is_written() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let queue = desk.queue("د. ليلى").await;
    for (text, minutes) in [("10", 10), ("10.0", 10), ("1e1", 10), ("1.5E1", 15), ("600.000", 600), ("-0.0", 0)] {
        let body = format!("{{\"currentPosition\": 1.0, \"estimatedWaitMinutes\": {text}}}");
        let call =
            cloud.post(&format!("/api/queues/{queue}/positions")).as_(&desk.person).body("application/json", body);
        assert_eq!(call.expect(200).await["estimatedWaitMinutes"], minutes, "{text}");
    }
    assert_eq!(desk.get("/api/queues?pageSize=10.0").expect(200).await["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_type_and_a_status_have_arabic_names() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let message = async |call: dawr_testkit::Call<'_>, status| {
        call.send_expecting(status).await.body["errors"][0]["message"].as_str().unwrap().to_owned()
    };
    let wrong = desk.post("/api/queues", json!({ "doctorName": 7 }));
    assert_eq!(message(wrong.clone(), 422).await, "القيمة المتوقعة هنا: نص.");
    let english = wrong.header("accept-language", "en");
    assert_eq!(message(english, 422).await, "A value of type string is expected.");
    let queue = desk.queue("د. ليلى").await;
    let ticket = desk.crowd(&queue, 1).await.remove(0);
    let served = desk.put(&format!("/api/tickets/{ticket}"), json!({ "status": "served" }));
    assert_eq!(message(served, 409).await, "لا يمكن أن تنتقل التذكرة من «في الانتظار» إلى «تمت الخدمة».");
}
