//! What happened after a token was given out takes effect on every function within a minute.

use std::time::Duration;

use dawr_api::{function::Requires, role::Role};
use dawr_testkit::{TestCloud, sample::Sample};

use crate::world::World;

/// Longer than a function goes by what it read.
const MOMENT: Duration = Duration::from_secs(30);

#[tokio::test]
async fn a_token_of_an_ended_session_is_refused_by_every_function() {
    let cloud = TestCloud::start().await;
    let world = World::found(&cloud, "al-shifa").await;
    let asks = |sample: &Sample| {
        !matches!(
            sample.function.http().unwrap().requires,
            Requires::Nothing | Requires::RefreshCookie | Requires::Signature
        )
    };
    let guarded: Vec<Sample> = Sample::endpoints().into_iter().filter(asks).collect();
    cloud.post("/api/auth/logout").cookie(world.value("refreshCookie")).expect(204).await;
    cloud.advance(MOMENT);
    let before = cloud.items();
    for sample in &guarded {
        let answer = sample.call(&cloud, &world.values(sample)).send().await;
        assert_eq!((answer.status, answer.code()), (401, "Unauthenticated".to_owned()), "{}", sample.name());
    }
    assert_eq!(cloud.items(), before);
}

#[tokio::test]
async fn a_session_that_ended_ends_nobody_elses() {
    let cloud = TestCloud::start().await;
    let world = World::found(&cloud, "al-shifa").await;
    let colleague = cloud.member(&world.clinic, Role::Doctor).await;
    cloud.post("/api/auth/logout").cookie(world.value("refreshCookie")).expect(204).await;
    cloud.advance(MOMENT);
    cloud.get("/api/queues").as_(&colleague).expect(200).await;
}
