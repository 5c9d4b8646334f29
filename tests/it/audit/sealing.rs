//! The sealer: every entry gets one link, whatever comes twice, out of order, at once, or is cut off.

use std::collections::BTreeSet;

use dawr_api::function::Queue;
use dawr_testkit::{Faults, Rates, TestCloud, TestOptions};
use futures::future::{join, join_all};

use super::{of, verified};
use crate::desk::Desk;

/// Every entry has one link, the links follow one another, and what they are about is found.
async fn assert_sealed(desk: &Desk<'_>, what: &str) {
    let text = |item: &serde_json::Value, name: &str| item[name]["S"].as_str().unwrap().to_owned();
    let (entries, links) = (of(desk.cloud, &desk.clinic, "audit"), of(desk.cloud, &desk.clinic, "seal"));
    let ids: BTreeSet<String> = entries.iter().map(|entry| text(entry, "id")).collect();
    let sealed: BTreeSet<String> = links.iter().map(|link| text(link, "entry")).collect();
    assert_eq!(ids, sealed, "{what}");
    let numbers: BTreeSet<u64> =
        links.iter().map(|link| link["before"]["M"]["links"]["N"].as_str().unwrap().parse().unwrap()).collect();
    assert_eq!(numbers, (0..links.len() as u64).collect(), "{what}");
    let footprints = of(desk.cloud, &desk.clinic, "footprint");
    let found: BTreeSet<_> = footprints.iter().map(|print| (text(print, "subject"), text(print, "entry"))).collect();
    let subjects = |entry: &serde_json::Value| entry["subjects"]["L"].as_array().unwrap().clone();
    for entry in &entries {
        for subject in subjects(entry) {
            let about = subject["M"]["id"]["S"].as_str().unwrap().to_owned();
            assert!(found.contains(&(about, text(entry, "id"))), "{what}: {entry}");
        }
    }
    let report = verified(desk.cloud, &desk.clinic).await;
    assert_eq!(report.findings, [], "{what}");
    assert_eq!((report.entries, report.end.links), (ids.len() as u64, ids.len() as u64), "{what}");
}

#[tokio::test]
async fn entries_are_sealed_in_moments() {
    let cloud = TestCloud::start().await;
    let (desk, other) = (Desk::open(&cloud, "al-shifa").await, Desk::open(&cloud, "al-noor").await);
    for n in 0..25 {
        desk.queue(&format!("د. {n}")).await;
        other.queue(&format!("د. {n}")).await;
    }
    assert_eq!(verified(&cloud, &desk.clinic).await.waiting, 27);
    cloud.settle().await;
    assert_sealed(&desk, "one clinic").await;
    assert_sealed(&other, "the other clinic").await;
    desk.queue("د. هند").await;
    cloud.settle().await;
    assert_sealed(&desk, "one more").await;
}

#[tokio::test]
async fn an_entry_about_more_than_a_transaction_takes_is_sealed() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let queue = desk.queue("د. ليلى").await;
    desk.crowd(&queue, 130).await;
    let found = desk.get("/api/patients?search=الحربي&pageSize=200").expect(200).await;
    assert!(found["items"].as_array().unwrap().len() > 100, "{found}");
    cloud.settle().await;
    assert_sealed(&desk, "a search").await;
}

#[tokio::test]
async fn whatever_breaks_every_entry_is_sealed_once() {
    for seed in 0..6 {
        let faults = Faults::new(seed);
        let between = Some(faults.between());
        let cloud = TestCloud::with(TestOptions { seed, between, ..TestOptions::default() }).await;
        cloud.expect_dead_letters();
        let desk = Desk::open(&cloud, "al-shifa").await;
        for n in 0..20 {
            desk.queue(&format!("د. {n}")).await;
        }
        cloud.inner().relay().await.unwrap();
        let mut jobs = Vec::new();
        loop {
            let some = cloud.receive(Queue::Audits, None).await;
            if some.is_empty() {
                break;
            }
            jobs.extend(some);
        }
        assert_eq!(jobs.len(), 22, "seed {seed}");
        faults.set(Rates { lost: 60, unanswered: 60, killed: 60 });
        let pick = |limit: usize| usize::try_from(faults.below(limit as u64)).unwrap();
        for _ in 0..25 {
            let some = |size: usize| (0..size).map(|_| jobs[pick(jobs.len())].clone()).collect::<Vec<_>>();
            let (here, there) = (some(1 + pick(10)), some(1 + pick(10)));
            let inner = cloud.inner();
            let both = join(inner.deliver(Queue::Audits, &here), inner.deliver(Queue::Audits, &there));
            faults.invocation(both).await;
        }
        faults.set(Rates::default());
        for job in &jobs {
            cloud.inner().deliver(Queue::Audits, std::slice::from_ref(job)).await;
        }
        assert_sealed(&desk, &format!("seed {seed}")).await;
    }
}

#[tokio::test]
async fn sealers_at_once_make_one_chain() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    for n in 0..30 {
        desk.queue(&format!("د. {n}")).await;
    }
    cloud.inner().relay().await.unwrap();
    let mut parts = Vec::new();
    loop {
        let some = cloud.receive(Queue::Audits, None).await;
        if some.is_empty() {
            break;
        }
        parts.push(some);
    }
    // Each part three times, all at once.
    join_all((0..3).flat_map(|_| &parts).map(|part| cloud.inner().deliver(Queue::Audits, part))).await;
    assert_sealed(&desk, "at once").await;
}
