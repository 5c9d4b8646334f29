//! What workers do with the jobs of a queue. A job says where the item is that wants it, and nothing personal
//! ([`dawr_store::Handed`]); whether there is still something to do, the item says.

use std::collections::BTreeMap;

use dawr_kernel::id::TenantId;
use dawr_store::Handed;
use futures::{StreamExt, stream};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::function::EventError;

/// An event of SQS: as much of it as is read.
#[derive(Deserialize)]
struct Event {
    #[serde(rename = "Records")]
    records: Vec<Record>,
}

#[derive(Deserialize)]
struct Record {
    #[serde(rename = "messageId")]
    id: String,
    #[serde(default)]
    body: String,
}

impl Record {
    fn job(&self) -> Result<Handed, EventError> {
        Ok(serde_json::from_str(&self.body)?)
    }
}

/// So many jobs of an event run at once. Few, because what a crash cuts off in the middle a person has to look at.
const AT_ONCE: usize = 4;

/// Runs `work` on each job of an SQS event, and answers which of them failed: these come again. What is no job at all
/// fails, too, until it is dead.
///
/// # Errors
/// If the event is none of SQS.
pub async fn each<F>(event: Value, work: impl Fn(Handed) -> F) -> Result<Value, EventError>
where
    F: Future<Output = Result<(), EventError>>,
{
    let event: Event = serde_json::from_value(event)?;
    let run = async |record: &Record| -> Result<(), EventError> { work(record.job()?).await };
    let results: Vec<_> = stream::iter(&event.records).map(&run).buffered(AT_ONCE).collect().await;
    Ok(answer(event.records.iter().zip(results)))
}

/// The same for jobs of which those of one tenant are done together, one tenant after the other.
///
/// # Errors
/// If the event is none of SQS.
pub async fn together<F>(event: Value, work: impl Fn(Option<TenantId>, Vec<Handed>) -> F) -> Result<Value, EventError>
where
    F: Future<Output = Result<(), EventError>>,
{
    let event: Event = serde_json::from_value(event)?;
    let mut results: Vec<(&Record, Result<(), EventError>)> = Vec::new();
    let mut tenants: BTreeMap<Option<TenantId>, Vec<(&Record, Handed)>> = BTreeMap::new();
    for record in &event.records {
        match record.job() {
            Ok(job) => tenants.entry(job.tenant).or_default().push((record, job)),
            Err(error) => results.push((record, Err(error))),
        }
    }
    for (tenant, jobs) in tenants {
        let (records, jobs): (Vec<_>, Vec<_>) = jobs.into_iter().unzip();
        let error = work(tenant, jobs).await.err().map(|error| error.to_string());
        results.extend(
            records.into_iter().map(|record| (record, error.clone().map_or(Ok(()), |error| Err(error.into())))),
        );
    }
    Ok(answer(results.into_iter()))
}

/// The answer that names the jobs that failed.
fn answer<'a>(results: impl Iterator<Item = (&'a Record, Result<(), EventError>)>) -> Value {
    let mut failed = BTreeMap::new();
    for (record, result) in results {
        if let Err(error) = result {
            tracing::warn!(job = record.id, error = %error, "a job failed");
            failed.insert(&record.id, ());
        }
    }
    let failed: Vec<Value> = failed.into_keys().map(|id| json!({ "itemIdentifier": id })).collect();
    json!({ "batchItemFailures": failed })
}
