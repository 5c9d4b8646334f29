//! Members, as whoever may manage them changes them.

use std::collections::{HashMap, HashSet};

use dawr_api::{
    Authorized, Cx, Failure, Fault,
    code::Code,
    permission::PermissionSet,
    role::{Coverage, OwnRole, RoleName},
    standing,
    tenant::{Tenant, TenantKind},
};
use dawr_identity::{
    enrolment::Recount,
    model::{Identity, Member},
};
use dawr_kernel::id::{ClinicId, MemberId, RoleId};
use dawr_store::{Key, Stored, Work, keys};

use crate::grants::{self, Right};

/// The members of the caller's tenant.
pub struct People<'a> {
    cx: &'a Cx,
    caller: &'a Authorized,
}

/// The roles and clinics that exist, of those that were named.
struct Known {
    /// The kind of the tenant: not every built-in role can be given in each.
    kind: TenantKind,
    roles: HashMap<RoleId, PermissionSet>,
    clinics: HashSet<ClinicId>,
}

impl<'a> People<'a> {
    /// Those of the caller's tenant.
    pub const fn new(cx: &'a Cx, caller: &'a Authorized) -> Self {
        Self { cx, caller }
    }

    /// A member and the tenant, in one trip.
    ///
    /// # Errors
    /// `NotFound`; or the table does not answer.
    pub async fn load(&self, member: MemberId) -> Result<(Stored<Member>, Stored<Tenant>), Failure> {
        let keys = [keys::member(self.caller, member), keys::tenant(self.caller)];
        let mut items = self.cx.table().get_items(&keys).await?;
        let [member, tenant] = keys.map(|key| items.remove(&key));
        let (member, tenant) = member.zip(tenant).ok_or(Code::NotFound)?;
        Ok((Stored::decode(member)?, Stored::decode(tenant)?))
    }

    /// Looks up the roles and clinics that these members name.
    ///
    /// # Errors
    /// If the table does not answer.
    async fn look_up(&self, members: &[&Member]) -> Result<Known, Failure> {
        let roles: HashSet<RoleId> = members.iter().flat_map(|member| own_roles(member)).collect();
        let clinics: HashSet<ClinicId> = members.iter().flat_map(|member| named_clinics(member)).collect();
        let role_keys: Vec<(RoleId, Key)> = roles.into_iter().map(|id| (id, keys::role(self.caller, id))).collect();
        let clinic_keys: Vec<(ClinicId, Key)> =
            clinics.into_iter().map(|id| (id, keys::clinic(self.caller, id))).collect();
        let all: Vec<Key> =
            role_keys.iter().map(|(_, key)| key).chain(clinic_keys.iter().map(|(_, key)| key)).cloned().collect();
        let mut items = self.cx.table().get_items(&all).await?;
        let clinics = clinic_keys.into_iter().filter(|(_, key)| items.contains_key(key)).map(|(id, _)| id).collect();
        let mut known = HashMap::new();
        for (id, key) in role_keys {
            if let Some(item) = items.remove(&key) {
                known.insert(id, Stored::<OwnRole>::decode(item)?.permissions);
            }
        }
        Ok(Known { kind: self.caller.kind, roles: known, clinics })
    }

    /// Whether the caller may make one member of another, or a new one.
    ///
    /// # Errors
    /// A fault for each role and clinic that does not exist; `ExceedsOwnRights`, `NotOneself`.
    pub async fn check(&self, before: Option<&Member>, after: &Member) -> Result<(), Failure> {
        let members: Vec<&Member> = before.into_iter().chain([after]).collect();
        let mut known = self.look_up(&members).await?;
        // A clinic that was closed since may stay named; it gives nobody anything.
        known.clinics.extend(before.into_iter().flat_map(named_clinics));
        let faults = known.faults(after);
        if !faults.is_empty() {
            return Err(Failure::of(faults));
        }
        if after.id == self.caller.member {
            return match before {
                Some(before) if !grants::differ(before, after) => Ok(()),
                _ => Err(Code::NotOneself.into()),
            };
        }
        let own = Right::of_caller(self.caller);
        for member in members {
            own.may_decide_on(&grants::of_member(member, |role| known.permissions(role)))?;
        }
        Ok(())
    }

