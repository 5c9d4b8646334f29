//! `GET /api/auth/memberships`

use std::collections::HashMap;

use dawr_api::{
    Cx, Failure, endpoint,
    function::Access,
    role::{Coverage, RoleName},
    tenant::Tenant,
};
use dawr_clinics::model::Clinic;
use dawr_kernel::id::{ClinicId, TenantId};
use dawr_store::{Key, Stored, entity::Item, keys};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    membership::load,
    model::{Member, Membership},
};

endpoint! {
    /// The tenants in which the caller may work, and as what. Any of them can be switched to.
    pub const LIST_MEMBERSHIPS: "list_memberships" = Get "/api/auth/memberships";
    requires: Account;
    access: Access::READ;
    handler: list_memberships() -> 200 MembershipsView;
    errors: [];
}

/// The tenants of a person.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MembershipsView {
    items: Vec<MembershipView>,
}

/// What a person is in a tenant.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct MembershipView {
    tenant_id: TenantId,
    name: String,
    slug: String,
    /// Whether nobody may work there for now.
    suspended: bool,
    /// Whether the caller is signed in there.
    current: bool,
    role: RoleName,
    /// The clinics in which they have that role.
    clinics: Coverage,
    /// Other roles that they have in single clinics.
    clinic_roles: Vec<ClinicRoleView>,
}

/// A role in one clinic.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ClinicRoleView {
    clinic_id: ClinicId,
    clinic_name: String,
    role: RoleName,
}

/// What is known of one membership.
type Known = (Membership, Stored<Tenant>, Stored<Member>);

async fn list_memberships(cx: &Cx) -> Result<MembershipsView, Failure> {
    let caller = cx.member()?;
    let identity = load(cx, &caller).await?;
    let places = |one: &Membership| [keys::tenant(&one.scope()), keys::member(&one.scope(), one.member)];
    let keys: Vec<Key> = identity.memberships.iter().flat_map(places).collect();
    let mut items = cx.table().get_items(&keys).await?;
    let mut known: Vec<Known> = Vec::new();
    for one in &identity.memberships {
        if let [Some(tenant), Some(member)] = places(one).map(|key| items.remove(&key)) {
            known.push((*one, Stored::decode(tenant)?, Stored::decode(member)?));
        }
    }
    known.retain(|(_, _, member)| member.active);
    let there = |(one, _, member): &Known| -> Vec<Key> {
        member.elsewhere.iter().map(|role| keys::clinic(&one.scope(), role.clinic)).collect()
    };
    let clinics = cx.table().get_items(&known.iter().flat_map(there).collect::<Vec<_>>()).await?;
    let views = known.iter().map(|known| view(known, &clinics, caller.tenant()));
    Ok(MembershipsView { items: views.collect::<Result<_, _>>()? })
}

fn view(
    (one, tenant, member): &Known,
    clinics: &HashMap<Key, Item>,
    current: TenantId,
) -> Result<MembershipView, Failure> {
    let mut clinic_roles = Vec::new();
    for role in &member.elsewhere {
        // A clinic that was closed is left out.
        if let Some(clinic) = clinics.get(&keys::clinic(&one.scope(), role.clinic)) {
            let clinic: Stored<Clinic> = Stored::decode(clinic.clone())?;
            let clinic_name = clinic.name.to_string();
            clinic_roles.push(ClinicRoleView { clinic_id: clinic.id, clinic_name, role: role.role });
        }
    }
    Ok(MembershipView {
        tenant_id: tenant.id,
        name: tenant.name.to_string(),
        slug: tenant.slug.clone(),
        suspended: tenant.suspended.is_some(),
        current: tenant.id == current,
        role: member.role,
        clinics: member.clinics.clone(),
        clinic_roles,
    })
}
