//! A tenant's WhatsApp account: the number it sends from, and the secret that holds its credentials.

use dawr_api::{Cx, Failure, code::Code, idempotency::hash, tenant::Tenant};
use dawr_kernel::{id::TenantId, text::Invalid};
use dawr_store::{Entity, Key, Place, Stored, TenantScope, Update, Work, keys};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::pause::Pause;

/// Meta's id of a business phone number: digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhoneNumberId(String);

impl PhoneNumberId {
    /// Accepts an id.
    ///
    /// # Errors
    /// [`Invalid`].
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        match text.len() {
            0 => Err(Invalid::Empty),
            5..=32 if text.bytes().all(|byte| byte.is_ascii_digit()) => Ok(Self(text.to_owned())),
            _ => Err(Invalid::InvalidFormat { expected: "106540352242922" }),
        }
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

dawr_kernel::string_newtype!(
    PhoneNumberId,
    parse,
    as_str,
    schemars::json_schema!({
        "type": "string", "pattern": "^[0-9]{5,32}$",
    })
);

/// An approved template with one body variable, which carries a whole text. With it a text of the clinic's own may go
/// outside the 24-hour window; without it only templates that name a provider template may.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeTemplate {
    /// Its name at Meta.
    pub name: String,
    /// Its language at Meta, for example `ar` or `en_US`.
    pub language: String,
    /// That WhatsApp has paused it.
    pub pause: Option<Pause>,
}

/// A tenant's WhatsApp account.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WhatsAppAccount {
    /// Meta's id of the number that it sends from.
    pub phone_number_id: PhoneNumberId,
    /// For texts outside the 24-hour window.
    pub notice_template: Option<NoticeTemplate>,
    /// Nothing is sent before this time: the provider said so, for the whole number.
    #[serde(with = "dawr_store::instant::option", default)]
    pub hold_until: Option<Timestamp>,
    /// Why the number is stopped until an administrator acts: the provider's error code.
    pub stopped_by: Option<i64>,
    /// Since when it is connected like this.
    pub connected_at: Timestamp,
}

impl Entity for WhatsAppAccount {
    const KIND: &'static str = "whatsapp";

    fn place(&self, scope: &TenantScope) -> Place {
        Place::at(keys::whatsapp_account(scope))
    }

    fn subject(&self) -> Option<String> {
        Some(self.phone_number_id.as_str().to_owned())
    }
}

impl WhatsAppAccount {
    /// Whether the provider has stopped the number, and nothing is tried for now.
    pub fn is_stopped(&self, now: Timestamp) -> bool {
        self.stopped_by.is_some() && self.hold_until.is_some_and(|until| until > now)
    }
}

/// Which tenant a provider's number belongs to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ProviderNumber {
    /// Meta's id of the number.
    pub phone_number_id: PhoneNumberId,
    /// Whose it is.
    pub tenant: TenantId,
    /// Since when it is connected like this: credentials that were read before are old.
    pub connected_at: Timestamp,
}

impl Entity for ProviderNumber {
    const KIND: &'static str = "number";

    fn place(&self, _: &TenantScope) -> Place {
        Place::at(keys::provider_number(self.phone_number_id.as_str()))
    }
}

/// That some tenant uses a verify token. Meta names no number when it verifies a callback's address, so the token, of
/// which only the hash is kept, is all there is to find it by.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct VerifyToken {
    /// The token's hash.
    pub digest: String,
}

impl Entity for VerifyToken {
    const KIND: &'static str = "verify";

    fn place(&self, _: &TenantScope) -> Place {
        Place::at(keys::verify_token(&self.digest))
    }
}

impl VerifyToken {
    /// The key under which a token is known.
    pub fn key(token: &str) -> Key {
        keys::verify_token(&hash(token.as_bytes()))
    }

    /// Makes a token known; several tenants may use the same one.
    pub fn know(token: &str, work: &mut Work) {
        work.update(Update::upsert::<Self>(Self::key(token)).set("digest", hash(token.as_bytes())));
    }
}

/// What a clinic's secret holds. Written by the settings, read by the sender and the webhook, never shown.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Credentials {
    /// Meta's access token.
    pub access_token: String,
    /// What signs callbacks.
    pub app_secret: String,
    /// What Meta repeats when it verifies the callback's address.
    pub verify_token: String,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Credentials(…)")
    }
}

