//! `POST /api/auth/signup`

use dawr_testkit::{TestCloud, TestOptions};
use futures::future::join_all;
use serde_json::{Value, json};

fn body(slug: &str, username: &str) -> Value {
    json!({
        "clinicName": "عيادة النور",
        "slug": slug,
        "fullName": "نورة العتيبي",
        "username": username,
        "password": "Blue-Kettle 27",
    })
}

#[tokio::test]
async fn the_owner_is_signed_in_and_the_defaults_are_those_of_riyadh() {
    let cloud = TestCloud::start().await;
    let answer = cloud.post("/api/auth/signup").json(&body("al-noor", "noura")).send_expecting(201).await;
    insta::assert_json_snapshot!(answer.body, {
        ".data.accessToken" => "[token]",
        ".data.user.id" => "[member]",
        ".data.tenant.id" => "[tenant]",
        ".data.clinic.id" => "[clinic]",
    });
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("__Secure-refresh=ten_"), "{cookie}");
    for attribute in ["HttpOnly", "Secure", "SameSite=Strict", "Path=/api/auth", "Max-Age="] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    let token = answer.data()["accessToken"].as_str().unwrap().to_owned();
    let me = cloud.get("/api/users/me").as_(&token).expect(200).await;
    assert_eq!(me["tenant"]["locale"], "ar");
    assert_eq!(me["tenant"]["timezone"], "Asia/Riyadh");
    assert_eq!(me["tenant"]["region"], "SA");
    assert_eq!(me["role"], "primary_admin");
}

#[tokio::test]
async fn a_tenant_starts_with_a_clinic_and_templates_in_both_languages() {
    let cloud = TestCloud::start().await;
    let mut body = body("al-noor", "noura");
    (body["kind"], body["region"], body["timezone"]) = ("hospital".into(), "AE".into(), "Asia/Dubai".into());
    let answer = cloud.post("/api/auth/signup").json(&body).send_expecting(201).await.data();
    let token = answer["accessToken"].as_str().unwrap().to_owned();
    let tenant = cloud.get("/api/tenants/me").as_(&token).expect(200).await;
    assert_eq!(tenant["kind"], "hospital");
    assert_eq!(tenant["weekend"], json!(["saturday", "sunday"]));
    let clinics = cloud.get("/api/clinics").as_(&token).expect(200).await;
    assert_eq!(clinics["items"].as_array().unwrap().len(), 1);
    assert_eq!((&clinics["items"][0]["id"], &clinics["items"][0]["slug"]), (&tenant["firstClinic"], &json!("al-noor")));
    assert_eq!(answer["clinic"], json!({ "id": tenant["firstClinic"], "name": "عيادة النور" }));
    let templates = cloud.get("/api/templates").as_(&token).expect(200).await;
    let titles: Vec<_> =
        templates["items"].as_array().unwrap().iter().map(|one| one["title"].as_str().unwrap()).collect();
    let arabic = titles.iter().filter(|title| !title.is_ascii()).count();
    assert!(arabic >= 3 && titles.len() - arabic >= 3, "{titles:?}");
}

#[tokio::test]
async fn a_slug_is_one_clinics_even_among_twenty_at_once() {
    let cloud = TestCloud::start().await;
    let names: Vec<String> = (0..20).map(|n| format!("owner{n}")).collect();
    let calls = names.iter().map(|name| cloud.post("/api/auth/signup").json(&body("al-noor", name)).send());
    let answers = join_all(calls).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    for refused in answers.iter().filter(|answer| answer.status != 201) {
        assert_eq!((refused.status, refused.errors()), (409, vec![("SlugTaken".into(), "slug".into())]));
    }
    assert_eq!(cloud.items_of("tenant").len(), 1, "those that were refused leave nothing behind");
    assert_eq!(cloud.items_of("identity").len(), 1);
    assert_eq!(cloud.items_of("whatsapp").len(), 1);
}

#[tokio::test]
async fn a_name_is_taken_in_its_own_clinic_alone() {
    let cloud = TestCloud::start().await;
    cloud.post("/api/auth/signup").json(&body("al-noor", "noura@example.com")).expect(201).await;
    // Nobody has proved an address: whoever was first keeps nobody else from it, and nobody learns who has it.
    cloud.post("/api/auth/signup").json(&body("al-shifa", "NOURA@example.com")).expect(201).await;
    // Another clinic may have the same plain name.
    cloud.post("/api/auth/signup").json(&body("al-amal", "noura")).expect(201).await;
    cloud.post("/api/auth/signup").json(&body("al-hayat", "noura")).expect(201).await;
}

#[tokio::test]
async fn a_weak_password_is_refused_and_changes_nothing() {
    let cloud = TestCloud::start().await;
    let before = cloud.items();
    for weak in ["Short1!", "password1", "12345678", "aaaaaaaaaaaaaaaaaaaa", "al-noor 2026", "noura-noura1"] {
        let mut body = body("al-noor", "noura");
        body["password"] = weak.into();
        let errors = cloud.post("/api/auth/signup").json(&body).expect_errors(422).await;
        assert_eq!(errors, [("WeakPassword".into(), "password".into())], "{weak}");
    }
    assert_eq!(cloud.items(), before);
}

#[tokio::test]
async fn every_wrong_field_is_told_at_once() {
    let cloud = TestCloud::start().await;
    let body = json!({
        "clinicName": " ",
        "slug": "Al Noor",
        "fullName": "نورة\u{202E}",
        "username": "a",
        "locale": "fr",
        "timezone": "Riyadh",
        "region": "Saudi",
        "plan": "gold",
    });
    let mut errors = cloud.post("/api/auth/signup").json(&body).expect_errors(422).await;
    errors.sort_by(|a, b| a.1.cmp(&b.1));
    insta::assert_json_snapshot!(errors);
}

#[tokio::test]
async fn a_password_is_kept_as_an_argon2id_hash_only() {
    let cloud = TestCloud::with(TestOptions { deployed_hashing: true, ..TestOptions::default() }).await;
    cloud.post("/api/auth/signup").json(&body("al-noor", "noura")).expect(201).await;
    let everything = serde_json::to_string(&cloud.items().into_values().collect::<Vec<_>>()).unwrap();
    assert!(!everything.contains("Blue-Kettle"));
    let identity = &cloud.items_of("identity")[0];
    assert!(identity["password"]["S"].as_str().unwrap().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
}

#[tokio::test]
async fn an_address_founds_only_so_many() {
    let cloud = TestCloud::start().await;
    let sign_up =
        async |n: u32| cloud.post("/api/auth/signup").json(&body(&format!("clinic-{n}"), "noura")).send().await;
    for n in 0..20 {
        assert_eq!(sign_up(n).await.status, 201);
    }
    let refused = sign_up(20).await;
    assert_eq!((refused.status, refused.code()), (429, "TooManyRequests".to_owned()));
    let wait: u64 = refused.header("retry-after").parse().unwrap();
    cloud.advance(std::time::Duration::from_secs(wait));
    assert_eq!(sign_up(20).await.status, 201);
}

#[tokio::test]
async fn a_name_of_the_services_own_is_nobodys() {
    let cloud = TestCloud::start().await;
    for slug in ["platform", "dawr", "support"] {
        let body = json!({
            "clinicName": "عيادة", "slug": slug, "fullName": "سارة", "username": "sara", "password": "Correct-horse 9",
        });
        let errors = cloud.post("/api/auth/signup").json(&body).expect_errors(409).await;
        assert_eq!(errors, [("SlugTaken".to_owned(), "slug".to_owned())], "{slug}");
    }
}
