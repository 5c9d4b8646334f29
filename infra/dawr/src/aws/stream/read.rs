//! Records as dynoxide keeps them, and as Lambda hands them to a function.

use dynoxide::actions::describe_table::DescribeTableRequest;
use dynoxide::actions::get_records::GetRecordsRequest;
use dynoxide::actions::get_shard_iterator::GetShardIteratorRequest;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::StreamError;
use crate::aws::table::Table;
use crate::aws::{ACCOUNT, REGION};

/// One record of the stream.
pub(super) struct Record {
    pub(super) sequence_number: String,
    pub(super) created: Timestamp,
    pub(super) stream_arn: String,
    /// The record as it stands in a Lambda event.
    pub(super) event: Value,
}

/// The stream's only shard.
pub(super) fn shard(table: &Table) -> String {
    dynoxide::streams::shard_id(table.name())
}

/// At most `max` records after a sequence number, or from the first one on.
pub(super) fn after(table: &Table, position: Option<&str>, max: usize) -> Result<Vec<Record>, StreamError> {
    let database = table.database();
    let kind = match position {
        Some(_) => "AFTER_SEQUENCE_NUMBER",
        None => "TRIM_HORIZON",
    };
    let iterator = database
        .get_shard_iterator(GetShardIteratorRequest {
            // Only the table's name is read from it.
            stream_arn: dynoxide::streams::stream_arn(table.name(), ""),
            shard_id: shard(table),
            shard_iterator_type: kind.to_owned(),
            sequence_number: position.map(str::to_owned),
        })?
        .shard_iterator
        .unwrap_or_default();
    let found = database.get_records(GetRecordsRequest { shard_iterator: iterator, limit: Some(max) })?;
    if found.records.is_empty() {
        return Ok(Vec::new());
    }
    let stream_arn = stream_arn(table)?;
    found
        .records
        .into_iter()
        .map(|record| {
            let sequence_number = record.dynamodb.sequence_number.clone();
            // Whole seconds, as DynamoDB gives them to Lambda.
            let created = record.dynamodb.approximate_creation_date_time as i64;
            let mut event = serde_json::to_value(record)?;
            if let Some(fields) = event.as_object_mut() {
                fields.insert("awsRegion".to_owned(), json!(REGION));
                fields.insert("eventSourceARN".to_owned(), json!(stream_arn));
            }
            if let Some(time) = event.pointer_mut("/dynamodb/ApproximateCreationDateTime") {
                *time = json!(created);
            }
            Ok(Record {
                sequence_number,
                created: Timestamp::from_second(created).unwrap_or_default(),
                stream_arn: stream_arn.clone(),
                event,
            })
        })
        .collect()
}

fn stream_arn(table: &Table) -> Result<String, StreamError> {
    let description = table.database().describe_table(DescribeTableRequest { table_name: table.name().to_owned() })?;
    let label = description.table.latest_stream_label.unwrap_or_default();
    Ok(format!("arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{}/stream/{label}", table.name()))
}
