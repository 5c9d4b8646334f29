//! `POST /api/users/{userId}/reset-password`

use dawr_api::{Cx, Failure, endpoint, function::Access, permission::Permission};
use dawr_identity::{
    model::Identity,
    password::{self, TemporaryPassword},
};

use crate::{
    people::People,
    user_view::{MemberView, UserPath},
};

endpoint! {
    /// Gives a member a temporary password, which this answer alone tells, and ends all of their sessions. Of whoever is a
    /// member of another tenant, too, no administrator may take the place.
    pub const RESET_USER_PASSWORD: "reset_user_password" = Post "/api/users/{userId}/reset-password";
    requires: Permission(MemberManage);
    reach: Clinic;
    access: Access::WRITE;
    handler: reset_user_password(path: UserPath) -> 200 MemberView;
    errors: [StaleVersion, ExceedsOwnRights, NotOneself, IdentityShared];
}

async fn reset_user_password(cx: &Cx, path: UserPath) -> Result<MemberView, Failure> {
    let caller = cx.authorize(Permission::MemberManage)?;
    let temporary = TemporaryPassword::generate(cx.entropy())?;
    let reset = |identity: &Identity| {
        let password = password::hash(temporary.password(), cx.hashing(), cx.entropy())?;
        Ok(Identity { password, must_change_password: true, own_password: false, ..identity.clone() })
    };
    let (member, version) = People::new(cx, &caller).change_sign_in(path.user_id, "password", reset).await?;
    Ok(MemberView::new(&member, version).telling(Some(temporary)))
}
