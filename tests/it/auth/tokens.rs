//! Access tokens that are not ours, or not any more.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use dawr::cloud::keys::Keys;
use dawr_api::{
    auth::{Claims, Signer},
    function::Requires,
    role::Role,
};
use dawr_testkit::{Clinic, TestCloud, sample::Sample};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

use crate::world::World;

fn part(json: &Value) -> String {
    BASE64URL_NOPAD.encode(json.to_string().as_bytes())
}

fn signer(keys: &Keys, kid: &str) -> Signer {
    Signer::new(kid, &BASE64.decode(keys.pkcs8.as_bytes()).unwrap())
}

fn owner(cloud: &TestCloud, clinic: &Clinic) -> Claims {
    cloud.claims(clinic, clinic.owner.id, Role::PrimaryAdmin)
}

async fn assert_refused(cloud: &TestCloud, why: &str, header: &str) {
    let refused = cloud.get("/api/users/me").send_expecting(401).await;
    let answer = cloud.get("/api/users/me").header("authorization", header).send().await;
    assert_eq!(answer.comparable(), refused.comparable(), "{why}: {header}");
    assert_eq!(answer.code(), "Unauthenticated");
}

#[tokio::test]
async fn the_harness_signs_what_is_accepted() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    let claims = owner(&cloud, &clinic);
    cloud.get("/api/users/me").as_(&cloud.token(&claims)).expect(200).await;
    let header = format!("bEaReR   {}", cloud.token(&claims));
    cloud.get("/api/users/me").header("authorization", &header).expect(200).await;
    // The last second of its life.
    let last = Claims { exp: claims.iat + 1, ..claims };
    cloud.get("/api/users/me").as_(&cloud.token(&last)).expect(200).await;
}

#[tokio::test]
async fn forged_signatures_are_refused() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    let claims = owner(&cloud, &clinic);
    let payload = part(&serde_json::to_value(&claims).unwrap());
    let good = cloud.token(&claims);
    let [header, body, signature] = good.split('.').collect::<Vec<_>>().try_into().unwrap();
    let keys = cloud.inner().keys();
    let kid = keys.kid.as_str();

    for alg in ["none", "None", "NONE", "nOnE", ""] {
        let header = part(&json!({ "alg": alg, "typ": "JWT", "kid": kid }));
        for signature in ["", signature] {
            assert_refused(&cloud, alg, &format!("Bearer {header}.{payload}.{signature}")).await;
        }
    }

    // The public key is no secret: a verifier that let the header choose would take it for one.
    let pair = Ed25519KeyPair::from_pkcs8(&BASE64.decode(keys.pkcs8.as_bytes()).unwrap()).unwrap();
    let public = pair.public_key().as_ref().to_vec();
    for secret in [public.clone(), BASE64URL_NOPAD.encode(&public).into_bytes(), Vec::new()] {
        for alg in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
            let mut header = Header::new(alg);
            header.kid = Some(kid.to_owned());
            let token = jsonwebtoken::encode(&header, &claims, &EncodingKey::from_secret(&secret)).unwrap();
            assert_refused(&cloud, "the public key as a secret", &format!("Bearer {token}")).await;
        }
    }
    for alg in ["HS256", "RS256", "ES256", "PS512", "EdDSA2"] {
        let header = part(&json!({ "alg": alg, "typ": "JWT", "kid": kid }));
        assert_refused(&cloud, "another algorithm's name", &format!("Bearer {header}.{body}.{signature}")).await;
    }

    let stranger = Keys::generate(cloud.entropy()).unwrap();
    for kid in [kid, &stranger.kid, "", "../../dev/null", "' OR 1=1 --"] {
        let token = signer(&stranger, kid).sign(&claims).unwrap();
        assert_refused(&cloud, "a stranger's key", &format!("Bearer {token}")).await;
    }
    let no_kid = part(&json!({ "alg": "EdDSA", "typ": "JWT" }));
    assert_refused(&cloud, "no key named", &format!("Bearer {no_kid}.{body}.{signature}")).await;
    let own_key = json!({ "kty": "OKP", "crv": "Ed25519", "x": BASE64URL_NOPAD.encode(&public) });
    let brought = part(&json!({ "alg": "EdDSA", "kid": "brought", "jwk": own_key }));
    assert_refused(&cloud, "a key brought along", &format!("Bearer {brought}.{body}.{signature}")).await;

    let mut flipped = BASE64URL_NOPAD.decode(signature.as_bytes()).unwrap();
    flipped[10] ^= 1;
    let flipped = BASE64URL_NOPAD.encode(&flipped);
    for (why, token) in [
        ("a flipped bit", format!("{header}.{body}.{flipped}")),
        ("a signature cut short", format!("{header}.{body}.{}", &signature[..40])),
        ("no signature", format!("{header}.{body}")),
        ("one part more", format!("{good}.{signature}")),
        ("padding", format!("{good}==")),
        ("nothing", String::new()),
        ("no token at all", "token".to_owned()),
        ("far too long", "a.".repeat(4_000)),
    ] {
        assert_refused(&cloud, why, &format!("Bearer {token}")).await;
    }
}

