//! The inbox: events of callbacks, kept once each however often they come.

use dawr_api::{Cx, idempotency::hash};
use dawr_kernel::id::TenantId;
use dawr_store::{CommitError, Entity, Place, StoreError, TenantScope, Work, keys};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::whatsapp::callback::Content;

/// For so long the provider may repeat a callback, so for so long it is remembered.
const KEPT: SignedDuration = SignedDuration::from_hours(7 * 24);

/// So many events fit in one transaction.
const CHUNK: usize = 100;

/// One event of a callback.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct InboxEvent {
    /// The hash of its content.
    pub digest: String,
    /// Whose it is: the relay puts it on the job.
    pub tenant: TenantId,
    /// The event, as JSON text.
    pub content: String,
    /// Until when it is remembered.
    pub until: Timestamp,
}

impl Entity for InboxEvent {
    const KIND: &'static str = "inbox";

    fn place(&self, scope: &TenantScope) -> Place {
        Place::at(keys::inbox(scope, &self.digest)).until(self.until)
    }
}

/// Keeps the events that are not there yet.
///
/// # Errors
/// If the table does not answer.
pub async fn keep(cx: &Cx, scope: &TenantScope, contents: &[Content]) -> Result<(), StoreError> {
    let until = cx.now().checked_add(KEPT).unwrap_or(cx.now());
    let mut events: Vec<InboxEvent> = contents
        .iter()
        .filter_map(|content| serde_json::to_string(content).ok())
        .map(|content| InboxEvent { digest: hash(content.as_bytes()), tenant: scope.tenant(), content, until })
        .collect();
    events.sort_by(|one, other| one.digest.cmp(&other.digest));
    events.dedup_by(|one, other| one.digest == other.digest);
    for chunk in events.chunks(CHUNK) {
        store(cx, scope, chunk).await?;
    }
    Ok(())
}

async fn store(cx: &Cx, scope: &TenantScope, events: &[InboxEvent]) -> Result<(), StoreError> {
    let mut missing: Vec<&InboxEvent> = events.iter().collect();
    loop {
        let mut work = Work::new();
        for event in &missing {
            work.create_or_renew(scope, *event, cx.now());
        }
        match cx.table().commit(work).await {
            Ok(()) => return Ok(()),
            // Some are there already. They are few: a callback that comes again is mostly one event.
            Err(CommitError::Refused(_)) => {}
            Err(CommitError::Store(error)) => return Err(error),
        }
        let keys: Vec<_> = missing.iter().map(|event| keys::inbox(scope, &event.digest)).collect();
        let known = cx.table().get_items(&keys).await?;
        missing.retain(|event| !known.contains_key(&keys::inbox(scope, &event.digest)));
    }
}
