//! The webhook processor: merges one callback event into the message or the contact that it is about.

use dawr_api::{
    Cx,
    function::{Access, EventError, Function, MEMORY, Queue, Trigger},
};
use dawr_store::{CommitError, Stored, TenantScope, Work, keys};
use serde_json::Value;

use crate::{
    contact::{Contact, Wish},
    delivery::Notice,
    holds,
    inbox::InboxEvent,
    job::{self, CallbackJob},
    moves,
    whatsapp::callback::{Content, Inbound, StatusUpdate, inbound, status},
};

/// Merges callbacks.
pub const PROCESS_CALLBACK: Function = Function {
    name: "process_callback",
    summary: "Merges provider callbacks into messages and contacts, in any order and any number of times.",
    trigger: Trigger::Queue(Queue::Callbacks, |cx, event| Box::pin(process_callbacks(cx, event))),
    access: Access::WRITE,
    memory: MEMORY,
    timeout: 15,
};

async fn process_callbacks(cx: &Cx, event: Value) -> Result<Value, EventError> {
    job::each(event, |job| process(cx, job)).await
}

async fn process(cx: &Cx, job: CallbackJob) -> Result<(), EventError> {
    let scope = cx.job(job.tenant);
    let found: Option<Stored<InboxEvent>> = cx.table().get(&keys::inbox(&scope, &job.digest)).await?;
    let Some(event) = found else { return Ok(()) };
    match serde_json::from_str(&event.content)? {
        Content::Status(event) => match status(&event) {
            Some(update) => merge(cx, &scope, update).await,
            None => Ok(()),
        },
        Content::Message(event) => match inbound(&event) {
            Some(inbound) => hear(cx, &scope, &inbound).await,
            None => {
                tracing::warn!("a message came without a phone number");
                Ok(())
            }
        },
    }
}

async fn merge(cx: &Cx, scope: &TenantScope, update: StatusUpdate) -> Result<(), EventError> {
    let merged = moves::take(cx, scope, update.message, None, |message, _| {
        let next = moves::step(cx).hear(message, &update.callback)?;
        let (correlation, status) = (message.correlation.as_str(), next.status.as_str());
        tracing::info!(correlation, message = %message.id, status, "a callback was merged");
        Some(next)
    })
    .await?;
    if let (Some(message), Notice::Failed(outcome)) = (merged, &update.callback.notice) {
        holds::obey(cx, scope, &message, update.scope, outcome).await;
    }
    Ok(())
}

async fn hear(cx: &Cx, scope: &TenantScope, inbound: &Inbound) -> Result<(), EventError> {
    let wish = inbound.text.as_deref().and_then(Wish::of);
    for round in 0.. {
        cx.table().pause(round).await;
        let key = keys::contact(scope, inbound.from.expose());
        let read: Option<Stored<Contact>> = cx.table().get(&key).await?;
        let mut work = Work::new();
        match &read {
            Some(read) => work.replace(scope, read, &read.wrote(inbound.at, wish)),
            None => work.create(scope, &Contact::new(inbound.from.clone()).wrote(inbound.at, wish)),
        };
        match cx.table().commit(work).await {
            Ok(()) => return Ok(()),
            Err(CommitError::Refused(_)) => {}
            Err(CommitError::Store(error)) => return Err(error.into()),
        }
    }
    Ok(())
}
