//! Every endpoint that takes an Idempotency-Key does its work once for it.

use std::time::Duration;

use dawr_api::{function::Queue, role::Role};
use dawr_testkit::{Answer, Call, TestCloud, sample::Sample};
use serde_json::Value;

use crate::world::{Founded, World};

fn idempotent() -> Vec<Sample> {
    Sample::endpoints().into_iter().filter(|sample| sample.function.http().unwrap().idempotent).collect()
}

/// The request with a body of the same meaning, and with one of another.
fn reworded<'a>(sample: &Sample, world: &World, call: Call<'a>) -> Call<'a> {
    let event = sample.event(&world.values(sample));
    let body = format!("{} ", event["body"].as_str().unwrap_or_default());
    let kind = event["headers"]["content-type"].as_str().unwrap_or("application/json").to_owned();
    call.body(&kind, body)
}

/// What only the first answer tells: nothing keeps it.
const TOLD_ONCE: &[&str] = &["temporaryPassword", "token", "link", "sent"];

/// What is compared of an answer.
fn kept(answer: &Answer) -> (u16, Value) {
    let (status, mut body) = answer.comparable();
    if let Some(data) = body["data"].as_object_mut() {
        TOLD_ONCE.iter().for_each(|name| drop(data.remove(*name)));
    }
    (status, body)
}

in_each_context!(a_repetition_gets_the_first_answer_and_changes_nothing, super::repetitions_change_nothing);

async fn repetitions_change_nothing(context: &str) {
    let founded = Founded::once("al-shifa").await;
    for sample in idempotent().iter().filter(|sample| sample.context.name == context) {
        let (cloud, world) = founded.copy().await;
        world.prepare(&cloud, sample).await;
        let call = sample.call(&cloud, &world.values(sample));
        let first = call.clone().send().await;
        assert!(first.status < 300, "{}: {}", sample.name(), first.text);
        let before = cloud.items();
        for _ in 0..2 {
            let again = call.clone().send().await;
            assert_eq!(again.comparable(), kept(&first), "{}", sample.name());
        }
        let other = reworded(sample, &world, call.clone()).expect_errors(422).await;
        assert_eq!(other[0].0, "IdempotencyMismatch", "{}", sample.name());
        assert_eq!(cloud.items(), before, "{}", sample.name());
        cloud.exhume(Queue::Sends);
    }
}

#[tokio::test]
async fn a_key_is_one_members_and_one_paths_and_is_forgotten_after_two_days() {
    let cloud = TestCloud::start().await;
    let world = World::found(&cloud, "al-shifa").await;
    let sample = idempotent().into_iter().find(|sample| sample.function.name == "create_template").unwrap();
    let templates = || cloud.items_of("template").len();
    let before = templates();
    let call = sample.call(&cloud, &world.values(&sample));
    call.clone().expect(201).await;
    let colleague = cloud.member(&world.clinic, Role::SecondaryAdmin).await;
    call.clone().as_(&colleague).expect(201).await;
    call.clone().key("another").expect(201).await;
    assert_eq!(templates(), before + 3);
    cloud.advance(Duration::from_secs(48 * 60 * 60 - 1));
    let owner = cloud.renewed(&world.clinic, &world.clinic.owner);
    call.clone().as_(&owner).expect(201).await;
    assert_eq!(templates(), before + 3, "it is still remembered");
    cloud.advance(Duration::from_secs(1));
    call.as_(&owner).expect(201).await;
    assert_eq!(templates(), before + 4, "it is forgotten");
}

#[tokio::test]
async fn what_is_no_key_is_refused() {
    let cloud = TestCloud::start().await;
    let world = World::found(&cloud, "al-shifa").await;
    let before = cloud.items();
    for sample in idempotent() {
        for key in ["", "a b", &"k".repeat(201), "مفتاح"] {
            let call = sample.call(&cloud, &world.values(&sample)).key(key);
            assert_eq!(call.expect_errors(400).await[0].0, "InvalidIdempotencyKey", "{} {key}", sample.name());
            assert_eq!(cloud.items(), before, "{}", sample.name());
        }
    }
}
