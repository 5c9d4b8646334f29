//! `GET /health`

use dawr_testkit::{Faults, Rates, TestCloud, TestOptions};
use serde_json::json;

#[tokio::test]
async fn it_asks_the_table_and_the_queues_and_costs_one_read() {
    let cloud = TestCloud::start().await;
    let (cost, answer) = cloud.cost(cloud.get("/health").expect(200)).await;
    assert_eq!(answer, json!({ "status": "ok" }));
    assert_eq!((cost.trips, cost.write), (1, 0.0));
    assert!(cost.read <= 0.5, "{cost:?}");
}

#[tokio::test]
async fn it_names_what_does_not_answer() {
    let faults = Faults::new(1);
    let cloud = TestCloud::with(TestOptions { between: Some(faults.between()), ..TestOptions::default() }).await;
    faults.set(Rates { lost: 1_000, ..Rates::default() });
    let answer = cloud.get("/health").send_expecting(503).await;
    assert_eq!(answer.errors(), ["table", "queues"].map(|what| ("Unavailable".to_owned(), what.to_owned())));
    assert!(!answer.header("retry-after").is_empty());
    faults.set(Rates::default());
    cloud.get("/health").expect(200).await;
}
