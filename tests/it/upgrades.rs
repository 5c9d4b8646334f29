//! Programs of two versions at one table, as while stacks are deployed one after the other, and after an upgrade.

use aws_sdk_dynamodb::types::AttributeValue;
use dawr_api::migrate::{Migration, Progress};
use dawr_kernel::{
    id::{Id, TaskId, TemplateId},
    text::fold,
};
use dawr_store::{
    CommitError, Entity, Ground, Index, Kind, Place, Query, StoreError, Stored, TenantScope, Work, entity::Item, keys,
    upgrade,
};
use dawr_testkit::TestCloud;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::desk::Desk;

/// What today's program knows of a thing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Today {
    id: TemplateId,
    name: String,
    note: Option<String>,
    tries: Vec<Try>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Try {
    n: u32,
}

impl Entity for Today {
    const KIND: &'static str = "thing";

    fn place(&self, scope: &TenantScope) -> Place {
        Place::at(keys::template(scope, self.id))
    }
}

/// What tomorrow's program knows of it: it looks for things by their folded names, too.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Tomorrow {
    id: TemplateId,
    name: String,
    folded: String,
    note: Option<String>,
    colour: Option<String>,
    due: Option<Timestamp>,
    tries: Vec<TryTomorrow>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct TryTomorrow {
    n: u32,
    #[serde(default)]
    why: Option<String>,
}

impl Entity for Tomorrow {
    const KIND: &'static str = "thing";
    const UPGRADES: &'static [upgrade::Step] = &[fold_name];

    fn place(&self, scope: &TenantScope) -> Place {
        let place = Place::at(keys::template(scope, self.id));
        match self.due {
            Some(at) => place.gsi2(keys::due(self.id.body(), at)),
            None => place,
        }
    }
}

/// The name may be another one than when it was folded.
fn fold_name(item: &mut Item) -> Result<(), String> {
    let name = item.get("name").and_then(|name| name.as_s().ok()).ok_or("it has no name")?;
    let folded = AttributeValue::S(fold(name));
    item.insert("folded".to_owned(), folded);
    Ok(())
}

/// What a program of the day after has elsewhere.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Elsewhere {
    id: TemplateId,
    name: String,
}

impl Entity for Elsewhere {
    const KIND: &'static str = "thing";
    const UPGRADES: &'static [upgrade::Step] = &[fold_name, |_| Ok(())];

    fn place(&self, scope: &TenantScope) -> Place {
        Place::at(keys::task(scope, TaskId::from_body(self.id.body())))
    }
}

async fn read<T: Entity>(cloud: &TestCloud, scope: &TenantScope, id: TemplateId) -> Stored<T> {
    cloud.table().get(&keys::template(scope, id)).await.unwrap().unwrap()
}

async fn write<T: Entity>(cloud: &TestCloud, scope: &TenantScope, read: &Stored<T>, value: &T) {
    let mut work = Work::new();
    work.replace(scope, read, value);
    cloud.table().commit(work).await.unwrap();
}

async fn create(cloud: &TestCloud, scope: &TenantScope, value: &impl Entity) {
    let mut work = Work::new();
    work.create(scope, value);
    cloud.table().commit(work).await.unwrap();
}

fn today(cloud: &TestCloud, name: &str) -> Today {
    let id = TemplateId::generate(cloud.clock().now(), cloud.entropy());
    Today { id, name: name.to_owned(), note: Some("n".to_owned()), tries: vec![Try { n: 1 }] }
}

async fn tenant(cloud: &TestCloud, slug: &str) -> TenantScope {
    TenantScope::on(Ground::Job, cloud.clinic(slug).await.tenant)
}

