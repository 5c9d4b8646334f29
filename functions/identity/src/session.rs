//! Sessions: a refresh token in a cookie, an access token in the answer.

use aws_lc_rs::hmac;
use data_encoding::{BASE64, BASE64URL_NOPAD};
use dawr_api::{
    Cx, Failure,
    auth::{AUDIENCE, Claims, Duty, ISSUER, LIFETIME, Signer},
    code::Code,
    idempotency::hash,
    reply::WithCookies,
    role::{Coverage, OwnRole, RoleName},
    tenant::{SecurityRules, Tenant},
};
use dawr_clinics::model::Clinic;
use dawr_kernel::{
    entropy::random,
    id::{ClinicId, MemberId, SessionId, TenantId},
};
use dawr_store::{Ground, Stored, TenantScope, keys};
use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    device, habits,
    model::{Identity, Member, Rotation, Session},
};

/// The cookie of the refresh token.
const COOKIE: &str = "__Secure-refresh";

/// A spent token that comes again within this time is a second tab that was slower, or a browser whose answer was lost: not a thief.
const GRACE: SignedDuration = SignedDuration::from_secs(30);

/// The member who signed in.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserView {
    id: MemberId,
    username: String,
    full_name: String,
    role: RoleName,
}

/// The tenant that the member signed in to.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TenantView {
    id: TenantId,
    name: String,
    slug: String,
}

/// The clinic that the member starts in.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SessionClinicView {
    id: ClinicId,
    name: String,
}

/// An open session.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionView {
    /// To be sent as `Authorization: Bearer …`.
    access_token: String,
    /// Seconds for which the access token is valid.
    expires_in: i64,
    /// What must be done before anything else.
    #[serde(skip_serializing_if = "Option::is_none")]
    must: Option<Duty>,
    /// Whether the person has a second factor.
    second_factor: bool,
    user: UserView,
    tenant: TenantView,
    clinic: SessionClinicView,
}

/// A refresh token: where its session is, what all tokens of the session have in common, and a secret of its own.
///
/// What they have in common tells a token that was spent, of which somebody holds a copy, from a mere guess: ids of
/// sessions are no secret, and a guess must not end one.
pub struct RefreshToken {
    tenant: TenantId,
    /// The session.
    pub session: SessionId,
    family: String,
    secret: String,
}

impl RefreshToken {
    fn new(cx: &Cx, tenant: TenantId, session: SessionId) -> Self {
        let family = BASE64URL_NOPAD.encode(&random::<16>(cx.entropy()));
        Self { tenant, session, family, secret: BASE64URL_NOPAD.encode(&random::<32>(cx.entropy())) }
    }

    /// The next one of the same session: always the same one with the same salt, so that a rotation can be repeated. Who holds
    /// this one does not know the salt, and who reads the salt in the table does not know this one.
    fn next(&self, salt: &str) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, salt.as_bytes());
        let secret = BASE64URL_NOPAD.encode(hmac::sign(&key, self.secret.as_bytes()).as_ref());
        Self { tenant: self.tenant, session: self.session, family: self.family.clone(), secret }
    }

    /// The token in the request's cookie.
    pub fn of(cx: &Cx) -> Option<Self> {
        let mut parts = cx.cookie(COOKIE)?.splitn(4, '.');
        let (tenant, session) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        Some(Self { tenant, session, family: parts.next()?.to_owned(), secret: parts.next()?.to_owned() })
    }

    /// The scope in which its session is looked up.
    pub const fn scope(&self) -> TenantScope {
        TenantScope::on(Ground::SignIn, self.tenant)
    }

    fn hash(&self) -> String {
        hash(self.secret.as_bytes())
    }

    fn cookie(&self, seconds: i64) -> String {
        let Self { tenant, session, family, secret } = self;
        let value = format!("{tenant}.{session}.{family}.{secret}");
        format!("{COOKIE}={value}; Max-Age={seconds}; Path=/api/auth; HttpOnly; Secure; SameSite=Strict")
    }
}

/// The header that makes a browser forget the cookie.
pub fn forget_cookie() -> String {
    format!("{COOKIE}=; Max-Age=0; Path=/api/auth; HttpOnly; Secure; SameSite=Strict")
}

/// What a refresh token is worth.
pub enum Standing {
    /// It is the good one.
    Good,
    /// It was spent a moment ago by the same browser, which gets the one that is good now once more.
    Repeated(RefreshToken),
    /// It was spent a moment ago, by another browser as far as can be told.
    JustSpent,
    /// It was spent before: somebody has a copy.
    Reused,
    /// It never was one of this session.
    Unknown,
}

