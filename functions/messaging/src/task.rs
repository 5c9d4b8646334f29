//! Failed tasks: messages that a person must decide on.

use dawr_api::{Authorized, Cx};
use dawr_kernel::id::{BatchId, MessageId, PatientId, QueueId, TaskId};
use dawr_patients::{
    masking::text_for,
    model::Patient,
    ties::{Person, TiesChange},
    view::phone_for,
};
use dawr_store::{Entity, Place, StoreError, Stored, TenantScope, Work, keys};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::message::{Message, Reason};

/// A message that failed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FailedTask {
    /// Its id.
    pub id: TaskId,
    /// The message.
    pub message: MessageId,
    /// The queue that the message was about.
    pub queue_id: Option<QueueId>,
    /// The patient.
    pub patient_id: PatientId,
    /// The patient's name and phone, as the record says.
    #[serde(flatten)]
    pub person: Person,
    /// Why it failed.
    pub reason: Reason,
    /// The provider's error code.
    pub provider_code: Option<i64>,
    /// How often a person retried it before.
    pub retry_count: u32,
    /// Since when it waits for a decision.
    pub created_at: Timestamp,
}

impl Entity for FailedTask {
    const KIND: &'static str = "task";

    fn place(&self, scope: &TenantScope) -> Place {
        Place::at(keys::task(scope, self.id))
    }

    fn subject(&self) -> Option<String> {
        Some(self.id.to_string())
    }
}

impl FailedTask {
    /// The task of a message that failed; none if it did not, and none of a notice: whoever waits for it asks again.
    pub fn of(message: &Message, id: TaskId, now: Timestamp) -> Option<Self> {
        let about = message.about.as_ref()?;
        let cause = message.cause.as_ref()?;
        Some(Self {
            id,
            message: message.id,
            queue_id: message.queue_id,
            patient_id: about.patient_id,
            person: Person { full_name: about.patient_name.clone(), phone_number: message.to.clone() },
            reason: cause.reason,
            provider_code: cause.provider_code,
            retry_count: message.epoch.saturating_sub(1),
            created_at: now,
        })
    }

    /// Adds the task to the work, with the name and the phone that the patient has by now.
    ///
    /// # Errors
    /// If the table does not answer.
    pub async fn add_to(mut self, cx: &Cx, scope: &TenantScope, work: &mut Work) -> Result<(), StoreError> {
        if let Some(patient) = cx.table().get::<Patient>(&keys::patient(scope, self.patient_id)).await? {
            self.person = Person::of(&patient);
            work.rely_on(&patient);
            work.update(TiesChange::failed(scope, self.patient_id, self.id).update());
        }
        work.create(scope, &self);
        Ok(())
    }

    /// Adds to the work that the task was decided on.
    pub fn decide(read: &Stored<Self>, scope: &TenantScope, work: &mut Work) {
        work.delete(read);
        work.update(TiesChange::decided(scope, read.patient_id, read.id).update());
    }
}

/// A failed task as staff see it.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TaskView {
    id: TaskId,
    message_id: MessageId,
    batch_id: BatchId,
    queue_id: Option<QueueId>,
    patient_id: PatientId,
    full_name: String,
    /// Masked for members without `patients:contact`.
    phone_number: String,
    reason: Reason,
    /// What the reason means and what to do.
    explanation: &'static str,
    /// The provider's error code.
    provider_code: Option<i64>,
    /// False if it can only be dismissed: it failed because what it was about is over. What failed for another reason is
    /// refused with `TurnOver` if that has come to an end since.
    retryable: bool,
    /// How often it was retried before.
    retry_count: u32,
    #[schemars(with = "String")]
    created_at: Timestamp,
}

impl TaskView {
    /// The view of a task for this caller.
    pub fn new(cx: &Cx, caller: &Authorized, task: &FailedTask) -> Self {
        Self {
            id: task.id,
            message_id: task.message,
            batch_id: task.message.batch(),
            queue_id: task.queue_id,
            patient_id: task.patient_id,
            full_name: text_for(task.person.full_name.expose(), caller),
            phone_number: phone_for(&task.person.phone_number, caller),
            reason: task.reason,
            explanation: cx.language.of(task.reason.explanation()),
            provider_code: task.provider_code,
            retryable: task.reason.is_retryable(),
            retry_count: task.retry_count,
            created_at: task.created_at,
        }
    }
}
