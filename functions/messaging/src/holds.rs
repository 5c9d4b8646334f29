//! What the provider's answers mean beyond one message: a number that must wait, a template that is paused, a person who
//! wants no messages.
//!
//! But for the last, it is written beside the message, not with it: the account is one item for all senders of a clinic, and what is certain of a
//! message must not be lost in a crowd. A hold that is not written is only a limit that is met again.

use dawr_api::Cx;
use dawr_store::{CommitError, StoreError, Stored, TenantScope, Update, Work, keys};
use jiff::{SignedDuration, Timestamp};

use crate::{
    consent,
    contact::Contact,
    delivery::Outcome,
    message::{Cause, Message, Reason},
    pause::pause,
    whatsapp::outcome::Scope,
    wish::Wish,
};

/// Obeys what the provider's answer says beyond its message.
pub async fn obey(cx: &Cx, scope: &TenantScope, message: &Message, about: Scope, outcome: &Outcome) {
    let mut work = Work::new();
    let code = match outcome {
        Outcome::Refused(cause) => cause.provider_code,
        _ => None,
    };
    match about {
        Scope::Message => match outcome {
            // Whoever waits for a notice makes no failed task of it: the next one must know.
            Outcome::Refused(Cause { reason: Reason::NotReachable, .. }) if message.about.is_none() => {
                let update = Update::upsert::<Contact>(keys::contact(scope, message.to.expose()));
                work.update(update.set("phone", message.to.expose()).set("unreachable_at", cx.now()));
            }
            // More is known there than here: the next text goes through a template.
            Outcome::Refused(Cause { reason: Reason::WindowClosed, .. }) => {
                let update = Update::upsert::<Contact>(keys::contact(scope, message.to.expose()));
                work.update(update.set("phone", message.to.expose()).set("closed_at", cx.now()));
            }
            _ => return,
        },
        Scope::Number(wait) => {
            let told = match outcome {
                Outcome::Again { after: Some(after), .. } => wait.max(*after),
                _ => wait,
            };
            work.update(hold(cx, scope, told));
        }
        Scope::Account => {
            let correlation = message.correlation.as_str();
            tracing::error!(correlation, tenant = %scope.tenant(), code, "the provider stopped the clinic's number");
            let wait = SignedDuration::try_from(cx.settings().account_hold).unwrap_or(SignedDuration::ZERO);
            work.update(hold(cx, scope, wait).set("stopped_by", code));
        }
        Scope::Template => {
            let correlation = message.correlation.as_str();
            tracing::error!(correlation, tenant = %scope.tenant(), code, "the provider paused a template");
            if let Err(error) = pause(cx, scope, message, code, &mut work).await {
                tracing::warn!(correlation, %error, "a pause was not written");
            }
        }
        // What a person wants is not written beside the message: see `opted_out`.
        Scope::OptOut => return,
    }
    match cx.table().commit(work).await {
        // A longer hold stands already.
        Ok(()) | Err(CommitError::Refused(_)) => {}
        Err(error) => tracing::warn!(correlation = message.correlation.as_str(), %error, "a hold was not written"),
    }
}

/// Stores that a person wants no messages, as the provider said of one at this time. It is to be done before the message is
/// concluded: whatever breaks in between, it is told again.
///
/// # Errors
/// If the table does not answer.
pub async fn opted_out(cx: &Cx, scope: &TenantScope, message: &Message, at: Timestamp) -> Result<(), StoreError> {
    if let Some(about) = &message.about {
        return consent::told_by_provider(cx, scope, about.patient_id, Wish::Stop, at).await;
    }
    for round in 0.. {
        cx.table().pause(round).await;
        let read: Option<Stored<Contact>> = cx.table().get(&keys::contact(scope, message.to.expose())).await?;
        let mut work = Work::new();
        match &read {
            Some(read) => work.replace(scope, read, &read.wished(at, Wish::Stop)),
            None => work.create(scope, &Contact::new(message.to.clone()).wished(at, Wish::Stop)),
        };
        match cx.table().commit(work).await {
            Ok(()) => return Ok(()),
            Err(CommitError::Refused(_)) => {}
            Err(CommitError::Store(error)) => return Err(error),
        }
    }
    Ok(())
}

fn hold(cx: &Cx, scope: &TenantScope, wait: SignedDuration) -> Update {
    let until = cx.now().checked_add(wait).unwrap_or(cx.now());
    Update::of(keys::whatsapp_account(scope)).before("hold_until", until).set_instant("hold_until", until)
}
