//! Batches: one request to send to many.

use dawr_api::{function::Queue, role::Coverage};
use dawr_kernel::{
    id::{BatchId, Id, MemberId, MessageId, PatientId, QueueId, TemplateId, TenantId, TicketId},
    language::Language,
};
use dawr_store::{Entity, Place, TenantScope, Wake, keys};
use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::template::{Content, OnUnknown, ProviderTemplate};

/// The most recipients of a request.
pub const MAX_RECIPIENTS: usize = 5_000;

/// Up to so many recipients are written by the endpoint itself; above, a worker expands the batch.
pub const INLINE_RECIPIENTS: usize = 90;

/// Up to so many message ids and skipped recipients are listed in answers and kept with a batch.
pub const MAX_LISTED: usize = 500;

/// For so long a batch that is being stopped is left to whoever stops it: two at once would refuse each other's transactions.
const STOPPING: SignedDuration = SignedDuration::from_secs(30);

/// A recipient, as the request named them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Recipient {
    /// A patient.
    Patient(PatientId),
    /// A patient's place in a queue.
    Ticket(TicketId),
}

impl std::fmt::Display for Recipient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Patient(id) => id.fmt(f),
            Self::Ticket(id) => id.fmt(f),
        }
    }
}

/// Why a recipient gets no message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub enum SkipCode {
    /// There is no such patient or ticket.
    NotFound,
    /// The person wants no messages.
    OptedOut,
    /// The 24-hour window is closed, and the template is not approved at WhatsApp.
    WindowClosed,
    /// The 24-hour window is closed, and WhatsApp has paused the template that would carry the text.
    TemplatePaused,
    /// The text is about the patient's turn, and that is over.
    TurnOver,
    /// The text names a ticket, a position or a doctor, and the recipient has no ticket.
    NoTicket,
    /// The request names the recipient twice.
    Duplicate,
    /// With the values filled in, the text is longer than a message may be.
    TextTooLong,
    /// A value of the approved template has nothing to be seen in it, which WhatsApp refuses.
    EmptyValue,
    /// WhatsApp has no templates in the language that is named.
    UnknownLanguage,
}

impl SkipCode {
    /// What it means, in English and in Arabic.
    pub const fn explanation(self) -> (&'static str, &'static str) {
        match self {
            Self::NotFound => ("There is no such patient or ticket.", "لا يوجد مريض أو تذكرة بهذا المعرّف."),
            Self::OptedOut => ("The patient asked for no more messages.", "طلب المريض عدم استلام رسائل."),
            Self::WindowClosed => (
                "The patient has not written for 24 hours, and this template is not approved at WhatsApp.",
                "لم يراسل المريض العيادة خلال 24 ساعة، وهذا القالب غير معتمد في واتساب.",
            ),
            Self::TemplatePaused => (
                "The patient has not written for 24 hours, and WhatsApp has paused the template for such messages.",
                "لم يراسل المريض العيادة خلال 24 ساعة، وقد أوقف واتساب القالب المخصص لهذه الرسائل.",
            ),
            Self::TurnOver => ("The patient's turn is over.", "انتهى دور المريض."),
            Self::NoTicket => (
                "The text needs a ticket, and this patient has none here.",
                "النص يحتاج إلى تذكرة، وليس لهذا المريض تذكرة هنا.",
            ),
            Self::Duplicate => ("This recipient is named twice.", "هذا المستلم مذكور مرتين."),
            Self::TextTooLong => ("The text is too long once it is filled in.", "النص طويل جدًا بعد تعبئته."),
            Self::EmptyValue => {
                ("A value that WhatsApp's template needs is empty.", "إحدى القيم التي يحتاجها قالب واتساب فارغة.")
            }
            Self::UnknownLanguage => (
                "WhatsApp knows no templates in this language. Name another one, for example ar or en_US.",
                "لا يعرف واتساب قوالب بهذه اللغة. حدّد لغة أخرى، مثل ar أو en_US.",
            ),
        }
    }
}

/// A recipient who gets no message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    /// The patient or ticket, as the request named it.
    pub id: String,
    /// Why.
    pub code: SkipCode,
}

impl Skipped {
    /// Of a recipient.
    pub fn new(recipient: Recipient, code: SkipCode) -> Self {
        Self { id: recipient.to_string(), code }
    }

    /// As answers tell it.
    pub fn view(&self, language: Language) -> SkippedView {
        SkippedView { id: self.id.clone(), code: self.code, message: language.of(self.code.explanation()) }
    }
}

/// A recipient who gets no message, and why.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SkippedView {
    /// The patient or ticket, as the request named it.
    id: String,
    code: SkipCode,
    /// Why, for people.
    message: &'static str,
}

/// How far a batch is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum BatchState {
    /// A worker makes its messages.
    Expanding,
    /// All of its messages are made.
    Expanded,
    /// It was stopped, and those of its messages that nobody is at are being stopped.
    Stopping,
    /// It was stopped: of what had not begun nothing goes.
    Stopped,
}

