//! What WhatsApp says of the account without being asked: one that it stops sends nothing.
//!
//! What it said last of whether the account may send counts, in whatever order it comes; what it merely tells moves nothing.

use dawr_api::{Cx, function::EventError};
use dawr_store::{CommitError, Entity, Place, Stored, TenantScope, Work, keys};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    account::WhatsAppAccount,
    whatsapp::callback::read::{id, text, time},
};

/// Whether an account may send. Which stops it is greater.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// It may send again.
    Free,
    /// It may not send.
    Stopped {
        /// Until when, if that was said.
        until: Option<Timestamp>,
        /// The provider's error code that sending would have.
        code: i64,
    },
}

/// Something that WhatsApp said of the account. Of two the later one is greater; of one time, which two changes of one callback
/// share, the one that stops it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Said {
    /// When.
    pub at: Timestamp,
    /// What it means for sending, if anything.
    pub standing: Option<Standing>,
    /// What Meta calls it.
    pub event: String,
}

/// What WhatsApp said last of the account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountStatus {
    /// Of anything.
    pub last: Said,
    /// Of whether it may send.
    pub decisive: Option<Said>,
}

impl Entity for AccountStatus {
    const KIND: &'static str = "whatsapp-status";

    fn place(&self, scope: &TenantScope) -> Place {
        Place::at(keys::whatsapp_status(scope))
    }
}

impl AccountStatus {
    /// What stands once this was said, too.
    fn with(known: Option<&Self>, said: &Said) -> Self {
        let last = known.map_or(said, |known| said.max(&known.last)).clone();
        let decisive = Some(said).filter(|said| said.standing.is_some());
        // Nothing is less than anything that was said.
        let decisive = decisive.max(known.and_then(|known| known.decisive.as_ref())).cloned();
        Self { last, decisive }
    }
}

/// Whether something is about the number that the tenant is connected with now.
fn is_about(account: &WhatsAppAccount, event: &Value) -> bool {
    text(event, "/phone_number_id") == Some(account.phone_number_id.as_str())
}

/// What an event means for sending; none where there is nothing to act upon.
fn standing(event: &Value, said: &str) -> Option<Standing> {
    let stopped = |code, until| Some(Standing::Stopped { until, code });
    match said {
        "DISABLED_UPDATE" => match text(event, "/ban_info/waba_ban_state") {
            Some("DISABLE") => stopped(131_031, None),
            Some("REINSTATE") => Some(Standing::Free),
            _ => None,
        },
        "ACCOUNT_DELETED" => stopped(131_031, None),
        "PARTNER_REMOVED" | "PARTNER_APP_UNINSTALLED" => stopped(131_005, None),
        "ACCOUNT_RESTRICTION" => {
            let all = event.pointer("/restriction_info").and_then(Value::as_array);
            let of_messages = all.into_iter().flatten().find(|restriction| {
                text(restriction, "/restriction_type").is_some_and(|kind| kind.contains("INITIATED_MESSAGING"))
            });
            stopped(368, time(of_messages?, "/expiration"))
        }
        _ => None,
    }
}

/// Stops the number or lets it send again, and keeps what was said for whoever looks.
///
/// # Errors
/// If the table does not answer.
pub async fn account_news(cx: &Cx, scope: &TenantScope, event: &Value, received: Timestamp) -> Result<(), EventError> {
    let Some(name) = id(event, "/event") else { return Ok(()) };
    let at = time(event, "/time").unwrap_or(received).min(received);
    let said = Said { at, standing: standing(event, &name), event: name };
    let otherwise = received.checked_add(SignedDuration::try_from(cx.settings().account_hold)?)?;
    let standing = &said.standing;
    tracing::error!(tenant = %scope.tenant(), ?standing, "the provider told of the clinic's account");
    for round in 0.. {
        cx.table().pause(round).await;
        let keys = [keys::whatsapp_status(scope), keys::whatsapp_account(scope)];
        let mut items = cx.table().get_items(&keys).await?;
        let [known, account] = keys.map(|key| items.remove(&key));
        let known = known.map(Stored::<AccountStatus>::decode).transpose()?;
        let account = account.map(Stored::<WhatsAppAccount>::decode).transpose()?;
        let Some(account) = account.filter(|account| is_about(account, event)) else { return Ok(()) };
        if at < account.connected_at {
            return Ok(());
        }
        let (status, changed) = heard(known.as_deref(), &account, &said, received, otherwise);
        if known.as_deref() == Some(&status) {
            return Ok(());
        }
        let mut work = Work::new();
        if let Some(changed) = changed {
            work.replace(scope, &account, &changed);
        }
        match &known {
            Some(known) => work.replace(scope, known, &status),
            None => work.create(scope, &status),
        };
        match cx.table().commit(work).await {
            Ok(()) => return Ok(()),
            Err(CommitError::Refused(_)) => {}
            Err(CommitError::Store(error)) => return Err(error.into()),
        }
    }
    Ok(())
}