    /// The person behind a member, unless they are a member of another tenant, too: then how they sign in, and where a new
    /// password would be sent, is no tenant's to decide.
    ///
    /// # Errors
    /// `IdentityShared`; or the table does not answer.
    pub async fn own_identity(&self, member: &Member) -> Result<Stored<Identity>, Failure> {
        let identity: Option<Stored<Identity>> = self.cx.table().get(&keys::identity(member.identity)).await?;
        let identity = identity.ok_or_else(|| Failure::internal("a member without an identity"))?;
        if identity.is_shared() { Err(Code::IdentityShared.into()) } else { Ok(identity) }
    }

    /// Replaces a member, with the end of what they could do before.
    ///
    /// # Errors
    /// `LastOwner`, `LimitReached`, `StaleVersion`; or the table does not answer.
    pub async fn replace(&self, tenant: &Tenant, read: &Stored<Member>, changed: &Member) -> Result<(), Failure> {
        let mut work = Work::new();
        work.replace(self.caller, read, changed);
        if grants::differ(read, changed) {
            standing::outdate_member(self.caller, changed.id, read.version + 1, self.cx.now(), &mut work);
        }
        let recount = Recount::write(self.caller, &tenant.limits, Some(read), changed, &mut work);
        let saved = self.cx.save(self.caller, work).await;
        saved.map_err(|error| recount.explain(&error).unwrap_or_else(|| error.into()))
    }
}

impl Known {
    fn permissions(&self, role: RoleName) -> PermissionSet {
        match role {
            RoleName::BuiltIn(role) => role.permissions(),
            RoleName::Own(id) => self.roles.get(&id).copied().unwrap_or_default(),
        }
    }

    /// What of a member's rights does not exist or cannot be.
    fn faults(&self, member: &Member) -> Vec<Fault> {
        let unknown = |field: String| Fault::at(Code::UnknownValue, field);
        let is_none = |role: RoleName| match role {
            RoleName::Own(id) => !self.roles.contains_key(&id),
            RoleName::BuiltIn(role) => !role.is_for(self.kind),
        };
        let mut faults = Vec::new();
        if is_none(member.role) {
            faults.push(unknown("role".to_owned()));
        }
        if member.role.owns() && member.clinics != Coverage::All {
            let told = unknown("clinics".to_owned());
            faults.push(told.saying("An owner has all clinics.", "للمالك جميع الفروع."));
        }
        if let Coverage::Only(clinics) = &member.clinics {
            let gone = clinics.iter().enumerate().filter(|(_, clinic)| !self.clinics.contains(clinic));
            faults.extend(gone.map(|(n, _)| unknown(format!("clinics[{n}]"))));
        }
        let mut seen = HashSet::new();
        for (n, there) in member.elsewhere.iter().enumerate() {
            if !self.clinics.contains(&there.clinic) || !seen.insert(there.clinic) {
                faults.push(unknown(format!("clinicRoles[{n}].clinicId")));
            }
            if is_none(there.role) || there.role.owns() {
                faults.push(unknown(format!("clinicRoles[{n}].role")));
            }
        }
        faults
    }
}

fn own_roles(member: &Member) -> impl Iterator<Item = RoleId> {
    let roles = std::iter::once(member.role).chain(member.elsewhere.iter().map(|there| there.role));
    roles.filter_map(|role| match role {
        RoleName::BuiltIn(_) => None,
        RoleName::Own(id) => Some(id),
    })
}

fn named_clinics(member: &Member) -> impl Iterator<Item = ClinicId> {
    let covered: &[ClinicId] = match &member.clinics {
        Coverage::All => &[],
        Coverage::Only(clinics) => clinics,
    };
    covered.iter().copied().chain(member.elsewhere.iter().map(|there| there.clinic))
}
