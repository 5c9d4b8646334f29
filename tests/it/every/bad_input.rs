//! Every endpoint × every class of bad input: the documented refusal, all errors at once, and nothing changes.
//!
//! The harness holds each code against the contract; here it is the field and the unchanged table.

use dawr_api::function::{Http, Source};
use dawr_testkit::{Call, Items, TestCloud, sample::Sample};
use serde_json::{Value, json};

use crate::world::World;

/// The endpoints that take a JSON body, each with its sample's body.
fn with_body(world: &World) -> Vec<(Sample, Value)> {
    let takes =
        |http: &Http| http.inputs.iter().any(|input| matches!(input.source, Source::Body | Source::OptionalBody));
    let body = |sample: Sample| {
        let text = sample.event(&world.values(&sample))["body"].as_str().map(str::to_owned);
        let body = text.map_or_else(|| json!({}), |text| serde_json::from_str(&text).unwrap());
        (sample, body)
    };
    Sample::endpoints().into_iter().filter(|sample| takes(sample.function.http().unwrap())).map(body).collect()
}

/// What the table holds, but for the count and the history of sign-ins that failed.
fn kept(cloud: &TestCloud) -> Items {
    let counts = |item: &Value| ["attempts", "signin"].iter().any(|kind| item["kind"]["S"] == *kind);
    cloud.items().into_iter().filter(|(_, item)| !counts(item)).collect()
}

/// A call is refused with one of these, and changes nothing.
async fn assert_refused(cloud: &TestCloud, before: &Items, what: &str, call: Call<'_>, codes: &[(u16, &str)]) {
    let answer = call.send().await;
    let expected = codes.iter().any(|(status, code)| answer.status == *status && answer.code() == *code);
    assert!(expected, "{what} answered {} {}", answer.status, answer.text);
    assert_eq!(&kept(cloud), before, "{what} changed something");
}

