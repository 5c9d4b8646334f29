//! Sessions: a refresh token in a cookie, an access token in the answer.

use data_encoding::{BASE64, BASE64URL_NOPAD};
use dawr_api::{
    Cx, Failure,
    auth::{AUDIENCE, Claims, ISSUER, LIFETIME, Signer},
    code::Code,
    idempotency::hash,
    permission::Role,
    reply::WithCookie,
    request::Incoming,
    tenant::Tenant,
};
use dawr_kernel::{
    entropy::random,
    id::{ClinicId, MemberId, RequestId, SessionId, TenantId},
};
use dawr_store::{Ground, TenantScope};
use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::{Member, Session};

/// The cookie of the refresh token.
const COOKIE: &str = "__Secure-refresh";

/// A session that is not used for so long ends.
const IDLE: SignedDuration = SignedDuration::from_hours(14 * 24);

/// A session ends after so long, however much it is used.
const ABSOLUTE: SignedDuration = SignedDuration::from_hours(30 * 24);

/// A spent token that comes again within this time is a second tab that was slower, not a thief.
const GRACE: SignedDuration = SignedDuration::from_secs(10);

/// The member who signed in.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserView {
    id: MemberId,
    username: String,
    full_name: String,
    role: Role,
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
pub struct ClinicView {
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
    user: UserView,
    tenant: TenantView,
    clinic: ClinicView,
}

/// A refresh token: where its session is, and the secret.
pub struct RefreshToken {
    tenant: TenantId,
    /// The session.
    pub session: SessionId,
    secret: String,
}

impl RefreshToken {
    fn new(cx: &Cx, tenant: TenantId, session: SessionId) -> Self {
        Self { tenant, session, secret: BASE64URL_NOPAD.encode(&random::<32>(cx.entropy())) }
    }

    /// The token in a request's cookie.
    pub fn of(incoming: &Incoming) -> Option<Self> {
        let mut parts = incoming.cookie(COOKIE)?.splitn(3, '.');
        let (tenant, session, secret) = (parts.next()?, parts.next()?, parts.next()?);
        Some(Self { tenant: tenant.parse().ok()?, session: session.parse().ok()?, secret: secret.to_owned() })
    }

    /// The scope in which its session is looked up.
    pub const fn scope(&self) -> TenantScope {
        TenantScope::on(Ground::SignIn, self.tenant)
    }

    fn hash(&self) -> String {
        hash(self.secret.as_bytes())
    }

    fn cookie(&self, seconds: i64) -> String {
        let Self { tenant, session, secret } = self;
        format!(
            "{COOKIE}={tenant}.{session}.{secret}; Max-Age={seconds}; Path=/api/auth; HttpOnly; Secure; SameSite=Strict"
        )
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
    /// It was just spent, by the same browser in all likelihood.
    JustSpent,
    /// It was spent before: somebody has a copy.
    Reused,
}

impl Session {
    /// Opens a session.
    pub fn open(cx: &Cx, tenant: TenantId, member: MemberId) -> (Self, RefreshToken) {
        let (id, now) = (cx.new_id(), cx.now());
        let token = RefreshToken::new(cx, tenant, id);
        let session = Self {
            id,
            member,
            token: token.hash(),
            spent: None,
            rotated_at: now,
            started_at: now,
            ends_at: after(now, IDLE),
        };
        (session, token)
    }

    /// What the token is worth for this session.
    pub fn standing(&self, token: &RefreshToken, now: Timestamp) -> Standing {
        let hash = token.hash();
        if constant_time_eq(&hash, &self.token) {
            Standing::Good
        } else if self.spent.as_ref().is_some_and(|spent| constant_time_eq(&hash, spent))
            && now.duration_since(self.rotated_at) < GRACE
        {
            Standing::JustSpent
        } else {
            Standing::Reused
        }
    }

    /// The session with a new token in place of the good one.
    pub fn rotate(&self, cx: &Cx, tenant: TenantId) -> (Self, RefreshToken) {
        let now = cx.now();
        let token = RefreshToken::new(cx, tenant, self.id);
        let ends_at = after(now, IDLE).min(after(self.started_at, ABSOLUTE));
        let spent = Some(self.token.clone());
        (Self { token: token.hash(), spent, rotated_at: now, ends_at, ..self.clone() }, token)
    }
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

async fn signer(cx: &Cx) -> Result<Signer, Failure> {
    let name = &cx.settings().signing_key_secret;
    let text =
        cx.secret(name, Timestamp::UNIX_EPOCH).await?.ok_or_else(|| Failure::internal("the signing key is not set"))?;
    let key: SigningKey = serde_json::from_str(&text).map_err(|_| Failure::internal("the signing key is no JSON"))?;
    let pkcs8 = BASE64.decode(key.pkcs8.as_bytes()).map_err(|_| Failure::internal("the signing key is no base64"))?;
    Ok(Signer::new(&key.kid, &pkcs8))
}

/// The answer to a successful sign-in.
///
/// # Errors
/// If the signing key cannot be had.
pub async fn signed_in(
    cx: &Cx,
    member: &Member,
    tenant: &Tenant,
    token: &RefreshToken,
    ends_at: Timestamp,
) -> Result<WithCookie<SessionView>, Failure> {
    if !member.active {
        return Err(Code::InvalidCredentials.into());
    }
    let now = cx.now().as_second();
    let claims = Claims {
        sub: member.id,
        tid: tenant.id,
        role: member.role,
        clinics: member.clinics.clone(),
        name: member.full_name.expose().to_owned(),
        jti: cx.new_id::<RequestId>().to_string(),
        iss: ISSUER.to_owned(),
        aud: AUDIENCE.to_owned(),
        iat: now,
        exp: now + LIFETIME,
    };
    let access_token = signer(cx).await?.sign(&claims).map_err(Failure::internal)?;
    let output = SessionView {
        access_token,
        expires_in: LIFETIME,
        user: UserView {
            id: member.id,
            username: member.username.expose().to_owned(),
            full_name: member.full_name.expose().to_owned(),
            role: member.role,
        },
        tenant: TenantView { id: tenant.id, name: tenant.name.to_string(), slug: tenant.slug.clone() },
        clinic: ClinicView { id: tenant.first_clinic, name: tenant.name.to_string() },
    };
    Ok(WithCookie { output, cookie: token.cookie(ends_at.as_second() - now) })
}