fn secret_name(cx: &Cx, tenant: TenantId) -> String {
    format!("{}/whatsapp/{tenant}", cx.settings().secret_prefix)
}

impl Credentials {
    /// The credentials of a tenant's account, as they are since it was connected.
    ///
    /// # Errors
    /// If they cannot be had.
    pub async fn load(cx: &Cx, scope: &TenantScope, connected_at: Timestamp) -> Result<Option<Self>, Failure> {
        let text = cx.secret(&secret_name(cx, scope.tenant()), connected_at).await?;
        let parse =
            |text: String| serde_json::from_str(&text).map_err(|_| Failure::internal("credentials are no JSON"));
        text.map(parse).transpose()
    }

    /// Stores a tenant's credentials.
    ///
    /// # Errors
    /// If they cannot be stored.
    pub async fn store(&self, cx: &Cx, scope: &TenantScope) -> Result<(), Failure> {
        let text = serde_json::to_string(self).map_err(Failure::internal)?;
        cx.store_secret(&secret_name(cx, scope.tenant()), &text).await
    }
}

/// The account of a scope's tenant.
///
/// # Errors
/// If the table does not answer.
pub async fn account(cx: &Cx, scope: &TenantScope) -> Result<Option<Stored<WhatsAppAccount>>, Failure> {
    Ok(cx.table().get(&keys::whatsapp_account(scope)).await?)
}

/// Where callbacks arrive.
pub const CALLBACK_PATH: &str = "/api/webhooks/whatsapp";

/// Where the simulator sends callbacks: a path if it is part of this deployment, whose port may change.
fn callback_url(cx: &Cx, simulator: &str) -> String {
    let here = &cx.settings().public_url;
    if here == simulator { CALLBACK_PATH.to_owned() } else { format!("{here}{CALLBACK_PATH}") }
}

/// Connects a new tenant to the simulator, where the deployment has one, so that its first message needs no set-up.
///
/// # Errors
/// If the simulator or Secrets Manager does not answer.
pub async fn connect_to_simulator(
    cx: &Cx,
    scope: &TenantScope,
    tenant: &Tenant,
    work: &mut Work,
) -> Result<(), Failure> {
    let Some(simulator) = &cx.settings().simulator_url else { return Ok(()) };
    let mut random = [0_u8; 48];
    cx.entropy().fill(&mut random);
    let digits: String = random.iter().take(12).map(|byte| char::from(b'0' + byte % 10)).collect();
    let secret =
        |part: usize| data_encoding::HEXLOWER.encode(random.get(part * 12..(part + 1) * 12).unwrap_or_default());
    let phone_number_id = PhoneNumberId::parse(&format!("100{digits}")).map_err(Failure::internal)?;
    let credentials = Credentials { access_token: secret(1), app_secret: secret(2), verify_token: secret(3) };
    let number = json!({
        "phoneNumberId": phone_number_id.as_str(),
        "displayNumber": format!("+1555{}", digits.get(..7).unwrap_or_default()),
        "name": tenant.name.as_str(),
        "accessToken": credentials.access_token,
        "appSecret": credentials.app_secret,
        "callbackUrl": callback_url(cx, simulator),
    });
    let url = format!("{simulator}/simulator/api/numbers");
    let sent = cx.http()?.post(url).json(&number).send().await.and_then(reqwest::Response::error_for_status);
    sent.map_err(|error| Failure::new(Code::Unavailable).caused_by(error.without_url()))?;
    credentials.store(cx, scope).await?;
    let language = tenant.locale.as_str().to_owned();
    VerifyToken::know(&credentials.verify_token, work);
    let connected_at = cx.now();
    work.create(scope, &ProviderNumber { phone_number_id: phone_number_id.clone(), tenant: tenant.id, connected_at });
    work.create(
        scope,
        &WhatsAppAccount {
            phone_number_id,
            notice_template: Some(NoticeTemplate { name: "dawr_notice".to_owned(), language, pause: None }),
            hold_until: None,
            stopped_by: None,
            connected_at,
        },
    );
    Ok(())
}
