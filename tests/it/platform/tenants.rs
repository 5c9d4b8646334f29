//! `/api/platform/tenants`

use std::time::Duration;

use dawr_api::{
    function::{Http, Requires},
    role::Role,
};
use dawr_testkit::{PASSWORD, TestCloud, sample::Sample};
use futures::future::join_all;
use serde_json::{Value, json};

use super::{admin, of, trail};
use crate::{
    desk::Desk,
    users::made,
    world::{World, id, is_platforms},
};

/// Longer than a function goes by what it read.
const MOMENT: Duration = Duration::from_secs(30);

async fn listed(cloud: &TestCloud, who: &str, query: &str) -> Vec<String> {
    let (mut slugs, mut page) = (Vec::new(), String::new());
    loop {
        let list = cloud.get(&format!("/api/platform/tenants?{query}{page}")).as_(who).expect(200).await;
        slugs.extend(list["items"].as_array().unwrap().iter().map(|tenant| id(&tenant["slug"])));
        match list.get("nextPage").and_then(Value::as_str) {
            Some(next) => page = format!("&page={next}"),
            None => return slugs,
        }
    }
}

#[tokio::test]
async fn tenants_are_listed_and_found_but_not_the_platforms_own() {
    let cloud = TestCloud::start().await;
    let mut clinics = Vec::new();
    for slug in ["al-shifa", "al-noor", "al-amal"] {
        clinics.push(cloud.clinic(slug).await);
        cloud.advance(Duration::from_secs(1));
    }
    let admin = admin(&cloud).await;
    cloud.patch("/api/tenants/me").as_(&clinics[1].owner).json(&json!({ "kind": "hospital" })).expect(200).await;
    cloud.post(&of(&clinics[2], "/suspend")).as_(&admin).json(&json!({ "reason": "فاتورة" })).expect(200).await;
    let all = ["al-shifa", "al-noor", "al-amal"];
    for size in 1..=4 {
        assert_eq!(listed(&cloud, &admin.token, &format!("pageSize={size}")).await, all, "{size} at a time");
    }
    assert_eq!(listed(&cloud, &admin.token, "kind=hospital").await, ["al-noor"]);
    assert_eq!(listed(&cloud, &admin.token, "suspended=true").await, ["al-amal"]);
    assert_eq!(listed(&cloud, &admin.token, "suspended=false&pageSize=1").await, ["al-shifa", "al-noor"]);
    assert_eq!(listed(&cloud, &admin.token, "search=NOOR").await, ["al-noor"]);
    assert_eq!(listed(&cloud, &admin.token, &format!("search={}", clinics[0].tenant)).await, ["al-shifa"]);
    // Written in another way: عِيَادة
    assert_eq!(
        listed(&cloud, &admin.token, "search=%D8%B9%D9%90%D9%8A%D9%8E%D8%A7%D8%AF%D9%87%20al-amal").await.len(),
        1
    );
    assert_eq!(listed(&cloud, &admin.token, "search=none").await, Vec::<String>::new());
    let wrong = cloud.get("/api/platform/tenants?kind=platform&suspended=x").as_(&admin).expect_errors(422).await;
    assert_eq!(wrong.len(), 2);
    let platform = cloud.platform().await;
    for path in [of(&platform, ""), "/api/platform/tenants/ten_00000000000000000000000000".to_owned()] {
        assert_eq!(cloud.get(&path).as_(&admin).expect_errors(404).await[0].0, "NotFound");
    }
}

#[tokio::test]
async fn a_tenant_is_shown_with_what_it_has() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    cloud.member(&clinic, Role::Nurse).await;
    let seen = cloud.get(&of(&clinic, "")).as_(&admin(&cloud).await).expect(200).await;
    assert_eq!(seen["counts"], json!({ "members": 2, "owners": 1, "roles": 0, "clinics": 1 }));
    assert_eq!(seen["limits"], json!({ "members": null, "clinics": null }));
    assert_eq!((&seen["kind"], &seen["suspended"], &seen["version"]), (&json!("clinic"), &Value::Null, &json!(1)));
}

