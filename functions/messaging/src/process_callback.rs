//! The webhook processor: merges one callback event into the message, the person or the account that it is about.

use dawr_api::{
    Cx,
    function::{Access, EventError, Function, MEMORY, Queue, Trigger},
    job,
};
use dawr_store::{Handed, TenantScope, Work, keys};
use serde_json::Value;

use crate::{
    delivery::{Callback, Notice},
    hearing::hear,
    holds,
    identity::known_message,
    inbox::InboxEvent,
    message::{AttemptOutcome, Called, Message},
    moves,
    news::account_news,
    provider_template::template_news,
    whatsapp::{
        callback::{Content, StatusUpdate, inbound, preference, status},
        outcome::Scope,
    },
};

/// Merges callbacks.
pub const PROCESS_CALLBACK: Function = Function {
    name: "process_callback",
    summary: "Merges provider callbacks into messages, conversations, consents and the account, in any order and any number of times.",
    trigger: Trigger::Queue(Queue::Callbacks, |cx, event| Box::pin(process_callbacks(cx, event))),
    access: Access::WRITE,
    memory: MEMORY,
    timeout: 15,
};

async fn process_callbacks(cx: &Cx, event: Value) -> Result<Value, EventError> {
    job::each(event, |job| process(cx, job)).await
}

async fn process(cx: &Cx, job: Handed) -> Result<(), EventError> {
    let Some((event, _)) = cx.table().handed::<InboxEvent>(&job).await? else { return Ok(()) };
    let scope = cx.job(event.tenant);
    let (received, digest) = (event.received(), event.digest.as_str());
    let heard = match serde_json::from_str(&event.content)? {
        Content::Status(event) => match status(&event, received) {
            Some(update) => return merge(cx, &scope, update).await,
            None => None,
        },
        Content::Template(event) => return template_news(cx, &scope, &event, received).await,
        Content::Account(event) => return account_news(cx, &scope, &event, received).await,
        Content::Message(event) => inbound(&event, received),
        Content::Preference(event) => preference(&event, received),
    };
    match heard {
        Some(heard) => hear(cx, &scope, &heard, digest).await,
        None => {
            tracing::warn!(digest, "an event says nothing that can be read, or names nobody");
            Ok(())
        }
    }
}

async fn merge(cx: &Cx, scope: &TenantScope, update: StatusUpdate) -> Result<(), EventError> {
    let named = match update.named {
        Some(named) => Some(named),
        None => known_message(cx, scope, &update.provider_id).await?,
    };
    let Some((id, attempt)) = named else { return Ok(()) };
    let StatusUpdate { notice, at, provider_id, wa_id, user_id, scope: about, .. } = update;
    let called = Called { provider_id: Some(provider_id), wa_id, user_id };
    let callback = Callback { notice, at, called, attempt };
    if about == Scope::OptOut
        && let Some(message) = cx.table().get::<Message>(&keys::message(scope, id)).await?
    {
        holds::opted_out(cx, scope, &message, at).await?;
    }
    let mut has_failed = false;
    let hear = |message: &Message, _: &mut Work| {
        let next = moves::step(cx).hear(message, &callback)?;
        let (correlation, status) = (message.correlation.as_str(), next.status.as_str());
        tracing::info!(correlation, message = %message.id, status, "a callback was merged");
        has_failed = next.attempt(attempt).map(|tried| tried.outcome) == Some(AttemptOutcome::Failed)
            && message.attempt(attempt).map(|tried| tried.outcome) != Some(AttemptOutcome::Failed);
        Some(next)
    };
    let merged = moves::take(cx, scope, id, None, hear).await?;
    if let (Some(message), true, Notice::Failed(outcome)) = (merged, has_failed, &callback.notice) {
        holds::obey(cx, scope, &message, about, outcome).await;
    }
    Ok(())
}
