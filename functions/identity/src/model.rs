//! Who signs in: identities, members of tenants, sessions.

use dawr_api::{
    Cx, Failure,
    audit::Actor,
    role::{Coverage, RoleName},
    tenant::Tenant,
};
use dawr_kernel::{
    id::{ClinicId, IdentityId, MemberId, SessionId, TenantId},
    phone::PhoneNumber,
    text::PersonName,
};
use dawr_store::{Entity, Place, TenantScope, keys};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use crate::names::{EmailAddress, Password, Username};
use crate::{password, second_factor::Factors};

/// That a slug belongs to a tenant.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SlugClaim {
    /// The slug.
    pub slug: String,
    /// Whose it is.
    pub tenant: TenantId,
}

impl Entity for SlugClaim {
    const KIND: &'static str = "slug";

    fn place(&self, _: &TenantScope) -> Place {
        Place::at(keys::slug(&self.slug))
    }
}

/// A person who can sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Their id.
    pub id: IdentityId,
    /// Argon2id, as a PHC string.
    pub password: String,
    /// Whether the password must be changed before anything else.
    pub must_change_password: bool,
    /// Whether the password was the person's own choice, so that nobody else knows it.
    #[serde(default)]
    pub own_password: bool,
    /// The tenants in which they are a member, also where they may not sign in any more. Kept here, so that whoever joins
    /// another one and whoever decides by it cannot miss each other.
    pub memberships: Vec<Membership>,
    /// Their second factor.
    pub factors: Factors,
}

/// Who a person is in a tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    /// The tenant.
    pub tenant: TenantId,
    /// The member.
    pub member: MemberId,
}

impl Identity {
    /// Somebody new, with a password of their own choice.
    ///
    /// # Errors
    /// If the password cannot be hashed.
    pub fn new(cx: &Cx, password: &Password, membership: Membership) -> Result<Self, Failure> {
        Ok(Self {
            id: cx.new_id(),
            password: password::hash(password, cx.hashing(), cx.entropy())?,
            must_change_password: false,
            own_password: true,
            memberships: vec![membership],
            factors: Factors::default(),
        })
    }

    /// In so many tenants somebody may be a member: one transaction reaches all of them.
    pub const MOST_MEMBERSHIPS: usize = 30;

    /// Whether they are a member of more than one tenant: then none of these may decide how they sign in.
    pub const fn is_shared(&self) -> bool {
        self.memberships.len() > 1
    }
}

impl Entity for Identity {
    const KIND: &'static str = "identity";

    fn place(&self, _: &TenantScope) -> Place {
        Place::at(keys::identity(self.id))
    }
}

/// Whom a name signs in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Login {
    /// The name, folded.
    pub username: Username,
    /// The person.
    pub identity: IdentityId,
    /// The person in this tenant.
    pub member: MemberId,
}

impl Entity for Login {
    const KIND: &'static str = "login";

    fn place(&self, scope: &TenantScope) -> Place {
        Place::at(keys::login(scope, self.username.expose()))
    }
}

/// Somebody whose name is an e-mail address, so that they may leave out the tenant when they sign in. It proves nothing: whoever
/// has the same address elsewhere has one, too (docs/adr/0014).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EmailLogin {
    /// The address.
    pub username: Username,
    /// Where.
    pub tenant: TenantId,
    /// Who they are there.
    pub member: MemberId,
}

impl Entity for EmailLogin {
    const KIND: &'static str = "email";

    fn place(&self, _: &TenantScope) -> Place {
        Place::at(keys::email_login(self.username.expose(), self.member))
    }
}

/// A role that a member has in one clinic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClinicRole {
    /// The clinic.
    pub clinic: ClinicId,
    /// The role there.
    pub role: RoleName,
}

/// A person in a tenant.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Member {
    /// Their id here.
    pub id: MemberId,
    /// The person.
    pub identity: IdentityId,
    /// The name that they sign in with.
    pub username: Username,
    /// Their name.
    pub full_name: PersonName,
    /// What they may do in the clinics that they cover.
    pub role: RoleName,
    /// Their phone.
    pub phone: Option<PhoneNumber>,
    /// Their e-mail address.
    pub email: Option<EmailAddress>,
    /// The clinics that they cover.
    pub clinics: Coverage,
    /// Other roles that they have in single clinics.
    pub elsewhere: Vec<ClinicRole>,
    /// Whether they may sign in.
    pub active: bool,
    /// How often all of their sessions were ended at once: a session of an earlier time is over.
    pub epoch: u32,
    /// Since when they are a member.
    pub created_at: Timestamp,
}

impl Member {
    /// The role in which they work, and where: their own, or the one that they have in a clinic.
    pub fn rights(&self, clinic: Option<ClinicId>) -> (RoleName, Coverage) {
        let elsewhere = clinic.and_then(|clinic| self.elsewhere.iter().find(|there| there.clinic == clinic));
        match elsewhere {
            Some(there) => (there.role, Coverage::Only(vec![there.clinic])),
            None => (self.role, self.clinics.clone()),
        }
    }

    /// Whom the audit trail names.
    pub const fn actor(&self, tenant: &Tenant) -> Actor {
        Actor::member(self.id, tenant)
    }
}

impl Entity for Member {
    const KIND: &'static str = "member";

    fn place(&self, scope: &TenantScope) -> Place {
        Place::at(keys::member(scope, self.id)).gsi1(keys::member_listed(scope, self.id))
    }

    fn subject(&self) -> Option<String> {
        Some(self.id.to_string())
    }
}

/// A sign-in and the refresh tokens that followed from it: at any time one is good.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Whose it is.
    pub member: MemberId,
    /// The member's [`epoch`](Member::epoch) when it began.
    pub epoch: u32,
    /// The hash of what all of its refresh tokens have in common.
    pub family: String,
    /// The hash of the one good refresh token.
    pub token: String,
    /// How the good one came of the one before; none of the first one.
    #[serde(default)]
    pub rotation: Option<Rotation>,
    /// When the good one was given out.
    pub rotated_at: Timestamp,
    /// When the sign-in was.
    pub started_at: Timestamp,
    /// When it ends unless it is used.
    pub ends_at: Timestamp,
    /// The clinic in whose role the member works, where that is another one than their own.
    pub clinic: Option<ClinicId>,
    /// Whether the password was somebody else's choice.
    pub must_change_password: bool,
    /// Whether the person has a second factor.
    pub has_second_factor: bool,
    /// What it is used from, in a few words.
    pub device: String,
    /// The address from which it was used last.
    pub address: String,
}

/// A refresh token that was changed for the next one.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Rotation {
    /// The hash of the spent one.
    pub spent: String,
    /// What the next one was made of, together with the spent one: neither alone tells it.
    pub salt: String,
    /// The hash of what the browser is known by.
    pub browser: String,
}

impl Session {
    /// Whether the member may go on with it.
    pub const fn is_of(&self, member: &Member) -> bool {
        member.active && self.epoch == member.epoch
    }
}

impl Entity for Session {
    const KIND: &'static str = "session";

    fn place(&self, scope: &TenantScope) -> Place {
        let listed = keys::session_listed(scope, self.member, self.id);
        Place::at(keys::session(scope, self.id)).gsi1(listed).until(self.ends_at)
    }

    fn subject(&self) -> Option<String> {
        Some(self.id.to_string())
    }
}
