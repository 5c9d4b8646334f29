//! What each endpoint costs: requests to the table, read and write units, against `tests/budgets.json`.
//!
//! A rise fails. A change that is meant is written with `DAWR_BUDGETS=write cargo nextest run budgets`.

use std::{collections::BTreeMap, env, fs, path::Path};

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
async fn no_endpoint_costs_more_than_its_budget() {
    let cloud = TestCloud::start().await;
    let mut measured = Budgets::new();
    for (n, sample) in Sample::endpoints().iter().enumerate() {
        let world = World::found(&cloud, &format!("clinic-{n}")).await;
        cloud.settle().await;
        let (cost, answer) = cloud.cost(sample.call(&cloud, &world.values).send()).await;
        assert!(answer.status < 400, "{}: {}", sample.name(), answer.text);
        measured.insert(sample.name(), Budget { trips: cost.trips, read: cost.read, write: cost.write });
    }
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
