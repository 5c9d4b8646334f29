//! Dead-letter queues: jobs that were received too often. They hold nothing personal, and are the service's, not one
//! tenant's: a job that comes back to life is void if its message has moved.

use aws_sdk_sqs::{
    Client,
    types::{ListMessageMoveTasksResultEntry, MessageSystemAttributeName, QueueAttributeName},
};
use dawr_api::{Authorized, Cx, Failure, code::Code, failure::FieldErrors, function::Queue, secrets::unavailable};
use dawr_kernel::text::Invalid;
use dawr_store::{Work, work::What};
use deserr::Deserr;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

/// The name of a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueueName(pub Queue);

impl QueueName {
    /// Accepts a name.
    ///
    /// # Errors
    /// [`Invalid::UnknownValue`].
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        Queue::parse(text).map(Self).ok_or(Invalid::UnknownValue { expected: Queue::NAMES })
    }

    /// The name.
    pub const fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

dawr_kernel::string_newtype!(
    QueueName,
    parse,
    as_str,
    schemars::json_schema!({ "type": "string", "enum": Queue::NAMES })
);

/// The name of a queue in a path.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
pub struct QueuePath {
    /// The queue whose dead letters are meant.
    pub queue: QueueName,
}

/// A dead-letter queue.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeadLetterView {
    /// The queue that its jobs come from; `stream` for records of the table's stream.
    queue: &'static str,
    /// Whether they can be moved back. Those of the stream only say where they stood in it: what they were about is handed
    /// on again when it comes due.
    redrivable: bool,
    /// How many are dead, about.
    depth: u64,
    /// Since when the oldest of the jobs that were looked at waits.
    #[schemars(with = "Option<String>")]
    oldest_at: Option<Timestamp>,
    /// Its age, in seconds.
    oldest_age_seconds: Option<i64>,
}

/// A redrive: dead letters on their way back.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RedriveView {
    queue: &'static str,
    /// `running`, `completed`, `cancelling`, `cancelled` or `failed`.
    status: String,
    /// Jobs moved so far, about.
    moved: i64,
    /// Jobs to move, about.
    to_move: Option<i64>,
    /// The most jobs per second.
    max_per_second: Option<i32>,
    #[schemars(with = "Option<String>")]
    started_at: Option<Timestamp>,
    /// Why it failed.
    failure: Option<String>,
}

/// A dead-letter queue and the way to it.
pub struct DeadLetters<'a> {
    client: &'a Client,
    url: &'a str,
    name: &'static str,
    redrivable: bool,
}

impl<'a> DeadLetters<'a> {
    /// The dead letters of a queue.
    ///
    /// # Errors
    /// If the deployment names no such queue.
    pub fn of(cx: &'a Cx, queue: Queue) -> Result<Self, Failure> {
        let url = cx.settings().dead_letters.get(&queue);
        let url = url.ok_or_else(|| Failure::internal("the dead-letter queue is not set"))?;
        Ok(Self { client: cx.sqs()?, url, name: queue.as_str(), redrivable: true })
    }

    /// The records of the table's stream that nobody could handle.
    ///
    /// # Errors
    /// If the deployment names no such queue.
    pub fn of_stream(cx: &'a Cx) -> Result<Self, Failure> {
        let url = cx.settings().stream_dead_letters.as_ref();
        let url = url.ok_or_else(|| Failure::internal("the stream's dead-letter queue is not set"))?;
        Ok(Self { client: cx.sqs()?, url, name: "stream", redrivable: false })
    }

    /// Notes in the audit trail what is about to be done.
    ///
    /// # Errors
    /// If the table does not answer: then it is not done.
    pub async fn note(&self, cx: &Cx, caller: &Authorized, field: &str) -> Result<(), Failure> {
        let mut work = Work::new();
        work.about("dead-letters", self.name, What::Changed(vec![field.to_owned()]));
        Ok(cx.save(caller, work).await?)
    }

    async fn attributes(&self) -> Result<(u64, String), Failure> {
        let output = self
            .client
            .get_queue_attributes()
            .queue_url(self.url)
            .attribute_names(QueueAttributeName::ApproximateNumberOfMessages)
            .attribute_names(QueueAttributeName::ApproximateNumberOfMessagesNotVisible)
            .attribute_names(QueueAttributeName::QueueArn)
            .send()
            .await
            .map_err(unavailable)?;
        let attribute = |name| output.attributes().and_then(|all| all.get(&name)).cloned().unwrap_or_default();
        let number = |name| attribute(name).parse::<u64>().unwrap_or_default();
        let depth = number(QueueAttributeName::ApproximateNumberOfMessages)
            + number(QueueAttributeName::ApproximateNumberOfMessagesNotVisible);
        Ok((depth, attribute(QueueAttributeName::QueueArn)))
    }

