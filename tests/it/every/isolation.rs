//! Another tenant's id answers exactly as an id that does not exist: same status, same body, and nothing changes.

use dawr_api::function::Queue;
use dawr_testkit::{Items, TestCloud, sample::Sample};

use crate::world::{World, is_platforms, missing_like, without_ids};

#[tokio::test]
async fn a_foreign_id_is_an_id_that_does_not_exist() {
    let cloud = TestCloud::start().await;
    let foreign = World::found(&cloud, "al-noor").await;
    let own = World::found(&cloud, "al-shifa").await;
    let mut in_paths = 0;
    for sample in &Sample::endpoints() {
        let path = sample.function.http().unwrap().path;
        for name in sample.placeholders(&own.values(sample)).into_iter().filter(|name| own.is_id(name)) {
            let in_path = path.contains(&format!("{{{name}}}"));
            if in_path && name == "tenantId" {
                // To an operator no tenant is foreign; one that does not exist is none to them either.
                let missing = missing_like(own.value(name));
                let call = sample.call(&cloud, &own.values_with(sample, name, &missing)).without("idempotency-key");
                assert_eq!(call.expect_errors(404).await[0].0, "NotFound", "{}", sample.name());
                in_paths += 1;
                continue;
            }
            let before = of_tenant(&foreign, cloud.items());
            let mut answers = Vec::new();
            for id in [foreign.value(name).to_owned(), missing_like(foreign.value(name))] {
                let call = sample.call(&cloud, &own.values_with(sample, name, &id));
                let (status, body) = call.without("idempotency-key").send().await.comparable();
                answers.push((status, without_ids(&body.to_string())));
            }
            let what = format!("{} with a foreign {name}", sample.name());
            assert_eq!(answers[0], answers[1], "{what}");
            if in_path {
                assert_eq!(answers[0].0, 404, "{what}: {}", answers[0].1);
                in_paths += 1;
            }
            assert_eq!(of_tenant(&foreign, cloud.items()), before, "{what}");
        }
    }
    let parameters = |sample: &Sample| sample.function.http().unwrap().path.matches("Id}").count();
    let parameters: usize = Sample::endpoints().iter().map(parameters).sum();
    assert_eq!(in_paths, parameters, "every id in a path was tried");
    cloud.exhume(Queue::Sends);
}

/// Whatever is asked for by whomever: an answer names nothing of another tenant.
#[tokio::test]
async fn an_answer_names_nothing_of_another_tenant() {
    let cloud = TestCloud::start().await;
    let foreign = World::found(&cloud, "al-noor").await;
    let own = World::found(&cloud, "al-shifa").await;
    // Operators see all tenants.
    for sample in Sample::endpoints().iter().filter(|sample| !is_platforms(sample)) {
        own.prepare(&cloud, sample).await;
        let answer = sample.call(&cloud, &own.values(sample)).send().await;
        for name in
            ["queueId", "ticketId", "patientId", "templateId", "batchId", "messageId", "taskId", "userId", "roleId"]
                .into_iter()
                .chain(["elevationId"])
        {
            assert!(!answer.text.contains(foreign.value(name)), "{} names {name}: {}", sample.name(), answer.text);
        }
        assert!(!answer.text.contains(&foreign.clinic.tenant.to_string()), "{}", sample.name());
    }
    cloud.exhume(Queue::Sends);
}

/// The items of a world's tenant.
fn of_tenant(world: &World, items: Items) -> Items {
    let tenant = world.clinic.tenant.to_string();
    items.into_iter().filter(|((pk, _), _)| pk.contains(&tenant)).collect()
}
