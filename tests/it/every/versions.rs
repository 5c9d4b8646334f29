//! Every endpoint that takes If-Match: the version that it asks for is shown where the thing is read, and in its own answer; and
//! one that does not stand is refused.

use dawr_api::function::{Queue, Verb};
use dawr_testkit::{TestCloud, sample::Sample};
use serde_json::Value;

use crate::world::World;

/// Where things are read that are not read at their own path or above it.
const READ_AT: &[(&str, &str)] = &[("/api/tickets/", "/api/queues/{queueId}/patients")];

/// The endpoint by which that is read which another one is about: at its path, or at the nearest above it.
fn reading<'a>(samples: &'a [Sample], path: &str) -> &'a Sample {
    let read = |path: &str| {
        let gets =
            |sample: &&Sample| sample.function.http().is_some_and(|http| (http.method, http.path) == (Verb::Get, path));
        samples.iter().find(gets)
    };
    let elsewhere = READ_AT.iter().find(|(below, _)| path.starts_with(below)).map(|(_, at)| *at);
    let mut at = elsewhere.unwrap_or(path);
    loop {
        match read(at) {
            Some(sample) => return sample,
            None => at = at.rsplit_once('/').unwrap_or_else(|| panic!("nothing reads what {path} changes")).0,
        }
    }
}

fn has_version(data: &Value) -> bool {
    data["version"].is_u64() || data["items"].as_array().is_some_and(|items| items.iter().any(has_version))
}

#[tokio::test]
async fn whoever_may_say_which_version_they_saw_can_see_it() {
    let cloud = TestCloud::start().await;
    let world = World::found(&cloud, "al-shifa").await;
    let (samples, mut found) = (Sample::endpoints(), 0);
    let taking = samples.iter().filter(|sample| sample.function.http().unwrap().takes_version());
    for sample in taking {
        let http = sample.function.http().unwrap();
        let read = reading(&samples, http.path);
        let seen = read.call(&cloud, &world.values_of(read, world.caller(sample))).send().await;
        assert_eq!(seen.status, 200, "{} by {}: {}", sample.name(), read.name(), seen.text);
        assert!(has_version(&seen.data()), "{} shows no version for {}: {}", read.name(), sample.name(), seen.text);
        world.prepare(&cloud, sample).await;
        let before = cloud.items();
        let call = || sample.call(&cloud, &world.values(sample)).without("idempotency-key");
        let stale = call().header("if-match", "\"987654\"").send().await;
        assert_eq!((stale.status, stale.code()), (412, "StaleVersion".to_owned()), "{}", sample.name());
        assert_eq!(cloud.items(), before, "{}", sample.name());
        found += 1;
    }
    assert!(found >= 20, "only {found} endpoints take If-Match");
    cloud.exhume(Queue::Sends);
}

/// What a change answers is what stands then: the next change can go on from it.
#[tokio::test]
async fn a_change_answers_with_the_version_that_stands_after_it() {
    let cloud = TestCloud::start().await;
    let world = World::found(&cloud, "al-shifa").await;
    for sample in Sample::endpoints() {
        let http = sample.function.http().unwrap();
        if !http.takes_version() || http.method != Verb::Put {
            continue;
        }
        let call = || sample.call(&cloud, &world.values(&sample)).without("idempotency-key");
        let changed = call().without("if-match").send().await;
        assert_eq!(changed.status, http.status, "{}: {}", sample.name(), changed.text);
        let version = changed.data()["version"].as_u64();
        let version = version.unwrap_or_else(|| panic!("{} answers no version: {}", sample.name(), changed.text));
        let again = call().header("if-match", &format!("\"{version}\"")).send().await;
        assert_ne!(again.code(), "StaleVersion", "{}: {}", sample.name(), changed.text);
    }
    cloud.exhume(Queue::Sends);
}