#[tokio::test]
async fn changed_claims_are_refused() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    let other = cloud.clinic("al-noor").await;
    let claims = cloud.claims(&clinic, clinic.owner.id, Role::User);
    let token = cloud.token(&claims);
    let [header, _, signature] = token.split('.').collect::<Vec<_>>().try_into().unwrap();
    for (field, value) in [
        ("role", json!("primary_admin")),
        ("tid", json!(other.tenant.to_string())),
        ("sub", json!(other.owner.id.to_string())),
        ("exp", json!(claims.exp + 1_000)),
        ("clinics", json!([])),
    ] {
        let mut changed = serde_json::to_value(&claims).unwrap();
        changed[field] = value;
        assert_refused(&cloud, field, &format!("Bearer {header}.{}.{signature}", part(&changed))).await;
    }
}

#[tokio::test]
async fn our_own_signature_on_the_wrong_claims_is_refused() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    let claims = owner(&cloud, &clinic);
    for (why, wrong) in [
        ("expired", Claims { exp: claims.iat, ..claims.clone() }),
        ("long expired", Claims { iat: 0, exp: 900, ..claims.clone() }),
        ("issued in the future", Claims { iat: claims.iat + 61, exp: claims.exp + 61, ..claims.clone() }),
        ("for somebody else", Claims { aud: "dawr-app".into(), ..claims.clone() }),
        ("by somebody else", Claims { iss: "dawr-staging".into(), ..claims.clone() }),
    ] {
        assert_refused(&cloud, why, &format!("Bearer {}", cloud.token(&wrong))).await;
    }
    // Signed by us, but no access token.
    let pkcs8 = BASE64.decode(cloud.inner().keys().pkcs8.as_bytes()).unwrap();
    let key = EncodingKey::from_ed_der(&pkcs8);
    let mut header = Header::new(Algorithm::EdDSA);
    header.kid = Some(cloud.inner().keys().kid.clone());
    for missing in ["sub", "tid", "role", "exp", "iss", "aud", "iat"] {
        let mut wrong = serde_json::to_value(&claims).unwrap();
        wrong.as_object_mut().unwrap().remove(missing);
        let token = jsonwebtoken::encode(&header, &wrong, &key).unwrap();
        assert_refused(&cloud, missing, &format!("Bearer {token}")).await;
    }
    for (field, value) in
        [("role", json!("root")), ("tid", json!("ten_1")), ("sub", json!(claims.tid)), ("exp", json!("9"))]
    {
        let mut wrong = serde_json::to_value(&claims).unwrap();
        wrong[field] = value;
        let token = jsonwebtoken::encode(&header, &wrong, &key).unwrap();
        assert_refused(&cloud, field, &format!("Bearer {token}")).await;
    }
}

#[tokio::test]
async fn other_credentials_are_no_access_token() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    let token = &clinic.owner.token;
    let cookie = clinic.signed_up.cookie().unwrap();
    let refresh = cookie.split_once('=').unwrap().1;
    for header in [
        format!("Bearer {refresh}"),
        format!("Basic {}", BASE64.encode(b"owner:Correct-horse 9")),
        format!("Token {token}"),
        token.clone(),
        format!("Bearer{token}"),
        format!("Bearer {token} {token}"),
        format!("Bearer {token},Bearer {token}"),
    ] {
        assert_refused(&cloud, "another credential", &header).await;
    }
    // Neither a cookie nor the query carries an access token.
    cloud.get(&format!("/api/users/me?access_token={token}")).expect_errors(401).await;
    cloud.get("/api/users/me").cookie(&format!("token={token}; {cookie}")).expect_errors(401).await;
}

