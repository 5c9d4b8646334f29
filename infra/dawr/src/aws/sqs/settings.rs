//! A queue's attributes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::error::QueueError;
use crate::aws::{ACCOUNT, REGION};

/// A queue that must exist once the store is open.
#[derive(Clone, Debug)]
pub struct QueueDefinition {
    /// Its name: letters, digits, `-` and `_`, at most 80.
    pub name: String,
    /// Seconds for which a received message is hidden.
    pub visibility_timeout: u32,
    /// Where messages go that were received too often.
    pub redrive: Option<Redrive>,
}

/// When a message is given up, and where it is put then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redrive {
    /// Name of the dead-letter queue.
    pub dead_letter: String,
    /// Receives after which the next one moves the message away instead; 1 to 1,000.
    pub max_receive_count: u32,
}

/// What `GetQueueAttributes` reports and `SetQueueAttributes` sets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Settings {
    pub(crate) visibility_timeout: u32,
    pub(crate) delay: u32,
    pub(crate) receive_wait: u32,
    pub(crate) retention: u32,
    pub(crate) max_message_bytes: u32,
    pub(crate) redrive: Option<Redrive>,
    /// Attributes that are kept and reported, and change nothing on one machine.
    pub(crate) inert: BTreeMap<String, String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            visibility_timeout: 30,
            delay: 0,
            receive_wait: 0,
            retention: 345_600,
            max_message_bytes: super::MAX_BYTES,
            redrive: None,
            inert: BTreeMap::from([("SqsManagedSseEnabled".to_owned(), "true".to_owned())]),
        }
    }
}

const INERT: [&str; 5] =
    ["KmsDataKeyReusePeriodSeconds", "KmsMasterKeyId", "Policy", "RedriveAllowPolicy", "SqsManagedSseEnabled"];

impl Settings {
    /// Changes the named attributes. Ranges are those of the SQS API reference.
    pub(crate) fn apply(&mut self, attributes: &BTreeMap<String, String>) -> Result<(), QueueError> {
        for (name, value) in attributes {
            match name.as_str() {
                "VisibilityTimeout" => self.visibility_timeout = number(name, value, 0, 43_200)?,
                "DelaySeconds" => self.delay = number(name, value, 0, 900)?,
                "ReceiveMessageWaitTimeSeconds" => self.receive_wait = number(name, value, 0, 20)?,
                "MessageRetentionPeriod" => self.retention = number(name, value, 60, 1_209_600)?,
                "MaximumMessageSize" => {
                    self.max_message_bytes = number(name, value, 1_024, super::MAX_BYTES)?;
                }
                "RedrivePolicy" => self.redrive = redrive(value)?,
                "FifoQueue" | "ContentBasedDeduplication" => {
                    return Err(QueueError::InvalidAttributeName(name.clone()));
                }
                known if INERT.contains(&known) => {
                    self.inert.insert(name.clone(), value.clone());
                }
                _ => return Err(QueueError::InvalidAttributeName(name.clone())),
            }
        }
        Ok(())
    }

    /// Every attribute but the counts and the times.
    pub(crate) fn report(&self, queue: &str) -> BTreeMap<String, String> {
        let mut report = self.inert.clone();
        report.insert("QueueArn".to_owned(), arn(queue));
        for (name, value) in [
            ("VisibilityTimeout", self.visibility_timeout),
            ("DelaySeconds", self.delay),
            ("ReceiveMessageWaitTimeSeconds", self.receive_wait),
            ("MessageRetentionPeriod", self.retention),
            ("MaximumMessageSize", self.max_message_bytes),
        ] {
            report.insert(name.to_owned(), value.to_string());
        }
        if let Some(redrive) = &self.redrive {
            let policy = json!({
                "deadLetterTargetArn": arn(&redrive.dead_letter),
                "maxReceiveCount": redrive.max_receive_count,
            });
            report.insert("RedrivePolicy".to_owned(), policy.to_string());
        }
        report
    }
}

/// A queue's resource name.
pub(crate) fn arn(queue: &str) -> String {
    format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{queue}")
}

/// The queue that a resource name means.
pub(crate) fn queue_of_arn(arn: &str) -> Option<&str> {
    let mut parts = arn.splitn(6, ':');
    let service = parts.nth(2)?;
    let name = parts.nth(2)?;
    (service == "sqs" && !name.is_empty()).then_some(name)
}

/// Whether a standard queue may have this name.
pub(crate) fn check_name(name: &str) -> Result<(), QueueError> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if (1..=80).contains(&name.len()) && name.chars().all(allowed) {
        Ok(())
    } else {
        Err(QueueError::InvalidParameter(
            "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length".to_owned(),
        ))
    }
}

fn number(name: &str, value: &str, least: u32, most: u32) -> Result<u32, QueueError> {
    value
        .parse()
        .ok()
        .filter(|number| (least..=most).contains(number))
        .ok_or_else(|| QueueError::InvalidAttributeValue(name.to_owned()))
}

fn redrive(policy: &str) -> Result<Option<Redrive>, QueueError> {
    if policy.is_empty() {
        return Ok(None);
    }
    let refuse = || QueueError::InvalidAttributeValue("RedrivePolicy".to_owned());
    let policy: Value = serde_json::from_str(policy).map_err(|_| refuse())?;
    let dead_letter =
        policy.get("deadLetterTargetArn").and_then(Value::as_str).and_then(queue_of_arn).ok_or_else(refuse)?;
    // Written as a number or, by older tools, as text.
    let count = match policy.get("maxReceiveCount") {
        Some(Value::String(text)) => text.parse().ok(),
        Some(value) => value.as_u64().and_then(|count| u32::try_from(count).ok()),
        None => None,
    };
    Ok(Some(Redrive {
        dead_letter: dead_letter.to_owned(),
        max_receive_count: count.filter(|count| (1..=1_000).contains(count)).ok_or_else(refuse)?,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(name: &str, value: &str) -> Result<Settings, QueueError> {
        let mut settings = Settings::default();
        settings.apply(&BTreeMap::from([(name.to_owned(), value.to_owned())]))?;
        Ok(settings)
    }

    #[test]
    fn a_redrive_policy_round_trips() {
        let policy = r#"{"deadLetterTargetArn":"arn:aws:sqs:eu-west-1:1:dead","maxReceiveCount":"4"}"#;
        let settings = set("RedrivePolicy", policy).unwrap();
        let report = settings.report("jobs");
        assert_eq!(set("RedrivePolicy", &report["RedrivePolicy"]).unwrap(), settings);
        assert_eq!(settings.redrive.unwrap().max_receive_count, 4);
    }

    #[test]
    fn what_no_queue_can_have_is_refused() {
        for (name, value) in [
            ("VisibilityTimeout", "43201"),
            ("VisibilityTimeout", "-1"),
            ("DelaySeconds", "901"),
            ("ReceiveMessageWaitTimeSeconds", "x"),
            ("MaximumMessageSize", "1048577"),
            ("RedrivePolicy", "{}"),
            ("RedrivePolicy", r#"{"deadLetterTargetArn":"dead","maxReceiveCount":1}"#),
            ("RedrivePolicy", r#"{"deadLetterTargetArn":"arn:aws:sqs:a:1:d","maxReceiveCount":0}"#),
            ("FifoQueue", "true"),
            ("Colour", "red"),
        ] {
            assert!(set(name, value).is_err(), "{name}={value}");
        }
        for name in ["", "a.fifo", "a/b", "ع"] {
            assert!(check_name(name).is_err(), "{name}");
        }
    }
}
