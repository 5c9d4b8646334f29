//! A person becomes a member, or another one: the names that they sign in with and what is counted change with it, in one
//! transaction.

use std::collections::BTreeMap;

use dawr_api::{Failure, Fault, code::Code, counts::Counts, role::RoleName, tenant::Limits};
use dawr_kernel::id::RoleId;
use dawr_store::{CommitError, Slot, TenantScope, Update, Work, keys};

use crate::model::{EmailLogin, Login, Member};

/// A member to be, in a transaction in the making.
pub struct Enrolment {
    name: Slot,
}

impl Enrolment {
    /// Writes a new member and the name that signs them in. Their identity and the counts are written by whoever knows
    /// whether these exist.
    pub fn write(scope: &TenantScope, member: &Member, work: &mut Work) -> Self {
        let username = member.username.clone();
        if username.is_email() {
            work.create(scope, &EmailLogin { username, tenant: scope.tenant(), member: member.id });
        }
        Self::beside(scope, member, work)
    }

    /// The same for somebody whose e-mail address signs them in to another tenant already: here they name the clinic.
    pub fn beside(scope: &TenantScope, member: &Member, work: &mut Work) -> Self {
        let login = Login { username: member.username.clone(), identity: member.identity, member: member.id };
        let name = work.create(scope, &login);
        work.create(scope, member);
        Self { name }
    }

    /// Whether the name was the reason of a refusal: somebody of the same tenant has it.
    pub fn explain(&self, error: &CommitError) -> Option<Failure> {
        let taken = error.refusal(self.name).is_some();
        taken.then(|| Fault::at(Code::UsernameTaken, "username").into())
    }
}

/// What changes of the counts, in a transaction in the making.
pub struct Recount {
    counts: Option<Slot>,
    takes_owner: bool,
    roles: Vec<Slot>,
}

/// What a member counts as: active members, owners, and holders of the tenant's own roles.
#[derive(Default, PartialEq, Eq)]
struct Weight {
    members: i64,
    owners: i64,
    roles: BTreeMap<RoleId, i64>,
}

impl Weight {
    fn of(member: &Member) -> Self {
        let mut roles = BTreeMap::new();
        for role in std::iter::once(member.role).chain(member.elsewhere.iter().map(|there| there.role)) {
            if let RoleName::Own(role) = role {
                *roles.entry(role).or_default() += 1;
            }
        }
        Self { members: member.active.into(), owners: member.is_owner().into(), roles }
    }
}

impl Member {
    /// Whether they own the tenant and may sign in.
    pub fn is_owner(&self) -> bool {
        self.active && self.role.owns()
    }
}

impl Recount {
    /// Counts that a member, if there was one before, becomes another: within the tenant's limits, with an owner left, and
    /// with roles that exist.
    pub fn write(
        scope: &TenantScope,
        limits: &Limits,
        before: Option<&Member>,
        after: &Member,
        work: &mut Work,
    ) -> Self {
        let (before, after) = (before.map(Weight::of).unwrap_or_default(), Weight::of(after));
        let (members, owners) = (after.members - before.members, after.owners - before.owners);
        let mut update = Update::of(keys::counts(scope)).add("members", members).add("owners", owners);
        if let Some(limit) = limits.members.filter(|_| members > 0) {
            update = update.below("members", limit.into());
        }
        if owners < 0 {
            update = update.at_least("owners", 2);
        }
        let counts = (members != 0 || owners != 0).then(|| work.update(update));
        let mut holders = after.roles;
        for (role, count) in before.roles {
            *holders.entry(role).or_default() -= count;
        }
        let changed = holders.into_iter().filter(|(_, by)| *by != 0);
        let roles = changed.map(|(role, by)| work.update(Update::of(keys::role_use(scope, role)).add("holders", by)));
        Self { counts, takes_owner: owners < 0, roles: roles.collect() }
    }

    /// Whether a limit, the last owner or a role that is gone was the reason of a refusal.
    pub fn explain(&self, error: &CommitError) -> Option<Failure> {
        if self.roles.iter().any(|slot| error.refusal(*slot).is_some()) {
            return Some(Fault::at(Code::UnknownValue, "role").into());
        }
        let refusal = error.refusal(self.counts?)?;
        let last = refusal.found::<Counts>().ok().flatten().is_some_and(|counts| counts.owners < 2);
        Some(if self.takes_owner && last { Code::LastOwner } else { Code::LimitReached }.into())
    }
}