impl BatchState {
    /// Whether something is still to be done with the batch itself.
    pub const fn is_at_work(self) -> bool {
        matches!(self, Self::Expanding | Self::Stopping)
    }
}

/// Where a batch's recipients come from while it expands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// From its parts, so many of them.
    Parts(u32),
    /// From everybody who waits in the queue when the worker begins; then they become parts.
    Queue(QueueId),
}

/// The template as it was when the batch was made: what its messages are made of, until one of them must be composed anew.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Snapshot {
    /// Its id.
    pub template_id: TemplateId,
    /// Its text, or the one that the request put in its place.
    pub content: Content,
    /// What becomes of a message whose outcome is unknown.
    pub on_unknown: OnUnknown,
    /// The approved template at Meta; none if the request put another text in place.
    pub provider_template: Option<ProviderTemplate>,
    /// Whether the request put another text in place.
    #[serde(default)]
    pub overridden: bool,
}

/// A request to send to many.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Batch {
    /// Its id.
    pub id: BatchId,
    /// Whose it is.
    pub tenant: TenantId,
    /// What ties it to the request that asked for it.
    pub correlation: String,
    /// Who sends.
    pub sender: MemberId,
    /// The clinics that the sender covers: tickets elsewhere do not exist for them.
    pub clinics: Coverage,
    /// What is sent.
    pub snapshot: Snapshot,
    /// The queue that it is about.
    pub queue_id: Option<QueueId>,
    /// Whether it was taken from a quota.
    pub counted: bool,
    /// How far it is.
    pub state: BatchState,
    /// Where its recipients come from.
    pub source: Source,
    /// The next part to expand.
    pub next_part: u32,
    /// Recipients asked for.
    pub recipients: u32,
    /// Messages made so far.
    pub queued: u32,
    /// Recipients without a message so far.
    pub skipped: u32,
    /// Of these, those who were skipped before anything was reserved.
    pub skipped_before: u32,
    /// The first of them.
    pub skipped_listed: Vec<Skipped>,
    /// When it was stopped.
    #[serde(default)]
    pub stopped_at: Option<Timestamp>,
    /// Recipients for whom no message was made, since it was stopped.
    #[serde(default)]
    pub unmade: u32,
    /// When it is handed on again while it expands, or is being stopped, unless it moved.
    pub look_at: Option<Timestamp>,
    /// The `n` of its wake: one more each time that another run is to go on with it.
    pub nudges: u32,
    /// When it was asked for.
    pub created_at: Timestamp,
}

impl Batch {
    /// The message to the recipient of that number.
    pub fn message(&self, recipient: u16) -> MessageId {
        MessageId::of(self.id, recipient)
    }

    fn wake(&self) -> Wake {
        let wake = Wake::to(Queue::Batches.as_str(), self.nudges.into());
        // Whoever stops it goes on with that itself; it is taken up after them, should they not come to its end.
        let left_to_them = self.stopped_at.filter(|_| self.state == BatchState::Stopping);
        match left_to_them.and_then(|at| at.checked_add(STOPPING).ok()) {
            Some(at) => wake.not_before(at),
            None => wake,
        }
    }

    /// Recipients to whom no message was made yet, but for those who are skipped.
    pub const fn to_be_made(&self) -> u32 {
        self.recipients.saturating_sub(self.queued).saturating_sub(self.skipped.saturating_sub(self.skipped_before))
    }
}

impl Entity for Batch {
    const KIND: &'static str = "batch";

    fn place(&self, scope: &TenantScope) -> Place {
        let place = Place::at(keys::batch(scope, self.id));
        match self.look_at {
            Some(at) => place.wake(self.wake()).gsi2(keys::due(self.id.body(), at)),
            None => place,
        }
    }

    fn subject(&self) -> Option<String> {
        Some(self.id.to_string())
    }
}

/// A part of a batch's recipients, numbered from `first` on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Part {
    /// The batch.
    pub batch: BatchId,
    /// Its number.
    pub part: u32,
    /// The number of its first recipient.
    pub first: u16,
    /// The recipients.
    pub recipients: Vec<Recipient>,
}

impl Entity for Part {
    const KIND: &'static str = "recipients";

    fn place(&self, scope: &TenantScope) -> Place {
        Place::at(keys::batch_recipients(scope, self.batch, self.part))
    }
}

impl Part {
    /// The recipients in parts, each of which fits in one transaction once it is expanded.
    pub fn divide(batch: BatchId, recipients: &[Recipient]) -> Vec<Self> {
        let mut first = 0_u16;
        recipients
            .chunks(INLINE_RECIPIENTS)
            .zip(0..)
            .map(|(recipients, part)| {
                let this = Self { batch, part, first, recipients: recipients.to_vec() };
                first = first.saturating_add(u16::try_from(recipients.len()).unwrap_or(u16::MAX));
                this
            })
            .collect()
    }
}
