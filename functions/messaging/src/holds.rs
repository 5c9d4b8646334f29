//! What the provider's answers mean beyond one message: a number that must wait, a template that is paused, a person who
//! wants no messages.
//!
//! Written beside the message, not with it: the account is one item for all senders of a clinic, and what is certain of a
//! message must not be lost in a crowd. A hold that is not written is only a limit that is met again.

use dawr_api::Cx;
use dawr_store::{CommitError, TenantScope, Update, Work, keys};
use jiff::SignedDuration;

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
        Scope::OptOut => {
            if let Some(about) = &message.about {
                let told = consent::told_by_provider(cx, scope, about.patient_id, Wish::Stop);
                if let Err(error) = told.await {
                    tracing::warn!(correlation = message.correlation.as_str(), %error, "a wish was not written");
                }
                return;
            }
            let update = Update::upsert::<Contact>(keys::contact(scope, message.to.expose()));
            work.update(update.set("phone", message.to.expose()).set("opted_out_at", cx.now()));
        }
    }
    match cx.table().commit(work).await {
        // A longer hold stands already.
        Ok(()) | Err(CommitError::Refused(_)) => {}
        Err(error) => tracing::warn!(correlation = message.correlation.as_str(), %error, "a hold was not written"),
    }
}

fn hold(cx: &Cx, scope: &TenantScope, wait: SignedDuration) -> Update {
    let until = cx.now().checked_add(wait).unwrap_or(cx.now());
    Update::of(keys::whatsapp_account(scope)).before("hold_until", until).set_instant("hold_until", until)
}
