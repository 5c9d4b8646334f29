//! Provider templates that WhatsApp has paused or disabled (Meta's errors 132015 and 132016): nothing more is sent with
//! one until somebody changes it or an administrator resumes it.

use dawr_api::Cx;
use dawr_store::{StoreError, Stored, TenantScope, Work, keys};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    account::{NoticeTemplate, WhatsAppAccount},
    message::{Form, Message},
    template::Template,
};

/// That a provider template may not be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename_all = "camelCase")]
pub struct Pause {
    /// The provider's error code.
    #[serde(rename = "providerCode")]
    pub code: Option<i64>,
    /// Since when.
    #[schemars(with = "String")]
    pub since: Timestamp,
}

impl Form {
    /// Whether this provider template carries it.
    fn is_carried_by(&self, approved: &str, spoken: &str) -> bool {
        matches!(self, Self::Template { name, language, .. } if name == approved && language == spoken)
    }
}

/// Whether the message goes with a provider template that is paused.
pub fn is_paused(message: &Message, template: Option<&Template>, account: &WhatsAppAccount) -> bool {
    let own = template.filter(|template| template.pause.is_some());
    let own = own.and_then(|template| template.provider_template.as_ref());
    let notice = account.notice_template.as_ref().filter(|notice| notice.pause.is_some());
    own.is_some_and(|own| message.form.is_carried_by(&own.name, &own.language))
        || notice.is_some_and(|notice| message.form.is_carried_by(&notice.name, &notice.language))
}

/// Adds to the work that the provider template of this message is paused, unless that is known or the template is another
/// one by now.
///
/// # Errors
/// If the table does not answer.
pub async fn pause(
    cx: &Cx,
    scope: &TenantScope,
    message: &Message,
    code: Option<i64>,
    work: &mut Work,
) -> Result<(), StoreError> {
    let template = message.about.as_ref().map(|about| keys::template(scope, about.template_id));
    let account = keys::whatsapp_account(scope);
    let wanted: Vec<_> = template.iter().chain([&account]).cloned().collect();
    let mut items = cx.table().get_items(&wanted).await?;
    let (template, account) = (template.and_then(|key| items.remove(&key)), items.remove(&account));
    let pause = Some(Pause { code, since: cx.now() });
    if let Some(template) = template.map(Stored::<Template>::decode).transpose()?
        && template.pause.is_none()
        && let Some(own) = &template.provider_template
        && message.form.is_carried_by(&own.name, &own.language)
    {
        work.replace(scope, &template, &Template { pause: pause.clone(), ..template.value.clone() });
    }
    if let Some(account) = account.map(Stored::<WhatsAppAccount>::decode).transpose()?
        && let Some(notice) = &account.notice_template
        && notice.pause.is_none()
        && message.form.is_carried_by(&notice.name, &notice.language)
    {
        let mut paused = account.value.clone();
        paused.notice_template = paused.notice_template.map(|notice| NoticeTemplate { pause, ..notice });
        work.replace(scope, &account, &paused);
    }
    Ok(())
}
