//! How long a sign-in takes that finds nobody, next to one with a wrong password. A measurement, not a test: run it with
//! `cargo nextest run -p dawr-tests --run-ignored only timing --no-capture` (docs/operations/sign-in.md).

use std::time::{Duration, Instant};

use dawr_testkit::{TestCloud, TestOptions};
use serde_json::json;

const ROUNDS: usize = 300;

/// The quartiles of what was measured, in milliseconds.
fn quartiles(times: &mut [Duration]) -> [f64; 3] {
    times.sort_unstable();
    [1, 2, 3].map(|quarter| times[times.len() * quarter / 4].as_secs_f64() * 1_000.0)
}

#[tokio::test]
#[ignore = "a measurement"]
async fn an_unknown_account_next_to_a_wrong_password() {
    let cloud = TestCloud::with(TestOptions { deployed_hashing: true, ..TestOptions::default() }).await;
    cloud.clinic("al-shifa").await;
    let cases = [
        ("wrong password", "al-shifa", "owner"),
        ("unknown name", "al-shifa", "nobody"),
        ("unknown clinic", "al-amal", "owner"),
    ];
    let mut times = [const { Vec::new() }; 3];
    for round in 0..ROUNDS {
        // Each goes first as often as the others.
        for n in 0..cases.len() {
            let case = (n + round) % cases.len();
            let (_, clinic, username) = cases[case];
            let body = json!({ "clinic": clinic, "username": username, "password": "Wrong-horse 9" });
            let began = Instant::now();
            cloud.post("/api/auth/login").json(&body).expect_errors(401).await;
            times[case].push(began.elapsed());
        }
        // Nobody is locked out.
        cloud.advance(Duration::from_secs(15 * 60));
    }
    for ((what, ..), times) in cases.iter().zip(&mut times) {
        let [first, median, third] = quartiles(times);
        println!("{what:>15}: median {median:.2} ms, quartiles {first:.2} and {third:.2} ms, of {ROUNDS}");
    }
}