/// Every function refuses the members of a suspended tenant within half a minute, and lets them in again.
#[tokio::test]
async fn a_suspension_is_felt_by_every_function_until_it_is_lifted() {
    let cloud = TestCloud::start().await;
    let world = World::found(&cloud, "al-shifa").await;
    let asks =
        |http: &Http| !matches!(http.requires, Requires::Nothing | Requires::RefreshCookie | Requires::Signature);
    let guarded: Vec<Sample> = Sample::endpoints()
        .into_iter()
        .filter(|sample| asks(sample.function.http().unwrap()) && !is_platforms(sample))
        .collect();
    cloud.get("/api/queues").as_(&world.clinic.owner).expect(200).await;
    let reason = json!({ "reason": "فاتورة لم تُدفع" });
    let suspend = || cloud.post(&of(&world.clinic, "/suspend")).as_(&world.operator);
    let suspended = suspend().json(&reason).expect(200).await;
    assert_eq!(suspended["suspended"]["reason"], "فاتورة لم تُدفع");
    cloud.advance(MOMENT);
    let before = cloud.items();
    for sample in &guarded {
        let answer = sample.call(&cloud, &world.values(sample)).send().await;
        assert_eq!((answer.status, answer.code()), (403, "TenantSuspended".to_owned()), "{}", sample.name());
    }
    assert_eq!(cloud.items(), before);
    let login = json!({ "clinic": "al-shifa", "username": "owner", "password": PASSWORD });
    let login = || cloud.post("/api/auth/login").json(&login);
    assert_eq!(login().expect_errors(403).await[0].0, "TenantSuspended");
    let refresh = || cloud.post("/api/auth/refresh").cookie(world.value("refreshCookie"));
    assert_eq!(refresh().expect_errors(403).await[0].0, "TenantSuspended");
    // What is suspended already stays so since then, and a repetition changes nothing.
    cloud.advance(MOMENT);
    assert_eq!(suspend().json(&reason).expect(200).await, suspended);
    let other = suspend().json(&json!({ "reason": "طلب المالك" })).expect(200).await;
    assert_eq!(other["suspended"]["at"], suspended["suspended"]["at"]);
    assert_eq!(other["suspended"]["reason"], "طلب المالك");
    let resume = || cloud.post(&of(&world.clinic, "/resume")).as_(&world.operator);
    let resumed = resume().expect(200).await;
    assert_eq!(resumed["suspended"], Value::Null);
    assert_eq!(resume().expect(200).await, resumed, "what works stays as it is");
    cloud.advance(MOMENT);
    cloud.get("/api/queues").as_(&world.clinic.owner).expect(200).await;
    login().expect(200).await;
    refresh().expect(200).await;
}

/// Both trails tell who did it, each in its own way.
#[tokio::test]
async fn what_is_done_to_a_tenant_is_in_both_trails() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let (admin, platform) = (admin(&cloud).await, cloud.platform().await);
    let reason = json!({ "reason": "فاتورة لم تُدفع" });
    cloud.post(&of(&desk.clinic, "/suspend")).as_(&admin).json(&reason).expect(200).await;
    cloud.post(&of(&desk.clinic, "/resume")).as_(&admin).expect(200).await;
    cloud.put(&of(&desk.clinic, "/limits")).as_(&admin).json(&json!({ "members": 3 })).expect(200).await;
    let entries = desk.all("/api/audit?entity=tenant").await;
    for (action, field) in [("suspend_tenant", "suspended"), ("resume_tenant", "suspended"), ("set_limits", "limits")] {
        let there = entries.iter().find(|entry| entry["action"] == action).unwrap();
        assert_eq!(there["actor"], json!({ "operatorId": admin.id }), "{action}");
        assert_eq!(there["support"], false);
        assert_eq!(there["subjects"][0]["fields"], json!([field]), "{action}");
        let here = trail(&cloud, &platform, action);
        assert_eq!(here.len(), 1, "{action}");
        assert_eq!(here[0]["actor"]["M"]["member"]["S"], admin.id.to_string());
        assert_eq!(here[0]["subjects"]["L"][0]["M"]["id"]["S"], desk.clinic.tenant.to_string());
        assert_eq!(here[0]["correlation"]["S"], there["correlationId"]);
    }
    assert!(!entries.iter().any(|entry| entry.to_string().contains("فاتورة")), "no value is told");
    let by = desk.all(&format!("/api/audit?actor={}", admin.id)).await;
    assert_eq!(by.len(), 3);
    cloud.settle().await;
    for clinic in [&desk.clinic, &platform] {
        assert_eq!(crate::audit::verified(&cloud, clinic).await.findings, []);
    }
}

