//! `DELETE /api/users/{userId}/second-factor`

use dawr_api::{Cx, Failure, code::Code, endpoint, function::Access, permission::Permission, reply::Empty, standing};
use dawr_identity::{
    model::{Identity, Member},
    second_factor::Factors,
};
use dawr_store::{Entity as _, Work, work::What};

use crate::{people::People, user_view::UserPath};

endpoint! {
    /// Removes the second factor of a member who has lost the app and the recovery codes, and ends all of their sessions. Where
    /// their role asks for one, they set up another at the next sign-in.
    pub const REMOVE_USER_SECOND_FACTOR: "remove_user_second_factor" = Delete "/api/users/{userId}/second-factor";
    requires: Permission(MemberManage);
    access: Access::WRITE;
    handler: remove_user_second_factor(path: UserPath) -> 204 Empty;
    errors: [StaleVersion, ExceedsOwnRights, NotOneself, IdentityShared, NoSecondFactor];
}

async fn remove_user_second_factor(cx: &Cx, path: UserPath) -> Result<Empty, Failure> {
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
    if identity.factors.active.is_none() {
        return Err(Code::NoSecondFactor.into());
    }
    let mut work = Work::new();
    work.replace(&caller, &identity, &Identity { factors: Factors::default(), ..identity.value.clone() });
    work.replace(&caller, &member, &changed);
    work.about(Member::KIND, member.id, What::Changed(vec!["second_factor".to_owned()]));
    standing::outdate_member(&caller, member.id, member.version + 1, cx.now(), &mut work);
    cx.save(&caller, work).await?;
    Ok(Empty)
}
