//! A tenant's WhatsApp account: the number it sends from, and the secret that holds its credentials.

use dawr_api::{Cx, Failure, idempotency::hash};
use dawr_kernel::{id::TenantId, text::Invalid};
use dawr_store::{Entity, Key, Place, Stored, TenantScope, Update, Work, keys};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

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

/// Meta's id of a WhatsApp business account: digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BusinessAccountId(String);

impl BusinessAccountId {
    /// Accepts an id.
    ///
    /// # Errors
    /// [`Invalid`].
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        PhoneNumberId::parse(text).map(|PhoneNumberId(digits)| Self(digits))
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

dawr_kernel::string_newtype!(
    BusinessAccountId,
    parse,
    as_str,
    schemars::json_schema!({
        "type": "string", "pattern": "^[0-9]{5,32}$",
    })
);

/// A provider template with one body variable, which carries a whole text. With it a text of the clinic's own may go
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
    /// Since when it is connected like this; its credentials are those that are named by this time.
    pub connected_at: Timestamp,
    /// Since when this is the number.
    pub number_since: Timestamp,
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
    /// Since when it is connected like this; its credentials are those that are named by this time.
    pub connected_at: Timestamp,
    /// Meta's id of the account that it belongs to, as far as that is known.
    #[serde(default)]
    pub account: Option<BusinessAccountId>,
}

impl Entity for ProviderNumber {
    const KIND: &'static str = "number";

    fn place(&self, _: &TenantScope) -> Place {
        Place::at(keys::provider_number(self.phone_number_id.as_str()))
    }
}

/// That a number belongs to an account of Meta's: what is said of the account is said to the number's tenant. It is there exactly
/// as long as the number's record names the account, and says the same.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ProviderAccount {
    /// Meta's id of the account.
    pub account: BusinessAccountId,
    /// Meta's id of the number.
    pub phone_number_id: PhoneNumberId,
    /// Whose the number is.
    pub tenant: TenantId,
    /// Since when the number is connected.
    pub connected_at: Timestamp,
}

impl Entity for ProviderAccount {
    const KIND: &'static str = "provider-account";

    fn place(&self, _: &TenantScope) -> Place {
        Place::at(keys::provider_account(self.account.as_str(), self.phone_number_id.as_str()))
    }
}

impl ProviderNumber {
    fn in_account(&self) -> Option<Key> {
        let account = self.account.as_ref()?;
        Some(keys::provider_account(account.as_str(), self.phone_number_id.as_str()))
    }

    /// Adds to the work that the number belongs to its account, if that is known, and to none that it belonged to as it was read.
    pub fn know_account(&self, read: Option<&Self>, work: &mut Work) {
        if let Some(read) = read
            && read.in_account() != self.in_account()
        {
            read.forget_account(work);
        }
        let (Some(account), Some(key)) = (&self.account, self.in_account()) else { return };
        let known = Update::upsert::<ProviderAccount>(key).set("account", account);
        let known = known.set("phone_number_id", &self.phone_number_id).set("tenant", self.tenant);
        work.update(known.set("connected_at", self.connected_at));
    }

    /// Adds to the work that what is said of its account does not concern the number any more: it goes, or belongs to another.
    pub fn forget_account(&self, work: &mut Work) {
        if let Some(key) = self.in_account() {
            work.remove(&key);
        }
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

/// The account of a scope's tenant.
///
/// # Errors
/// If the table does not answer.
pub async fn account(cx: &Cx, scope: &TenantScope) -> Result<Option<Stored<WhatsAppAccount>>, Failure> {
    Ok(cx.table().get(&keys::whatsapp_account(scope)).await?)
}

/// Where callbacks arrive.
pub const CALLBACK_PATH: &str = "/api/webhooks/whatsapp";
