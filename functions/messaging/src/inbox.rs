//! The inbox: events of callbacks, kept once each however often they come.

use dawr_api::{Cx, function::Queue, idempotency::hash};
use dawr_kernel::id::TenantId;
use dawr_store::{CommitError, Entity, Place, StoreError, Stored, TenantScope, Wake, Work, keys};
use futures::future::try_join_all;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{account::ProviderNumber, whatsapp::callback::Content};

/// For so long the provider may repeat a callback, so for so long it is remembered.
const KEPT: SignedDuration = SignedDuration::from_hours(7 * 24);

/// So many events fit in one transaction, with what is learnt of the account: the number's record, the account that it belongs to
/// and the one that it belonged to. (Of none more is kept than 32 KB.)
const CHUNK: usize = 97;

/// So many transactions of one callback run at once.
const AT_ONCE: usize = 4;

/// One event of a callback.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct InboxEvent {
    /// The hash of its content.
    pub digest: String,
    /// Whose it is.
    pub tenant: TenantId,
    /// The event, as JSON text.
    pub content: String,
    /// Until when it is remembered.
    pub until: Timestamp,
}

impl Entity for InboxEvent {
    const KIND: &'static str = "inbox";

    fn place(&self, scope: &TenantScope) -> Place {
        // One that comes again after its time is another one.
        let n = u64::try_from(self.until.as_millisecond()).unwrap_or_default();
        let wake = Wake::to(Queue::Callbacks.as_str(), n);
        Place::at(keys::inbox(scope, &self.digest)).wake(wake).until(self.until)
    }
}

impl InboxEvent {
    /// When it came.
    pub fn received(&self) -> Timestamp {
        self.until.checked_sub(KEPT).unwrap_or(self.until)
    }
}

/// What a callback brings to one tenant.
pub struct Delivery {
    scope: TenantScope,
    /// The events.
    pub contents: Vec<Content>,
    /// That a number belongs to an account: its record as it was read, and as it is to be.
    pub learnt: Option<(Stored<ProviderNumber>, ProviderNumber)>,
}

impl Delivery {
    /// Nothing yet.
    pub const fn to(scope: TenantScope) -> Self {
        Self { scope, contents: Vec::new(), learnt: None }
    }

    fn learn(&self, work: &mut Work) {
        if let Some((read, number)) = &self.learnt {
            work.replace(&self.scope, read, number);
            number.know_account(Some(read), work);
        }
    }
}

/// Keeps the events that are not there yet.
///
/// # Errors
/// If the table does not answer.
pub async fn keep(cx: &Cx, delivery: &Delivery) -> Result<(), StoreError> {
    let until = cx.now().checked_add(KEPT).unwrap_or(cx.now());
    let tenant = delivery.scope.tenant();
    let mut events: Vec<InboxEvent> = delivery
        .contents
        .iter()
        .filter_map(|content| serde_json::to_string(content).ok())
        .map(|content| InboxEvent { digest: hash(content.as_bytes()), tenant, content, until })
        .collect();
    events.sort_by(|one, other| one.digest.cmp(&other.digest));
    events.dedup_by(|one, other| one.digest == other.digest);
    let mut first = Work::new();
    delivery.learn(&mut first);
    let (head, rest) = events.split_at_checked(CHUNK).unwrap_or((&events, &[]));
    store(cx, &delivery.scope, head, first).await?;
    for some in rest.chunks(CHUNK * AT_ONCE) {
        try_join_all(some.chunks(CHUNK).map(|chunk| store(cx, &delivery.scope, chunk, Work::new()))).await?;
    }
    Ok(())
}

/// Stores events together with other work. What stands in the way of that work makes it void: it comes with the next callback.
async fn store(cx: &Cx, scope: &TenantScope, events: &[InboxEvent], with: Work) -> Result<(), StoreError> {
    let mut missing: Vec<&InboxEvent> = events.iter().collect();
    let mut work = with;
    loop {
        for event in &missing {
            work.create_or_renew(scope, *event, cx.now());
        }
        match cx.table().commit(work).await {
            Ok(()) => return Ok(()),
            // Some are there already. They are few: a callback that comes again is mostly one event.
            Err(CommitError::Refused(_)) => {}
            Err(CommitError::Store(error)) => return Err(error),
        }
        work = Work::new();
        let keys: Vec<_> = missing.iter().map(|event| keys::inbox(scope, &event.digest)).collect();
        let known = cx.table().get_items(&keys).await?;
        missing.retain(|event| !known.contains_key(&keys::inbox(scope, &event.digest)));
    }
}
