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
use dawr_store::{Entity as _, Key, Stored, TenantScope, Work, keys, work::What};

use crate::grants::{self, Assignment, Right};

/// The members of the caller's tenant.
pub struct People<'a> {
    cx: &'a Cx,
    caller: &'a Authorized,
}

/// Whether a member is the caller's business at all: one who works in a clinic that they cover, or they themselves. Another one is
/// as if they did not exist.
pub fn is_known(caller: &Authorized, member: &Member) -> bool {
    member.id == caller.member || Assignment::of(member).meets(&caller.clinics)
}

/// The roles and clinics that exist, of those that were named.
pub struct Known {
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
        let member: Stored<Member> = Stored::decode(member)?;
        if !is_known(self.caller, &member) {
            return Err(Code::NotFound.into());
        }
        Ok((member, Stored::decode(tenant)?))
    }

    /// Whether the caller may make one member of another, or a new one.
    ///
    /// # Errors
    /// A fault for each role and clinic that does not exist; `ExceedsOwnRights`, `NotOneself`.
    pub async fn check(&self, before: Option<&Member>, after: &Member) -> Result<(), Failure> {
        // Who is made what stays so: a token that is void by now, as not every function knows yet, makes nobody anything.
        self.cx.still_holds(self.caller).await?;
        let (had, given) = (before.map(Assignment::of), Assignment::of(after));
        let known = self.known(had.as_ref(), &given).await?;
        if after.id == self.caller.member {
            return match before {
                Some(before) if !grants::differ(before, after) => Ok(()),
                _ => Err(Code::NotOneself.into()),
            };
        }
        self.decide(&known, had.iter().chain([&given]))
    }

    /// Whether the caller may give this to somebody who is no member yet.
    ///
    /// # Errors
    /// A fault for each role and clinic that does not exist; `ExceedsOwnRights`.
    pub async fn may_give(&self, given: &Assignment) -> Result<(), Failure> {
        self.cx.still_holds(self.caller).await?;
        let known = self.known(None, given).await?;
        self.decide(&known, [given])
    }

    /// Whether the caller may take back what somebody was to be given, whatever of it still exists.
    ///
    /// # Errors
    /// `ExceedsOwnRights`.
    pub async fn may_take(&self, given: &Assignment) -> Result<(), Failure> {
        let known = Known::look_up(self.cx, self.caller, self.caller.kind, &[given]).await?;
        self.decide(&known, [given])
    }

    /// The roles and clinics of what somebody had and is given. A clinic that was closed since may stay named; it gives
    /// nobody anything.
    async fn known(&self, had: Option<&Assignment>, given: &Assignment) -> Result<Known, Failure> {
        let both: Vec<&Assignment> = had.into_iter().chain([given]).collect();
        let mut known = Known::look_up(self.cx, self.caller, self.caller.kind, &both).await?;
        known.clinics.extend(had.into_iter().flat_map(named_clinics));
        let faults = known.faults(given);
        if faults.is_empty() { Ok(known) } else { Err(Failure::of(faults)) }
    }

    fn decide<'b>(&self, known: &Known, all: impl IntoIterator<Item = &'b Assignment>) -> Result<(), Failure> {
        let own = Right::of_caller(self.caller);
        for one in all {
            own.may_decide_on(&one.rights(|role| known.permissions(role)))?;
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

    /// Changes how a member signs in, and ends all of their sessions. Gives the member after it, and its version.
    ///
    /// # Errors
    /// `NotFound`, `StaleVersion`, `NotOneself`, `ExceedsOwnRights`, `IdentityShared`, and what `change` refuses.
    pub async fn change_sign_in(
        &self,
        member: MemberId,
        field: &str,
        change: impl FnOnce(&Identity) -> Result<Identity, Failure>,
    ) -> Result<(Member, u64), Failure> {
        let (member, _) = self.load(member).await?;
        self.cx.expect(&member)?;
        if member.id == self.caller.member {
            return Err(Code::NotOneself.into());
        }
        let changed = Member { epoch: member.epoch + 1, ..member.value.clone() };
        self.check(Some(&member), &changed).await?;
        let identity = self.own_identity(&member).await?;
        let mut work = Work::new();
        work.replace(self.caller, &identity, &change(&identity)?);
        work.replace(self.caller, &member, &changed);
        work.about(Member::KIND, member.id, What::Changed(vec![field.to_owned()]));
        standing::outdate_member(self.caller, member.id, member.version + 1, self.cx.now(), &mut work);
        self.cx.save(self.caller, work).await?;
        Ok((changed, member.version + 1))
    }

    /// Replaces a member with the work, with the end of what they could do before.
    ///
    /// # Errors
    /// `LastOwner`, `LimitReached`, `StaleVersion`; or the table does not answer.
    pub async fn replace(
        &self,
        tenant: &Tenant,
        read: &Stored<Member>,
        changed: &Member,
        mut work: Work,
    ) -> Result<(), Failure> {
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
    /// Looks up what these name in a tenant of this kind.
    ///
    /// # Errors
    /// If the table does not answer.
    pub async fn look_up(
        cx: &Cx,
        scope: &TenantScope,
        kind: TenantKind,
        named: &[&Assignment],
    ) -> Result<Self, Failure> {
        let roles: HashSet<RoleId> = named.iter().flat_map(|one| own_roles(one)).collect();
        let clinics: HashSet<ClinicId> = named.iter().flat_map(|one| named_clinics(one)).collect();
        let role_keys: Vec<(RoleId, Key)> = roles.into_iter().map(|id| (id, keys::role(scope, id))).collect();
        let clinic_keys: Vec<(ClinicId, Key)> = clinics.into_iter().map(|id| (id, keys::clinic(scope, id))).collect();
        let all: Vec<Key> =
            role_keys.iter().map(|(_, key)| key).chain(clinic_keys.iter().map(|(_, key)| key)).cloned().collect();
        let mut items = cx.table().get_items(&all).await?;
        let clinics = clinic_keys.into_iter().filter(|(_, key)| items.contains_key(key)).map(|(id, _)| id).collect();
        let mut roles = HashMap::new();
        for (id, key) in role_keys {
            if let Some(item) = items.remove(&key) {
                roles.insert(id, Stored::<OwnRole>::decode(item)?.permissions);
            }
        }
        Ok(Self { kind, roles, clinics })
    }

    /// What a role permits; nothing if it is gone.
    pub fn permissions(&self, role: RoleName) -> PermissionSet {
        match role {
            RoleName::BuiltIn(role) => role.permissions(),
            RoleName::Own(id) => self.roles.get(&id).copied().unwrap_or_default(),
        }
    }

    /// What of somebody's rights does not exist or cannot be.
    pub fn faults(&self, given: &Assignment) -> Vec<Fault> {
        let unknown = |field: String| Fault::at(Code::UnknownValue, field);
        let is_none = |role: RoleName| match role {
            RoleName::Own(id) => !self.roles.contains_key(&id),
            RoleName::BuiltIn(role) => !role.is_for(self.kind),
        };
        let mut faults = Vec::new();
        if is_none(given.role) {
            faults.push(unknown("role".to_owned()));
        }
        if given.role.owns() && given.clinics != Coverage::All {
            let told = unknown("clinics".to_owned());
            faults.push(told.saying("An owner has all clinics.", "للمالك جميع الفروع."));
        }
        if given.clinics == Coverage::Only(Vec::new()) && given.elsewhere.is_empty() {
            let told = unknown("clinics".to_owned());
            faults.push(told.saying("Name at least one clinic.", "حدّد فرعًا واحدًا على الأقل."));
        }
        if let Coverage::Only(clinics) = &given.clinics {
            let gone = clinics.iter().enumerate().filter(|(_, clinic)| !self.clinics.contains(clinic));
            faults.extend(gone.map(|(n, _)| unknown(format!("clinics[{n}]"))));
        }
        let mut seen = HashSet::new();
        for (n, there) in given.elsewhere.iter().enumerate() {
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

fn own_roles(given: &Assignment) -> impl Iterator<Item = RoleId> {
    let roles = std::iter::once(given.role).chain(given.elsewhere.iter().map(|there| there.role));
    roles.filter_map(|role| match role {
        RoleName::BuiltIn(_) => None,
        RoleName::Own(id) => Some(id),
    })
}

fn named_clinics(given: &Assignment) -> impl Iterator<Item = ClinicId> {
    let covered: &[ClinicId] = match &given.clinics {
        Coverage::All => &[],
        Coverage::Only(clinics) => clinics,
    };
    covered.iter().copied().chain(given.elsewhere.iter().map(|there| there.clinic))
}
