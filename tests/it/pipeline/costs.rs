//! What the issue promises of round trips, measured.

use dawr_testkit::TestCloud;
use serde_json::json;

use crate::desk::Desk;

#[tokio::test]
async fn calling_the_next_patient_takes_two_round_trips() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let queue = desk.queue("د. ليلى").await;
    desk.crowd(&queue, 12).await;
    let call = desk.post(&format!("/api/queues/{queue}/call-next"), json!({ "room": "3" }));
    let (cost, answer) = cloud.cost(call.send()).await;
    assert_eq!(answer.status, 200);
    assert!(cost.trips <= 2, "{cost:?}");
}

#[tokio::test]
async fn a_page_of_a_list_takes_one_round_trip() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let queue = desk.queue("د. ليلى").await;
    let tickets = desk.crowd(&queue, 30).await;
    let template = desk.template("مرحبًا {{patientName}}").await;
    desk.sending(&template, &tickets).expect(202).await;
    cloud.settle().await;
    let line = format!("/api/queues/{queue}/patients?pageSize=10");
    let waiting = format!("{line}&status=waiting");
    for list in [
        "/api/queues?pageSize=10",
        &line,
        &waiting,
        "/api/patients?search=%D8%A7%D9%84%D8%AD%D8%B1%D8%A8%D9%8A&pageSize=10",
        "/api/templates?pageSize=10",
        "/api/messages?pageSize=10",
        "/api/tasks/failed?pageSize=10",
    ] {
        // That patients' records were searched is noted every time; of a list, once in a quarter of an hour.
        let trips = if list.starts_with("/api/patients") { 2 } else { 1 };
        desk.get(list).expect(200).await;
        let (cost, first) = cloud.cost(desk.get(list).expect(200)).await;
        assert_eq!(cost.trips, trips, "{list}: {cost:?}");
        if let Some(next) = first.get("nextPage").and_then(|page| page.as_str()) {
            let (cost, _) = cloud.cost(desk.get(&format!("{list}&page={next}")).expect(200)).await;
            assert_eq!(cost.trips, trips, "the second page of {list}: {cost:?}");
        }
    }
    // A number as it is written in the country needs the tenant's region.
    let (cost, _) = cloud.cost(desk.get("/api/patients?search=0510000000").expect(200)).await;
    assert!(cost.trips <= 3, "{cost:?}");
}

/// What it takes until every message is queued: the endpoint and the expander. (Each message is then sent on its own.)
#[tokio::test]
async fn queueing_messages_to_many_is_cheap_and_the_endpoint_is_constant() {
    let mut endpoint_trips = Vec::new();
    for (slug, count) in [("small", 60), ("middle", 150), ("large", 400)] {
        let cloud = TestCloud::start().await;
        let desk = Desk::open(&cloud, slug).await;
        let queue = desk.queue("د. ليلى").await;
        let tickets = desk.crowd(&queue, count).await;
        let template = desk.template("مرحبًا {{patientName}}").await;
        cloud.settle().await;
        let (endpoint, _) = cloud.cost(desk.sending(&template, &tickets).expect(202)).await;
        let (worker, ()) = cloud.cost(cloud.expand()).await;
        assert_eq!(cloud.items_of("message").len(), count as usize);
        let trips = endpoint.trips + worker.trips;
        // Of more than fifty at once the contacts and the wishes are two reads: a hundred keys fit in one.
        assert!(trips <= count.div_ceil(20) + 4, "{count} messages: {endpoint:?} and {worker:?}");
        if count > 100 {
            endpoint_trips.push(endpoint.trips);
        }
    }
    assert!(endpoint_trips.windows(2).all(|pair| pair[0] == pair[1]), "{endpoint_trips:?}");
}
