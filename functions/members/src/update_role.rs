//! `PUT /api/roles/{roleId}`

use dawr_api::{
    Cx, Failure,
    code::Code,
    endpoint,
    function::Access,
    permission::Permission,
    role::{OwnRole, RoleName},
    standing,
};
use dawr_store::Work;

use crate::role_view::{RoleBody, RolePath, RoleView, load, may_decide_on};

endpoint! {
    /// Changes a role of the tenant's own. Whoever has it feels that within half a minute, everywhere.
    pub const UPDATE_ROLE: "update_role" = Put "/api/roles/{roleId}";
    requires: Permission(RoleManage);
    access: Access::WRITE;
    handler: update_role(path: RolePath, body: RoleBody) -> 200 RoleView;
    errors: [StaleVersion, ExceedsOwnRights, NotOneself];
}

async fn update_role(cx: &Cx, path: RolePath, body: RoleBody) -> Result<RoleView, Failure> {
    let caller = cx.authorize(Permission::RoleManage)?;
    let role = load(cx, &caller, path.role_id).await?;
    cx.expect(&role)?;
    let permissions = body.permissions()?;
    cx.still_holds(&caller).await?;
    may_decide_on(&caller, &[role.permissions, permissions])?;
    let name = RoleName::Own(role.id);
    if caller.grant.role == name {
        return Err(Code::NotOneself.into());
    }
    let changed = OwnRole { title: body.title, permissions, ..role.value.clone() };
    let mut work = Work::new();
    work.replace(&caller, &role, &changed);
    if permissions != role.permissions {
        standing::outdate_role(&caller, name, role.version + 1, cx.now(), &mut work);
    }
    cx.save(&caller, work).await?;
    Ok(RoleView::own(&changed, role.version + 1))
}
