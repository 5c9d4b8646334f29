//! The member's own profile, as both endpoints of `/api/users/me` answer it.

use dawr_api::{
    Authorized, Cx, Failure,
    code::Code,
    elevation::Elevation,
    permission::Permission,
    role::{Coverage, RoleName},
    tenant::{GivenReason, Tenant},
};
use dawr_kernel::{
    id::{ElevationId, MemberId, TenantId},
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
    /// The name that they sign in with; an operator has none here.
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<String>,
    full_name: String,
    role: RoleName,
    /// What the role permits; the web app shows or hides by it.
    permissions: Vec<&'static str>,
    phone: Option<PhoneNumber>,
    email: Option<EmailAddress>,
    clinics: Coverage,
    tenant: ProfileTenantView,
    /// The stay of an operator who helps; a member has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    elevation: Option<ElevationView>,
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

/// An operator's stay: whoever sees it is not a member of the tenant.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ElevationView {
    id: ElevationId,
    reason: GivenReason,
    /// When it ends at the latest.
    #[schemars(with = "String")]
    ends_at: Timestamp,
}

impl ProfileTenantView {
    fn new(tenant: &Tenant) -> Self {
        Self {
            id: tenant.id,
            name: tenant.name.to_string(),
            slug: tenant.slug.clone(),
            locale: tenant.locale,
            timezone: tenant.timezone.as_str().to_owned(),
            region: tenant.region.as_str().to_owned(),
        }
    }
}

impl ProfileView {
    /// The profile of a member at this version.
    pub fn new(member: &Member, version: u64, tenant: &Tenant, caller: &Authorized) -> Self {
        Self {
            id: member.id,
            username: Some(member.username.expose().to_owned()),
            full_name: member.full_name.expose().to_owned(),
            role: caller.grant.role,
            permissions: caller.grant.permissions.iter().map(Permission::as_str).collect(),
            phone: member.phone.clone(),
            email: member.email.clone(),
            clinics: caller.clinics.clone(),
            tenant: ProfileTenantView::new(tenant),
            elevation: None,
            created_at: member.created_at,
            version,
        }
    }
}

/// The profile of an operator during a stay in the tenant.
///
/// # Errors
/// `Unauthenticated` if the stay is gone; or the table does not answer.
pub async fn operator(cx: &Cx, caller: &Authorized, stay: ElevationId) -> Result<ProfileView, Failure> {
    let keys = [keys::elevation(caller, stay), keys::tenant(caller)];
    let mut items = cx.table().get_items(&keys).await?;
    let [stay, tenant] = keys.map(|key| items.remove(&key));
    let (stay, tenant) = stay.zip(tenant).ok_or(Code::Unauthenticated)?;
    let (stay, tenant): (Stored<Elevation>, Stored<Tenant>) = (Stored::decode(stay)?, Stored::decode(tenant)?);
    Ok(ProfileView {
        id: caller.member,
        username: None,
        full_name: stay.operator.name.expose().to_owned(),
        role: caller.grant.role,
        permissions: caller.grant.permissions.iter().map(Permission::as_str).collect(),
        phone: None,
        email: None,
        clinics: caller.clinics.clone(),
        tenant: ProfileTenantView::new(&tenant),
        elevation: Some(ElevationView { id: stay.id, reason: stay.reason.clone(), ends_at: stay.ends_at }),
        created_at: stay.created_at,
        version: stay.version,
    })
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
