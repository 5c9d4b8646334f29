//! Members as quotas see them, and what is granted to them. Their record itself belongs to a context that stands on this one.

use dawr_api::{
    Authorized, Cx, Failure,
    code::Code,
    quota::Quota,
    role::{Coverage, RoleName},
};
use dawr_kernel::id::{ClinicId, MemberId};
use dawr_store::{Entity, Place, Stored, TenantScope, keys};
use serde::{Deserialize, Serialize};

/// What of a member's record decides what they may have, and who may see and set it.
#[derive(Debug, Serialize, Deserialize)]
pub struct Holder {
    /// Who.
    pub id: MemberId,
    /// Their role.
    pub role: RoleName,
    /// The clinics in which it is theirs.
    pub clinics: Coverage,
    /// The single clinics in which they have another one.
    elsewhere: Vec<There>,
    /// Whether they may sign in.
    pub active: bool,
}

/// A single clinic in which somebody has another role.
#[derive(Debug, Serialize, Deserialize)]
struct There {
    clinic: ClinicId,
}

impl Entity for Holder {
    const KIND: &'static str = "member";

    fn place(&self, scope: &TenantScope) -> Place {
        Place::at(keys::member(scope, self.id))
    }
}

impl Holder {
    /// Whether they are the caller's business at all: one who works in a clinic that the caller covers, or the caller.
    pub fn is_known_to(&self, caller: &Authorized) -> bool {
        let clinics = &caller.clinics;
        self.id == caller.member
            || self.clinics.meets(clinics)
            || self.elsewhere.iter().any(|there| clinics.has(there.clinic))
    }

    /// Whether they work in these clinics alone.
    pub fn is_within(&self, clinics: &Coverage) -> bool {
        clinics.includes(&self.clinics) && self.elsewhere.iter().all(|there| clinics.has(there.clinic))
    }
}

/// A member whose quota the caller may set, and what it is.
///
/// # Errors
/// `NotFound`; `NotOneself` unless the caller administers the whole tenant; `ExceedsOwnRights` if the member covers more clinics.
pub async fn load_to_set(
    cx: &Cx,
    caller: &Authorized,
    id: MemberId,
) -> Result<(Stored<Holder>, Option<Stored<Quota>>), Failure> {
    let keys = [keys::member(caller, id), keys::quota(caller, id)];
    let mut items = cx.table().get_items(&keys).await?;
    let [member, quota] = keys.map(|key| items.remove(&key));
    let member: Stored<Holder> = Stored::decode(member.ok_or(Code::NotFound)?)?;
    if !member.is_known_to(caller) {
        return Err(Code::NotFound.into());
    }
    if id == caller.member && !caller.administers() {
        return Err(Code::NotOneself.into());
    }
    // Who has no limit because they administer the tenant gets one from their like alone.
    if !member.is_within(&caller.clinics) || member.role.is_admin() && !caller.administers() {
        return Err(Code::ExceedsOwnRights.into());
    }
    Ok((member, quota.map(Stored::decode).transpose()?))
}
