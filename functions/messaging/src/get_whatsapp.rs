//! `GET /api/settings/whatsapp`

use dawr_api::{Cx, Failure, code::Code, endpoint, function::Access, permission::Permission};
use dawr_store::{Stored, keys};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    account::{CALLBACK_PATH, WhatsAppAccount},
    news::AccountStatus,
    pause::Pause,
};

endpoint! {
    /// How the clinic's WhatsApp number stands: whether WhatsApp has stopped it, and what it said last of the account.
    pub const GET_WHATSAPP: "get_whatsapp" = Get "/api/settings/whatsapp";
    requires: Permission(SettingsManage);
    access: Access::READ;
    handler: get_whatsapp() -> 200 WhatsAppStandingView;
    errors: [NotFound];
}

/// How the number stands.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WhatsAppStandingView {
    phone_number_id: String,
    #[schemars(with = "String")]
    connected_at: Timestamp,
    version: u64,
    /// What to enter at Meta as the callback's address.
    callback_url: String,
    /// For texts outside the 24-hour window; null without one.
    notice_template: Option<NoticeTemplateView>,
    /// The provider's error code for which the number is stopped; messages wait meanwhile.
    stopped_by: Option<i64>,
    /// Until when nothing is sent.
    #[schemars(with = "Option<String>")]
    held_until: Option<Timestamp>,
    /// That WhatsApp has paused the template that carries texts outside the 24-hour window.
    notice_template_paused: Option<Pause>,
    /// What WhatsApp said last of the account, as Meta calls it: for example `DISABLED_UPDATE`.
    account_event: Option<String>,
    #[schemars(with = "Option<String>")]
    account_event_at: Option<Timestamp>,
}

/// The provider template that carries texts outside the 24-hour window.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NoticeTemplateView {
    name: String,
    language: String,
}

async fn get_whatsapp(cx: &Cx) -> Result<WhatsAppStandingView, Failure> {
    let caller = cx.authorize(Permission::SettingsManage)?;
    let keys = [keys::whatsapp_account(&caller), keys::whatsapp_status(&caller)];
    let mut items = cx.table().get_items(&keys).await?;
    let [account, status] = keys.map(|key| items.remove(&key));
    let account = account.map(Stored::<WhatsAppAccount>::decode).transpose()?.ok_or(Code::NotFound)?;
    let status = status.map(Stored::<AccountStatus>::decode).transpose()?;
    let held_until = account.hold_until.filter(|until| *until > cx.now());
    Ok(WhatsAppStandingView {
        phone_number_id: account.phone_number_id.as_str().to_owned(),
        connected_at: account.connected_at,
        version: account.version,
        callback_url: format!("{}{CALLBACK_PATH}", cx.settings().public_url),
        notice_template: account
            .notice_template
            .as_ref()
            .map(|notice| NoticeTemplateView { name: notice.name.clone(), language: notice.language.clone() }),
        stopped_by: account.stopped_by.filter(|_| held_until.is_some()),
        held_until,
        notice_template_paused: account.notice_template.as_ref().and_then(|notice| notice.pause.clone()),
        account_event: status.as_ref().map(|status| status.last.event.clone()),
        account_event_at: status.map(|status| status.last.at),
    })
}