/// What stands once something was said, and the account if that changes it.
fn heard(
    known: Option<&AccountStatus>,
    account: &WhatsAppAccount,
    said: &Said,
    received: Timestamp,
    otherwise: Timestamp,
) -> (AccountStatus, Option<WhatsAppAccount>) {
    let status = AccountStatus::with(known, said);
    let is_new = status.decisive.as_ref() != known.and_then(|known| known.decisive.as_ref());
    let standing = said.standing.as_ref().filter(|_| is_new);
    let account = standing.map(|standing| after(account, standing, received, otherwise));
    (status, account)
}

/// The account after WhatsApp said so at `received`; where no end was said, it is tried again at `otherwise`.
fn after(account: &WhatsAppAccount, standing: &Standing, received: Timestamp, otherwise: Timestamp) -> WhatsAppAccount {
    let (stopped_by, hold_until) = match standing {
        Standing::Free => (None, None),
        Standing::Stopped { until, code } => {
            (Some(*code), Some(until.filter(|until| *until > received).unwrap_or(otherwise)))
        }
    };
    WhatsAppAccount { stopped_by, hold_until, ..account.clone() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::account::PhoneNumberId;

    #[test]
    fn what_stops_a_number_is_told_from_what_does_not() {
        let stopped = |code, until| Some(Standing::Stopped { until, code });
        for (event, expected) in [
            (
                json!({ "event": "DISABLED_UPDATE", "ban_info": { "waba_ban_state": "DISABLE" } }),
                stopped(131_031, None),
            ),
            (
                json!({ "event": "DISABLED_UPDATE", "ban_info": { "waba_ban_state": "REINSTATE" } }),
                Some(Standing::Free),
            ),
            (json!({ "event": "DISABLED_UPDATE", "ban_info": { "waba_ban_state": "SCHEDULE_FOR_DISABLE" } }), None),
            (json!({ "event": "DISABLED_UPDATE", "ban_info": null }), None),
            (json!({ "event": "ACCOUNT_VIOLATION" }), None),
            (
                json!({ "event": "ACCOUNT_RESTRICTION", "restriction_info": [
                    { "restriction_type": "RESTRICTED_ADD_PHONE_NUMBER_ACTION" },
                    { "restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING", "expiration": 1_900_000_000 }] }),
                stopped(368, Timestamp::from_second(1_900_000_000).ok()),
            ),
            (json!({ "event": "VERIFIED_ACCOUNT" }), None),
        ] {
            assert_eq!(standing(&event, event["event"].as_str().unwrap()), expected, "{event}");
        }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn said() -> impl Strategy<Value = Said> {
        let stopped = |code| move |until: Option<i64>| Some(Standing::Stopped { until: until.map(at), code });
        let until = || proptest::option::of(900..1_100_i64);
        let standing = prop_oneof![
            Just(None),
            Just(Some(Standing::Free)),
            until().prop_map(stopped(131_031)),
            until().prop_map(stopped(368)),
        ];
        // Few times, so that many are shared.
        (0..4_i64, standing, "[AB]").prop_map(|(time, standing, event)| Said { at: at(time), standing, event })
    }

    /// What stands after all this was said, one thing after the other, and what it makes of the account.
    fn end(all: &[Said]) -> (Option<AccountStatus>, Option<i64>, Option<Timestamp>) {
        let mut account = WhatsAppAccount {
            phone_number_id: PhoneNumberId::parse("106540352242922").unwrap(),
            notice_template: None,
            hold_until: None,
            stopped_by: None,
            connected_at: Timestamp::UNIX_EPOCH,
            number_since: Timestamp::UNIX_EPOCH,
        };
        let mut status: Option<AccountStatus> = None;
        for said in all {
            let (next, account_then) = heard(status.as_ref(), &account, said, at(1_000), at(1_900));
            (status, account) = (Some(next), account_then.unwrap_or(account));
        }
        (status, account.stopped_by, account.hold_until)
    }

    proptest! {
        #[test]
        fn every_order_and_repetition_ends_the_same(
            (all, shuffled) in proptest::collection::vec(said(), 0..7).prop_flat_map(|all| {
                let twice: Vec<Said> = [all.clone(), all.clone()].concat();
                (Just(all), Just(twice).prop_shuffle())
            })
        ) {
            prop_assert_eq!(end(&all), end(&shuffled));
        }
    }

    #[test]
    fn what_is_merely_told_hides_no_stop_and_a_stop_of_the_same_time_counts() {
        let said = |time, standing, event: &str| Said { at: at(time), standing, event: event.to_owned() };
        let stop = || Some(Standing::Stopped { until: None, code: 131_031 });
        let told_first = [said(50, None, "VERIFIED_ACCOUNT"), said(40, stop(), "DISABLED_UPDATE")];
        let (status, stopped_by, hold_until) = end(&told_first);
        assert_eq!((stopped_by, hold_until), (Some(131_031), Some(at(1_900))));
        assert_eq!(status.unwrap().last.event, "VERIFIED_ACCOUNT");
        for other in [None, Some(Standing::Free)] {
            let both = [said(40, other, "X"), said(40, stop(), "DISABLED_UPDATE")];
            let (status, stopped_by, _) = end(&both);
            assert_eq!((stopped_by, status.unwrap().last.event.as_str()), (Some(131_031), "DISABLED_UPDATE"));
        }
    }
}
