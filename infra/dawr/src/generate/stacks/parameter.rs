//! What the root stack tells a nested one.

use dawr_api::function::Queue;
use serde_norway::Value;

use super::super::yaml::map;

/// A parameter of a nested stack. A stack has those that its functions need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Parameter {
    /// What names start with: the root stack's name.
    Prefix,
    /// The HTTP API.
    ApiId,
    /// The table's name.
    TableName,
    /// The table's ARN.
    TableArn,
    /// The ARN of the table's stream.
    StreamArn,
    /// The ARN of the queue for stream records that nobody could handle.
    StreamDeadLettersArn,
    /// The address of that queue.
    StreamDeadLettersUrl,
    /// A queue's address.
    QueueUrl(Queue),
    /// A queue's ARN.
    QueueArn(Queue),
    /// The address of a queue's dead-letter queue.
    DeadLettersUrl(Queue),
    /// The ARN of a queue's dead-letter queue.
    DeadLettersArn(Queue),
    /// The ARN of the secret with the key that signs access tokens.
    SigningKeyArn,
    /// The secret with the key of second factors.
    FactorKeyArn,
    /// The keys that verify access tokens.
    PublicKeys,
    /// By what requests show that they came through the distribution.
    EdgeProofSha256,
    /// The secret with the key that seals page tokens.
    PageKeyArn,
    /// The customer's own key of KMS.
    KmsKeyArn,
    /// Whether workers have a part of the account's concurrency to themselves.
    ReserveConcurrency,
    /// Where the API is reached from outside.
    PublicUrl,
    /// Meta's Graph API.
    GraphUrl,
    /// Its version.
    GraphVersion,
    /// The simulator of try-outs.
    /// How long a provider may take.
    ProviderTimeoutSeconds,
    /// How long a sender owns a message.
    SendLeaseSeconds,
    /// How long an unknown outcome waits for a callback.
    UnknownHoldSeconds,
    /// When a queued message is handed on again.
    StragglerSeconds,
    /// How long a number that the provider stopped is left alone.
    AccountHoldSeconds,
    /// How often a message is tried.
    MaxAttempts,
    /// How long logs are kept.
    LogRetentionDays,
    /// What is logged.
    LogLevel,
    /// Where alarms go.
    AlarmTopicArn,
}

impl Parameter {
    /// Its name in templates.
    pub fn name(self) -> String {
        match self {
            Self::QueueUrl(queue) => format!("{}Url", capitalized(queue)),
            Self::QueueArn(queue) => format!("{}Arn", capitalized(queue)),
            Self::DeadLettersUrl(queue) => format!("{}DeadLettersUrl", capitalized(queue)),
            Self::DeadLettersArn(queue) => format!("{}DeadLettersArn", capitalized(queue)),
            other => format!("{other:?}"),
        }
    }

    /// What the template says of it.
    pub(super) fn definition(self) -> Value {
        let kind = match self {
            Self::ProviderTimeoutSeconds
            | Self::SendLeaseSeconds
            | Self::UnknownHoldSeconds
            | Self::StragglerSeconds
            | Self::AccountHoldSeconds
            | Self::MaxAttempts
            | Self::LogRetentionDays => "Number",
            _ => "String",
        };
        map! { "Type" => kind, "Description" => self.description() }
    }

    fn description(self) -> String {
        let text = match self {
            Self::Prefix => "What the names of functions, logs and secrets start with.",
            Self::ApiId => "The HTTP API.",
            Self::TableName => "The table's name.",
            Self::TableArn => "The table's ARN.",
            Self::StreamArn => "The ARN of the table's stream.",
            Self::StreamDeadLettersArn => "The ARN of the queue for stream records that could not be handled.",
            Self::StreamDeadLettersUrl => "The address of the queue for stream records that could not be handled.",
            Self::QueueUrl(queue) => {
                return format!("The address of the queue {}.", queue.as_str());
            }
            Self::QueueArn(queue) => return format!("The ARN of the queue {}.", queue.as_str()),
            Self::DeadLettersUrl(queue) => {
                return format!("The address of the dead letters of {}.", queue.as_str());
            }
            Self::DeadLettersArn(queue) => {
                return format!("The ARN of the dead letters of {}.", queue.as_str());
            }
            Self::FactorKeyArn => "The ARN of the secret with the key that encrypts the secrets of second factors.",
            Self::SigningKeyArn => "The ARN of the secret with the key that signs access tokens.",
            Self::PublicKeys => "The keys that verify access tokens: a JSON object of key ids and keys.",
            Self::EdgeProofSha256 => "The hashes of the secret header that the distribution adds; empty for none.",
            Self::PageKeyArn => "The ARN of the secret with the key that seals page tokens.",
            Self::KmsKeyArn => "The ARN of your own key of KMS; empty for those of AWS.",
            Self::ReserveConcurrency => "Whether workers have concurrency of their own: true or false.",
            Self::PublicUrl => "Where the API is reached from outside.",
            Self::GraphUrl => "The address of Meta's Graph API, without the version.",
            Self::GraphVersion => "The version of Meta's Graph API.",
            Self::ProviderTimeoutSeconds => "How long a provider may take to answer.",
            Self::SendLeaseSeconds => "How long a sender owns a message that it is sending.",
            Self::UnknownHoldSeconds => "How long a message of unknown outcome waits for a callback.",
            Self::StragglerSeconds => "After so long without a job a queued message is handed on again.",
            Self::AccountHoldSeconds => {
                "How long a number that the provider stopped is left alone before the next try."
            }
            Self::MaxAttempts => "How often a message is tried.",
            Self::LogRetentionDays => "How many days logs are kept.",
            Self::LogLevel => "What is logged: error, warn, info, debug.",
            Self::AlarmTopicArn => "Where alarms are sent.",
        };
        text.to_owned()
    }
}

/// `sends` as templates write it: `SendsQueue`.
fn capitalized(queue: Queue) -> String {
    format!("{}Queue", super::logical_id(queue.as_str()))
}
