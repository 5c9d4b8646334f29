//! What WhatsApp says of the account and of approved templates without being asked: a template that it pauses is used no
//! more, an account that it stops sends nothing.
//!
//! What it said last counts, in whatever order it comes.

use dawr_api::{Cx, function::EventError};
use dawr_store::{CommitError, Entity, Index, Place, Query, Stored, TenantScope, Work, keys};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    account::{NoticeTemplate, WhatsAppAccount, account},
    pause::Pause,
    template::Template,
    whatsapp::callback::read::{id, text, time},
};

/// What WhatsApp said last of an approved template.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ApprovedTemplate {
    /// Its name at Meta.
    pub name: String,
    /// Its language at Meta.
    pub language: String,
    /// What WhatsApp said.
    pub event: String,
    /// When.
    pub at: Timestamp,
}

impl Entity for ApprovedTemplate {
    const KIND: &'static str = "approved-template";

    fn place(&self, scope: &TenantScope) -> Place {
        Place::at(keys::approved_template(scope, &self.name, &self.language))
    }
}

/// What WhatsApp said last of the account.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AccountStatus {
    /// What WhatsApp said.
    pub event: String,
    /// When.
    pub at: Timestamp,
}

impl Entity for AccountStatus {
    const KIND: &'static str = "whatsapp-status";

    fn place(&self, scope: &TenantScope) -> Place {
        Place::at(keys::whatsapp_status(scope))
    }
}

/// So many templates of the tenant's own may be carried by one approved template.
const MOST_CARRIED: usize = 90;

/// What it means for sending with an approved template: the provider's error code that it would have, or none if it may be
/// used.
fn code_of_template(event: &str) -> Option<Option<i64>> {
    match event {
        "PAUSED" => Some(Some(132_015)),
        "DISABLED" | "REJECTED" | "LOCKED" => Some(Some(132_016)),
        "DELETED" | "PENDING_DELETION" | "ARCHIVED" => Some(Some(132_001)),
        "APPROVED" | "REINSTATED" | "UNPAUSED" | "UNARCHIVED" => Some(None),
        // A warning, an appeal, a review: nothing to act upon.
        _ => None,
    }
}

/// Pauses or resumes what an approved template carries.
///
/// # Errors
/// If the table does not answer.
pub async fn template_news(cx: &Cx, scope: &TenantScope, event: &Value, received: Timestamp) -> Result<(), EventError> {
    let (Some(name), Some(language), Some(said)) =
        (id(event, "/message_template_name"), id(event, "/message_template_language"), text(event, "/event"))
    else {
        return Ok(());
    };
    let language = language.replace('-', "_");
    let Some(code) = code_of_template(said) else { return Ok(()) };
    let at = time(event, "/time").unwrap_or(received).min(received);
    tracing::warn!(tenant = %scope.tenant(), code, "the provider told of an approved template");
    for round in 0.. {
        cx.table().pause(round).await;
        let key = keys::approved_template(scope, &name, &language);
        let keys = [key, keys::whatsapp_account(scope)];
        let mut items = cx.table().get_items(&keys).await?;
        let [known, account] = keys.map(|key| items.remove(&key));
        let known = known.map(Stored::<ApprovedTemplate>::decode).transpose()?;
        let account = account.map(Stored::<WhatsAppAccount>::decode).transpose()?;
        if !is_about(account.as_ref(), event) || known.as_ref().is_some_and(|known| known.at >= at) {
            return Ok(());
        }
        let mut work = Work::new();
        let (name, language) = (name.clone(), language.clone());
        let status = ApprovedTemplate { name, language, event: said.to_owned(), at };
        match &known {
            Some(known) => work.replace(scope, known, &status),
            None => work.create(scope, &status),
        };
        let pause = code.map(|code| Pause { code: Some(code), since: at });
        let all = || Query::below(Index::Table, keys::templates(scope));
        let templates = cx.table().query_all::<Template>(all).await?;
        let carried = templates.iter().filter(|template| {
            template.provider_template.as_ref().is_some_and(|own| status.is(&own.name, &own.language))
        });
        for template in carried.filter(|template| template.pause.is_some() != pause.is_some()).take(MOST_CARRIED) {
            work.replace(scope, template, &Template { pause: pause.clone(), ..template.value.clone() });
        }
        if let Some(account) = account
            && let Some(notice) = &account.notice_template
            && status.is(&notice.name, &notice.language)
            && notice.pause.is_some() != pause.is_some()
        {
            let notice_template = Some(NoticeTemplate { pause, ..notice.clone() });
            work.replace(scope, &account, &WhatsAppAccount { notice_template, ..account.value.clone() });
        }
        match cx.table().commit(work).await {
            Ok(()) => return Ok(()),
            Err(CommitError::Refused(_)) => {}
            Err(CommitError::Store(error)) => return Err(error.into()),
        }
    }
    Ok(())
}

impl ApprovedTemplate {
    fn is(&self, name: &str, language: &str) -> bool {
        self.name == name && self.language.eq_ignore_ascii_case(&language.replace('-', "_"))
    }
}

/// Whether something is about the number that the tenant is connected with now.
fn is_about(account: Option<&Stored<WhatsAppAccount>>, event: &Value) -> bool {
    account.is_some_and(|account| text(event, "/phone_number_id") == Some(account.phone_number_id.as_str()))
}

