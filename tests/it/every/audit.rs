//! Every change writes an entry of the audit trail, in its own transaction, whoever wrote the endpoint.

use dawr_api::function::{Queue, Verb};
use dawr_testkit::{TestCloud, sample::Sample};
use serde_json::Value;

use crate::world::{Founded, World, is_platforms};

/// What changes nothing that people know of: a new token for the same session, what a provider tells, a look at what one
/// is invited to, a request whose subject nobody has looked up.
const SILENT: &[&str] = &["refresh", "receive_webhook", "look_at_invitation", "forgot_password"];

fn entries(cloud: &TestCloud, world: &World, action: &str) -> Vec<Value> {
    let tenant = world.clinic.tenant.to_string();
    let of = |entry: &Value| entry["tenant"]["S"] == tenant.as_str() && entry["action"]["S"] == action;
    cloud.items_of("audit").into_iter().filter(of).collect()
}

in_each_context!(every_change_is_in_the_trail, super::changes_are_in_the_trail);

async fn changes_are_in_the_trail(context: &str) {
    let founded = Founded::once("al-shifa").await;
    for sample in &Sample::endpoints_of(context) {
        let http = sample.function.http().unwrap();
        if http.method == Verb::Get || SILENT.contains(&sample.function.name) {
            continue;
        }
        let (cloud, world) = founded.copy().await;
        world.prepare(&cloud, sample).await;
        let before = entries(&cloud, &world, sample.function.name).len();
        let before_all = cloud.items_of("audit").len();
        let answer = sample.invoke(&cloud, &world.values(sample)).await;
        assert_eq!(answer["statusCode"], http.status, "{}: {answer}", sample.name());
        let after = entries(&cloud, &world, sample.function.name);
        // What is founded or joined is another tenant's to tell, what operators do to the service theirs.
        let elsewhere = matches!(sample.function.name, "sign_up" | "join") || is_platforms(sample);
        let there = elsewhere && cloud.items_of("audit").len() > before_all;
        assert!(after.len() > before || there, "{} leaves no entry", sample.name());
        cloud.exhume(Queue::Sends);
    }
}
