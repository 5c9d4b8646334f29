//! `DELETE /api/users/{userId}/second-factor`

use dawr_api::{Cx, Failure, code::Code, endpoint, function::Access, permission::Permission, reply::Empty};
use dawr_identity::{model::Identity, second_factor::Factors};

use crate::{people::People, user_view::UserPath};

endpoint! {
    /// Removes the second factor of a member who has lost the app and the recovery codes, and ends all of their sessions. Where
    /// their role asks for one, they set up another at the next sign-in.
    pub const REMOVE_USER_SECOND_FACTOR: "remove_user_second_factor" = Delete "/api/users/{userId}/second-factor";
    requires: Permission(MemberManage);
    reach: Clinic;
    access: Access::WRITE;
    handler: remove_user_second_factor(path: UserPath) -> 204 Empty;
    errors: [StaleVersion, ExceedsOwnRights, NotOneself, IdentityShared, NoSecondFactor];
}

async fn remove_user_second_factor(cx: &Cx, path: UserPath) -> Result<Empty, Failure> {
    let caller = cx.authorize(Permission::MemberManage)?;
    let removed = |identity: &Identity| match identity.factors.active {
        Some(_) => Ok(Identity { factors: Factors::default(), ..identity.clone() }),
        None => Err(Code::NoSecondFactor.into()),
    };
    People::new(cx, &caller).change_sign_in(path.user_id, "second_factor", removed).await?;
    Ok(Empty)
}