/// What it means for the number.
#[derive(Debug, PartialEq, Eq)]
enum Standing {
    /// It may not send: the provider's error code that it would have, and until when, if that was said.
    Stopped(i64, Option<Timestamp>),
    /// It may send again.
    Free,
    /// Nothing to act upon.
    Told,
}

fn standing(event: &Value, said: &str) -> Standing {
    match said {
        "DISABLED_UPDATE" => match text(event, "/ban_info/waba_ban_state") {
            Some("DISABLE") => Standing::Stopped(131_031, None),
            Some("REINSTATE") => Standing::Free,
            _ => Standing::Told,
        },
        "ACCOUNT_DELETED" => Standing::Stopped(131_031, None),
        "PARTNER_REMOVED" | "PARTNER_APP_UNINSTALLED" => Standing::Stopped(131_005, None),
        "ACCOUNT_RESTRICTION" => {
            let all = event.pointer("/restriction_info").and_then(Value::as_array);
            let of_messages = all.into_iter().flatten().find(|restriction| {
                text(restriction, "/restriction_type").is_some_and(|kind| kind.contains("INITIATED_MESSAGING"))
            });
            let until = |restriction| time(restriction, "/expiration");
            of_messages.map_or(Standing::Told, |restriction| Standing::Stopped(368, until(restriction)))
        }
        _ => Standing::Told,
    }
}

/// Stops the number or lets it send again, and keeps what was said for whoever looks.
///
/// # Errors
/// If the table does not answer.
pub async fn account_news(cx: &Cx, scope: &TenantScope, event: &Value, received: Timestamp) -> Result<(), EventError> {
    let Some(said) = id(event, "/event") else { return Ok(()) };
    let at = time(event, "/time").unwrap_or(received).min(received);
    let standing = standing(event, &said);
    tracing::error!(tenant = %scope.tenant(), ?standing, "the provider told of the clinic's account");
    for round in 0.. {
        cx.table().pause(round).await;
        let known: Option<Stored<AccountStatus>> = cx.table().get(&keys::whatsapp_status(scope)).await?;
        let account = account(cx, scope).await.map_err(dawr_api::Failure::into_source)?;
        let Some(account) = account.filter(|account| is_about(Some(account), event)) else { return Ok(()) };
        if known.as_ref().is_some_and(|known| known.at >= at) || at < account.connected_at {
            return Ok(());
        }
        let mut work = Work::new();
        let status = AccountStatus { event: said.clone(), at };
        match &known {
            Some(known) => work.replace(scope, known, &status),
            None => work.create(scope, &status),
        };
        if let Some(next) = after(&account, &standing, cx) {
            work.replace(scope, &account, &next);
        }
        match cx.table().commit(work).await {
            Ok(()) => return Ok(()),
            Err(CommitError::Refused(_)) => {}
            Err(CommitError::Store(error)) => return Err(error.into()),
        }
    }
    Ok(())
}

fn after(account: &WhatsAppAccount, standing: &Standing, cx: &Cx) -> Option<WhatsAppAccount> {
    let wait = SignedDuration::try_from(cx.settings().account_hold).unwrap_or(SignedDuration::ZERO);
    let (stopped_by, hold_until) = match standing {
        Standing::Told => return None,
        Standing::Free => (None, None),
        Standing::Stopped(code, until) => {
            let until = until.filter(|until| *until > cx.now()).or_else(|| cx.now().checked_add(wait).ok());
            (Some(*code), until.max(account.hold_until))
        }
    };
    Some(WhatsAppAccount { stopped_by, hold_until, ..account.clone() })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_stops_a_number_is_told_from_what_does_not() {
        for (event, expected) in [
            (
                json!({ "event": "DISABLED_UPDATE", "ban_info": { "waba_ban_state": "DISABLE" } }),
                Standing::Stopped(131_031, None),
            ),
            (json!({ "event": "DISABLED_UPDATE", "ban_info": { "waba_ban_state": "REINSTATE" } }), Standing::Free),
            (
                json!({ "event": "DISABLED_UPDATE", "ban_info": { "waba_ban_state": "SCHEDULE_FOR_DISABLE" } }),
                Standing::Told,
            ),
            (json!({ "event": "DISABLED_UPDATE", "ban_info": null }), Standing::Told),
            (json!({ "event": "ACCOUNT_VIOLATION" }), Standing::Told),
            (
                json!({ "event": "ACCOUNT_RESTRICTION", "restriction_info": [
                    { "restriction_type": "RESTRICTED_ADD_PHONE_NUMBER_ACTION" },
                    { "restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING", "expiration": 1_900_000_000 }] }),
                Standing::Stopped(368, Timestamp::from_second(1_900_000_000).ok()),
            ),
            (json!({ "event": "VERIFIED_ACCOUNT" }), Standing::Told),
        ] {
            assert_eq!(standing(&event, event["event"].as_str().unwrap()), expected, "{event}");
        }
    }

    #[test]
    fn a_template_is_known_by_its_name_and_language_however_the_language_is_written() {
        let status = |language: &str| ApprovedTemplate {
            name: "queue_update".into(),
            language: language.into(),
            event: "PAUSED".into(),
            at: Timestamp::UNIX_EPOCH,
        };
        assert!(status("en_US").is("queue_update", "en_US") && status("en_US").is("queue_update", "en-us"));
        assert!(!status("en_US").is("queue_update", "en") && !status("ar").is("Queue_update", "ar"));
    }
}
