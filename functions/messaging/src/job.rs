//! Jobs: what stands on the queues between the functions. Nothing personal.

use std::collections::BTreeMap;

use aws_lambda_events::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use dawr_api::function::EventError;
use dawr_kernel::id::{AuditId, BatchId, MessageId, RequestId, TenantId};
use futures::{StreamExt, stream};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

/// Send a message, if it is still of this epoch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendJob {
    /// The tenant.
    pub tenant: TenantId,
    /// The message.
    pub message: MessageId,
    /// The message's epoch.
    pub epoch: u32,
}

/// Expand a batch, or go on with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchJob {
    /// The tenant.
    pub tenant: TenantId,
    /// The batch.
    pub batch: BatchId,
}

/// Merge a callback event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallbackJob {
    /// The tenant.
    pub tenant: TenantId,
    /// The event, by the hash of its content.
    pub digest: String,
}

/// Seal an entry of the audit trail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealJob {
    /// The tenant.
    pub tenant: TenantId,
    /// The entry.
    pub entry: AuditId,
}

/// Answer a request for a new password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResetJob {
    /// The request.
    pub request: RequestId,
}

/// So many jobs of an event run at once. Few, because what a crash cuts off in the middle a person has to look at.
const AT_ONCE: usize = 4;

/// Runs `work` on each job of an SQS event, and answers which of them failed: these come again. What is no job at all
/// fails, too, until it is dead.
///
/// # Errors
/// If the event is none of SQS.
pub async fn each<J, F>(event: Value, work: impl Fn(J) -> F) -> Result<Value, EventError>
where
    J: DeserializeOwned,
    F: Future<Output = Result<(), EventError>>,
{
    let event: SqsEvent = serde_json::from_value(event)?;
    let run = async |record: &SqsMessage| -> Result<(), EventError> { work(read(record)?).await };
    let results: Vec<_> = stream::iter(&event.records).map(&run).buffered(AT_ONCE).collect().await;
    answer(event.records.iter().zip(results))
}

/// The same for jobs of which those of one group are done together, one group after the other.
///
/// # Errors
/// If the event is none of SQS.
pub async fn together<J, K, F>(
    event: Value,
    group: impl Fn(&J) -> K,
    work: impl Fn(K, Vec<J>) -> F,
) -> Result<Value, EventError>
where
    J: DeserializeOwned,
    K: Ord + Copy,
    F: Future<Output = Result<(), EventError>>,
{
    let event: SqsEvent = serde_json::from_value(event)?;
    let mut results: Vec<(&SqsMessage, Result<(), EventError>)> = Vec::new();
    let mut groups: BTreeMap<K, Vec<(&SqsMessage, J)>> = BTreeMap::new();
    for record in &event.records {
        match read::<J>(record) {
            Ok(job) => groups.entry(group(&job)).or_default().push((record, job)),
            Err(error) => results.push((record, Err(error))),
        }
    }
    for (key, jobs) in groups {
        let (records, jobs): (Vec<_>, Vec<_>) = jobs.into_iter().unzip();
        let error = work(key, jobs).await.err().map(|error| error.to_string());
        results.extend(
            records.into_iter().map(|record| (record, error.clone().map_or(Ok(()), |error| Err(error.into())))),
        );
    }
    answer(results.into_iter())
}

fn read<J: DeserializeOwned>(record: &SqsMessage) -> Result<J, EventError> {
    Ok(serde_json::from_str(record.body.as_deref().unwrap_or_default())?)
}

/// The answer that names the jobs that failed.
fn answer<'a>(results: impl Iterator<Item = (&'a SqsMessage, Result<(), EventError>)>) -> Result<Value, EventError> {
    let mut failed = BTreeMap::new();
    for (record, result) in results {
        if let Err(error) = result {
            let id = record.message_id.clone().unwrap_or_default();
            tracing::warn!(job = id, error = %error, "a job failed");
            failed.insert(id, ());
        }
    }
    let mut response = SqsBatchResponse::default();
    response.batch_item_failures = failed
        .into_keys()
        .map(|id| {
            let mut failure = BatchItemFailure::default();
            failure.item_identifier = id;
            failure
        })
        .collect();
    Ok(serde_json::to_value(response)?)
}
