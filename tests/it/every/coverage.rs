//! Every endpoint as somebody who covers one branch: what concerns the tenant as a whole is refused, whatever their role.

use dawr_api::{
    function::{Reach, Requires, Verb},
    permission::PermissionSet,
    role::{Coverage, Role, RoleName},
};
use dawr_kernel::id::{Id, RoleId};
use dawr_testkit::{Person, TestCloud, sample::Sample};

use crate::world::{World, is_platforms};

/// The endpoints that ask who calls, but for the platform's, with the reach that each declares.
fn asking() -> Vec<(Sample, Reach)> {
    let asks = |sample: &Sample| sample.function.http().unwrap().requires.asks_who() && !is_platforms(sample);
    let reach = |sample: Sample| {
        let reach = sample.function.http().unwrap().reach;
        (sample, reach)
    };
    Sample::endpoints().into_iter().filter(asks).map(reach).collect()
}

/// Those who lead a branch with all that there is to lead it with: an owner's built-in role, and a role of the tenant's own.
async fn leaders(cloud: &TestCloud, world: &World) -> [Person; 2] {
    let branch = Coverage::Only(vec![world.value("clinicId").parse().unwrap()]);
    let owner = cloud.member_in(&world.clinic, Role::PrimaryAdmin, branch.clone()).await;
    let member = cloud.member_in(&world.clinic, Role::User, branch.clone()).await;
    let mut claims = cloud.claims(&world.clinic, member.id, Role::User);
    claims.role = RoleName::Own(RoleId::generate(cloud.clock().now(), cloud.entropy()));
    (claims.permissions, claims.clinics) = (Some(PermissionSet::OF_TENANTS), branch);
    [owner, Person { token: cloud.token(&claims), ..member }]
}

#[tokio::test]
async fn what_concerns_the_whole_tenant_is_refused_to_who_leads_a_branch() {
    let cloud = TestCloud::start().await;
    let world = World::found(&cloud, "al-shifa").await;
    for person in leaders(&cloud, &world).await {
        let (before, mut tried) = (cloud.items(), 0);
        for (sample, _) in asking().iter().filter(|(_, reach)| *reach == Reach::Tenant) {
            let answer = sample.call(&cloud, &world.values_of(sample, &person)).send().await;
            assert_eq!((answer.status, answer.code()), (403, "Forbidden".to_owned()), "{}", sample.name());
            tried += 1;
        }
        assert!(tried >= 11, "only {tried} endpoints concern the whole tenant");
        assert_eq!(cloud.items(), before, "what is refused changes nothing");
    }
}

#[tokio::test]
async fn what_does_not_is_open_to_them() {
    let cloud = TestCloud::start().await;
    let world = World::found(&cloud, "al-shifa").await;
    for (sample, _) in asking().iter().filter(|(_, reach)| *reach != Reach::Tenant) {
        world.prepare(&cloud, sample).await;
        for person in leaders(&cloud, &world).await {
            let values = world.values_of_author(&cloud, sample, &person).await;
            let answer = sample.call(&cloud, &values).without("idempotency-key").send().await;
            let refused = answer.status == 401 || (answer.status == 403 && answer.code() == "Forbidden");
            assert!(!refused, "{}: {}", sample.name(), answer.text);
            assert!(answer.status < 500, "{}: {}", sample.name(), answer.text);
        }
    }
}

/// An endpoint that says nothing of its reach is closed to members of a branch.
#[test]
fn what_an_endpoint_reaches_follows_from_what_it_says_and_asks() {
    for (sample, reach) in asking() {
        let http = sample.function.http().unwrap();
        match http.requires {
            Requires::Permission(_) => assert!(!matches!(reach, Reach::Public | Reach::Own), "{}", sample.name()),
            // Nothing is changed of a tenant without a permission.
            _ if reach == Reach::Shared => assert_eq!(http.method, Verb::Get, "{}", sample.name()),
            _ => assert_eq!(reach, Reach::Own, "{}", sample.name()),
        }
    }
    for sample in Sample::endpoints() {
        let http = sample.function.http().unwrap();
        assert_eq!(http.reach == Reach::Public, !http.requires.asks_who(), "{}", sample.name());
        if is_platforms(&sample) {
            assert_eq!(http.reach, Reach::Tenant, "{}", sample.name());
        }
    }
}