#[tokio::test]
async fn programs_of_two_versions_lose_nothing_of_each_other() {
    let cloud = TestCloud::start().await;
    let scope = tenant(&cloud, "al-shifa").await;
    let first = today(&cloud, "Ahmad");
    create(&cloud, &scope, &first).await;
    let thing = read::<Tomorrow>(&cloud, &scope, first.id).await;
    assert_eq!((&*thing.folded, &thing.colour), ("ahmad", &None), "what today's wrote is read");
    let due = Timestamp::from_second(1_900_000_000).unwrap();
    let tries =
        vec![TryTomorrow { n: 1, why: Some("busy".to_owned()) }, TryTomorrow { n: 2, why: Some("late".to_owned()) }];
    let with_more = Tomorrow { colour: Some("red".to_owned()), due: Some(due), tries, ..thing.value.clone() };
    write(&cloud, &scope, &thing, &with_more).await;

    // Today's program changes the name, takes the note away, ends a try and adds one; it knows nothing of all the rest.
    let thing = read::<Today>(&cloud, &scope, first.id).await;
    let tries = vec![Try { n: 1 }, Try { n: 2 }, Try { n: 3 }];
    write(&cloud, &scope, &thing, &Today { name: "Sara".to_owned(), note: None, tries, ..thing.value.clone() }).await;

    let thing = read::<Tomorrow>(&cloud, &scope, first.id).await;
    let why = |n: u32, why: Option<&str>| TryTomorrow { n, why: why.map(str::to_owned) };
    let right = Tomorrow {
        name: "Sara".to_owned(),
        folded: "sara".to_owned(),
        note: None,
        tries: vec![why(1, Some("busy")), why(2, Some("late")), why(3, None)],
        ..with_more.clone()
    };
    assert_eq!(thing.value, right, "nothing is lost, and what follows from the name is judged anew");
    let due_then = || Query::at(Index::Gsi2, keys::due(first.id.body(), due));
    assert_eq!(cloud.table().query_items(due_then()).await.unwrap().items.len(), 1, "it is still found in its index");

    // What tomorrow's program takes away does not come back.
    write(&cloud, &scope, &thing, &Tomorrow { colour: None, due: None, ..thing.value.clone() }).await;
    let thing = read::<Today>(&cloud, &scope, first.id).await;
    let after = thing.after(&scope, Today { name: "Omar".to_owned(), ..thing.value.clone() }).unwrap();
    write(&cloud, &scope, &thing, &after.value).await;
    write(&cloud, &scope, &after, &Today { name: "Huda".to_owned(), ..after.value.clone() }).await;
    let thing = read::<Tomorrow>(&cloud, &scope, first.id).await;
    assert_eq!(thing.value, Tomorrow { name: "Huda".into(), folded: "huda".into(), colour: None, due: None, ..right });
    assert!(cloud.table().query_items(due_then()).await.unwrap().items.is_empty());
}

const ELSEWHERE: Kind = Kind::of::<Elsewhere>().listed(|scope| Query::below(Index::Table, keys::templates(scope)));

fn told(progress: &Progress) -> (u64, u64, u64, bool) {
    (progress.looked, progress.renewed, progress.unreadable, progress.done)
}

