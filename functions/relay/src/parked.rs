//! What could not be handed on waits in the table, and is tried again by itself: what a queue refused, and what cannot be read. Of the
//! latter only where it is, is known: once it can be read, it is handed on.

use dawr_api::{Cx, function::EventError};
use dawr_store::{
    CommitError, Entity, Handed, Key, Place, StoreError, Stored, TenantScope, Work, entity::kind_of, keys,
    wake::wake_of,
};
use futures::{StreamExt, stream};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    back_off,
    record::Unreadable,
    sending::{Call, Sent, send_all},
};

/// How long a refused job waits at first, and at most.
const REFUSED: (SignedDuration, SignedDuration) = (SignedDuration::from_secs(5), SignedDuration::from_mins(15));

/// How long what cannot be read waits at first, and at most: somebody has to repair it.
const UNREADABLE: (SignedDuration, SignedDuration) = (SignedDuration::from_mins(5), SignedDuration::from_hours(1));

/// So many are parked at once.
const AT_ONCE: usize = 16;

/// Why something is parked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Its queue refuses it.
    Refused,
    /// Its time is further off than its queue waits, and it stands in no index.
    FarOff,
    /// There is no such queue.
    UnknownQueue,
    /// It cannot be read what it wants.
    Unreadable,
}

impl Reason {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::FarOff => "far_off",
            Self::UnknownQueue => "unknown_queue",
            Self::Unreadable => "unreadable",
        }
    }

    const fn waits(self) -> (SignedDuration, SignedDuration) {
        match self {
            Self::Refused | Self::FarOff => REFUSED,
            Self::UnknownQueue | Self::Unreadable => UNREADABLE,
        }
    }
}

/// Something parked. It holds where the item is, and nothing of the item.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Parked {
    /// The queue, as far as it is known.
    pub queue: String,
    /// The item that wants a job; none of a record that says no place of one.
    pub item: Option<Key>,
    /// What it is.
    pub item_kind: String,
    /// The `n` of its wake.
    pub n: u64,
    /// Not before.
    pub at: Option<Timestamp>,
    /// The stream's own name for the record that it was read from; empty for what was read from an index.
    pub record: String,
    /// Why it is parked.
    pub reason: Reason,
    /// Since when.
    pub since: Timestamp,
    /// Counts how often it was tried since.
    pub tries: u32,
    /// When it is tried again.
    pub look_at: Timestamp,
}

impl Entity for Parked {
    const KIND: &'static str = "parked";

    fn place(&self, _: &TenantScope) -> Place {
        let key = match &self.item {
            Some(item) => keys::parked(&self.queue, item, self.n),
            None => keys::parked_record(&self.record),
        };
        let due = keys::parked_due(&key, self.look_at);
        Place::at(key).gsi2(due)
    }
}

impl Parked {
    /// A job that could not be handed on.
    pub fn call(cx: &Cx, call: &Call, reason: Reason) -> Self {
        let Call { sequence, queue, at, job, .. } = call.clone();
        Self::new(
            cx,
            Self {
                queue,
                item: Some(job.key),
                item_kind: job.kind,
                n: job.n,
                at,
                record: sequence,
                reason,
                ..Self::empty(cx)
            },
        )
    }

    /// What cannot be read.
    pub fn unreadable(cx: &Cx, Unreadable { sequence, key, kind }: Unreadable) -> Self {
        Self::new(cx, Self { item: key, item_kind: kind, record: sequence, ..Self::empty(cx) })
    }

    fn empty(cx: &Cx) -> Self {
        Self {
            queue: String::new(),
            item: None,
            item_kind: String::new(),
            n: 0,
            at: None,
            record: String::new(),
            reason: Reason::Unreadable,
            since: cx.now(),
            tries: 0,
            look_at: cx.now(),
        }
    }

    fn new(cx: &Cx, parked: Self) -> Self {
        let (first, most) = parked.reason.waits();
        let again = back_off::after(cx.now(), first, parked.tries, most);
        // What is early waits for its time; what is later than that, no queue holds back.
        let look_at = match (parked.reason, parked.at) {
            (Reason::FarOff, Some(at)) => at,
            _ => again,
        };
        Self { look_at, ..parked }
    }

    /// Says that it is parked, in words by which an alarm is raised, and that name nobody.
    fn tell(&self) {
        let (queue, kind, record) = (self.queue.as_str(), self.item_kind.as_str(), self.record.as_str());
        let (parked, tries) = (self.reason.as_str(), self.tries);
        match self.reason {
            Reason::FarOff => tracing::info!(queue, kind, record, tries, "a job waits for its time"),
            Reason::Refused => tracing::warn!(parked, queue, kind, record, tries, "a job is parked"),
            Reason::UnknownQueue | Reason::Unreadable => {
                tracing::error!(parked, queue, kind, record, tries, "what cannot be read is parked");
            }
        }
    }

    fn call_again(&self) -> Option<Call> {
        let job = Handed::of(self.item_kind.clone(), self.item.clone()?, self.n);
        Some(Call { sequence: self.record.clone(), queue: self.queue.clone(), at: self.at, job, is_due_later: false })
    }
}

