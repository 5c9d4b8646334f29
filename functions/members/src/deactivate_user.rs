//! `DELETE /api/users/{userId}`

use dawr_api::{Cx, Failure, endpoint, function::Access, permission::Permission, reply::Empty};
use dawr_identity::model::Member;
use dawr_store::Work;

use crate::{people::People, user_view::UserPath};

endpoint! {
    /// Ends a membership: all of the member's sessions end, and they cannot sign in. What they did stays, and so does their
    /// name.
    pub const DEACTIVATE_USER: "deactivate_user" = Delete "/api/users/{userId}";
    requires: Permission(MemberManage);
    reach: Clinic;
    access: Access::WRITE;
    handler: deactivate_user(path: UserPath) -> 204 Empty;
    errors: [StaleVersion, ExceedsOwnRights, NotOneself, LastOwner];
}

async fn deactivate_user(cx: &Cx, path: UserPath) -> Result<Empty, Failure> {
    let caller = cx.authorize(Permission::MemberManage)?;
    let people = People::new(cx, &caller);
    let (member, tenant) = people.load(path.user_id).await?;
    cx.expect(&member)?;
    let changed = Member { active: false, epoch: member.epoch + 1, ..member.value.clone() };
    people.check(Some(&member), &changed).await?;
    if member.active {
        people.replace(&tenant, &member, &changed, Work::new()).await?;
    }
    Ok(Empty)
}
