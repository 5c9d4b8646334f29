//! `PUT /api/settings/whatsapp`

use dawr_api::{
    Authorized, Cx, Failure,
    code::Code,
    endpoint,
    failure::FieldErrors,
    function::{Access, Secret},
    permission::Permission,
    tenant::TenantKind,
};
use dawr_store::{CommitError, Slot, Stored, Work, keys};
use deserr::Deserr;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    account::{
        BusinessAccountId, CALLBACK_PATH, NoticeTemplate, PhoneNumberId, ProviderNumber, VerifyToken, WhatsAppAccount,
    },
    credentials::{self, Credentials},
    pause::Pause,
    provider_template::{LastWord, ProviderTemplateStatus},
    takeover,
    template_view::{ProviderLanguage, ProviderTemplateName},
    whatsapp::number::prove,
};

endpoint! {
    /// Connects the clinic's own WhatsApp number. WhatsApp is asked whether the token reaches the number: that proves whose it is.
    /// Credentials are stored as a secret and never shown again.
    pub const SET_WHATSAPP: "set_whatsapp" = Put "/api/settings/whatsapp";
    requires: Permission(SettingsManage);
    access: Access::WRITE.secrets(&[Secret::ReadProviders, Secret::WriteProviders]).providers();
    handler: set_whatsapp(body: SetWhatsApp) -> 200 WhatsAppView;
    errors: [AccessTokenRefused, NumberNotReachable, NumberTaken, StaleVersion];
}

dawr_kernel::text_type! {
    /// A credential: an access token, an app secret, a verify token.
    pub Credential: personal, single_line, 8..=2000
}

/// The account as it shall be.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct SetWhatsApp {
    phone_number_id: PhoneNumberId,
    /// Meta's id of the WhatsApp business account that the number belongs to. It is learnt from the first callback unless it
    /// is said here.
    #[deserr(default)]
    business_account_id: Option<BusinessAccountId>,
    access_token: Credential,
    app_secret: Credential,
    /// What Meta repeats when it verifies the callback's address.
    verify_token: Credential,
    /// A provider template with one body variable. With it a text of the clinic's own may go outside the 24-hour
    /// window; without it only templates with a `providerTemplate` may.
    #[deserr(default)]
    notice_template: Option<NoticeTemplateBody>,
}

/// A provider template, one that Meta has approved, with one body variable.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct NoticeTemplateBody {
    name: ProviderTemplateName,
    language: ProviderLanguage,
}

/// The account, without its credentials.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WhatsAppView {
    phone_number_id: String,
    /// What to enter at Meta as the callback's address.
    callback_url: String,
    #[schemars(with = "String")]
    connected_at: Timestamp,
    version: u64,
}

async fn set_whatsapp(cx: &Cx, body: SetWhatsApp) -> Result<WhatsAppView, Failure> {
    let caller = cx.authorize(Permission::SettingsManage)?;
    // Operators speak to no patients.
    if caller.kind == TenantKind::Platform {
        return Err(Code::Forbidden.into());
    }
    let change = Change::read(cx, &caller, &body).await?;
    let credentials = body.credentials();
    // Anybody can write a number down: whose it is, is who has a token that reaches it.
    prove(cx, &body.phone_number_id, &credentials.access_token).await?.required()?;
    let mut work = Work::new();
    let lost = match &change.held {
        Some(held) if held.tenant != caller.tenant() => takeover::take(cx, held, &mut work).await?,
        _ => None,
    };
    let before = change.before.as_ref().map(|before| before.connected_at);
    credentials::sweep(cx, &caller, before).await?;
    let connected_at = credentials.keep(cx, &caller, before).await?;
    let business_account = body.business_account_id.clone();
    let number_since = change.number_since(&body.phone_number_id).unwrap_or(connected_at);
    let next = body.account(connected_at, number_since, change.notice.pause());
    VerifyToken::know(&credentials.verify_token, &mut work);
    let claim = change.write(cx, &caller, &next, business_account, &mut work);
    if let Err(error) = cx.save(&caller, work).await {
        // Unless it was refused, nobody knows whether it was done: the credentials may count.
        if matches!(error, CommitError::Refused(_)) {
            let_be(credentials::discard(cx, &caller, connected_at).await);
        }
        let holder = error.refusal(claim).and_then(|refusal| refusal.found::<ProviderNumber>().ok().flatten());
        let is_taken = change.held.is_none() && holder.is_some_and(|holder| holder.tenant != caller.tenant());
        return Err(if is_taken { takeover::taken() } else { error.into() });
    }
    if let Some(before) = before {
        let_be(credentials::discard(cx, &caller, before).await);
    }
    if let Some(lost) = lost {
        let_be(lost.forget(cx).await);
    }
    Ok(WhatsAppView {
        phone_number_id: next.phone_number_id.as_str().to_owned(),
        callback_url: format!("{}{CALLBACK_PATH}", cx.settings().public_url),
        connected_at,
        version: change.before.as_ref().map_or(1, |before| before.version + 1),
    })
}

