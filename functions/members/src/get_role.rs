//! `GET /api/roles/{roleId}`

use dawr_api::{
    Cx, Failure, code::Code, endpoint, failure::FieldErrors, function::Access, permission::Permission, role::RoleName,
};
use deserr::Deserr;
use schemars::JsonSchema;

use crate::role_view::{RoleView, load};

endpoint! {
    /// A role: a built-in one by its name, one of the tenant's own by its id.
    pub const GET_ROLE: "get_role" = Get "/api/roles/{roleId}";
    requires: Permission(MemberRead);
    reach: Shared;
    access: Access::READ;
    handler: get_role(path: AnyRolePath) -> 200 RoleView;
    errors: [];
}

/// What names a role in a path.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase")]
pub struct AnyRolePath {
    role_id: RoleName,
}

async fn get_role(cx: &Cx, path: AnyRolePath) -> Result<RoleView, Failure> {
    let caller = cx.authorize(Permission::MemberRead)?;
    match path.role_id {
        RoleName::BuiltIn(role) if role.is_for(caller.kind) => Ok(RoleView::built_in(role, cx.language)),
        // It is given elsewhere.
        RoleName::BuiltIn(_) => Err(Code::NotFound.into()),
        RoleName::Own(id) => load(cx, &caller, id).await.map(|role| RoleView::own(&role, role.version)),
    }
}
