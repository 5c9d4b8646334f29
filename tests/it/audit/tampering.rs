//! Whoever reaches the table itself and changes the trail is found out by who recomputes the chain.

use std::time::Duration;

use dawr_api::audit::Entry;
use dawr_audit::{
    Finding,
    chain::{Head, Link},
};
use dawr_testkit::TestCloud;
use serde_json::{Value, json};

use super::{of, verified};
use crate::desk::Desk;

/// A clinic whose trail has seven sealed entries.
async fn sealed<'a>(cloud: &'a TestCloud) -> Desk<'a> {
    let desk = Desk::open(cloud, "al-shifa").await;
    for n in 0..6 {
        desk.queue(&format!("د. {n}")).await;
    }
    cloud.settle().await;
    assert_eq!(verified(cloud, &desk.clinic).await.findings, []);
    desk
}

/// The item with another value of one attribute.
fn changed(item: &Value, name: &str, value: Value) -> Value {
    let mut item = item.clone();
    item[name] = value;
    item
}

fn entry_id(item: &Value, name: &str) -> dawr_kernel::id::AuditId {
    item[name]["S"].as_str().unwrap().parse().unwrap()
}

async fn found(desk: &Desk<'_>) -> Vec<Finding> {
    verified(desk.cloud, &desk.clinic).await.findings
}

#[tokio::test]
async fn a_changed_entry_is_found() {
    let cloud = TestCloud::start().await;
    let desk = sealed(&cloud).await;
    let entry = of(&cloud, &desk.clinic, "audit").remove(3);
    let id = entry_id(&entry, "id");
    for (name, value) in [
        ("action", json!({ "S": "get_queue" })),
        ("address", json!({ "S": "203.0.113.9" })),
        ("at", json!({ "S": "2020-01-01T00:00:00Z" })),
        ("until", json!({ "S": "2020-01-01T00:00:00Z" })),
        ("subjects", json!({ "L": [] })),
        ("actor", json!({ "M": {} })),
    ] {
        cloud.forge(&changed(&entry, name, value));
        assert_eq!(found(&desk).await, [Finding::EntryChanged(id)], "{name}");
    }
    cloud.forge(&changed(&entry, "action", json!({ "N": "1" })));
    assert!(found(&desk).await.contains(&Finding::EntryChanged(id)));
    cloud.forge(&entry);
    assert_eq!(found(&desk).await, []);
}

/// What a newer program adds to entries and links breaks no seal; the form in which it seals is not this one's to judge.
#[tokio::test]
async fn what_a_newer_program_adds_breaks_no_seal() {
    let cloud = TestCloud::start().await;
    let desk = sealed(&cloud).await;
    let entry = of(&cloud, &desk.clinic, "audit").remove(3);
    let links = of(&cloud, &desk.clinic, "seal");
    let link = links.iter().find(|link| link["entry"] == entry["id"]).unwrap();
    cloud.forge(&changed(&entry, "reason", json!({ "S": "a newer program's" })));
    cloud.forge(&changed(link, "witness", json!({ "S": "a newer program's" })));
    assert_eq!(found(&desk).await, []);
    // One of before said no form, and was sealed in the first.
    let mut old = link.clone();
    old.as_object_mut().unwrap().remove("form");
    cloud.forge(&old);
    assert_eq!(found(&desk).await, []);
    cloud.forge(&changed(link, "form", json!({ "N": "9" })));
    assert_eq!(found(&desk).await, [Finding::NewerForm(entry_id(link, "entry"))]);
}

#[tokio::test]
async fn a_deleted_entry_is_found_with_and_without_its_seal() {
    let cloud = TestCloud::start().await;
    let desk = sealed(&cloud).await;
    let entry = of(&cloud, &desk.clinic, "audit").remove(3);
    let links = of(&cloud, &desk.clinic, "seal");
    let link = links.iter().find(|link| link["entry"] == entry["id"]).unwrap();
    cloud.tear_out(&entry);
    assert_eq!(found(&desk).await, [Finding::EntryMissing(entry_id(&entry, "id"))]);
    cloud.tear_out(link);
    let number: u64 = link["before"]["M"]["links"]["N"].as_str().unwrap().parse().unwrap();
    let expected = if number == 6 { Finding::LinksMissing(7) } else { Finding::LinksMissing(number + 1) };
    assert_eq!(found(&desk).await, [expected]);
    // An entry whose time to live was put forward is as good as deleted.
    cloud.forge(link);
    cloud.forge(&changed(&entry, "expires_at", json!({ "N": "1" })));
    assert_eq!(found(&desk).await, [Finding::EntryMissing(entry_id(&entry, "id"))]);
}

