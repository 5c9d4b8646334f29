//! `DELETE /api/roles/{roleId}`

use dawr_api::{
    Cx, Failure,
    code::Code,
    endpoint,
    function::Access,
    permission::Permission,
    reply::Empty,
    role::{OwnRole, RoleUse},
};
use dawr_store::{Stored, Update, Work, keys};

use crate::role_view::{RolePath, may_decide_on};

endpoint! {
    /// Deletes a role of the tenant's own that no member has, active or not.
    pub const DELETE_ROLE: "delete_role" = Delete "/api/roles/{roleId}";
    requires: Permission(RoleManage);
    access: Access::WRITE;
    handler: delete_role(path: RolePath) -> 204 Empty;
    errors: [StaleVersion, ExceedsOwnRights, RoleInUse];
}

async fn delete_role(cx: &Cx, path: RolePath) -> Result<Empty, Failure> {
    let caller = cx.authorize(Permission::RoleManage)?;
    let keys = [keys::role(&caller, path.role_id), keys::role_use(&caller, path.role_id)];
    let mut items = cx.table().get_items(&keys).await?;
    let [role, holders] = keys.map(|key| items.remove(&key));
    let (role, holders) = role.zip(holders).ok_or(Code::NotFound)?;
    let (role, holders) = (Stored::<OwnRole>::decode(role)?, Stored::<RoleUse>::decode(holders)?);
    cx.expect(&role)?;
    may_decide_on(&caller, &[role.permissions])?;
    if holders.holders > 0 {
        return Err(Code::RoleInUse.into());
    }
    let mut work = Work::new();
    work.delete(&role);
    // Who gives the role to somebody counts here at the same moment.
    let unused = work.delete(&holders);
    work.update(Update::of(keys::counts(&caller)).add("roles", -1));
    cx.save(&caller, work).await.map_err(|error| match error.refusal(unused) {
        Some(refusal) if matches!(refusal.found::<RoleUse>(), Ok(Some(_))) => Code::RoleInUse.into(),
        _ => Failure::from(error),
    })?;
    Ok(Empty)
}
