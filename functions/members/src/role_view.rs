//! Roles as their endpoints read and answer them.

use dawr_api::{
    Authorized, Cx, Failure, Fault,
    code::Code,
    failure::FieldErrors,
    permission::{Permission, PermissionSet},
    role::{OwnRole, Role, RoleName, RoleTitle},
};
use dawr_kernel::{id::RoleId, language::Language};
use dawr_store::{Stored, keys};
use deserr::Deserr;
use schemars::JsonSchema;
use serde::Serialize;

use crate::grants::Right;

/// The id of a role of the tenant's own in a path.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase")]
pub struct RolePath {
    /// The role.
    pub role_id: RoleId,
}

/// A role of the tenant's own as it shall be.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct RoleBody {
    /// What it is called.
    pub title: RoleTitle,
    /// What it permits. Owning the tenant is no role's but the owner's, and what is the platform's is none of a tenant's.
    #[schemars(length(min = 1, max = 100))]
    permissions: Vec<Permission>,
}

impl RoleBody {
    /// What it permits.
    ///
    /// # Errors
    /// `Required`, `TooMany`, `UnknownValue`.
    pub fn permissions(&self) -> Result<PermissionSet, Failure> {
        match self.permissions.len() {
            0 => return Err(Fault::at(Code::Required, "permissions").into()),
            101.. => return Err(Fault::at(Code::TooMany, "permissions").into()),
            _ => {}
        }
        let beyond = |permission: &Permission| *permission == Permission::TenantOwn || permission.is_platforms();
        match self.permissions.iter().enumerate().find(|(_, permission)| beyond(permission)) {
            Some((n, permission)) => {
                let fault = Fault::at(Code::UnknownValue, format!("permissions[{n}]"));
                Err(if permission.is_platforms() {
                    fault.saying("Only operators of the platform have this.", "هذه الصلاحية لمشغّلي المنصة وحدهم.")
                } else {
                    fault.saying("Only the owner's role includes this.", "هذه الصلاحية للمالك وحده.")
                }
                .into())
            }
            None => Ok(self.permissions.iter().copied().collect()),
        }
    }
}

/// A role: built in, or of the tenant's own.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RoleView {
    /// What names it where a role is asked for.
    id: RoleName,
    /// What it is called; a built-in one in the caller's language.
    title: String,
    permissions: Vec<Permission>,
    /// Whether it is built in, and cannot be changed.
    built_in: bool,
    /// The version of a role of the tenant's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<u64>,
}

impl RoleView {
    /// A built-in role.
    pub fn built_in(role: Role, language: Language) -> Self {
        let (english, arabic) = role.title();
        let title = match language {
            Language::En => english,
            Language::Ar => arabic,
        };
        Self {
            id: role.into(),
            title: title.to_owned(),
            permissions: role.permissions().iter().collect(),
            built_in: true,
            version: None,
        }
    }

    /// A role of the tenant's own, at this version.
    pub fn own(role: &OwnRole, version: u64) -> Self {
        Self {
            id: RoleName::Own(role.id),
            title: role.title.to_string(),
            permissions: role.permissions.iter().collect(),
            built_in: false,
            version: Some(version),
        }
    }
}

/// A role of the tenant's own.
///
/// # Errors
/// `NotFound`; or the table does not answer.
pub async fn load(cx: &Cx, caller: &Authorized, role: RoleId) -> Result<Stored<OwnRole>, Failure> {
    Ok(cx.table().get(&keys::role(caller, role)).await?.ok_or(Code::NotFound)?)
}

/// Whether the caller may make, change or delete a role that permits these.
///
/// # Errors
/// `ExceedsOwnRights`.
pub fn may_decide_on(caller: &Authorized, permissions: &[PermissionSet]) -> Result<(), Failure> {
    let rights: Vec<Right> = permissions.iter().copied().map(Right::of_role).collect();
    Ok(Right::of_caller(caller).may_decide_on(&rights)?)
}
