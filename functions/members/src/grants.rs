//! Who may decide on whose rights: nobody gives, changes or takes away what exceeds their own.

use dawr_api::{
    Authorized,
    code::Code,
    permission::{Permission, PermissionSet},
    role::{Coverage, RoleName},
};
use dawr_identity::model::{ClinicRole, Member};
use serde::{Deserialize, Serialize};

/// What somebody is given, or shall be: a role in the clinics that they cover, and others in single clinics.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// The role.
    pub role: RoleName,
    /// The clinics in which it is theirs.
    pub clinics: Coverage,
    /// Other roles in single clinics.
    pub elsewhere: Vec<ClinicRole>,
}

impl Assignment {
    /// A member's.
    pub fn of(member: &Member) -> Self {
        Self { role: member.role, clinics: member.clinics.clone(), elsewhere: member.elsewhere.clone() }
    }

    /// Whether any of it is in one of these clinics.
    pub fn meets(&self, clinics: &Coverage) -> bool {
        self.clinics.meets(clinics) || self.elsewhere.iter().any(|there| clinics.has(there.clinic))
    }

    /// All that it permits, by what each role does.
    pub fn rights(&self, permissions: impl Fn(RoleName) -> PermissionSet) -> Vec<Right> {
        let own = Right { permissions: permissions(self.role), clinics: self.clinics.clone() };
        let elsewhere = self
            .elsewhere
            .iter()
            .map(|there| Right { permissions: permissions(there.role), clinics: Coverage::Only(vec![there.clinic]) });
        std::iter::once(own).chain(elsewhere).collect()
    }
}

/// What somebody may do, and in which clinics.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Right {
    /// What.
    pub permissions: PermissionSet,
    /// Where.
    pub clinics: Coverage,
}

impl Right {
    /// What the caller may do in the role in which they call.
    pub fn of_caller(caller: &Authorized) -> Self {
        Self { permissions: caller.grant.permissions, clinics: caller.clinics.clone() }
    }

    /// What a role of the tenant permits to whoever has it, wherever that is.
    pub const fn of_role(permissions: PermissionSet) -> Self {
        Self { permissions, clinics: Coverage::All }
    }

    /// Whether all of `other` is in it.
    pub fn includes(&self, other: &Self) -> bool {
        self.permissions.includes(other.permissions) && self.clinics.includes(&other.clinics)
    }

    /// Whether whoever has this right may decide on these: both what is taken away and what is given.
    ///
    /// # Errors
    /// `ExceedsOwnRights`.
    pub fn may_decide_on<'a>(&self, others: impl IntoIterator<Item = &'a Self>) -> Result<(), Code> {
        if others.into_iter().all(|other| self.includes(other)) { Ok(()) } else { Err(Code::ExceedsOwnRights) }
    }
}

/// Whether somebody of these rights may make a member of these.
pub fn may_invite(own: &[Right], given: &[Right]) -> bool {
    let manages = |own: &&Right| own.permissions.has(Permission::MemberManage);
    given.iter().all(|given| own.iter().filter(manages).any(|own| own.includes(given)))
}

/// Whether what a member may do changes.
pub fn differ(before: &Member, after: &Member) -> bool {
    Assignment::of(before) != Assignment::of(after) || before.active != after.active
}

#[cfg(test)]
mod tests {
    use dawr_api::{role::Role, tenant::TenantKind};
    use dawr_kernel::id::{Body, ClinicId, Id};
    use jiff::Timestamp;
    use proptest::{collection::vec, prelude::*, sample::subsequence};

    use super::*;

    fn clinic(n: u8) -> ClinicId {
        ClinicId::from_body(Body::from_parts(Timestamp::UNIX_EPOCH, [n; 10]))
    }

    fn right() -> impl Strategy<Value = Right> {
        let permissions = subsequence(Permission::ALL, 0..=Permission::ALL.len());
        let clinics = prop_oneof![
            Just(Coverage::All),
            vec(0..4_u8, 0..4).prop_map(|clinics| Coverage::Only(clinics.into_iter().map(clinic).collect())),
        ];
        (permissions, clinics)
            .prop_map(|(permissions, clinics)| Right { permissions: permissions.into_iter().collect(), clinics })
    }

    proptest! {
        /// Whatever is handed down a chain of people, nobody at its end may do what the first one may not.
        #[test]
        fn what_is_handed_down_never_grows(chain in vec(right(), 2..6)) {
            let allowed = chain.windows(2).all(|pair| pair[0].may_decide_on([&pair[1]]).is_ok());
            if allowed {
                let (first, last) = (&chain[0], &chain[chain.len() - 1]);
                for permission in last.permissions.iter() {
                    prop_assert!(first.permissions.has(permission));
                }
                for n in 0..4 {
                    prop_assert!(!last.clinics.has(clinic(n)) || first.clinics.has(clinic(n)));
                }
            }
        }

        #[test]
        fn everybody_may_decide_on_as_much_as_they_have_and_on_nothing_more(own in right(), more in right()) {
            prop_assert!(own.may_decide_on([&own]).is_ok());
            let both = Right { permissions: own.permissions.iter().chain(more.permissions.iter()).collect(), ..own.clone() };
            prop_assert_eq!(own.may_decide_on([&both]).is_ok(), both.permissions == own.permissions);
            prop_assert_eq!(own.may_decide_on([&own, &more]).is_ok(), own.includes(&more));
        }
    }

    #[test]
    fn an_owner_of_all_clinics_decides_on_everybody_and_nobody_decides_on_them() {
        let owner = Right::of_role(Role::PrimaryAdmin.permissions());
        for role in Role::all_for(TenantKind::Clinic) {
            let right = Right::of_role(role.permissions());
            assert!(owner.may_decide_on([&right]).is_ok());
            assert_eq!(right.may_decide_on([&owner]).is_ok(), role == Role::PrimaryAdmin, "{}", role.as_str());
        }
        let of_a_branch = Right { clinics: Coverage::Only(vec![clinic(1)]), ..owner.clone() };
        assert_eq!(of_a_branch.may_decide_on([&owner]), Err(Code::ExceedsOwnRights));
    }
}