    /// Its depth, and the age of the oldest job among up to ten: SQS tells no more without CloudWatch.
    ///
    /// # Errors
    /// If SQS does not answer.
    pub async fn view(&self, now: Timestamp) -> Result<DeadLetterView, Failure> {
        let (depth, _) = self.attributes().await?;
        let mut oldest_at = None;
        if depth > 0 {
            let peeked = self
                .client
                .receive_message()
                .queue_url(self.url)
                .max_number_of_messages(10)
                .visibility_timeout(0)
                .wait_time_seconds(0)
                .message_system_attribute_names(MessageSystemAttributeName::SentTimestamp)
                .send()
                .await
                .map_err(unavailable)?;
            let sent = peeked.messages().iter().filter_map(|message| {
                let at = message.attributes()?.get(&MessageSystemAttributeName::SentTimestamp)?;
                Timestamp::from_millisecond(at.parse().ok()?).ok()
            });
            oldest_at = sent.min();
        }
        let oldest_age_seconds = oldest_at.map(|at| now.duration_since(at).as_secs());
        let (queue, redrivable) = (self.name, self.redrivable);
        Ok(DeadLetterView { queue, redrivable, depth, oldest_at, oldest_age_seconds })
    }

    async fn last_move(&self, arn: &str) -> Result<Option<ListMessageMoveTasksResultEntry>, Failure> {
        let tasks = self.client.list_message_move_tasks().source_arn(arn).max_results(1).send().await;
        Ok(tasks.map_err(unavailable)?.results.unwrap_or_default().into_iter().next())
    }

    /// What is to be moved, if there is anything and nobody moves it already.
    ///
    /// # Errors
    /// `RedriveRunning`, `NothingToRedrive`.
    pub async fn source(&self) -> Result<Source, Failure> {
        let (depth, arn) = self.attributes().await?;
        if self.last_move(&arn).await?.is_some_and(|last| is_moving(&last)) {
            return Err(Code::RedriveRunning.into());
        }
        if depth == 0 { Err(Code::NothingToRedrive.into()) } else { Ok(Source(arn)) }
    }

    /// Starts to move all jobs back.
    ///
    /// # Errors
    /// `RedriveRunning` if somebody else was faster.
    pub async fn redrive(&self, Source(arn): &Source, max_per_second: Option<i32>) -> Result<RedriveView, Failure> {
        let start = self.client.start_message_move_task().source_arn(arn);
        let started = start.set_max_number_of_messages_per_second(max_per_second).send().await;
        let last = self.last_move(arn).await?;
        match (started, last) {
            (Ok(_), Some(last)) => Ok(self.view_of(&last)),
            (Ok(_), None) => Err(Code::Unavailable.into()),
            (Err(_), Some(last)) if is_moving(&last) => Err(Code::RedriveRunning.into()),
            (Err(error), _) => Err(unavailable(error)),
        }
    }

    /// How far the last redrive is.
    ///
    /// # Errors
    /// `NothingToRedrive` if there was none.
    pub async fn progress(&self) -> Result<RedriveView, Failure> {
        let (_, arn) = self.attributes().await?;
        let last = self.last_move(&arn).await?.ok_or(Code::NothingToRedrive)?;
        Ok(self.view_of(&last))
    }

    /// Stops the redrive that is running; what was moved stays moved.
    ///
    /// # Errors
    /// `NothingToRedrive` if none is running.
    pub async fn cancel(&self) -> Result<RedriveView, Failure> {
        let (_, arn) = self.attributes().await?;
        let running = self.last_move(&arn).await?.filter(|last| last.status() == Some("RUNNING"));
        let handle = running.and_then(|last| last.task_handle).ok_or(Code::NothingToRedrive)?;
        self.client.cancel_message_move_task().task_handle(handle).send().await.map_err(unavailable)?;
        self.progress().await
    }

    fn view_of(&self, last: &ListMessageMoveTasksResultEntry) -> RedriveView {
        RedriveView {
            queue: self.name,
            status: last.status().unwrap_or_default().to_lowercase(),
            moved: last.approximate_number_of_messages_moved(),
            to_move: last.approximate_number_of_messages_to_move(),
            max_per_second: last.max_number_of_messages_per_second(),
            started_at: Timestamp::from_millisecond(last.started_timestamp()).ok(),
            failure: last.failure_reason().map(str::to_owned),
        }
    }
}

/// A dead-letter queue by its name among all of AWS, as moves want it.
pub struct Source(String);

/// Whether it still keeps another one from being started: one that was cancelled does until it has stopped.
fn is_moving(last: &ListMessageMoveTasksResultEntry) -> bool {
    matches!(last.status(), Some("RUNNING" | "CANCELLING"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_that_is_being_cancelled_still_moves() {
        let moving = |status: &str| is_moving(&ListMessageMoveTasksResultEntry::builder().status(status).build());
        assert!(moving("RUNNING") && moving("CANCELLING"));
        assert!(!moving("CANCELLED") && !moving("COMPLETED") && !moving("FAILED"));
    }
}
