//! `GET /api/roles`

use dawr_api::{
    Cx, Failure, endpoint,
    function::Access,
    page::List,
    permission::Permission,
    role::{OwnRole, Role},
};
use dawr_store::{Index, Query, keys};

use crate::role_view::RoleView;

endpoint! {
    /// All roles that can be given here: the built-in ones, then the tenant's own, the oldest first.
    pub const LIST_ROLES: "list_roles" = Get "/api/roles";
    requires: Permission(MemberRead);
    reach: Shared;
    access: Access::READ;
    handler: list_roles() -> 200 List<RoleView>;
    errors: [];
}

async fn list_roles(cx: &Cx) -> Result<List<RoleView>, Failure> {
    let caller = cx.authorize(Permission::MemberRead)?;
    // As many as `create_role` allows.
    let own = cx.table().query_all::<OwnRole>(|| Query::below(Index::Table, keys::roles(&caller))).await?;
    let built_in = Role::all_for(caller.kind).map(|role| RoleView::built_in(role, cx.language));
    let items = built_in.chain(own.iter().map(|role| RoleView::own(role, role.version))).collect();
    Ok(List { items, next_page: None })
}
