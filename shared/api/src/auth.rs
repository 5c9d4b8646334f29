//! Access tokens: JWT, EdDSA (Ed25519), 15 minutes. RFC 7519, RFC 8037.

use std::collections::BTreeMap;

use dawr_kernel::id::{ElevationId, MemberId, RequestId, SessionId, TenantId};
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

use crate::{
    permission::PermissionSet,
    role::{Coverage, Grant, RoleName},
};

/// Who issues access tokens.
pub const ISSUER: &str = "dawr";

/// Whom access tokens are for.
pub const AUDIENCE: &str = "dawr-api";

/// How long an access token is valid, in seconds.
pub const LIFETIME: i64 = 15 * 60;

/// What an access token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// The member.
    pub sub: MemberId,
    /// The tenant.
    pub tid: TenantId,
    /// The sign-in that it comes from.
    pub sid: SessionId,
    /// The member's role.
    pub role: RoleName,
    /// What a role of the tenant's own permits; what a built-in one permits is known everywhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permissions: Option<PermissionSet>,
    /// The clinics in which the role is the member's.
    pub clinics: Coverage,
    /// The member's name, for logs of nobody and greetings of everybody.
    pub name: String,
    /// What must be done before anything else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub must: Option<Duty>,
    /// That this is no member but an operator who helps (RFC 8693, section 4.1): `sub` and `sid` are then theirs in the
    /// platform's own organisation, and `ver` is that of their record there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub act: Option<Acting>,
    /// Which writing of the member's record the token was made from. A token of an older one than the last change of what
    /// the member may do is void; see [`crate::standing`].
    pub ver: u64,
    /// The same of the record of a role of the tenant's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rver: Option<u64>,
    /// The token's own id.
    pub jti: RequestId,
    /// Who issued it.
    pub iss: String,
    /// Whom it is for.
    pub aud: String,
    /// When it was issued, in seconds since 1970.
    pub iat: i64,
    /// When it ends, in seconds since 1970.
    pub exp: i64,
}

/// An operator who acts in a customer's tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acting {
    /// The stay in the tenant.
    pub elevation: ElevationId,
    /// The organisation that runs the platform, where the operator is a member.
    pub platform: TenantId,
}

/// What a member must do before anything else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Duty {
    /// Choose a password in place of the one that somebody else gave them.
    ChangePassword,
    /// Set up the second factor that their role asks for.
    SetUpSecondFactor,
}

impl Claims {
    /// The role with what it permits. A role of the tenant's own without permissions permits nothing.
    pub fn grant(&self) -> Grant {
        match self.role {
            RoleName::BuiltIn(role) => Grant::built_in(role),
            RoleName::Own(_) => Grant { role: self.role, permissions: self.permissions.unwrap_or_default() },
        }
    }
}

/// A token that is not accepted. Why is for the log, not for the caller.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// Not a token of this kind, or its signature does not match.
    #[error("the token is not ours: {0}")]
    Invalid(#[from] jsonwebtoken::errors::Error),
    /// Signed by a key that is not known here.
    #[error("the token's key is not known")]
    UnknownKey,
    /// Its time is over, or has not come.
    #[error("the token's time is over")]
    Expired,
}

/// Verifies access tokens with the public keys that it was given.
pub struct Verifier(BTreeMap<String, DecodingKey>);

impl Verifier {
    /// A verifier by key id; each key is the base64url of an Ed25519 public key.
    ///
    /// # Errors
    /// If a key is none.
    pub fn new(keys: &BTreeMap<String, String>) -> Result<Self, TokenError> {
        let read = |(id, key): (&String, &String)| Ok((id.clone(), DecodingKey::from_ed_components(key)?));
        keys.iter().map(read).collect::<Result<_, TokenError>>().map(Self)
    }

    /// What a token says, if it is ours and its time is now.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn verify(&self, token: &str, now: Timestamp) -> Result<Claims, TokenError> {
        let id = jsonwebtoken::decode_header(token)?.kid.ok_or(TokenError::UnknownKey)?;
        let key = self.0.get(&id).ok_or(TokenError::UnknownKey)?;
        // The algorithm is fixed here: what the token's header claims is not asked.
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // Time comes from the context, so that tests can set it: checked below.
        validation.validate_exp = false;
        let claims = jsonwebtoken::decode::<Claims>(token, key, &validation)?.claims;
        let now = now.as_second();
        // A clock may be a little behind the issuer's.
        if claims.exp <= now || claims.iat > now + 60 {
            return Err(TokenError::Expired);
        }
        Ok(claims)
    }
}

/// Signs access tokens.
pub struct Signer {
    key: EncodingKey,
    id: String,
}

impl Signer {
    /// A signer with an Ed25519 private key in PKCS#8 (DER) and its id.
    pub fn new(id: &str, pkcs8: &[u8]) -> Self {
        Self { key: EncodingKey::from_ed_der(pkcs8), id: id.to_owned() }
    }

    /// A token that says this.
    ///
    /// # Errors
    /// If the key is none.
    pub fn sign(&self, claims: &Claims) -> Result<String, TokenError> {
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(self.id.clone());
        Ok(jsonwebtoken::encode(&header, claims, &self.key)?)
    }
}
