//! What WhatsApp says of provider templates without being asked: one that it pauses is used no more, until it says otherwise or
//! somebody resumes what it carries.
//!
//! What it said last counts, in whatever order it comes; of two things of one time, the one that stops. It is written first and
//! then heeded by all that the provider template carries, in as many transactions as that takes. What is written meanwhile to be
//! carried by it relies on what was said last ([`LastWord`]), so that nothing is left out.

use std::collections::HashMap;

use dawr_api::{Cx, function::EventError};
use dawr_store::{
    CommitError, Entity, Index, Key, Place, Query, Slot, StoreError, Stored, TenantScope, Work, entity::Item, keys,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    account::{NoticeTemplate, PhoneNumberId, WhatsAppAccount},
    pause::Pause,
    template::Template,
    whatsapp::callback::read::{id, text, time},
};

/// What WhatsApp said last of a provider template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderTemplateStatus {
    /// Its name.
    pub name: String,
    /// Its language, as [`plain`] writes it.
    pub language: String,
    /// The number that it was said to. What was said to an earlier one is of no account.
    pub phone_number_id: PhoneNumberId,
    /// What WhatsApp said.
    pub event: String,
    /// The error code that sending with it would have; none if it may be used.
    pub code: Option<i64>,
    /// When.
    pub at: Timestamp,
    /// Whether all that it carries was told.
    pub is_heeded: bool,
}

impl Entity for ProviderTemplateStatus {
    const KIND: &'static str = "provider-template";

    fn place(&self, scope: &TenantScope) -> Place {
        Place::at(Self::key(scope, &self.name, &self.language))
    }
}

/// So many templates of the tenant's own heed it in one transaction.
const AT_ONCE: usize = 90;

/// A language, however it is written: `en_US`, `en-us`.
fn plain(language: &str) -> String {
    language.replace('-', "_").to_ascii_lowercase()
}

/// What it means for sending: the provider's error code that it would have, or none if the provider template may be used.
fn code_of(event: &str) -> Option<Option<i64>> {
    match event {
        "PAUSED" => Some(Some(132_015)),
        "DISABLED" | "REJECTED" | "LOCKED" => Some(Some(132_016)),
        "DELETED" | "PENDING_DELETION" | "ARCHIVED" => Some(Some(132_001)),
        "APPROVED" | "REINSTATED" | "UNPAUSED" | "UNARCHIVED" => Some(None),
        // A warning, an appeal, a review: nothing to act upon.
        _ => None,
    }
}

impl ProviderTemplateStatus {
    /// Where it stands for this name and language.
    pub fn key(scope: &TenantScope, name: &str, language: &str) -> Key {
        keys::provider_template(scope, name, &plain(language))
    }

    /// Reads an event that came at `received`; none if it asks for nothing.
    fn read(event: &Value, received: Timestamp) -> Option<Self> {
        let said = text(event, "/event")?;
        Some(Self {
            name: id(event, "/message_template_name")?,
            language: plain(&id(event, "/message_template_language")?),
            phone_number_id: PhoneNumberId::parse(text(event, "/phone_number_id")?).ok()?,
            event: said.to_owned(),
            code: code_of(said)?,
            at: time(event, "/time").unwrap_or(received).min(received),
            is_heeded: false,
        })
    }

    /// What makes it count before another one.
    const fn weight(&self) -> (Timestamp, Option<i64>) {
        (self.at, self.code)
    }

    /// Whether something that was said to the number that is connected now counts in place of this.
    fn yields_to(&self, said: &Self) -> bool {
        self.phone_number_id != said.phone_number_id || self.weight() < said.weight()
    }

    /// Whether it carries what names this template.
    fn is(&self, name: &str, language: &str) -> bool {
        self.name == name && self.language == plain(language)
    }

    fn pause(&self) -> Option<Pause> {
        self.code.map(|code| Pause { code: Some(code), since: self.at })
    }
}

/// Pauses or resumes what a provider template carries.
///
/// # Errors
/// If the table does not answer.
pub async fn template_news(cx: &Cx, scope: &TenantScope, event: &Value, received: Timestamp) -> Result<(), EventError> {
    let Some(said) = ProviderTemplateStatus::read(event, received) else { return Ok(()) };
    tracing::warn!(tenant = %scope.tenant(), code = said.code, "the provider told of a provider template");
    let mut refused = 0;
    loop {
        cx.table().pause(refused).await;
        let Some(work) = next(cx, scope, &said).await? else { return Ok(()) };
        match cx.table().commit(work).await {
            Ok(()) => refused = 0,
            Err(CommitError::Refused(_)) => refused += 1,
            Err(CommitError::Store(error)) => return Err(error.into()),
        }
    }
}

/// What is to be done next about what was said; none if all is done, or if something else counts.
async fn next(cx: &Cx, scope: &TenantScope, said: &ProviderTemplateStatus) -> Result<Option<Work>, StoreError> {
    let keys = [ProviderTemplateStatus::key(scope, &said.name, &said.language), keys::whatsapp_account(scope)];
    let mut items = cx.table().get_items(&keys).await?;
    let [known, account] = keys.map(|key| items.remove(&key));
    let known = known.map(Stored::<ProviderTemplateStatus>::decode).transpose()?;
    let account = account.map(Stored::<WhatsAppAccount>::decode).transpose()?;
    let Some(account) = account.filter(|account| account.phone_number_id == said.phone_number_id) else {
        return Ok(None);
    };
    let mut work = Work::new();
    match known {
        None => {
            work.create(scope, said);
        }
        Some(known) if known.yields_to(said) => {
            work.replace(scope, &known, said);
        }
        // A repetition goes on with what the first time was cut off in.
        Some(known) if known.weight() == said.weight() && !known.is_heeded => {
            heed(cx, scope, &known, &account, &mut work).await?;
        }
        Some(_) => return Ok(None),
    }
    Ok(Some(work))
}

