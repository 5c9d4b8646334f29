//! `GET /api/users/{userId}`

use dawr_api::{Cx, Failure, code::Code, endpoint, function::Access, permission::Permission};
use dawr_identity::model::Member;
use dawr_store::{Stored, keys};

use crate::{
    people::is_known,
    user_view::{MemberView, UserPath},
};

endpoint! {
    /// A member who works in a clinic that the caller covers.
    pub const GET_USER: "get_user" = Get "/api/users/{userId}";
    requires: Permission(MemberRead);
    reach: Clinic;
    access: Access::APPEND;
    handler: get_user(path: UserPath) -> 200 MemberView;
    errors: [];
}

async fn get_user(cx: &Cx, path: UserPath) -> Result<MemberView, Failure> {
    let caller = cx.authorize(Permission::MemberRead)?;
    cx.seen_in_stay::<Member>(&caller, path.user_id).await?;
    let member: Option<Stored<Member>> = cx.table().get(&keys::member(&caller, path.user_id)).await?;
    let member = member.filter(|member| is_known(&caller, member)).ok_or(Code::NotFound)?;
    Ok(MemberView::new(&member, member.version))
}