/// One token of each kind of attack, by its name.
fn corpus(cloud: &TestCloud, clinic: &Clinic, other: &Clinic) -> Vec<(&'static str, String)> {
    let claims = owner(cloud, clinic);
    let good = cloud.token(&claims);
    let [header, body, signature] = good.split('.').collect::<Vec<_>>().try_into().unwrap();
    let keys = cloud.inner().keys();
    let kid = keys.kid.as_str();
    let headed = |header: Value, signature: &str| format!("{}.{body}.{signature}", part(&header));
    let claiming = |field: &str, value: Value| {
        let mut changed = serde_json::to_value(&claims).unwrap();
        changed[field] = value;
        format!("{header}.{}.{signature}", part(&changed))
    };
    let pair = Ed25519KeyPair::from_pkcs8(&BASE64.decode(keys.pkcs8.as_bytes()).unwrap()).unwrap();
    let symmetric = |secret: &[u8]| {
        let mut header = Header::new(Algorithm::HS256);
        header.kid = Some(kid.to_owned());
        jsonwebtoken::encode(&header, &claims, &EncodingKey::from_secret(secret)).unwrap()
    };
    let stranger = Keys::generate(cloud.entropy()).unwrap();
    let signed = |claims: Claims| cloud.token(&claims);
    let mut flipped = BASE64URL_NOPAD.decode(signature.as_bytes()).unwrap();
    flipped[0] ^= 1;
    vec![
        ("no algorithm, no signature", headed(json!({ "alg": "none", "kid": kid }), "")),
        ("no algorithm, a signature", headed(json!({ "alg": "none", "kid": kid }), signature)),
        ("another case of none", headed(json!({ "alg": "nOnE", "kid": kid }), "")),
        ("HS256 with the public key", symmetric(pair.public_key().as_ref())),
        ("HS256 with its text", symmetric(BASE64URL_NOPAD.encode(pair.public_key().as_ref()).as_bytes())),
        ("HS256 with nothing", symmetric(b"")),
        ("another algorithm's name", headed(json!({ "alg": "ES256", "kid": kid }), signature)),
        ("a stranger's key under our name", signer(&stranger, kid).sign(&claims).unwrap()),
        ("a stranger's key", signer(&stranger, &stranger.kid).sign(&claims).unwrap()),
        ("no key named", headed(json!({ "alg": "EdDSA" }), signature)),
        ("a path for a key", headed(json!({ "alg": "EdDSA", "kid": "../../../dev/null" }), signature)),
        ("an address of keys", headed(json!({ "alg": "EdDSA", "kid": "x", "jku": "https://evil.example" }), signature)),
        ("another header", headed(json!({ "alg": "EdDSA", "kid": kid, "x": 1 }), signature)),
        ("another tenant", claiming("tid", json!(other.tenant))),
        ("another member", claiming("sub", json!(other.owner.id))),
        ("another end", claiming("exp", json!(claims.exp + 1))),
        ("a flipped bit", format!("{header}.{body}.{}", BASE64URL_NOPAD.encode(&flipped))),
        (
            "the signature of another token",
            format!("{header}.{body}.{}", other.owner.token.rsplit('.').next().unwrap()),
        ),
        ("cut short", good[..good.len() - 5].to_owned()),
        ("two parts", format!("{header}.{body}")),
        ("four parts", format!("{good}.{signature}")),
        ("each part twice", format!("{header}.{header}.{body}.{body}.{signature}.{signature}")),
        ("expired", signed(Claims { exp: claims.iat, ..claims.clone() })),
        ("of the future", signed(Claims { iat: claims.iat + 61, exp: claims.exp + 61, ..claims.clone() })),
        ("for another audience", signed(Claims { aud: "dawr-platform".into(), ..claims.clone() })),
        ("by another issuer", signed(Claims { iss: "dawr-staging".into(), ..claims.clone() })),
    ]
}

