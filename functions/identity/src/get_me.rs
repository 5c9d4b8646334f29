//! `GET /api/users/me`

use dawr_api::{Cx, Failure, endpoint, function::Access};

use crate::me::{ProfileView, load, operator};

endpoint! {
    /// The caller's profile and permissions. For an operator during a stay: their name, what they may do, and the stay.
    pub const GET_ME: "get_me" = Get "/api/users/me";
    requires: SignedIn;
    access: Access::READ;
    handler: get_me() -> 200 ProfileView;
    errors: [];
}

async fn get_me(cx: &Cx) -> Result<ProfileView, Failure> {
    let caller = cx.member()?;
    if let Some(stay) = caller.elevation {
        return operator(cx, &caller, stay).await;
    }
    let (member, tenant) = load(cx, &caller).await?;
    Ok(ProfileView::new(&member, member.version, &tenant, &caller))
}