#[tokio::test]
async fn limits_hold_from_then_on() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let admin = admin(&cloud).await;
    let set = |body: Value| cloud.put(&of(&desk.clinic, "/limits")).as_(&admin).json(&body);
    made(&cloud, &desk.clinic, "first", json!({ "role": "nurse" })).await;
    let limited = set(json!({ "members": 2, "clinics": 1 })).header("if-match", "\"1\"").expect(200).await;
    assert_eq!(limited["limits"], json!({ "members": 2, "clinics": 1 }));
    assert_eq!(desk.get("/api/tenants/me").expect(200).await["limits"], limited["limits"]);
    let member = |name: &str| {
        let body = json!({ "username": name, "fullName": "عضو", "role": "nurse", "password": PASSWORD });
        desk.post("/api/users", body)
    };
    assert_eq!(member("second").expect_errors(409).await[0].0, "LimitReached");
    let branch = || desk.post("/api/clinics", json!({ "name": "فرع", "slug": "olaya" }));
    assert_eq!(branch().expect_errors(409).await[0].0, "LimitReached");
    // Another version; then no limit any more.
    assert_eq!(set(json!({})).header("if-match", "\"1\"").expect_errors(412).await[0].0, "StaleVersion");
    let before = cloud.items();
    assert_eq!(set(json!({ "members": 2, "clinics": 1 })).expect(200).await, limited);
    assert_eq!(cloud.items(), before, "the same limits are no change");
    assert_eq!(
        set(json!({ "members": null })).expect(200).await["limits"],
        json!({ "members": null, "clinics": null })
    );
    member("second").expect(201).await;
    branch().expect(201).await;
    // Less than there are: nobody goes, and nobody comes.
    set(json!({ "members": 1 })).expect(200).await;
    assert_eq!(member("third").expect_errors(409).await[0].0, "LimitReached");
    assert_eq!(desk.get("/api/users").expect(200).await["items"].as_array().unwrap().len(), 3);
    for (body, field) in [
        (json!({ "members": 0 }), "members"),
        (json!({ "members": 100_001 }), "members"),
        (json!({ "clinics": 301 }), "clinics"),
        (json!({ "clinics": -1 }), "clinics"),
    ] {
        assert_eq!(set(body).expect_errors(422).await, [("OutOfRange".to_owned(), field.to_owned())]);
    }
}

/// The owner changes settings while the platform suspends: neither loses what the other did.
#[tokio::test]
async fn changes_from_both_sides_at_once_are_all_there() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    let admin = admin(&cloud).await;
    let set = |n: u32| cloud.put(&of(&clinic, "/limits")).as_(&admin).json(&json!({ "members": 10 + n })).send();
    let suspend = |n: u32| {
        let reason = json!({ "reason": format!("سبب {n}") });
        cloud.post(&of(&clinic, "/suspend")).as_(&admin).json(&reason).send()
    };
    let (limits, suspensions) = tokio::join!(join_all((0..4).map(set)), join_all((0..4).map(suspend)));
    let answers: Vec<u16> = limits.iter().chain(&suspensions).map(|answer| answer.status).collect();
    assert!(answers.iter().all(|status| matches!(status, 200 | 503)), "{answers:?}");
    let seen = cloud.get(&of(&clinic, "")).as_(&admin).expect(200).await;
    assert!(seen["suspended"].is_object() && seen["limits"]["members"].is_number());
    let done = u64::try_from(answers.iter().filter(|status| **status == 200).count()).unwrap();
    assert_eq!(seen["version"], json!(1 + done));
}