impl Session {
    /// Opens a session.
    pub fn open(cx: &Cx, tenant: &Tenant, identity: &Identity, member: &Member) -> (Self, RefreshToken) {
        let (id, now) = (cx.new_id(), cx.now());
        let token = RefreshToken::new(cx, tenant.id, id);
        let session = Self {
            id,
            member: member.id,
            epoch: member.epoch,
            family: hash(token.family.as_bytes()),
            token: token.hash(),
            rotation: None,
            rotated_at: now,
            started_at: now,
            ends_at: ends(&tenant.security, now, now),
            clinic: None,
            must_change_password: identity.must_change_password,
            has_second_factor: identity.factors.active.is_some(),
            device: device::name(cx.header("user-agent").unwrap_or_default()),
            address: cx.address.clone(),
        };
        (session, token)
    }

    /// What the token is worth for this session, in this request.
    pub fn standing(&self, cx: &Cx, token: &RefreshToken) -> Standing {
        let hash = token.hash();
        if !constant_time_eq(&self::hash(token.family.as_bytes()), &self.family) {
            return Standing::Unknown;
        }
        if constant_time_eq(&hash, &self.token) {
            return Standing::Good;
        }
        let is_fresh = cx.now().duration_since(self.rotated_at) < GRACE;
        let spent = |rotation: &&Rotation| is_fresh && constant_time_eq(&hash, &rotation.spent);
        match self.rotation.as_ref().filter(spent) {
            None => Standing::Reused,
            Some(rotation) if constant_time_eq(&browser(cx), &rotation.browser) => {
                Standing::Repeated(token.next(&rotation.salt))
            }
            Some(_) => Standing::JustSpent,
        }
    }

    /// The session with a new token in place of the good one.
    pub fn rotate(&self, cx: &Cx, tenant: &Tenant, good: &RefreshToken) -> (Self, RefreshToken) {
        let now = cx.now();
        let salt = BASE64URL_NOPAD.encode(&random::<32>(cx.entropy()));
        let token = good.next(&salt);
        let rotated = Self {
            token: token.hash(),
            rotation: Some(Rotation { spent: self.token.clone(), salt, browser: browser(cx) }),
            rotated_at: now,
            ends_at: ends(&tenant.security, self.started_at, now),
            address: cx.address.clone(),
            ..self.clone()
        };
        (rotated, token)
    }
}

/// The hash of what tells one browser from another: the cookie by which it is known, or else where it is and what it calls itself.
fn browser(cx: &Cx) -> String {
    let agent = cx.header("user-agent").unwrap_or_default();
    habits::browser(cx).unwrap_or_else(|| hash(format!("{}\0{agent}", cx.address).as_bytes()))
}

/// When a session ends unless it is used again.
fn ends(rules: &SecurityRules, started_at: Timestamp, used_at: Timestamp) -> Timestamp {
    let idle = SignedDuration::from_mins(rules.idle_minutes.into());
    let absolute = SignedDuration::from_hours(rules.absolute_hours.into());
    after(used_at, idle).min(after(started_at, absolute))
}

fn after(at: Timestamp, duration: SignedDuration) -> Timestamp {
    at.checked_add(duration).unwrap_or(at)
}

fn constant_time_eq(a: &str, b: &str) -> bool {
    aws_lc_rs::constant_time::verify_slices_are_equal(a.as_bytes(), b.as_bytes()).is_ok()
}

#[derive(Deserialize)]
struct SigningKey {
    kid: String,
    /// PKCS#8, base64.
    pkcs8: String,
}

/// What signs access tokens.
///
/// # Errors
/// If the signing key cannot be had.
pub async fn signer(cx: &Cx) -> Result<Signer, Failure> {
    let name = &cx.settings().signing_key_secret;
    let text = cx.secret(name).await?.ok_or_else(|| Failure::internal("the signing key is not set"))?;
    let key: SigningKey = serde_json::from_str(&text).map_err(|_| Failure::internal("the signing key is no JSON"))?;
    let pkcs8 = BASE64.decode(key.pkcs8.as_bytes()).map_err(|_| Failure::internal("the signing key is no base64"))?;
    Ok(Signer::new(&key.kid, &pkcs8))
}

/// Who is given an access token, and on what.
pub struct Bearer<'a> {
    /// The tenant.
    pub tenant: &'a Tenant,
    /// The member.
    pub member: &'a Member,
    /// Which writing of the member this is.
    pub version: u64,
    /// The session.
    pub session: &'a Session,
}

