//! Another tenant's id answers exactly as an id that does not exist: same status, same body, and nothing changes.

use dawr_testkit::{TestCloud, sample::Sample};

use crate::world::{World, missing_like};

#[tokio::test]
async fn a_foreign_id_is_an_id_that_does_not_exist() {
    let cloud = TestCloud::start().await;
    let foreign = World::found(&cloud, "al-noor").await;
    let mut compared = 0;
    for (n, sample) in Sample::endpoints().iter().enumerate() {
        let own = World::found(&cloud, &format!("clinic-{n}")).await;
        for name in sample.placeholders(&own.values).into_iter().filter(|name| own.is_id(name)) {
            let before = cloud.items();
            let mut answers = Vec::new();
            for id in [foreign.values[name].clone(), missing_like(&foreign.values[name])] {
                let mut values = own.values.clone();
                values.insert(name, id.clone());
                let call = sample.call(&cloud, &values);
                let (status, body) = call.without("idempotency-key").send().await.comparable();
                // The caller's own words may come back: then they are all that differs.
                answers.push((status, body.to_string().replace(&id, "{id}")));
            }
            let what = format!("{} with a foreign {name}", sample.name());
            assert_eq!(answers[0], answers[1], "{what}");
            let path = sample.function.http().unwrap().path;
            if path.contains(&format!("{{{name}}}")) {
                assert_eq!(answers[0].0, 404, "{what}: {}", answers[0].1);
            }
            assert_eq!(unchanged_of(&foreign, &before), unchanged_of(&foreign, &cloud.items()), "{what}");
            compared += 1;
        }
    }
    assert!(compared > 0 || Sample::endpoints().len() < 10, "nothing was compared");
}

/// The items of a world's tenant.
fn unchanged_of(world: &World, items: &dawr_testkit::Items) -> dawr_testkit::Items {
    let tenant = world.clinic.tenant.to_string();
    items.iter().filter(|((pk, _), _)| pk.contains(&tenant)).map(|(key, item)| (key.clone(), item.clone())).collect()
}