#[tokio::test]
async fn no_function_takes_any_of_the_corpus() {
    let cloud = TestCloud::start().await;
    let world = World::found(&cloud, "al-shifa").await;
    let other = cloud.clinic("al-noor").await;
    let asks = |sample: &Sample| {
        let open = [Requires::Nothing, Requires::RefreshCookie, Requires::Signature];
        !open.contains(&sample.function.http().unwrap().requires)
    };
    let corpus = corpus(&cloud, &world.clinic, &other);
    let before = cloud.items();
    for sample in Sample::endpoints().into_iter().filter(asks) {
        for (why, token) in &corpus {
            let answer = sample.call(&cloud, &world.values(&sample)).as_(token).send().await;
            let refused = (answer.status, answer.code());
            assert_eq!(refused, (401, "Unauthenticated".to_owned()), "{}: {why}: {token}", sample.name());
        }
    }
    assert_eq!(cloud.items(), before);
}

/// Who is not asked who they are is not refused for an answer: a client that always sends its last token gets in again.
#[tokio::test]
async fn a_token_is_nothing_to_who_is_not_asked_for_one() {
    let cloud = TestCloud::start().await;
    let world = World::found(&cloud, "al-shifa").await;
    let other = cloud.clinic("al-noor").await;
    let claims = owner(&cloud, &world.clinic);
    let outdated = cloud.token(&Claims { ver: 0, ..claims.clone() });
    let stale = cloud.token(&Claims { iat: claims.iat - 901, exp: claims.iat - 1, ..claims });
    let forged =
        corpus(&cloud, &world.clinic, &other).into_iter().step_by(5).map(|(_, token)| format!("Bearer {token}"));
    let mut sent: Vec<String> = [&stale, &outdated].map(|token| format!("Bearer {token}")).to_vec();
    sent.extend(forged);
    sent.extend(["", "Bearer", "Bearer ", "Bearer null", "Basic b3duZXI6", "x"].map(str::to_owned));
    let open = |sample: &Sample| !sample.function.http().unwrap().requires.asks_who();
    for sample in Sample::endpoints().into_iter().filter(open) {
        // What is counted is counted anew.
        cloud.advance(std::time::Duration::from_secs(15 * 60));
        world.prepare(&cloud, &sample).await;
        let values = world.values(&sample);
        let first = sample.call(&cloud, &values).header("authorization", &sent[0]).send().await;
        assert_eq!(first.status, sample.function.http().unwrap().status, "{}: {}", sample.name(), first.text);
        let good = format!("Bearer {}", cloud.renewed(&other, &other.owner).token);
        for header in sent.iter().chain([&good]) {
            let answer = sample.call(&cloud, &values).header("authorization", header).send().await;
            let refused = matches!(answer.code().as_str(), "Unauthenticated" | "TenantSuspended" | "Forbidden");
            assert!(!refused && answer.status < 500, "{} with {header:?}: {}", sample.name(), answer.text);
        }
    }
}

/// As a client does it that always sends its last token: it signs in, goes on and signs out with one that is over.
#[tokio::test]
async fn who_sends_a_stale_token_along_signs_in_goes_on_and_signs_out() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    let stale = clinic.owner.token.clone();
    cloud.advance(std::time::Duration::from_secs(16 * 60));
    cloud.get("/api/users/me").as_(&stale).expect_errors(401).await;
    let body = json!({ "clinic": "al-shifa", "username": "owner", "password": dawr_testkit::PASSWORD });
    let entered = cloud.post("/api/auth/login").as_(&stale).json(&body).send_expecting(200).await;
    let refresh = cloud.post("/api/auth/refresh").as_(&stale).cookie(&entered.cookie().unwrap());
    let refreshed = refresh.send_expecting(200).await;
    let leave = cloud.post("/api/auth/logout").as_(&stale).cookie(&refreshed.cookie().unwrap());
    leave.send_expecting(204).await;
    let over = cloud.post("/api/auth/refresh").as_(&stale).cookie(&refreshed.cookie().unwrap());
    assert_eq!(over.expect_errors(401).await[0].0, "SessionEnded");
    // Nor does a tenant that does not let its people in keep whoever holds its token from another one.
    let other = cloud.clinic("al-noor").await;
    let operator = cloud.operator(Role::PlatformAdmin).await;
    let suspend = cloud.post(&format!("/api/platform/tenants/{}/suspend", clinic.tenant)).as_(&operator);
    suspend.json(&json!({ "reason": "فاتورة لم تُدفع" })).expect(200).await;
    let held = cloud.renewed(&clinic, &clinic.owner);
    let body = json!({ "clinic": other.slug, "username": "owner", "password": dawr_testkit::PASSWORD });
    cloud.post("/api/auth/login").as_(&held).json(&body).expect(200).await;
}
