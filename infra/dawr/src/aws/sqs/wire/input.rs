//! What callers send, and the limits that SQS sets to it (SQS API Reference).

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use super::super::error::QueueError;
use super::super::messages::{Attribute, ReceiveOptions};

/// Entries in a batch.
const MAX_ENTRIES: usize = 10;

/// Queues on a page.
const MAX_RESULTS: i64 = 1_000;

/// Twelve hours.
const MAX_HIDDEN: i64 = 43_200;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Named {
    pub(super) queue_name: Option<String>,
    #[serde(default)]
    pub(super) attributes: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Prefixed {
    pub(super) queue_name_prefix: Option<String>,
    #[serde(flatten)]
    pub(super) page: Page,
}

/// Which part of a list is asked for.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Page {
    max_results: Option<i64>,
    next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Queue {
    pub(super) queue_url: Option<String>,
    #[serde(default)]
    pub(super) attribute_names: Vec<String>,
    #[serde(flatten)]
    pub(super) page: Page,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Configure {
    pub(super) queue_url: Option<String>,
    #[serde(default)]
    pub(super) attributes: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Send {
    #[serde(default)]
    pub(super) queue_url: Option<String>,
    pub(super) message_body: Option<String>,
    pub(super) delay_seconds: Option<i64>,
    pub(super) message_group_id: Option<String>,
    pub(super) message_deduplication_id: Option<String>,
    #[serde(default)]
    pub(super) message_attributes: BTreeMap<String, Attribute>,
    #[serde(default)]
    pub(super) message_system_attributes: BTreeMap<String, Attribute>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Receive {
    pub(super) queue_url: Option<String>,
    max_number_of_messages: Option<i64>,
    visibility_timeout: Option<i64>,
    wait_time_seconds: Option<i64>,
    /// The older name of the next one.
    #[serde(default)]
    attribute_names: Vec<String>,
    #[serde(default)]
    message_system_attribute_names: Vec<String>,
    #[serde(default)]
    message_attribute_names: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Handle {
    #[serde(default)]
    pub(super) queue_url: Option<String>,
    receipt_handle: Option<String>,
    visibility_timeout: Option<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Batch<T> {
    pub(super) queue_url: Option<String>,
    #[serde(default = "Vec::new")]
    entries: Vec<Entry<T>>,
}

#[derive(Deserialize)]
pub(super) struct Entry<T> {
    #[serde(rename = "Id", default)]
    pub(super) id: String,
    #[serde(flatten)]
    pub(super) value: T,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Move {
    pub(super) source_arn: Option<String>,
    pub(super) destination_arn: Option<String>,
    pub(super) max_number_of_messages_per_second: Option<u32>,
    pub(super) max_results: Option<i64>,
    pub(super) task_handle: Option<String>,
}

impl Page {
    /// The names on the page, of a list in order, and the token of the next one. Without a length there is one page alone.
    pub(super) fn of(&self, names: Vec<String>) -> Result<(Vec<String>, Option<String>), QueueError> {
        let most = within("MaxResults", self.max_results, 1, MAX_RESULTS)?;
        let after = match &self.next_token {
            Some(token) if most.is_some() => Some(last_name(token)?),
            Some(_) => return Err(QueueError::MissingParameter("MaxResults")),
            None => None,
        };
        let rest = names.into_iter().filter(|name| after.as_ref().is_none_or(|after| name > after));
        let length = usize::try_from(most.unwrap_or(MAX_RESULTS.unsigned_abs())).unwrap_or(usize::MAX);
        let mut page: Vec<String> = rest.take(length.saturating_add(1)).collect();
        let is_last = page.len() <= length;
        page.truncate(length);
        let next = page.last().filter(|_| !is_last && most.is_some()).map(|name| STANDARD.encode(name));
        Ok((page, next))
    }
}

/// The name that a page ended with.
fn last_name(token: &str) -> Result<String, QueueError> {
    let name = STANDARD.decode(token).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    name.ok_or_else(|| QueueError::InvalidParameter("Invalid or expired next token.".to_owned()))
}

impl Receive {
    pub(super) fn options(&self) -> Result<ReceiveOptions, QueueError> {
        let max = within("MaxNumberOfMessages", self.max_number_of_messages, 1, MAX_ENTRIES as i64)?;
        let visibility = within("VisibilityTimeout", self.visibility_timeout, 0, MAX_HIDDEN)?;
        Ok(ReceiveOptions {
            max: max.map_or(1, |max| max as usize),
            visibility: visibility.map(Duration::from_secs),
            wait: within("WaitTimeSeconds", self.wait_time_seconds, 0, 20)?.map(Duration::from_secs),
        })
    }

    pub(super) fn wants_system(&self, name: &str) -> bool {
        self.attribute_names
            .iter()
            .chain(&self.message_system_attribute_names)
            .any(|asked| asked == name || asked == "All")
    }

    /// A name, `All`, `.*`, or a beginning followed by `.*`.
    pub(super) fn wants(&self, name: &str) -> bool {
        self.message_attribute_names.iter().any(|asked| {
            asked == name || asked == "All" || asked.strip_suffix(".*").is_some_and(|prefix| name.starts_with(prefix))
        })
    }
}

impl Handle {
    pub(super) fn receipt(&self) -> Result<&str, QueueError> {
        self.receipt_handle.as_deref().ok_or(QueueError::MissingParameter("ReceiptHandle"))
    }

    pub(super) fn hidden(&self) -> Result<Duration, QueueError> {
        within("VisibilityTimeout", self.visibility_timeout, 0, MAX_HIDDEN)?
            .map(Duration::from_secs)
            .ok_or(QueueError::MissingParameter("VisibilityTimeout"))
    }
}

impl<T> Batch<T> {
    /// The entries, if they are a batch.
    pub(super) fn entries(&self) -> Result<&[Entry<T>], QueueError> {
        if self.entries.is_empty() {
            return Err(QueueError::EmptyBatch);
        }
        if self.entries.len() > MAX_ENTRIES {
            return Err(QueueError::TooManyEntries(self.entries.len()));
        }
        let mut seen = HashSet::new();
        for Entry { id, .. } in &self.entries {
            let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
            if id.is_empty() || id.len() > 80 || !id.chars().all(allowed) {
                return Err(QueueError::InvalidEntryId);
            }
            if !seen.insert(id) {
                return Err(QueueError::EntryIdsNotDistinct(id.clone()));
            }
        }
        Ok(&self.entries)
    }

    pub(super) fn into_entries(self) -> Vec<Entry<T>> {
        self.entries
    }
}

/// The queue that a URL means. Host and account do not matter: the port is another one after
/// every start.
pub(super) fn queue_of(url: Option<&str>) -> Result<&str, QueueError> {
    let url = url.ok_or(QueueError::MissingParameter("QueueUrl"))?;
    url.rsplit('/').next().filter(|name| !name.is_empty()).ok_or(QueueError::QueueDoesNotExist)
}

/// A number within its limits.
pub(super) fn within(name: &str, value: Option<i64>, least: i64, most: i64) -> Result<Option<u64>, QueueError> {
    match value {
        None => Ok(None),
        Some(value) if (least..=most).contains(&value) => Ok(u64::try_from(value).ok()),
        Some(value) => Err(QueueError::InvalidParameter(format!(
            "Value {value} for parameter {name} is invalid. Reason: Must be between {least} and {most}, if provided."
        ))),
    }
}
