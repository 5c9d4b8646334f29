//! `GET /api/permissions`

use dawr_api::{Cx, Failure, endpoint, function::Access, page::List, permission::Permission, tenant::TenantKind};
use dawr_kernel::language::Language;
use schemars::JsonSchema;
use serde::Serialize;

endpoint! {
    /// All permissions that a role may include.
    pub const LIST_PERMISSIONS: "list_permissions" = Get "/api/permissions";
    requires: Member;
    reach: Shared;
    access: Access::READ;
    handler: list_permissions() -> 200 List<PermissionView>;
    errors: [];
}

/// A permission.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PermissionView {
    name: Permission,
    /// What it is, in the caller's language.
    summary: &'static str,
}

async fn list_permissions(cx: &Cx) -> Result<List<PermissionView>, Failure> {
    let caller = cx.member()?;
    let view = |permission: &Permission| {
        let (english, arabic) = permission.summary();
        let summary = match cx.language {
            Language::En => english,
            Language::Ar => arabic,
        };
        PermissionView { name: *permission, summary: summary.trim() }
    };
    let own = caller.kind == TenantKind::Platform;
    let all = Permission::ALL.iter().filter(|permission| own || !permission.is_platforms());
    Ok(List { items: all.map(view).collect(), next_page: None })
}
