//! Messages as their endpoints answer them.

use dawr_api::{Authorized, Cx, permission::Permission};
use dawr_kernel::id::{BatchId, MemberId, MessageId, PatientId, QueueId, TaskId, TemplateId, TicketId};
use dawr_patients::{masking::text_for, view::phone_for};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    message::{Attempt, AttemptOutcome, Message, Reason, Status},
    sending::Channel,
};

/// A message.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageView {
    id: MessageId,
    batch_id: BatchId,
    queue_id: Option<QueueId>,
    patient_id: PatientId,
    ticket_id: Option<TicketId>,
    template_id: TemplateId,
    sender: MemberId,
    channel: Channel,
    full_name: String,
    /// Masked for members without `patients:contact`.
    phone_number: String,
    /// What it says. Numbers and addresses in it are masked for members without `patients:contact`.
    content: String,
    status: Status,
    /// Why it failed.
    reason: Option<Reason>,
    /// What the reason means and what to do.
    explanation: Option<&'static str>,
    /// The provider's error code.
    provider_code: Option<i64>,
    /// Meta's id. Null for members without `patients:contact`: the phone can be read out of it.
    provider_message_id: Option<String>,
    /// The failed task that waits for a decision.
    task_id: Option<TaskId>,
    /// Tries so far.
    attempt_count: usize,
    #[schemars(with = "String")]
    created_at: Timestamp,
    /// When the next try is due, while it is queued.
    #[schemars(with = "Option<String>")]
    next_attempt_at: Option<Timestamp>,
    #[schemars(with = "Option<String>")]
    sent_at: Option<Timestamp>,
    #[schemars(with = "Option<String>")]
    delivered_at: Option<Timestamp>,
    #[schemars(with = "Option<String>")]
    read_at: Option<Timestamp>,
}

impl MessageView {
    /// The view of a message for this caller; none of a notice.
    pub fn new(cx: &Cx, caller: &Authorized, message: &Message) -> Option<Self> {
        let about = message.about.as_ref()?;
        let cause = message.cause.as_ref();
        Some(Self {
            id: message.id,
            batch_id: message.batch(),
            queue_id: message.queue_id,
            patient_id: about.patient_id,
            ticket_id: about.ticket_id,
            template_id: about.template_id,
            sender: message.sender,
            channel: Channel::Whatsapp,
            full_name: text_for(about.patient_name.expose(), caller),
            phone_number: phone_for(&message.to, caller),
            content: text_for(message.text.expose(), caller),
            status: message.status,
            reason: cause.map(|cause| cause.reason),
            explanation: cause.map(|cause| cx.language.of(cause.reason.explanation())),
            provider_code: cause.and_then(|cause| cause.provider_code),
            provider_message_id: provider_id_for(message.provider_id(), caller),
            task_id: message.task,
            attempt_count: message.attempts.len(),
            created_at: message.created_at,
            next_attempt_at: (message.status == Status::Queued).then_some(message.due_at),
            sent_at: message.sent_at,
            delivered_at: message.delivered_at,
            read_at: message.read_at,
        })
    }
}

/// Meta's id of a message as its caller may see it: Meta makes it of the phone, in base64.
pub fn provider_id_for(id: Option<&str>, caller: &Authorized) -> Option<String> {
    id.filter(|_| caller.may(Permission::PatientContact)).map(str::to_owned)
}

/// A message with its tries.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageDetailView {
    #[serde(flatten)]
    message: MessageView,
    attempts: Vec<AttemptView>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct AttemptView {
    number: u32,
    outcome: AttemptOutcome,
    /// The provider's error code.
    provider_code: Option<i64>,
    #[schemars(with = "String")]
    started_at: Timestamp,
    #[schemars(with = "Option<String>")]
    ended_at: Option<Timestamp>,
}

impl MessageDetailView {
    /// The view of a message and its tries for this caller; none of a notice.
    pub fn new(cx: &Cx, caller: &Authorized, message: &Message) -> Option<Self> {
        let view = |attempt: &Attempt| AttemptView {
            number: attempt.number,
            outcome: attempt.outcome,
            provider_code: attempt.provider_code,
            started_at: attempt.started_at,
            ended_at: attempt.ended_at,
        };
        let attempts = message.attempts.iter().map(view).collect();
        Some(Self { message: MessageView::new(cx, caller, message)?, attempts })
    }
}
