//! `POST /api/users/{userId}/reset-password`

use dawr_api::{Cx, Failure, code::Code, endpoint, function::Access, permission::Permission, standing};
use dawr_identity::{
    model::{Identity, Member},
    password::{self, TemporaryPassword},
};
use dawr_store::{Entity as _, Work, work::What};

use crate::{
    people::People,
    user_view::{MemberView, UserPath},
};

endpoint! {
    /// Gives a member a temporary password, which this answer alone tells, and ends all of their sessions. Of whoever is a
    /// member of another tenant, too, no administrator may take the place.
    pub const RESET_USER_PASSWORD: "reset_user_password" = Post "/api/users/{userId}/reset-password";
    requires: Permission(MemberManage);
    access: Access::WRITE;
    handler: reset_user_password(path: UserPath) -> 200 MemberView;
    errors: [StaleVersion, ExceedsOwnRights, NotOneself, IdentityShared];
}

async fn reset_user_password(cx: &Cx, path: UserPath) -> Result<MemberView, Failure> {
    let caller = cx.authorize(Permission::MemberManage)?;
    let people = People::new(cx, &caller);
    let (member, _) = people.load(path.user_id).await?;
    cx.expect(&member)?;
    if member.id == caller.member {
        return Err(Code::NotOneself.into());
    }
    let changed = Member { epoch: member.epoch + 1, ..member.value.clone() };
    people.check(Some(&member), &changed).await?;
    let identity = people.own_identity(&member).await?;
    let temporary = TemporaryPassword::generate(cx.entropy())?;
    let password = password::hash(temporary.password(), cx.entropy())?;
    let reset = Identity { password, must_change_password: true, ..identity.value.clone() };
    let mut work = Work::new();
    work.replace(&caller, &identity, &reset);
    work.replace(&caller, &member, &changed);
    work.about(Member::KIND, member.id, What::Changed(vec!["password".to_owned()]));
    standing::outdate_member(&caller, member.id, member.version + 1, cx.now(), &mut work);
    cx.save(&caller, work).await?;
    Ok(MemberView::new(&changed, member.version + 1).telling(Some(temporary)))
}
