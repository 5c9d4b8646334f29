//! The member's own profile, as both endpoints of `/api/users/me` answer it.

use dawr_api::{
    Authorized, Cx, Failure,
    code::Code,
    permission::Permission,
    role::{Coverage, RoleName},
    tenant::Tenant,
};
use dawr_kernel::{
    id::{MemberId, TenantId},
    language::Language,
    phone::PhoneNumber,
};
use dawr_store::{Stored, keys};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::model::{EmailAddress, Member};

/// The member's profile.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProfileView {
    id: MemberId,
    username: String,
    full_name: String,
    role: RoleName,
    /// What the role permits; the web app shows or hides by it.
    permissions: Vec<&'static str>,
    phone: Option<PhoneNumber>,
    email: Option<EmailAddress>,
    clinics: Coverage,
    tenant: ProfileTenantView,
    #[schemars(with = "String")]
    created_at: Timestamp,
    version: u64,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ProfileTenantView {
    id: TenantId,
    name: String,
    slug: String,
    locale: Language,
    timezone: String,
    region: String,
}

impl ProfileView {
    /// The profile of a member at this version.
    pub fn new(member: &Member, version: u64, tenant: &Tenant, caller: &Authorized) -> Self {
        Self {
            id: member.id,
            username: member.username.expose().to_owned(),
            full_name: member.full_name.expose().to_owned(),
            role: caller.grant.role,
            permissions: caller.grant.permissions.iter().map(Permission::as_str).collect(),
            phone: member.phone.clone(),
            email: member.email.clone(),
            clinics: caller.clinics.clone(),
            tenant: ProfileTenantView {
                id: tenant.id,
                name: tenant.name.to_string(),
                slug: tenant.slug.clone(),
                locale: tenant.locale,
                timezone: tenant.timezone.as_str().to_owned(),
                region: tenant.region.as_str().to_owned(),
            },
            created_at: member.created_at,
            version,
        }
    }
}

/// The caller's own record and tenant, in one trip.
///
/// # Errors
/// `Unauthenticated` if the member is gone.
pub async fn load(cx: &Cx, caller: &Authorized) -> Result<(Stored<Member>, Stored<Tenant>), Failure> {
    let keys = [keys::member(caller, caller.member), keys::tenant(caller)];
    let mut items = cx.table().get_items(&keys).await?;
    let [member, tenant] = keys.map(|key| items.remove(&key));
    let (member, tenant) = member.zip(tenant).ok_or(Code::Unauthenticated)?;
    Ok((Stored::decode(member)?, Stored::decode(tenant)?))
}
