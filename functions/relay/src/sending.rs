//! Putting jobs on the queues.

use std::{collections::BTreeMap, time::Duration};

use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use dawr_api::{Cx, function::Queue, idempotency::hash};
use dawr_store::{Handed, plain};
use futures::future::join_all;
use jiff::{SignedDuration, Timestamp};

/// The most messages of one SendMessageBatch.
const MAX_ENTRIES: usize = 10;

/// SQS delays no longer.
const MAX_DELAY: SignedDuration = SignedDuration::from_mins(15);

/// A queue that does not answer within this time refuses.
const PATIENCE: Duration = Duration::from_secs(10);

/// A job on its way to a queue.
#[derive(Debug, Clone)]
pub struct Call {
    /// The stream record that it comes from.
    pub sequence: String,
    /// The queue.
    pub queue: String,
    /// Not before.
    pub at: Option<Timestamp>,
    /// The job.
    pub job: Handed,
    /// Whether it stands in the index of what is due, too, and so comes again.
    pub is_due_later: bool,
}

impl Call {
    /// Whether its time is further off than a queue waits.
    pub fn is_far_off(&self, now: Timestamp) -> bool {
        self.at.is_some_and(|at| at.duration_since(now) > MAX_DELAY)
    }

    /// For how many seconds the queue holds it back. Rounded up: a job that comes too early would find nothing to do.
    fn delay(&self, now: Timestamp) -> i32 {
        let left = self.at.map_or(0, |at| at.duration_since(now).min(MAX_DELAY).as_millis());
        i32::try_from((left + 999).div_euclid(1000).max(0)).unwrap_or_default()
    }

    /// Whose turn it is: the tenant's, as far as it is one's.
    fn group(&self) -> String {
        self.job.tenant.map_or_else(|| hash(self.job.key.last().as_bytes()), |tenant| tenant.to_string())
    }
}

/// What became of jobs.
#[derive(Default)]
pub struct Sent {
    /// They are on their queues.
    pub done: Vec<Call>,
    /// Their queues refuse them.
    pub refused: Vec<Call>,
    /// There are no such queues.
    pub unknown: Vec<Call>,
}

/// Puts jobs on their queues, all queues at once: none waits for another.
pub async fn send_all(cx: &Cx, calls: Vec<Call>) -> Sent {
    let mut sent = Sent::default();
    let mut queues: BTreeMap<&str, Vec<Call>> = BTreeMap::new();
    for call in calls {
        match Queue::parse(&call.queue).and_then(|queue| cx.settings().queues.get(&queue)) {
            Some(url) => queues.entry(url).or_default().push(call),
            None => sent.unknown.push(call),
        }
    }
    for (done, refused) in join_all(queues.into_iter().map(|(url, calls)| send(cx, url, calls))).await {
        sent.done.extend(done);
        sent.refused.extend(refused);
    }
    sent
}

/// Puts jobs on a queue. Once it refuses a whole call the rest is not tried.
async fn send(cx: &Cx, url: &str, calls: Vec<Call>) -> (Vec<Call>, Vec<Call>) {
    let (mut done, mut refused) = (Vec::new(), Vec::new());
    let mut answers = true;
    for some in calls.chunks(MAX_ENTRIES) {
        let failed = if answers { send_some(cx, url, some).await } else { None };
        answers = failed.is_some();
        for (index, call) in some.iter().enumerate() {
            let is_done = failed.as_ref().is_some_and(|failed| !failed.contains(&index));
            if is_done { done.push(call.clone()) } else { refused.push(call.clone()) }
        }
    }
    (done, refused)
}

/// Puts a few jobs on a queue, and gives which of them did not get there; none if the queue does not answer.
async fn send_some(cx: &Cx, url: &str, calls: &[Call]) -> Option<Vec<usize>> {
    let queue = calls.first().map_or("", |call| call.queue.as_str());
    let sqs = cx.sqs().ok()?;
    let entry = |(index, call): (usize, &Call)| {
        let entry = SendMessageBatchRequestEntry::builder().id(index.to_string()).message_group_id(call.group());
        entry.message_body(serde_json::to_string(&call.job).ok()?).delay_seconds(call.delay(cx.now())).build().ok()
    };
    let entries: Vec<_> = calls.iter().enumerate().filter_map(entry).collect();
    let request = sqs.send_message_batch().queue_url(url).set_entries(Some(entries)).send();
    let error = match tokio::time::timeout(PATIENCE, request).await {
        Ok(Ok(sent)) => {
            let is_there = |index: &usize| sent.successful().iter().any(|entry| entry.id() == index.to_string());
            return Some((0..calls.len()).filter(|index| !is_there(index)).collect());
        }
        Ok(Err(error)) => plain(&error),
        Err(_) => "no answer in time".to_owned(),
    };
    tracing::warn!(queue, error, "a queue refuses jobs");
    None
}