impl Bearer<'_> {
    /// What they must do before anything else.
    fn duty(&self, role: RoleName) -> Option<Duty> {
        let asks = self.tenant.asks_second_factor(role);
        match self.session {
            Session { must_change_password: true, .. } => Some(Duty::ChangePassword),
            Session { has_second_factor: false, .. } if asks => Some(Duty::SetUpSecondFactor),
            _ => None,
        }
    }

    /// The claims of a token that is given out now. A role of the tenant's own that is gone permits nothing.
    async fn claims(&self, cx: &Cx, scope: &TenantScope) -> Result<Claims, Failure> {
        let (role, clinics) = self.member.rights(self.session.clinic);
        let own: Option<Stored<OwnRole>> = match role {
            RoleName::BuiltIn(_) => None,
            RoleName::Own(id) => cx.table().get(&keys::role(scope, id)).await?,
        };
        let now = cx.now().as_second();
        Ok(Claims {
            sub: self.member.id,
            tid: self.tenant.id,
            sid: self.session.id,
            role,
            permissions: own.as_ref().map(|own| own.permissions),
            clinics,
            name: self.member.full_name.expose().to_owned(),
            must: self.duty(role),
            act: None,
            ver: self.version,
            rver: own.map(|own| own.version),
            jti: cx.new_id(),
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            iat: now,
            exp: now + LIFETIME,
        })
    }

    /// Where they start: in the clinic of the session, else in the tenant's first one if they cover it, else in the first
    /// that they cover. The first clinic of a tenant that is just being founded is called like the tenant.
    async fn clinic(&self, cx: &Cx, scope: &TenantScope, covered: &Coverage) -> Result<SessionClinicView, Failure> {
        let first = self.tenant.first_clinic;
        let wanted = match covered {
            Coverage::All => self.session.clinic.into_iter().chain([first]).collect(),
            Coverage::Only(clinics) => {
                let mut clinics = clinics.clone();
                clinics
                    .sort_unstable_by_key(|clinic| (Some(*clinic) != self.session.clinic, *clinic != first, *clinic));
                clinics
            }
        };
        let keys: Vec<_> = wanted.iter().map(|clinic| keys::clinic(scope, *clinic)).collect();
        let found = cx.table().get_many::<Clinic>(&keys).await?.into_iter().flatten().next();
        Ok(match found {
            Some(clinic) => SessionClinicView { id: clinic.id, name: clinic.name.to_string() },
            None => SessionClinicView { id: first, name: self.tenant.name.to_string() },
        })
    }

    /// The answer to a successful sign-in.
    ///
    /// # Errors
    /// `InvalidCredentials` for a member who may not sign in any more; or the signing key cannot be had.
    pub async fn signed_in(
        &self,
        cx: &Cx,
        scope: &TenantScope,
        token: &RefreshToken,
    ) -> Result<WithCookies<SessionView>, Failure> {
        let Self { tenant, member, session, .. } = self;
        if !member.active {
            return Err(Code::InvalidCredentials.into());
        }
        let claims = self.claims(cx, scope).await?;
        let output = SessionView {
            access_token: signer(cx).await?.sign(&claims).map_err(Failure::internal)?,
            expires_in: LIFETIME,
            must: claims.must,
            second_factor: session.has_second_factor,
            user: UserView {
                id: member.id,
                username: member.username.expose().to_owned(),
                full_name: claims.name,
                role: claims.role,
            },
            tenant: TenantView { id: tenant.id, name: tenant.name.to_string(), slug: tenant.slug.clone() },
            clinic: self.clinic(cx, scope, &claims.clinics).await?,
        };
        let cookie = token.cookie(session.ends_at.as_second() - cx.now().as_second());
        Ok(WithCookies { output, cookies: vec![cookie] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_ends_by_the_tenants_rules() {
        let at = |minutes: i64| Timestamp::from_second(1_800_000_000 + minutes * 60).unwrap();
        let rules = SecurityRules { idle_minutes: 30, absolute_hours: 8, ..SecurityRules::default() };
        assert_eq!(ends(&rules, at(0), at(0)), at(30));
        assert_eq!(ends(&rules, at(0), at(300)), at(330), "use prolongs it");
        assert_eq!(ends(&rules, at(0), at(470)), at(480), "not beyond the end of a shift");
        assert_eq!(ends(&rules, at(0), at(600)), at(480));
    }
}