/// Nobody's: what is parked lies outside any tenant.
fn nobody(cx: &Cx) -> TenantScope {
    cx.job(cx.new_id())
}

/// Parks these, and gives the stream records of those that the table did not take.
pub async fn park(cx: &Cx, parked: Vec<Parked>) -> Vec<String> {
    let one = async |parked: Parked| {
        let mut work = Work::new();
        work.create(&nobody(cx), &parked);
        match cx.table().commit(work).await {
            Ok(()) => parked.tell(),
            // It is parked already: the record came twice.
            Err(CommitError::Refused(_)) => {}
            Err(error @ CommitError::Store(_)) => {
                tracing::error!(record = parked.record, %error, "the table does not take what is to be parked");
                return Some(parked.record);
            }
        }
        None
    };
    stream::iter(parked).map(one).buffer_unordered(AT_ONCE).filter_map(async |failed| failed).collect().await
}

/// Tries again what is parked, and gives how many of them need not be any more.
///
/// # Errors
/// If the table does not answer.
pub async fn try_again(cx: &Cx, some: Vec<Stored<Parked>>) -> Result<u32, EventError> {
    let mut waiting: Vec<(Stored<Parked>, Call)> = Vec::new();
    let mut ended: Vec<(Stored<Parked>, Option<Reason>)> = Vec::new();
    for (parked, found) in read_again(cx, some).await? {
        match found {
            Found::Call(call) => waiting.push((parked, call)),
            Found::Nothing => ended.push((parked, None)),
            Found::Unreadable => ended.push((parked, Some(Reason::Unreadable))),
        }
    }
    let Sent { done, refused, unknown } = send_all(cx, waiting.iter().map(|(_, call)| call.clone()).collect()).await;
    let outcomes = [(done, None), (refused, Some(Reason::Refused)), (unknown, Some(Reason::UnknownQueue))];
    for (parked, call) in waiting {
        let is_it = |calls: &[Call]| calls.iter().any(|other| other.job == call.job && other.queue == call.queue);
        let outcome = outcomes.iter().find(|(calls, _)| is_it(calls)).map_or(Some(Reason::Refused), |(_, why)| *why);
        ended.push((parked, outcome));
    }
    let freed = u32::try_from(ended.iter().filter(|(_, why)| why.is_none()).count()).unwrap_or(u32::MAX);
    stream::iter(ended).for_each_concurrent(AT_ONCE, |(parked, why)| end(cx, parked, why)).await;
    Ok(freed)
}

/// What is found of something parked.
enum Found {
    Call(Call),
    /// Its item is gone, or wants nothing any more.
    Nothing,
    Unreadable,
}

/// What these want by now: a job that was refused the same one; of what could not be read the item is looked at again.
async fn read_again(cx: &Cx, some: Vec<Stored<Parked>>) -> Result<Vec<(Stored<Parked>, Found)>, StoreError> {
    let looks = |parked: &Parked| matches!(parked.reason, Reason::Unreadable | Reason::UnknownQueue);
    let wanted: Vec<Key> =
        some.iter().filter(|parked| looks(parked)).filter_map(|parked| parked.item.clone()).collect();
    let items = if wanted.is_empty() { Default::default() } else { cx.table().get_items(&wanted).await? };
    let found = |parked: Stored<Parked>| {
        let found = match (&parked.item, looks(&parked)) {
            (_, false) => parked.call_again().map_or(Found::Unreadable, Found::Call),
            // Nothing can be asked of it: a person has to.
            (None, true) => Found::Unreadable,
            (Some(key), true) => match items.get(key).map(|item| (kind_of(item), wake_of(item))) {
                None | Some((_, Ok(None))) => Found::Nothing,
                Some((_, Err(_))) => Found::Unreadable,
                Some((kind, Ok(Some(wake)))) => Found::Call(Call {
                    sequence: parked.record.clone(),
                    queue: wake.queue,
                    at: wake.at,
                    job: Handed::of(kind.to_owned(), key.clone(), wake.n),
                    is_due_later: false,
                }),
            },
        };
        (parked, found)
    };
    Ok(some.into_iter().map(found).collect())
}

/// Something parked was tried: it is parked no more, or for longer.
async fn end(cx: &Cx, parked: Stored<Parked>, why: Option<Reason>) {
    let mut work = Work::new();
    let later = why.map(|reason| Parked::new(cx, Parked { reason, tries: parked.tries + 1, ..parked.value.clone() }));
    match &later {
        Some(later) => work.replace(&nobody(cx), &parked, later),
        None => work.delete(&parked),
    };
    match cx.table().commit(work).await {
        // Refused: another run is at it, too.
        Ok(()) | Err(CommitError::Refused(_)) => later.iter().for_each(Parked::tell),
        // It is tried once more than need be.
        Err(CommitError::Store(error)) => tracing::error!(%error, "what is parked cannot be moved"),
    }
}