#[tokio::test]
async fn what_is_elsewhere_now_is_brought_there_tenant_by_tenant_and_once() {
    let cloud = TestCloud::start().await;
    let scopes = [tenant(&cloud, "al-shifa").await, tenant(&cloud, "al-noor").await];
    let mut things = Vec::new();
    for scope in &scopes {
        for n in 0..3 {
            let thing = today(&cloud, &format!("Thing {n}"));
            create(&cloud, scope, &thing).await;
            things.push((scope, thing));
        }
    }
    let mut broken = cloud.items_of("thing").swap_remove(0);
    let lost = broken["id"]["S"].as_str().unwrap().to_owned();
    broken["name"] = json!({ "N": "7" });
    cloud.forge(&broken);
    let before = cloud.items();
    let templates = before.values().filter(|item| item["kind"]["S"] == "template").count() as u64;

    let dry = Migration::of(cloud.table(), &ELSEWHERE, true).unwrap().run(|_| true).await.unwrap();
    assert_eq!(told(&dry), (6 + templates, 5, 1, true));
    assert_eq!(cloud.items(), before, "a dry run writes nothing");

    let migration = Migration::of(cloud.table(), &ELSEWHERE, false).unwrap();
    let first = migration.run(|_| false).await.unwrap();
    assert!(!first.done && first.looked < dry.looked, "{first:?}");
    let last = migration.run(|_| true).await.unwrap();
    assert_eq!(told(&last), told(&dry), "it went on where it ended");
    for (scope, thing) in &things {
        let there: Option<Stored<Elsewhere>> =
            cloud.table().get(&keys::task(scope, TaskId::from_body(thing.id.body()))).await.unwrap();
        let is_broken = thing.id.to_string() == lost;
        assert_eq!(there.is_none(), is_broken, "{thing:?}");
        let Some(there) = there else { continue };
        assert_eq!(there.name, thing.name);
        // What the program of the day after does not know has come along.
        let item = cloud.items_of("thing").into_iter().find(|item| item["id"]["S"] == thing.id.to_string()).unwrap();
        assert_eq!((&item["note"]["S"], &item["schema"]["N"]), (&json!("n"), &json!("3")));
        let before = keys::template(scope, thing.id);
        assert!(cloud.table().get_items(&[before]).await.unwrap().is_empty(), "it is there twice");
    }
    let after = cloud.items();
    assert_eq!(after.values().filter(|item| item["kind"]["S"] == "thing").count(), 6);
    let again = migration.run(|_| true).await.unwrap();
    assert_eq!(told(&again), (templates + 1, 0, 1, true), "only the one that cannot be read is still there");
}

#[tokio::test]
async fn of_two_runs_at_one_kind_one_gives_way() {
    let cloud = TestCloud::start().await;
    let scope = tenant(&cloud, "al-shifa").await;
    create(&cloud, &scope, &today(&cloud, "Thing")).await;
    let migration = Migration::of(cloud.table(), &ELSEWHERE, false).unwrap();
    let both = futures::future::join(migration.run(|_| true), migration.run(|_| true)).await;
    let refused = |run: &Result<Progress, StoreError>| matches!(run, Err(StoreError::Unavailable(_)));
    assert!(refused(&both.0) != refused(&both.1), "{both:?}");
    assert!(migration.run(|_| true).await.unwrap().done);
}

/// Whoever reads an item and finds it moved or changed since writes nothing.
#[tokio::test]
async fn a_renewal_gives_way_to_who_writes() {
    let cloud = TestCloud::start().await;
    let scope = tenant(&cloud, "al-shifa").await;
    let thing = today(&cloud, "Thing");
    create(&cloud, &scope, &thing).await;
    let key = keys::template(&scope, thing.id);
    let seen = cloud.table().get_items(std::slice::from_ref(&key)).await.unwrap().remove(&key).unwrap();
    let now = read::<Today>(&cloud, &scope, thing.id).await;
    write(&cloud, &scope, &now, &Today { name: "Other".to_owned(), ..now.value.clone() }).await;
    let mut work = Work::new();
    assert!((ELSEWHERE.renew)(&scope, seen, &mut work).unwrap());
    assert!(matches!(cloud.table().commit(work).await, Err(CommitError::Refused(_))));
    assert_eq!(read::<Today>(&cloud, &scope, thing.id).await.name, "Other");
}

/// Of a program that did not say in items which job they want.
#[tokio::test]
async fn messages_of_before_the_relay_go_once_they_are_renewed() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let queue = desk.queue("د. ليلى").await;
    let tickets = desk.crowd(&queue, 2).await;
    let template = desk.template("مرحبًا").await;
    desk.sending(&template, &tickets).expect(202).await;
    for mut message in cloud.items_of("message") {
        message.as_object_mut().unwrap().remove("wake");
        cloud.forge(&message);
    }
    cloud.settle().await;
    assert!(cloud.received().await.is_empty(), "nobody knows what they want");
    let kind = dawr::migrate::kinds().find(|kind| kind.name == "message").unwrap();
    let renewed = Migration::of(cloud.table(), kind, false).unwrap().run(|_| true).await.unwrap();
    assert_eq!(told(&renewed), (2, 2, 0, true));
    cloud.settle().await;
    assert_eq!(cloud.received().await.len(), 2);
}
