//! `PUT /api/settings/whatsapp`

use dawr_api::{
    Cx, Failure, Fault,
    code::Code,
    endpoint,
    failure::FieldErrors,
    function::{Access, Secret},
    permission::Permission,
    tenant::TenantKind,
};
use dawr_store::{Stored, Work, keys};
use deserr::Deserr;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    account::{
        BusinessAccountId, CALLBACK_PATH, Credentials, NoticeTemplate, PhoneNumberId, ProviderNumber, VerifyToken,
        WhatsAppAccount, account,
    },
    template_view::{ProviderLanguage, ProviderTemplateName},
};

endpoint! {
    /// Connects the clinic's own WhatsApp number. Credentials are stored as a secret and never shown again.
    pub const SET_WHATSAPP: "set_whatsapp" = Put "/api/settings/whatsapp";
    requires: Permission(SettingsManage);
    access: Access::WRITE.secrets(&[Secret::WriteProviders]);
    handler: set_whatsapp(body: SetWhatsApp) -> 200 WhatsAppView;
    errors: [NumberTaken, StaleVersion];
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
    /// An approved template with one body variable. With it a text of the clinic's own may go outside the 24-hour
    /// window; without it only templates with a `providerTemplate` may.
    #[deserr(default)]
    notice_template: Option<NoticeTemplateBody>,
}

/// An approved template with one body variable.
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
}

async fn set_whatsapp(cx: &Cx, body: SetWhatsApp) -> Result<WhatsAppView, Failure> {
    let caller = cx.authorize(Permission::SettingsManage)?;
    // Operators speak to no patients.
    if caller.kind == TenantKind::Platform {
        return Err(Code::Forbidden.into());
    }
    let before = account(cx, &caller).await?;
    if let Some(before) = &before {
        cx.expect(before)?;
    }
    let text = |credential: &Credential| credential.expose().to_owned();
    let credentials = Credentials {
        access_token: text(&body.access_token),
        app_secret: text(&body.app_secret),
        verify_token: text(&body.verify_token),
    };
    let key = keys::provider_number(body.phone_number_id.as_str());
    let held: Option<Stored<ProviderNumber>> = cx.table().get(&key).await?;
    let taken = || Failure::from(Fault::at(Code::NumberTaken, "phoneNumberId"));
    if held.as_ref().is_some_and(|held| held.tenant != caller.tenant()) {
        return Err(taken());
    }
    credentials.store(cx, &caller).await?;
    // From now on: what was read of the secret before is old.
    let notice = body.notice_template;
    let next = WhatsAppAccount {
        phone_number_id: body.phone_number_id,
        notice_template: notice.map(|template| NoticeTemplate {
            name: template.name.as_str().to_owned(),
            language: template.language.as_str().to_owned(),
            pause: None,
        }),
        hold_until: None,
        stopped_by: None,
        connected_at: cx.now(),
    };
    let number = ProviderNumber {
        phone_number_id: next.phone_number_id.clone(),
        tenant: caller.tenant(),
        connected_at: next.connected_at,
        account: body.business_account_id.or_else(|| held.as_ref().and_then(|held| held.account.clone())),
    };
    let mut work = Work::new();
    match &before {
        Some(before) => work.replace(&caller, before, &next),
        None => work.create(&caller, &next),
    };
    VerifyToken::know(&credentials.verify_token, &mut work);
    number.know_account(&mut work);
    let claim = match &held {
        Some(held) => work.replace(&caller, held, &number),
        None => work.create(&caller, &number),
    };
    if let Some(before) = before.filter(|before| before.phone_number_id != next.phone_number_id) {
        work.remove(&keys::provider_number(before.phone_number_id.as_str()));
    }
    cx.save(&caller, work)
        .await
        .map_err(|error| if error.refusal(claim).is_some() && held.is_none() { taken() } else { error.into() })?;
    Ok(WhatsAppView {
        phone_number_id: next.phone_number_id.as_str().to_owned(),
        callback_url: format!("{}{CALLBACK_PATH}", cx.settings().public_url),
        connected_at: next.connected_at,
    })
}