/// Tells some of what the provider template carries, and whether that was all.
async fn heed(
    cx: &Cx,
    scope: &TenantScope,
    status: &Stored<ProviderTemplateStatus>,
    account: &Stored<WhatsAppAccount>,
    work: &mut Work,
) -> Result<(), StoreError> {
    let pause = status.pause();
    let differs = |of: &Option<Pause>| of.is_some() != pause.is_some();
    let all = || Query::below(Index::Table, keys::templates(scope));
    let templates = cx.table().query_all::<Template>(all).await?;
    let untold = |template: &&Stored<Template>| {
        let own = template.provider_template.as_ref();
        own.is_some_and(|own| status.is(&own.name, &own.language)) && differs(&template.pause)
    };
    let untold: Vec<_> = templates.iter().filter(untold).collect();
    for template in untold.iter().take(AT_ONCE) {
        work.replace(scope, template, &Template { pause: pause.clone(), ..template.value.clone() });
    }
    if let Some(notice) = &account.notice_template
        && status.is(&notice.name, &notice.language)
        && differs(&notice.pause)
    {
        let notice_template = Some(NoticeTemplate { pause, ..notice.clone() });
        work.replace(scope, account, &WhatsAppAccount { notice_template, ..account.value.clone() });
    }
    let is_heeded = untold.len() <= AT_ONCE;
    work.replace(scope, status, &ProviderTemplateStatus { is_heeded, ..status.value.clone() });
    Ok(())
}

/// What WhatsApp said last of a provider template, for what it is to carry from now on.
pub struct LastWord {
    key: Option<Key>,
    status: Option<Stored<ProviderTemplateStatus>>,
    pause: Option<Pause>,
}

impl LastWord {
    /// Of nothing: no provider template is to carry what it did not carry before.
    pub const fn unasked() -> Self {
        Self { key: None, status: None, pause: None }
    }

    /// The keys of what decides it: what was said, and to which number.
    pub fn keys(scope: &TenantScope, name: &str, language: &str) -> [Key; 2] {
        [ProviderTemplateStatus::key(scope, name, language), keys::whatsapp_account(scope)]
    }

    /// What stands at its keys.
    ///
    /// # Errors
    /// If it does not decode.
    pub fn of([key, account]: [Key; 2], items: &HashMap<Key, Item>) -> Result<Self, StoreError> {
        let account = items.get(&account).cloned().map(Stored::<WhatsAppAccount>::decode).transpose()?;
        Self::told(key, items, account.as_ref().map(|account| &account.phone_number_id))
    }

    /// The same for a number that is about to be connected.
    ///
    /// # Errors
    /// If it does not decode.
    pub fn told(key: Key, items: &HashMap<Key, Item>, number: Option<&PhoneNumberId>) -> Result<Self, StoreError> {
        let status = items.get(&key).cloned().map(Stored::<ProviderTemplateStatus>::decode).transpose()?;
        let told = status.as_ref().filter(|status| Some(&status.phone_number_id) == number);
        Ok(Self { pause: told.and_then(|status| status.pause()), key: Some(key), status })
    }

    /// That the provider template may not be used.
    pub fn pause(&self) -> Option<Pause> {
        self.pause.clone()
    }

    /// Only if nothing else is said meanwhile.
    pub fn rely_on(&self, work: &mut Work) -> Option<Slot> {
        let key = self.key.as_ref()?;
        Some(match &self.status {
            Some(status) => work.rely_on(status),
            None => work.rely_on_absence(key),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn said(event: &str, time: i64) -> ProviderTemplateStatus {
        let event = json!({ "event": event, "time": time, "message_template_name": "queue_update",
            "message_template_language": "en-US", "phone_number_id": "106540352242922" });
        ProviderTemplateStatus::read(&event, Timestamp::from_second(1_900_000_000).unwrap()).unwrap()
    }

    #[test]
    fn a_provider_template_is_known_by_its_name_and_language_however_the_language_is_written() {
        let status = said("PAUSED", 1_800_000_000);
        for language in ["en_US", "en-us", "en_us"] {
            assert!(status.is("queue_update", language), "{language}");
        }
        assert!(!status.is("queue_update", "en") && !status.is("Queue_update", "en_US"));
    }

    #[test]
    fn what_was_said_later_counts_and_of_one_time_what_stops() {
        let (paused, approved) = (said("PAUSED", 1_800_000_000), said("APPROVED", 1_800_000_000));
        assert!(approved.yields_to(&paused) && !paused.yields_to(&approved) && !paused.yields_to(&paused));
        let later = said("APPROVED", 1_800_000_001);
        assert!(paused.yields_to(&later) && !later.yields_to(&paused));
        let elsewhere = ProviderTemplateStatus { phone_number_id: PhoneNumberId::parse("20654").unwrap(), ..later };
        assert!(elsewhere.yields_to(&paused), "what was said to an earlier number is of no account");
    }
}
