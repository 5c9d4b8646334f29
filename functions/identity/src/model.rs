//! Who signs in: identities, members of tenants, sessions.

use dawr_api::{
    audit::Actor,
    role::{Coverage, RoleName},
    tenant::{ClinicName, Tenant},
};
use dawr_kernel::{
    id::{ClinicId, IdentityId, MemberId, SessionId, TenantId},
    phone::PhoneNumber,
    text::{Invalid, PersonName},
};
use dawr_store::{Entity, Place, TenantScope, keys};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A tenant's name in addresses: lower-case letters, digits and single hyphens, 3 to 40 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slug(String);

impl Slug {
    /// Accepts a slug.
    ///
    /// # Errors
    /// [`Invalid`].
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        let hyphens = !text.starts_with('-') && !text.ends_with('-') && !text.contains("--");
        match text.chars().count() {
            0 => Err(Invalid::Empty),
            1..3 => Err(Invalid::TooShort { min: 3 }),
            41.. => Err(Invalid::TooLong { max: 40 }),
            _ if hyphens && text.chars().all(|c| plain(c) || c == '-') => Ok(Self(text.to_owned())),
            _ => Err(Invalid::InvalidFormat { expected: "al-shifa-2" }),
        }
    }

    /// The slug.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

dawr_kernel::string_newtype!(
    Slug,
    parse,
    as_str,
    schemars::json_schema!({
        "type": "string", "minLength": 3, "maxLength": 40, "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$",
    })
);

/// The name that somebody signs in with, folded to lower case. An e-mail address is one, too.
#[derive(Clone, PartialEq, Eq)]
pub struct Username(String);

impl Username {
    /// Accepts a username.
    ///
    /// # Errors
    /// [`Invalid`].
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        match text.chars().count() {
            0 => Err(Invalid::Empty),
            1..3 => Err(Invalid::TooShort { min: 3 }),
            101.. => Err(Invalid::TooLong { max: 100 }),
            _ if text.chars().all(|c| c.is_alphanumeric() || "._-@+".contains(c)) => Ok(Self(text.to_lowercase())),
            _ => Err(Invalid::InvalidCharacters),
        }
    }

    /// The name.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether it is an e-mail address, so that it signs in without naming a clinic.
    pub fn is_email(&self) -> bool {
        is_email(&self.0)
    }
}

impl std::fmt::Debug for Username {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Username(…)")
    }
}

dawr_kernel::string_newtype!(
    Username,
    parse,
    expose,
    schemars::json_schema!({
        "type": "string", "minLength": 3, "maxLength": 100,
    })
);

/// An e-mail address, as far as its form tells.
#[derive(Clone, PartialEq, Eq)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// Accepts an address; folded to lower case.
    ///
    /// # Errors
    /// [`Invalid`].
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        match text.chars().count() {
            0 => Err(Invalid::Empty),
            255.. => Err(Invalid::TooLong { max: 254 }),
            _ if is_email(text) => Ok(Self(text.to_lowercase())),
            _ => Err(Invalid::InvalidFormat { expected: "name@example.com" }),
        }
    }

    /// The address.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EmailAddress(…)")
    }
}

dawr_kernel::string_newtype!(
    EmailAddress,
    parse,
    expose,
    schemars::json_schema!({
        "type": "string", "format": "email", "maxLength": 254,
    })
);

fn is_email(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_graphic() && !"\"(),:;<>@[\\]".contains(c);
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let labels: Vec<&str> = domain.split('.').collect();
    let label = |label: &&str| {
        !label.is_empty()
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    (1..=64).contains(&local.len()) && local.chars().all(plain) && labels.len() > 1 && labels.iter().all(label)
}

/// A password as it was typed.
#[derive(Clone)]
pub struct Password(String);

impl Password {
    /// The longest password, in characters: enough for any phrase, too little to keep a hash busy.
    pub const MAX: usize = 200;

    /// Accepts any text that is not empty; whether it is strong is another question.
    ///
    /// # Errors
    /// [`Invalid`].
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        match text.chars().count() {
            0 => Err(Invalid::Empty),
            count if count > Self::MAX => Err(Invalid::TooLong { max: Self::MAX }),
            _ => Ok(Self(text.to_owned())),
        }
    }

    /// The password.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}

dawr_kernel::string_newtype!(
    Password,
    parse,
    expose,
    schemars::json_schema!({
        "type": "string", "minLength": 8, "maxLength": 200, "format": "password",
    })
);

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

/// A branch of a tenant.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Clinic {
    /// Its id.
    pub id: ClinicId,
    /// Its name.
    pub name: ClinicName,
}

impl Entity for Clinic {
    const KIND: &'static str = "clinic";

    fn place(&self, scope: &TenantScope) -> Place {
        Place::at(keys::clinic(scope, self.id))
    }

    fn subject(&self) -> Option<String> {
        Some(self.id.to_string())
    }
}

/// A person who can sign in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Identity {
    /// Their id.
    pub id: IdentityId,
    /// Argon2id, as a PHC string.
    pub password: String,
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

/// Whom an e-mail address signs in, without naming a tenant.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EmailLogin {
    /// The address.
    pub username: Username,
    /// Where.
    pub tenant: TenantId,
}

impl Entity for EmailLogin {
    const KIND: &'static str = "email";

    fn place(&self, _: &TenantScope) -> Place {
        Place::at(keys::email_login(self.username.expose()))
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
        Actor { member: Some(self.id), elevation: None, kept_days: tenant.retention.audit_days }
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
    /// The hash of the one good refresh token.
    pub token: String,
    /// The hash of the one before.
    pub spent: Option<String>,
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
}

impl Entity for Session {
    const KIND: &'static str = "session";

    fn place(&self, scope: &TenantScope) -> Place {
        Place::at(keys::session(scope, self.id)).until(self.ends_at)
    }

    fn subject(&self) -> Option<String> {
        Some(self.id.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_plain() {
        assert!(Slug::parse("al-shifa-2").is_ok());
        for wrong in ["", "ab", "Al-Shifa", "-abc", "abc-", "a--b", "عيادة", "a b c", "a/b"] {
            assert!(Slug::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn usernames_fold_and_know_an_address() {
        assert_eq!(Username::parse(" Sara.N ").map(|name| name.expose().to_owned()), Ok("sara.n".to_owned()));
        assert!(Username::parse("Sara@Example.com").is_ok_and(|name| name.is_email()));
        assert!(Username::parse("sara@").is_ok_and(|name| !name.is_email()));
        assert!(Username::parse("سارة").is_ok());
        assert!(Username::parse("a b c").is_err() && Username::parse("a#b").is_err());
    }
}
