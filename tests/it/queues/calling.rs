//! `POST /api/queues/{queueId}/call-next` and `…/positions`

use std::time::Duration;

use dawr_testkit::TestCloud;
use serde_json::{Value, json};

use crate::{desk::Desk, world::id};

#[tokio::test]
async fn patients_are_called_in_their_order_to_a_room() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let queue = desk.queue("د. ليلى").await;
    let tickets = desk.crowd(&queue, 3).await;
    let path = format!("/api/queues/{queue}");
    for (n, ticket) in (1..).zip(&tickets) {
        let called = desk.post(&format!("{path}/call-next"), json!({ "room": "غرفة 3" })).expect(200).await;
        assert_eq!(
            (id(&called["id"]), &called["status"], &called["room"]),
            (ticket.clone(), &json!("called"), &json!("غرفة 3"))
        );
        assert!(called["position"].is_null());
        let read = desk.get(&path).expect(200).await;
        assert_eq!((&read["currentPosition"], &read["counts"]["waiting"]), (&json!(n), &json!(3 - n)));
    }
    let empty = cloud.post(&format!("{path}/call-next")).as_(&desk.person).expect_errors(409).await;
    assert_eq!(empty[0].0, "QueueEmpty");
}

#[tokio::test]
async fn the_statistics_follow_the_services() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let queue = desk.queue("د. ليلى").await;
    desk.crowd(&queue, 5).await;
    let path = format!("/api/queues/{queue}");
    for _ in 0..3 {
        let called = desk.post(&format!("{path}/call-next"), json!({})).expect(200).await;
        let ticket = format!("/api/tickets/{}", id(&called["id"]));
        desk.put(&ticket, json!({ "status": "in_service" })).expect(200).await;
        cloud.advance(Duration::from_secs(4 * 60));
        desk.put(&ticket, json!({ "status": "served" })).expect(200).await;
    }
    let read = desk.get(&path).expect(200).await;
    assert_eq!(read["statistics"]["servedToday"], 3);
    assert_eq!(read["statistics"]["averageServiceMinutes"].as_f64(), Some(4.0));
    assert_eq!(read["statistics"]["estimatedWaitForNewMinutes"], 8, "two wait, four minutes each");
    let waiting: Vec<Value> = desk.all(&format!("{path}/patients?status=waiting")).await;
    assert_eq!(waiting[1]["estimatedWaitMinutes"], 4);
}

#[tokio::test]
async fn staff_set_what_is_shown() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let path = format!("/api/queues/{}/positions", desk.queue("د. ليلى").await);
    let set = desk.post(&path, json!({ "currentPosition": 7, "estimatedWaitMinutes": 10 })).expect(200).await;
    assert_eq!((&set["currentPosition"], &set["estimatedWaitMinutes"]), (&json!(7), &json!(10)));
    for wrong in [json!(-1), json!(1_000_001), json!("7"), json!(null)] {
        desk.post(&path, json!({ "currentPosition": wrong })).expect_errors(422).await;
    }
}
