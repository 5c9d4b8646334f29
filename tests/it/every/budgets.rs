//! Every endpoint handles its sample event with success, at a cost within `tests/budgets.json`: requests to the table,
//! read and write units.
//!
//! A rise fails. A change that is meant is written with `DAWR_BUDGETS=write cargo nextest run budgets`.

use std::{
    collections::BTreeMap,
    env,
    fs::File,
    io::{Read as _, Seek as _, Write as _},
    path::Path,
};

use dawr_api::function::{Queue, Verb};
use dawr_testkit::{TestCloud, sample::Sample};
use serde::{Deserialize, Serialize};

use crate::world::{Founded, World};

/// The cost of one call of an endpoint's sample event.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Budget {
    trips: u32,
    read: f64,
    write: f64,
}

type Budgets = BTreeMap<String, Budget>;

in_each_context!(every_endpoint_handles_its_sample_event_within_its_budget, super::costs_are_within_budgets);

async fn costs_are_within_budgets(context: &str) {
    let founded = Founded::once("clinic-0").await;
    let (mut cloud, mut world) = copy(&founded).await;
    let mut measured = Budgets::new();
    for sample in &Sample::endpoints_of(context) {
        let http = sample.function.http().unwrap();
        if http.method != Verb::Get {
            cloud.exhume(Queue::Sends);
            (cloud, world) = copy(&founded).await;
        }
        world.prepare(&cloud, sample).await;
        let (cost, answer) = cloud.cost(sample.invoke(&cloud, &world.values(sample))).await;
        assert_eq!(answer["statusCode"], http.status, "{}: {answer}", sample.name());
        measured.insert(sample.name(), Budget { trips: cost.trips, read: cost.read, write: cost.write });
    }
    cloud.exhume(Queue::Sends);
    compare(context, &measured);
}

/// A copy whose functions have answered before, as they did when the world was founded: they know how the tenants stand, and
/// that the failed tasks were looked at.
async fn copy(founded: &Founded) -> (TestCloud, World) {
    let (cloud, world) = founded.copy().await;
    let (owner, operator) = (&world.clinic.owner, &world.operator);
    for (person, path) in [(owner, "/api/users/me"), (operator, "/api/users/me"), (owner, "/api/tasks/failed")] {
        cloud.get(path).as_(person).expect(200).await;
    }
    (cloud, world)
}

#[test]
fn every_budget_is_an_endpoints() {
    let endpoints: Vec<String> = Sample::endpoints().iter().map(Sample::name).collect();
    let gone: Vec<String> = read(&mut open()).into_keys().filter(|name| !endpoints.contains(name)).collect();
    assert!(gone.is_empty(), "{gone:?} are gone");
}

fn compare(context: &str, measured: &Budgets) {
    let mut file = open();
    let mut budgets = read(&mut file);
    if writes() {
        budgets.retain(|name, _| !name.starts_with(&format!("{context}/")));
        budgets.extend(measured.clone());
        write(&mut file, &budgets);
    }
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
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn writes() -> bool {
    env::var("DAWR_BUDGETS").is_ok_and(|what| what == "write")
}

/// The committed budgets, for this process alone: the tests of other contexts write theirs at the same time.
fn open() -> File {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("budgets.json");
    let file = File::options().read(true).write(writes()).open(path).unwrap();
    file.lock().unwrap();
    file
}

fn read(file: &mut File) -> Budgets {
    let mut text = String::new();
    file.read_to_string(&mut text).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn write(file: &mut File, budgets: &Budgets) {
    file.rewind().unwrap();
    file.set_len(0).unwrap();
    file.write_all((serde_json::to_string_pretty(budgets).unwrap() + "\n").as_bytes()).unwrap();
}
