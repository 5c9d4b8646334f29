//! Every function has a sample event, and handles it. (That endpoints do is seen where their cost is.)

use dawr_testkit::{TestCloud, sample::Sample};

use crate::world::World;

#[test]
fn every_function_has_a_sample_event() {
    let (_, missing) = Sample::all();
    assert!(missing.is_empty(), "events/ lacks {missing:?}");
}

#[tokio::test]
async fn every_worker_handles_its_sample_event_whole() {
    let cloud = TestCloud::start().await;
    let world = World::found(&cloud, "al-shifa").await;
    for sample in Sample::all().0.into_iter().filter(|sample| sample.function.http().is_none()) {
        let answer = sample.invoke(&cloud, &world.values(&sample)).await;
        let failures = answer.get("batchItemFailures").and_then(|failures| failures.as_array());
        assert!(failures.is_none_or(Vec::is_empty), "{}: {answer}", sample.name());
    }
    cloud.settle().await;
}

/// A sample is an event as API Gateway sends it, not only as much of it as a handler reads.
#[tokio::test]
async fn a_sample_says_the_same_everywhere() {
    let cloud = TestCloud::start().await;
    let world = World::found(&cloud, "al-shifa").await;
    for sample in Sample::endpoints() {
        let event = sample.event(&world.values(&sample));
        let http = sample.function.http().unwrap();
        let route = format!("{} {}", http.method.as_str(), http.path);
        assert_eq!(event["version"], "2.0", "{}", sample.name());
        assert_eq!(event["routeKey"], route, "{}", sample.name());
        assert_eq!(event["requestContext"]["routeKey"], route, "{}", sample.name());
        assert_eq!(event["requestContext"]["http"]["method"], http.method.as_str(), "{}", sample.name());
        assert_eq!(event["requestContext"]["http"]["path"], event["rawPath"], "{}", sample.name());
        let path = event["rawPath"].as_str().unwrap();
        let routed = cloud.inner().functions().route(http.method.as_str(), path);
        assert_eq!(routed.map(|function| function.name), Some(sample.function.name), "{}", sample.name());
        let parameters = event["pathParameters"].as_object().into_iter().flatten();
        let filled = parameters.fold(http.path.to_owned(), |path, (name, value)| {
            path.replace(&format!("{{{name}}}"), value.as_str().unwrap())
        });
        assert_eq!(filled, path, "{}", sample.name());
    }
}