/// Credentials that no account names do no harm: if they cannot be deleted now, a later change of the settings does it.
fn let_be(deleted: Result<(), Failure>) {
    if let Err(error) = deleted {
        tracing::warn!(error = %error.into_source(), "credentials that nobody uses are left for later");
    }
}

impl SetWhatsApp {
    fn credentials(&self) -> Credentials {
        let text = |credential: &Credential| credential.expose().to_owned();
        Credentials {
            access_token: text(&self.access_token),
            app_secret: text(&self.app_secret),
            verify_token: text(&self.verify_token),
        }
    }

    fn account(self, connected_at: Timestamp, number_since: Timestamp, pause: Option<Pause>) -> WhatsAppAccount {
        WhatsAppAccount {
            phone_number_id: self.phone_number_id,
            notice_template: self.notice_template.map(|template| NoticeTemplate {
                name: template.name.as_str().to_owned(),
                language: template.language.as_str().to_owned(),
                pause,
            }),
            hold_until: None,
            stopped_by: None,
            connected_at,
            number_since,
        }
    }
}

/// What stands before a change.
struct Change {
    /// The tenant's account.
    before: Option<Stored<WhatsAppAccount>>,
    /// Who holds the number.
    held: Option<Stored<ProviderNumber>>,
    /// The number that the tenant gives up.
    given_up: Option<Stored<ProviderNumber>>,
    /// What WhatsApp said last of the notice template, if it is another one than before.
    notice: LastWord,
}

impl Change {
    async fn read(cx: &Cx, caller: &Authorized, body: &SetWhatsApp) -> Result<Self, Failure> {
        let number = &body.phone_number_id;
        let notice = body.notice_template.as_ref().map(|notice| (notice.name.as_str(), notice.language.as_str()));
        let notice_key = notice.map(|(name, language)| ProviderTemplateStatus::key(caller, name, language));
        let keys = [keys::whatsapp_account(caller), keys::provider_number(number.as_str())];
        let wanted: Vec<_> = keys.iter().chain(&notice_key).cloned().collect();
        let mut items = cx.table().get_items(&wanted).await?;
        let [before, held] = keys.map(|key| items.remove(&key));
        let before = before.map(Stored::<WhatsAppAccount>::decode).transpose()?;
        cx.expect_known(before.as_ref())?;
        let given_up = match before.as_ref().map(|before| &before.phone_number_id).filter(|before| *before != number) {
            Some(before) => cx.table().get(&keys::provider_number(before.as_str())).await?,
            None => None,
        };
        // To save the same one again is to resume it.
        let is_kept = before.as_ref().is_some_and(|before| {
            let kept = before.notice_template.as_ref().map(|kept| (kept.name.as_str(), kept.language.as_str()));
            before.phone_number_id == *number && kept == notice
        });
        let notice = match notice_key.filter(|_| !is_kept) {
            Some(key) => LastWord::told(key, &items, Some(number))?,
            None => LastWord::unasked(),
        };
        let held = held.map(Stored::<ProviderNumber>::decode).transpose()?;
        Ok(Self { before, held, given_up, notice })
    }

    /// Since when the tenant has this number, if it has it already.
    fn number_since(&self, number: &PhoneNumberId) -> Option<Timestamp> {
        let before = self.before.as_ref().filter(|before| before.phone_number_id == *number)?;
        Some(before.number_since)
    }

    /// Writes the change, and gives the slot of the claim to the number. The credentials that the account names count from then
    /// on, those that it named do not.
    fn write(
        &self,
        cx: &Cx,
        caller: &Authorized,
        next: &WhatsAppAccount,
        account: Option<BusinessAccountId>,
        work: &mut Work,
    ) -> Slot {
        credentials::name_in(caller, next.connected_at, work);
        match &self.before {
            Some(before) => {
                work.replace(caller, before, next);
                credentials::let_go(cx, caller, before.connected_at, work);
            }
            None => {
                work.create(caller, next);
            }
        }
        if let Some(given_up) = &self.given_up {
            work.delete(given_up);
            given_up.forget_account(work);
        }
        self.notice.rely_on(work);
        let number = ProviderNumber {
            phone_number_id: next.phone_number_id.clone(),
            tenant: caller.tenant(),
            connected_at: next.connected_at,
            account: account.or_else(|| self.held.as_ref().and_then(|held| held.account.clone())),
        };
        number.know_account(self.held.as_deref(), work);
        match &self.held {
            Some(held) => work.replace(caller, held, &number),
            None => work.create(caller, &number),
        }
    }
}
