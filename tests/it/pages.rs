//! Page tokens: a list is walked whole, and a token opens nothing but the place that it was made for.

use std::{collections::BTreeSet, time::Duration};

use dawr_testkit::TestCloud;
use serde_json::{Value, json};

use crate::{desk::Desk, world::id};

async fn next(desk: &Desk<'_>, list: &str) -> String {
    let page = desk.get(list).expect(200).await;
    page["nextPage"].as_str().unwrap_or_else(|| panic!("{list} has one page")).to_owned()
}

/// A clinic with more than one page of everything.
async fn full<'a>(cloud: &'a TestCloud, slug: &str) -> (Desk<'a>, String) {
    let desk = Desk::open(cloud, slug).await;
    let queue = desk.queue("د. 0").await;
    for n in 1..5 {
        desk.queue(&format!("د. {n}")).await;
        desk.template(&format!("نص {n}")).await;
    }
    let tickets = desk.crowd(&queue, 7).await;
    let template = desk.template("مرحبًا {{patientName}}").await;
    cloud.fault("error:131026", None, 7).await;
    desk.sending(&template, &tickets).expect(202).await;
    cloud.settle().await;
    cloud.clear_faults().await;
    (desk, queue)
}

fn lists(queue: &str) -> Vec<(String, usize)> {
    vec![
        ("/api/queues?pageSize=2".to_owned(), 5),
        (format!("/api/queues/{queue}/patients?pageSize=3"), 7),
        (format!("/api/queues/{queue}/patients?pageSize=2&status=waiting"), 7),
        ("/api/patients?search=%D8%A7%D9%84%D8%AD%D8%B1%D8%A8%D9%8A&pageSize=3".to_owned(), 7),
        ("/api/patients?pageSize=3".to_owned(), 7),
        (format!("/api/queues/{queue}/patients?search=%D8%A7%D9%84%D8%AD%D8%B1%D8%A8%D9%8A&pageSize=3"), 7),
        // Eight of them are those that every tenant starts with.
        ("/api/templates?pageSize=2".to_owned(), 13),
        ("/api/messages?pageSize=3".to_owned(), 7),
        ("/api/messages?pageSize=3&status=failed".to_owned(), 7),
        ("/api/tasks/failed?pageSize=3".to_owned(), 7),
    ]
}

#[tokio::test]
async fn the_pages_of_a_list_hold_each_item_once_in_its_order() {
    let cloud = TestCloud::start().await;
    let (desk, queue) = full(&cloud, "al-shifa").await;
    for (list, count) in lists(&queue) {
        let paged: Vec<String> = desk.all(&list).await.iter().map(|item| id(&item["id"])).collect();
        let whole = list.replace("pageSize=2", "pageSize=200").replace("pageSize=3", "pageSize=200");
        let whole: Vec<String> = desk.all(&whole).await.iter().map(|item| id(&item["id"])).collect();
        assert_eq!(paged, whole, "{list}");
        assert_eq!(paged.iter().collect::<BTreeSet<_>>().len(), count, "{list}");
    }
}

#[tokio::test]
async fn a_token_opens_its_own_list_only() {
    let cloud = TestCloud::start().await;
    let (desk, queue) = full(&cloud, "al-shifa").await;
    let (other, _) = full(&cloud, "al-noor").await;
    let sibling = desk.queue("د. أخرى").await;
    desk.crowd(&sibling, 7).await;
    let lists: Vec<String> = lists(&queue).into_iter().map(|(list, _)| list).collect();
    let mut tokens = Vec::new();
    for list in &lists {
        tokens.push(next(&desk, list).await);
    }
    let refused = async |desk: &Desk<'_>, list: &str, token: &str, why: &str| {
        let errors = desk.get(&format!("{list}&page={token}")).expect_errors(400).await;
        assert_eq!(errors, [("InvalidPage".to_owned(), "page".to_owned())], "{list} with {why}");
    };
    for (list, token) in lists.iter().zip(&tokens) {
        for (another, foreign) in lists.iter().zip(&tokens).filter(|(another, _)| *another != list) {
            refused(&desk, list, foreign, &format!("a token of {another}")).await;
        }
        let changed: Vec<String> = ["A", "z"].iter().map(|end| format!("{}{end}", &token[..token.len() - 1])).collect();
        for wrong in [&token[1..], &token[..token.len() - 4], "x", "....", "AAAA", "%F0%9F%92%A5"] {
            refused(&desk, list, wrong, "a broken token").await;
        }
        for wrong in changed.iter().filter(|changed| *changed != token) {
            refused(&desk, list, wrong, "a changed token").await;
        }
        if !list.contains(&queue) {
            refused(&other, list, token, "a token of another clinic").await;
        }
    }
    let line = lists[1].replace(&queue, &sibling);
    refused(&desk, &line, &tokens[1], "a token of the queue beside it").await;
    let wider = lists[0].replace("pageSize=2", "pageSize=4");
    refused(&desk, &wider, &tokens[0], "a token of other pages").await;
}

#[tokio::test]
async fn a_token_lasts_a_day() {
    let cloud = TestCloud::start().await;
    let (desk, _) = full(&cloud, "al-shifa").await;
    let token = next(&desk, "/api/queues?pageSize=2").await;
    let list = format!("/api/queues?pageSize=2&page={token}");
    cloud.advance(Duration::from_secs(24 * 60 * 60 - 1));
    desk.renewed().get(&list).expect(200).await;
    cloud.advance(Duration::from_secs(1));
    let errors = desk.renewed().get(&list).expect_errors(400).await;
    assert_eq!(errors[0].0, "InvalidPage");
}

#[tokio::test]
async fn filters_hold_on_every_page() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    for n in 0..9 {
        let queue = desk.queue(&format!("د. {n}")).await;
        if n % 3 == 0 {
            desk.put(&format!("/api/queues/{queue}"), json!({ "active": false })).expect(200).await;
        }
    }
    let closed = desk.all("/api/queues?pageSize=2&active=false").await;
    assert_eq!(closed.len(), 3);
    assert!(closed.iter().all(|queue| queue["active"] == Value::Bool(false)));
    assert_eq!(desk.all("/api/queues?pageSize=4&active=true").await.len(), 6);
    assert_eq!(desk.all(&format!("/api/queues?createdBy={}", desk.person.id)).await.len(), 9);
    let nobody = crate::world::missing_like(&desk.person.id.to_string());
    assert_eq!(desk.all(&format!("/api/queues?createdBy={nobody}")).await.len(), 0);
}