#[tokio::test]
async fn what_is_no_json_of_ours_is_refused_as_a_whole() {
    let cloud = TestCloud::start().await;
    let world = World::found(&cloud, "al-shifa").await;
    let before = kept(&cloud);
    for (sample, body) in with_body(&world) {
        let (name, call) = (sample.name(), || sample.call(&cloud, &world.values(&sample)).without("idempotency-key"));
        let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
        let optional = sample.function.http().unwrap().inputs.iter().any(|input| input.source == Source::OptionalBody);
        let mut malformed = vec![b"{\"a\":".to_vec(), b"{'a':1}".to_vec(), b"\xff\xfe{\x00}\x00".to_vec()];
        malformed.extend([b"{\"a\":\"\xff\"}".to_vec(), deep.into_bytes(), b"NaN".to_vec(), b"{} {}".to_vec()]);
        malformed.extend((!optional).then(Vec::new));
        for bytes in malformed {
            let what = format!("{name} with {:?}", String::from_utf8_lossy(&bytes[..bytes.len().min(20)]));
            let call = call().body("application/json", bytes);
            assert_refused(&cloud, &before, &what, call, &[(400, "MalformedJson")]).await;
        }
        // Two readers of the same text could each take another one.
        let twice = call().body("application/json", "{\"a\":1,\"b\":[{\"c\":1,\"c\":2}]}").send_expecting(400).await;
        assert_eq!(twice.errors(), [("MalformedJson".to_owned(), "c".to_owned())], "{name}");
        assert_eq!(kept(&cloud), before, "{name}");
        for kind in
            ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/json", "*/*"]
        {
            let call = call().body(kind, body.to_string());
            assert_refused(&cloud, &before, &format!("{name} as {kind}"), call, &[(415, "UnsupportedMediaType")]).await;
        }
        let call = call().body("application/json", body.to_string()).without("content-type");
        assert_refused(&cloud, &before, &format!("{name} of no type"), call, &[(415, "UnsupportedMediaType")]).await;
        for wrong in ["[]", "null", "\"text\"", "7", "true"] {
            let call =
                sample.call(&cloud, &world.values(&sample)).body("application/json", wrong).without("idempotency-key");
            assert_refused(&cloud, &before, &format!("{name} with {wrong}"), call, &[(422, "WrongType")]).await;
        }
    }
}

#[tokio::test]
async fn a_body_of_six_megabytes_is_refused() {
    let cloud = TestCloud::start().await;
    let world = World::found(&cloud, "al-shifa").await;
    let before = kept(&cloud);
    let huge = json!({ "padding": "x".repeat(6 * 1024 * 1024) }).to_string();
    for (sample, _) in with_body(&world) {
        let call = sample.call(&cloud, &world.values(&sample)).body("application/json", huge.clone());
        assert_refused(&cloud, &before, &sample.name(), call, &[(413, "PayloadTooLarge")]).await;
    }
}

#[tokio::test]
async fn a_field_that_is_not_known_is_named() {
    let cloud = TestCloud::start().await;
    let world = World::found(&cloud, "al-shifa").await;
    let before = kept(&cloud);
    for (sample, body) in with_body(&world) {
        let names = ["role", "tenantId", "__proto__", "اسم", "a\u{202E}b"];
        for name in names.into_iter().filter(|name| body.get(name).is_none()) {
            let mut wrong = body.clone();
            wrong[name] = json!(1);
            let call = sample.call(&cloud, &world.values(&sample)).json(&wrong).without("idempotency-key");
            let errors = call.expect_errors(422).await;
            assert_eq!(errors, [("UnknownField".to_owned(), name.to_owned())], "{}", sample.name());
            assert_eq!(kept(&cloud), before, "{}", sample.name());
        }
    }
}

#[tokio::test]
async fn wrong_types_are_told_all_at_once() {
    let cloud = TestCloud::start().await;
    let world = World::found(&cloud, "al-shifa").await;
    let before = kept(&cloud);
    for (sample, body) in with_body(&world) {
        let fields: Vec<String> = body.as_object().unwrap().keys().cloned().collect();
        let all_wrong: serde_json::Map<_, _> = fields.iter().map(|name| (name.clone(), json!([[{}]]))).collect();
        if all_wrong.is_empty() {
            continue;
        }
        let call =
            sample.call(&cloud, &world.values(&sample)).json(&Value::Object(all_wrong)).without("idempotency-key");
        let errors = call.expect_errors(422).await;
        for field in &fields {
            let told = |(_, at): &(String, String)| at == field || at.starts_with(&format!("{field}["));
            assert!(errors.iter().any(told), "{} does not tell of {field}: {errors:?}", sample.name());
        }
        assert_eq!(kept(&cloud), before, "{}", sample.name());
    }
}

/// Every text of a body with its place as an error names it.
fn texts(value: &Value, place: String, found: &mut Vec<(String, String)>, pointer: String) {
    match value {
        Value::String(_) => found.push((place, pointer)),
        Value::Array(items) => {
            for (n, item) in items.iter().enumerate() {
                texts(item, format!("{place}[{n}]"), found, format!("{pointer}/{n}"));
            }
        }
        Value::Object(fields) => {
            for (name, value) in fields {
                let place = if place.is_empty() { name.clone() } else { format!("{place}.{name}") };
                texts(value, place, found, format!("{pointer}/{name}"));
            }
        }
        _ => {}
    }
}

#[tokio::test]
async fn a_text_with_control_or_direction_characters_or_without_end_is_refused_at_its_place() {
    let cloud = TestCloud::start().await;
    let world = World::found(&cloud, "al-shifa").await;
    let before = kept(&cloud);
    let long = "ا".repeat(100_000);
    for (sample, body) in with_body(&world) {
        let mut found = Vec::new();
        texts(&body, String::new(), &mut found, String::new());
        for (place, pointer) in found {
            for text in ["a\u{0000}b", "a\u{001B}[31mb", "a\u{202E}b", "a\u{2066}b", "a\u{FEFF}b", "a\u{FFFE}b", &long]
            {
                let mut wrong = body.clone();
                *wrong.pointer_mut(&pointer).unwrap() = json!(text);
                let what = format!("{} {place} {:?}", sample.name(), text.chars().take(8).collect::<String>());
                let answer =
                    sample.call(&cloud, &world.values(&sample)).json(&wrong).without("idempotency-key").send().await;
                assert_eq!(answer.status, 422, "{what}: {}", answer.text);
                let told = answer.errors().iter().any(|(_, at)| place.starts_with(at.as_str()) && !at.is_empty());
                assert!(told, "{what}: {}", answer.text);
                assert_eq!(kept(&cloud), before, "{what}");
            }
        }
    }
}

#[tokio::test]
async fn numbers_without_end_are_refused_at_their_place() {
    let cloud = TestCloud::start().await;
    let world = World::found(&cloud, "al-shifa").await;
    let before = kept(&cloud);
    for (sample, body) in with_body(&world) {
        let numbers: Vec<String> = body
            .as_object()
            .unwrap()
            .iter()
            .filter(|(_, value)| value.is_number())
            .map(|(name, _)| name.clone())
            .collect();
        for name in numbers {
            // What is an integer is told to be out of range, however it is written; what is none is of the wrong type.
            for (text, code) in [
                ("-2000000", "OutOfRange"),
                ("-2000000.0", "OutOfRange"),
                ("1e400", "OutOfRange"),
                ("1e30", "OutOfRange"),
                ("99999999999999999999", "OutOfRange"),
                ("-99999999999999999999", "OutOfRange"),
                ("4294967296", "OutOfRange"),
                ("1.5", "WrongType"),
                ("-0.1", "WrongType"),
                ("\"7\"", "WrongType"),
            ] {
                let mut wrong = body.clone();
                wrong[&name] = json!("number");
                let text = wrong.to_string().replace("\"number\"", text);
                let call = sample.call(&cloud, &world.values(&sample)).body("application/json", text.clone());
                let answer = call.without("idempotency-key").send().await;
                let what = format!("{} {text}", sample.name());
                assert!(answer.errors().contains(&(code.to_owned(), name.clone())), "{what}: {}", answer.text);
                assert_eq!(kept(&cloud), before, "{what}");
            }
        }
    }
}

#[tokio::test]
async fn queries_are_as_strict_as_bodies() {
    let cloud = TestCloud::start().await;
    let world = World::found(&cloud, "al-shifa").await;
    let before = kept(&cloud);
    let takes_query = |http: &Http| http.inputs.iter().any(|input| input.source == Source::Query);
    for sample in Sample::endpoints().into_iter().filter(|sample| takes_query(sample.function.http().unwrap())) {
        let event = sample.event(&world.values(&sample));
        let (method, path) =
            (event["requestContext"]["http"]["method"].as_str().unwrap(), event["rawPath"].as_str().unwrap());
        let asked =
            async |query: &str| cloud.call(method, &format!("{path}?{query}")).as_(world.caller(&sample)).send().await;
        let unknown = asked("tenantId=1").await;
        assert_eq!((unknown.status, unknown.code()), (422, "UnknownField".to_owned()), "{}", sample.name());
        let parameters = event["queryStringParameters"].as_object().into_iter().flatten();
        for name in parameters.map(|(name, _)| name) {
            // An empty value is not an absent one.
            for query in [format!("{name}="), name.clone()] {
                let answer = asked(&query).await;
                let told = answer.errors().iter().any(|(_, field)| field == name);
                assert!(matches!(answer.status, 400 | 422) && told, "{} {query}: {}", sample.name(), answer.text);
            }
        }
        for query in ["pageSize=0", "pageSize=201", "pageSize=-1", "pageSize=x", "pageSize=1e3", "pageSize=%00"] {
            let answer = asked(query).await;
            assert!(
                matches!(answer.code().as_str(), "OutOfRange" | "UnknownField"),
                "{} {query}: {}",
                sample.name(),
                answer.text
            );
        }
        assert_eq!(kept(&cloud), before, "{}", sample.name());
    }
}

#[tokio::test]
async fn a_path_that_holds_no_id_is_not_found() {
    let cloud = TestCloud::start().await;
    let world = World::found(&cloud, "al-shifa").await;
    let before = kept(&cloud);
    for sample in Sample::endpoints() {
        let in_path = |name: &&'static str| sample.function.http().unwrap().path.contains(&format!("{{{name}}}"));
        for name in sample.placeholders(&world.values(&sample)).into_iter().filter(in_path) {
            let good = world.value(name);
            for wrong in [
                "0",
                "%00",
                "..",
                "%2e%2e%2f",
                "%F0%9F%92%A5",
                "que_",
                &good.to_uppercase(),
                &format!("{good}x"),
                &"a".repeat(2_000),
            ] {
                let values = world.values_with(&sample, name, wrong);
                let answer = sample.call(&cloud, &values).without("idempotency-key").send().await;
                assert_eq!((answer.status, answer.code()), (404, "NotFound".to_owned()), "{} {wrong}", sample.name());
                assert_eq!(kept(&cloud), before, "{} {wrong}", sample.name());
            }
        }
    }
}
