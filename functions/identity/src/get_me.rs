//! `GET /api/users/me`

use dawr_api::{Cx, Failure, endpoint, function::Access};

use crate::me::{ProfileView, load};

endpoint! {
    /// The caller's profile and permissions.
    pub const GET_ME: "get_me" = Get "/api/users/me";
    requires: SignedIn;
    access: Access::READ;
    handler: get_me() -> 200 ProfileView;
    errors: [];
}

async fn get_me(cx: &Cx) -> Result<ProfileView, Failure> {
    let caller = cx.member()?;
    let (member, tenant) = load(cx, &caller).await?;
    Ok(ProfileView::new(&member, member.version, &tenant, &caller))
}
