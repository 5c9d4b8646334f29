//! The tenants of the person who is signed in.

use dawr_api::{Authorized, Cx, Failure, code::Code};
use dawr_store::{Ground, Stored, TenantScope, keys};

use crate::model::{Identity, Member, Membership};

impl Membership {
    /// The scope of a tenant in which the person is a member.
    pub const fn scope(&self) -> TenantScope {
        TenantScope::on(Ground::SignIn, self.tenant)
    }
}

/// The caller's identity.
///
/// # Errors
/// `Unauthenticated` if any of it is gone.
pub async fn load(cx: &Cx, caller: &Authorized) -> Result<Stored<Identity>, Failure> {
    let member: Option<Stored<Member>> = cx.table().get(&keys::member(caller, caller.member)).await?;
    let identity = member.ok_or(Code::Unauthenticated)?.identity;
    Ok(cx.table().get(&keys::identity(identity)).await?.ok_or(Code::Unauthenticated)?)
}