#[tokio::test]
async fn a_changed_or_second_seal_is_found() {
    let cloud = TestCloud::start().await;
    let desk = sealed(&cloud).await;
    let mut links = of(&cloud, &desk.clinic, "seal");
    links.sort_by_key(|link| link["before"]["M"]["links"]["N"].as_str().unwrap().to_owned());
    let link = &links[3];
    cloud.forge(&changed(link, "digest", json!({ "S": "0" })));
    let id = entry_id(link, "entry");
    assert_eq!(found(&desk).await, [Finding::LinkChanged(id), Finding::EntryChanged(id)]);
    cloud.forge(link);

    // Entry and seal are written anew so that they fit each other: the next seal does not fit.
    let entries = of(&cloud, &desk.clinic, "audit");
    let stored = entries.iter().find(|entry| entry["id"] == link["entry"]).unwrap();
    let mut entry: Entry = plain(stored);
    entry.action = "get_queue".to_owned();
    let old: Link = plain(link);
    let new = Link::of(&entry, old.before.clone()).unwrap();
    cloud.forge(&changed(stored, "action", json!({ "S": "get_queue" })));
    let forged = changed(link, "digest", json!({ "S": new.digest }));
    cloud.forge(&changed(&forged, "hash", json!({ "S": new.hash })));
    assert_eq!(found(&desk).await, [Finding::Broken(5)]);
    cloud.forge(stored);
    cloud.forge(link);
    assert_eq!(found(&desk).await, []);
}

#[tokio::test]
async fn an_end_that_was_deleted_or_put_back_is_found() {
    let cloud = TestCloud::start().await;
    let desk = sealed(&cloud).await;
    let head = of(&cloud, &desk.clinic, "seal head").remove(0);
    let stored: Head = plain(&head);
    cloud.tear_out(&head);
    assert_eq!(found(&desk).await, [Finding::HeadMissing]);
    let mut links: Vec<Link> = of(&cloud, &desk.clinic, "seal").iter().map(plain).collect();
    links.sort_by_key(|link| link.before.links);
    let mut back = head.clone();
    back["point"]["M"]["links"] = json!({ "N": "4" });
    back["point"]["M"]["hash"] = json!({ "S": links[3].hash });
    cloud.forge(&back);
    assert_eq!(found(&desk).await, [Finding::HeadWrong]);
    // The last seal goes, too; the end stays.
    cloud.forge(&head);
    let last = links.last().unwrap();
    let item = of(&cloud, &desk.clinic, "seal").into_iter().find(|link| link["hash"]["S"] == last.hash.as_str());
    cloud.tear_out(&item.unwrap());
    let entry = of(&cloud, &desk.clinic, "audit").into_iter().find(|entry| entry["id"]["S"] == last.entry.to_string());
    cloud.tear_out(&entry.unwrap());
    assert_eq!(found(&desk).await, [Finding::LinksMissing(stored.point.links)]);
}

#[tokio::test]
async fn an_entry_that_was_never_sealed_is_found_after_some_minutes() {
    let cloud = TestCloud::start().await;
    let desk = sealed(&cloud).await;
    desk.queue("د. هند").await;
    let report = verified(&cloud, &desk.clinic).await;
    assert_eq!((report.findings.len(), report.waiting), (0, 1));
    cloud.advance(Duration::from_secs(11 * 60));
    let [Finding::EntryUnsealed(_)] = found(&desk).await[..] else { panic!("it is not found") };
    cloud.settle().await;
    assert_eq!(found(&desk).await, []);
}

/// What is past its time may go: what is left still proves itself, and what should be there is still missed.
#[tokio::test]
async fn entries_past_their_time_leave_no_gap() {
    let cloud = TestCloud::start().await;
    let desk = sealed(&cloud).await;
    cloud.advance(Duration::from_secs(400 * 24 * 60 * 60));
    let desk = desk.renewed();
    let queue = desk.queue("د. هند").await;
    desk.delete(&format!("/api/queues/{queue}")).expect(204).await;
    cloud.settle().await;
    assert_eq!(found(&desk).await, []);
    // Six years after the first ones, four after the last ones.
    cloud.advance(Duration::from_secs(5 * 365 * 24 * 60 * 60));
    let report = verified(&cloud, &desk.clinic).await;
    assert_eq!((report.findings.as_slice(), report.entries), (&[][..], 2));
    for item in of(&cloud, &desk.clinic, "audit").iter().chain(&of(&cloud, &desk.clinic, "seal")) {
        if item["until"]["S"].as_str().unwrap() <= cloud.clock().now().to_string().as_str() {
            cloud.tear_out(item);
        }
    }
    assert_eq!(found(&desk).await, []);
    let mut left = of(&cloud, &desk.clinic, "seal");
    assert_eq!(left.len(), 2);
    left.sort_by_key(|link| link["before"]["M"]["links"]["N"].as_str().unwrap().to_owned());
    let entries = of(&cloud, &desk.clinic, "audit");
    cloud.tear_out(&left[0]);
    cloud.tear_out(entries.iter().find(|entry| entry["id"] == left[0]["entry"]).unwrap());
    assert_eq!(found(&desk).await, [Finding::LinksMissing(9)]);
}

/// A stored item as what it is.
fn plain<T: dawr_store::Entity>(item: &Value) -> T {
    dawr_store::Stored::<T>::decode(serde_dynamo_item(item)).unwrap().value
}

fn serde_dynamo_item(item: &Value) -> dawr_store::entity::Item {
    let item: serde_dynamo::Item = serde_json::from_value(item.clone()).unwrap();
    item.into()
}
