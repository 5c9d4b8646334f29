//! `POST /api/roles`

use dawr_api::{
    Cx, Failure,
    code::Code,
    endpoint,
    function::Access,
    permission::Permission,
    role::{OwnRole, RoleUse},
};
use dawr_store::{Update, Work, keys};

use crate::role_view::{RoleBody, RoleView, may_decide_on};

/// So many roles of its own a tenant may have: a list brings all of them.
const MOST_ROLES: i64 = 200;

endpoint! {
    /// Makes a role of the tenant's own, of permissions that the caller has in all clinics.
    pub const CREATE_ROLE: "create_role" = Post "/api/roles";
    requires: Permission(RoleManage);
    access: Access::WRITE;
    handler: create_role(body: RoleBody) -> 201 RoleView;
    errors: [ExceedsOwnRights, LimitReached];
    idempotent;
}

async fn create_role(cx: &Cx, body: RoleBody) -> Result<RoleView, Failure> {
    let caller = cx.authorize(Permission::RoleManage)?;
    let permissions = body.permissions()?;
    cx.still_holds(&caller).await?;
    may_decide_on(&caller, &[permissions])?;
    let role = OwnRole { id: cx.new_id(), title: body.title, permissions, created_at: cx.now() };
    let view = RoleView::own(&role, 1);
    let mut work = Work::new();
    work.create(&caller, &role);
    work.create(&caller, &RoleUse { role: role.id, holders: 0 });
    let counted = work.update(Update::of(keys::counts(&caller)).below("roles", MOST_ROLES).add("roles", 1));
    cx.commit(&caller, work, &view).await.map_err(|error| match error.refusal(counted) {
        Some(_) => Code::LimitReached.into(),
        None => Failure::from(error),
    })?;
    Ok(view)
}
