//! Secrets Manager on one machine, spoken to in the AWS JSON 1.1 protocol.
//!
//! The values lie unencrypted in a file that only its owner may read.

mod error;
mod store;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value, json};

pub use error::SecretError;
pub use store::Secrets;
use store::{NewVersion, Secret, Version};

use crate::aws::http::{Failure, read};

/// Days for which a deleted secret can be had back, when the caller names none.
const RECOVERY_DAYS: i64 = 30;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Write {
    name: Option<String>,
    secret_id: Option<String>,
    client_request_token: Option<String>,
    description: Option<String>,
    secret_string: Option<String>,
    secret_binary: Option<String>,
    #[serde(default)]
    version_stages: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Read {
    secret_id: Option<String>,
    version_id: Option<String>,
    version_stage: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Delete {
    secret_id: Option<String>,
    recovery_window_in_days: Option<i64>,
    #[serde(default)]
    force_delete_without_recovery: bool,
}

/// Answers one operation.
pub(crate) fn call(store: &Secrets, operation: &str, body: &[u8]) -> Result<Value, Failure> {
    Ok(match operation {
        "CreateSecret" => create(store, read(body)?)?,
        "PutSecretValue" => put(store, read(body)?)?,
        "GetSecretValue" => get(store, &read(body)?)?,
        "DescribeSecret" => describe(store, &read(body)?)?,
        "DeleteSecret" => delete(store, &read(body)?)?,
        "RestoreSecret" => restore(store, &read(body)?)?,
        _ => return Err(Failure::unknown_operation(operation)),
    })
}

fn create(store: &Secrets, input: Write) -> Result<Value, SecretError> {
    let name = required(input.name.clone(), "Name")?;
    let description = input.description.clone();
    let value = version(input, false)?;
    let (secret, version) = store.create(&name, description.as_deref(), value)?;
    let mut answer = json!({ "ARN": secret.arn, "Name": secret.name });
    if let (Some(version), Some(fields)) = (version, answer.as_object_mut()) {
        fields.insert("VersionId".to_owned(), Value::String(version));
    }
    Ok(answer)
}

fn put(store: &Secrets, input: Write) -> Result<Value, SecretError> {
    let id = required(input.secret_id.clone(), "SecretId")?;
    let value =
        version(input, true)?.ok_or_else(|| SecretError::InvalidParameter("You must provide a value.".to_owned()))?;
    let (secret, version) = store.put(&id, value)?;
    Ok(json!({
        "ARN": secret.arn,
        "Name": secret.name,
        "VersionId": version.id,
        "VersionStages": version.stages,
    }))
}

fn get(store: &Secrets, input: &Read) -> Result<Value, SecretError> {
    let id = required(input.secret_id.as_deref(), "SecretId")?;
    let (secret, version) = store.get(id, input.version_id.as_deref(), input.version_stage.as_deref())?;
    let mut answer = Map::new();
    answer.insert("ARN".to_owned(), json!(secret.arn));
    answer.insert("Name".to_owned(), json!(secret.name));
    answer.insert("VersionId".to_owned(), json!(version.id));
    answer.insert("VersionStages".to_owned(), json!(version.stages));
    answer.insert("CreatedDate".to_owned(), seconds(version.created_at));
    for (name, value) in [("SecretString", version.string), ("SecretBinary", version.binary)] {
        if let Some(value) = value {
            answer.insert(name.to_owned(), Value::String(value));
        }
    }
    Ok(Value::Object(answer))
}

fn describe(store: &Secrets, input: &Read) -> Result<Value, SecretError> {
    let id = required(input.secret_id.as_deref(), "SecretId")?;
    let (secret, versions) = store.describe(id)?;
    let stages: BTreeMap<String, Vec<String>> =
        versions.into_iter().map(|Version { id, stages, .. }| (id, stages)).collect();
    let mut answer = Map::new();
    answer.insert("ARN".to_owned(), json!(secret.arn));
    answer.insert("Name".to_owned(), json!(secret.name));
    answer.insert("CreatedDate".to_owned(), seconds(secret.created_at));
    answer.insert("LastChangedDate".to_owned(), seconds(secret.changed_at));
    answer.insert("VersionIdsToStages".to_owned(), json!(stages));
    if let Some(description) = secret.description {
        answer.insert("Description".to_owned(), Value::String(description));
    }
    if let Some(deleted_at) = secret.deleted_at {
        answer.insert("DeletedDate".to_owned(), seconds(deleted_at));
    }
    Ok(Value::Object(answer))
}

fn delete(store: &Secrets, input: &Delete) -> Result<Value, SecretError> {
    let id = required(input.secret_id.as_deref(), "SecretId")?;
    let days = match (input.force_delete_without_recovery, input.recovery_window_in_days) {
        (true, Some(_)) => {
            return Err(SecretError::InvalidParameter(
                "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.".to_owned(),
            ));
        }
        (true, None) => None,
        (false, days) => Some(days.unwrap_or(RECOVERY_DAYS)),
    };
    if days.is_some_and(|days| !(7..=30).contains(&days)) {
        return Err(SecretError::InvalidParameter(
            "The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).".to_owned(),
        ));
    }
    let secret = match days {
        Some(days) => store.delete(id, days)?,
        None => store.delete_now(id)?,
    };
    Ok(json!({
        "ARN": secret.arn,
        "Name": secret.name,
        "DeletionDate": seconds(secret.deleted_at.unwrap_or_default()),
    }))
}

fn restore(store: &Secrets, input: &Read) -> Result<Value, SecretError> {
    let Secret { arn, name, .. } = store.restore(required(input.secret_id.as_deref(), "SecretId")?)?;
    Ok(json!({ "ARN": arn, "Name": name }))
}

/// The value that a request brings, if it brings one.
fn version(input: Write, must_label: bool) -> Result<Option<NewVersion>, SecretError> {
    if input.client_request_token.as_ref().is_some_and(|token| !(32..=64).contains(&token.len())) {
        return Err(SecretError::InvalidParameter(
            "ClientRequestToken must be 32 to 64 characters long.".to_owned(),
        ));
    }
    let (string, binary) = (input.secret_string, input.secret_binary);
    let length = match (&string, &binary) {
        (None, None) => return Ok(None),
        (Some(_), Some(_)) => {
            return Err(SecretError::InvalidParameter(
                "You can't specify both a binary secret value and a string secret value in the same secret.".to_owned(),
            ));
        }
        (Some(value), None) => value.len(),
        (None, Some(value)) => value.len() / 4 * 3,
    };
    if !(1..=65_536).contains(&length) {
        return Err(SecretError::InvalidParameter("The value must be 1 to 65536 bytes long.".to_owned()));
    }
    let stages = if must_label && !input.version_stages.is_empty() {
        input.version_stages
    } else {
        vec![store::CURRENT.to_owned()]
    };
    Ok(Some(NewVersion { token: input.client_request_token, string, binary, stages }))
}

fn required<T>(value: Option<T>, name: &str) -> Result<T, SecretError> {
    value.ok_or_else(|| SecretError::InvalidParameter(format!("The parameter {name} is missing.")))
}

/// Milliseconds as the protocol writes times: seconds with a fraction.
fn seconds(millis: i64) -> Value {
    json!(millis as f64 / 1000.0)
}
