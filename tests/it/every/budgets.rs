//! Every endpoint handles its sample event with success, at a cost within `tests/budgets.json`: requests to the table,
//! read and write units.
//!
//! A rise fails. A change that is meant is written with `DAWR_BUDGETS=write cargo nextest run budgets`.

use std::{collections::BTreeMap, env, fs, path::Path};

use dawr_api::function::{Queue, Verb};
use dawr_testkit::{TestCloud, sample::Sample};
use serde::{Deserialize, Serialize};

use crate::world::World;

/// The cost of one call of an endpoint's sample event.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Budget {
    trips: u32,
    read: f64,
    write: f64,
}

type Budgets = BTreeMap<String, Budget>;

#[tokio::test]
async fn every_endpoint_handles_its_sample_event_within_its_budget() {
    let cloud = TestCloud::start().await;
    let mut world = World::found(&cloud, "clinic-0").await;
    let mut measured = Budgets::new();
    for (n, sample) in (1..).zip(&Sample::endpoints()) {
        let http = sample.function.http().unwrap();
        if http.method != Verb::Get {
            world = World::found(&cloud, &format!("clinic-{n}")).await;
        }
        world.prepare(&cloud, sample).await;
        let (cost, answer) = cloud.cost(sample.invoke(&cloud, &world.values(sample))).await;
        assert_eq!(answer["statusCode"], http.status, "{}: {answer}", sample.name());
        measured.insert(sample.name(), Budget { trips: cost.trips, read: cost.read, write: cost.write });
    }
    cloud.exhume(Queue::Sends);
    compare(&measured);
}

fn compare(measured: &Budgets) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("budgets.json");
    if env::var("DAWR_BUDGETS").is_ok_and(|what| what == "write") {
        fs::write(&file, serde_json::to_string_pretty(measured).unwrap() + "\n").unwrap();
    }
    let budgets: Budgets = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    let mut wrong = Vec::new();
    for (name, cost) in measured {
        match budgets.get(name) {
            None => wrong.push(format!("{name} has no budget; it costs {cost:?}")),
            Some(budget) if cost.trips > budget.trips || cost.read > budget.read || cost.write > budget.write => {
                wrong.push(format!("{name} costs {cost:?}, its budget is {budget:?}"));
            }
            Some(_) => {}
        }
    }
    wrong.extend(budgets.keys().filter(|name| !measured.contains_key(*name)).map(|name| format!("{name} is gone")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
