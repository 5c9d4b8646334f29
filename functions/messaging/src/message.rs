//! A message: what is stored of it. How it moves is in [`crate::delivery`].

use dawr_api::function::Queue;
use dawr_kernel::{
    id::{BatchId, Id, MemberId, MessageId, PatientId, QueueId, TaskId, TemplateId, TenantId, TicketId},
    phone::PhoneNumber,
    text::PersonName,
};
use dawr_store::{Entity, Place, TenantScope, Wake, keys};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{identity::UserId, template::OnUnknown, validity::Validity, whatsapp::value::TemplateValue};

dawr_kernel::text_type! {
    /// The text that one person gets.
    pub MessageText: personal, multi_line, 1..=4096
}

/// Where a message is on its way.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema, deserr::Deserr,
)]
#[serde(rename_all = "lowercase")]
#[deserr(rename_all = lowercase)]
pub enum Status {
    /// Waits to be sent.
    Queued,
    /// A sender is at it.
    Sending,
    /// Nobody can tell yet whether it was sent.
    Unknown,
    /// It was stopped before it went.
    Stopped,
    /// The provider took it.
    Sent,
    /// It will not arrive.
    Failed,
    /// It is on the phone.
    Delivered,
    /// It was read.
    Read,
}

impl Status {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Queued,
        Self::Sending,
        Self::Unknown,
        Self::Stopped,
        Self::Sent,
        Self::Failed,
        Self::Delivered,
        Self::Read,
    ];

    /// Whether what becomes of it is still open.
    pub const fn is_on_the_way(self) -> bool {
        matches!(self, Self::Queued | Self::Sending | Self::Unknown)
    }

    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Unknown => "unknown",
            Self::Stopped => "stopped",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Delivered => "delivered",
            Self::Read => "read",
        }
    }
}

/// Why a message failed, for staff and for filters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, deserr::Deserr)]
#[serde(rename_all = "PascalCase")]
pub enum Reason {
    /// The number is not on WhatsApp, or cannot be reached there.
    NotReachable,
    /// The person does not want messages.
    OptedOut,
    /// The 24-hour window was closed.
    WindowClosed,
    /// WhatsApp holds such messages back from this person for now.
    EcosystemLimit,
    /// The request or the template was refused.
    Rejected,
    /// The template is paused or disabled.
    TemplatePaused,
    /// The clinic's number may not send: token, billing, policy.
    AccountStopped,
    /// It was tried as often as is allowed.
    AttemptsExhausted,
    /// Nobody can tell whether it was sent, and the template says to hold.
    OutcomeUnknown,
    /// The clinic is not connected to WhatsApp any more.
    NotConnected,
    /// The text is about the patient's turn, and that is over.
    TurnOver,
    /// What the text would say by now cannot be sent: a value is empty, it is too long, or its language is not known.
    TextInvalid,
}

impl Reason {
    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotReachable => "NotReachable",
            Self::OptedOut => "OptedOut",
            Self::WindowClosed => "WindowClosed",
            Self::EcosystemLimit => "EcosystemLimit",
            Self::Rejected => "Rejected",
            Self::TemplatePaused => "TemplatePaused",
            Self::AccountStopped => "AccountStopped",
            Self::AttemptsExhausted => "AttemptsExhausted",
            Self::OutcomeUnknown => "OutcomeUnknown",
            Self::NotConnected => "NotConnected",
            Self::TurnOver => "TurnOver",
            Self::TextInvalid => "TextInvalid",
        }
    }

    /// Whether what failed for it may be sent again: what was about a moment that has passed may not.
    pub const fn is_retryable(self) -> bool {
        !matches!(self, Self::TurnOver)
    }

    /// What it means and what to do, in English and in Arabic.
    pub const fn explanation(self) -> (&'static str, &'static str) {
        match self {
            Self::NotReachable => (
                "This number is not reachable on WhatsApp. Check it, or call the patient.",
                "هذا الرقم غير متاح على واتساب. تحقق منه أو اتصل بالمريض.",
            ),
            Self::OptedOut => ("The patient asked for no more messages.", "طلب المريض عدم استلام رسائل."),
            Self::WindowClosed => (
                "The patient has not written for 24 hours. Use a template that is approved at WhatsApp.",
                "لم يراسل المريض العيادة خلال 24 ساعة. استخدم قالبًا معتمدًا في واتساب.",
            ),
            Self::EcosystemLimit => (
                "WhatsApp limits such messages to this person. Try again after 24 hours.",
                "واتساب يحدّ من هذه الرسائل لهذا الشخص. أعد المحاولة بعد 24 ساعة.",
            ),
            Self::Rejected => (
                "WhatsApp refused the message or its template. Check the template.",
                "رفض واتساب الرسالة أو قالبها. تحقق من القالب.",
            ),
            Self::TemplatePaused => (
                "WhatsApp has paused this template. Choose another one.",
                "أوقف واتساب هذا القالب مؤقتًا. اختر قالبًا آخر.",
            ),
            Self::AccountStopped => (
                "The clinic's WhatsApp number may not send. Check its connection and billing, then retry.",
                "رقم واتساب الخاص بالعيادة موقوف عن الإرسال. تحقق من الربط والفوترة ثم أعد المحاولة.",
            ),
            Self::AttemptsExhausted => (
                "WhatsApp did not take the message after several tries. Retry it later.",
                "لم يستلم واتساب الرسالة بعد عدة محاولات. أعد المحاولة لاحقًا.",
            ),
            Self::OutcomeUnknown => (
                "Nobody can tell whether it arrived. Ask the patient, or retry and risk a second message.",
                "لا يمكن معرفة ما إذا وصلت الرسالة. اسأل المريض، أو أعد المحاولة مع احتمال التكرار.",
            ),
            Self::NotConnected => ("The clinic is not connected to WhatsApp.", "العيادة غير متصلة بواتساب."),
            Self::TurnOver => {
                ("The patient's turn is over, so the message did not go.", "انتهى دور المريض فلم تُرسل الرسالة.")
            }
            Self::TextInvalid => (
                "The text cannot be sent as it would be now: a value in it is empty, or it is too long. Correct the patient's \
                 name or the template, then retry.",
                "لا يمكن إرسال النص بصيغته الحالية: إحدى القيم فيه فارغة أو هو أطول من المسموح. صحّح اسم المريض أو القالب ثم أعد المحاولة.",
            ),
        }
    }
}

/// Why a message failed, with what the provider said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// Why.
    pub reason: Reason,
    /// The provider's error code.
    pub provider_code: Option<i64>,
}

/// How a try ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum AttemptOutcome {
    /// It is under way.
    Running,
    /// The provider took the message.
    Accepted,
    /// The provider refused it, or was not reached at all.
    Refused,
    /// The provider took the message, and told afterwards that it does not arrive.
    Failed,
    /// Nobody can tell.
    Unknown,
}

/// One try of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// Counts the tries, over all retries.
    pub number: u32,
    /// The phone that it went to: the message may go to another one by now.
    pub to: PhoneNumber,
    /// When it began.
    pub started_at: Timestamp,
    /// When its outcome was known.
    pub ended_at: Option<Timestamp>,
    /// How it ended.
    pub outcome: AttemptOutcome,
    /// The provider's error code.
    pub provider_code: Option<i64>,
    /// What the provider calls it, once that is known.
    pub called: Called,
}

/// What the provider calls a try and whom it went to, as far as it has told.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Called {
    /// Its id of the try.
    pub provider_id: Option<String>,
    /// The number, as the provider calls it.
    pub wa_id: Option<PhoneNumber>,
    /// The person, as the provider calls them.
    pub user_id: Option<UserId>,
}

impl Called {
    /// The same with what was told now.
    #[must_use]
    pub fn with(&self, told: Self) -> Self {
        Self {
            provider_id: told.provider_id.or_else(|| self.provider_id.clone()),
            wa_id: told.wa_id.or_else(|| self.wa_id.clone()),
            user_id: told.user_id.or_else(|| self.user_id.clone()),
        }
    }
}

/// Where a message stands with its sender's quota.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Settlement {
    /// No quota applies.
    Free,
    /// Taken from the quota, not yet sent.
    Reserved,
    /// Sent.
    Settled,
    /// Given back.
    Released,
}

/// What the provider is told to send.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// The text as it is: the 24-hour window is open.
    Text,
    /// An approved template with these values.
    Template {
        /// Its name at Meta.
        name: String,
        /// Its language at Meta.
        language: String,
        /// The values of its body's variables.
        parameters: Vec<TemplateValue>,
    },
}

/// Which patient is written to, and about what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// The patient.
    pub patient_id: PatientId,
    /// The patient's ticket.
    pub ticket_id: Option<TicketId>,
    /// The template that the text was made from.
    pub template_id: TemplateId,
    /// The patient's name.
    pub patient_name: PersonName,
}

/// One text to one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Its id; names its batch, too.
    pub id: MessageId,
    /// Whose it is.
    pub tenant: TenantId,
    /// What ties it to the request that asked for it.
    pub correlation: String,
    /// The queue that it is about.
    pub queue_id: Option<QueueId>,
    /// The patient, and what they were written to about; none if this is a notice of the clinic to one of its own people,
    /// which nobody else may read ([`crate::notice`]).
    pub about: Option<About>,
    /// Who sent it.
    pub sender: MemberId,
    /// The phone.
    pub to: PhoneNumber,
    /// The text.
    pub text: MessageText,
    /// How the provider is told to send it.
    pub form: Form,
    /// Until when it may go.
    #[serde(default)]
    pub validity: Validity,
    /// When its phone, text and form were read and written.
    #[serde(default)]
    pub composed_at: Timestamp,
    /// What becomes of it when its outcome is unknown.
    pub on_unknown: OnUnknown,
    /// Where it stands with the sender's quota.
    pub settlement: Settlement,
    /// Where it is on its way.
    pub status: Status,
    /// Counts the times that it was queued by a person: 1, and one more with each retry.
    pub epoch: u32,
    /// Tries in this epoch.
    pub tries: u32,
    /// Not to be sent before this time.
    pub due_at: Timestamp,
    /// When it is looked at unless it moved: a lease, a wait for a callback or a job that got lost.
    pub look_at: Option<Timestamp>,
    /// The `n` of its wake: one more each time that it is queued. A job of an older one is void.
    pub nudges: u32,
    /// Why it failed.
    pub cause: Option<Cause>,
    /// The failed task that a person decides on.
    pub task: Option<TaskId>,
    /// Its tries.
    pub attempts: Vec<Attempt>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When the provider took it.
    pub sent_at: Option<Timestamp>,
    /// When it came to the phone.
    pub delivered_at: Option<Timestamp>,
    /// When it was read.
    pub read_at: Option<Timestamp>,
    /// When a notice is forgotten.
    pub until: Option<Timestamp>,
    /// Whether it confirms to a person what they want: the one message that goes to whoever wants none.
    #[serde(default)]
    pub confirms: bool,
}

impl Message {
    /// The batch that it belongs to.
    pub fn batch(&self) -> BatchId {
        self.id.batch()
    }

    /// Its try of this number.
    pub fn attempt(&self, number: u32) -> Option<&Attempt> {
        self.attempts.iter().find(|tried| tried.number == number)
    }

    /// The provider's id of the last of its tries that has one.
    pub fn provider_id(&self) -> Option<&str> {
        self.attempts.iter().rev().find_map(|tried| tried.called.provider_id.as_deref())
    }

    /// When it was said: sent, or made if it was not sent.
    pub fn said_at(&self) -> Timestamp {
        self.sent_at.unwrap_or(self.created_at)
    }
}

impl Entity for Message {
    const KIND: &'static str = "message";

    fn place(&self, scope: &TenantScope) -> Place {
        let mut place = Place::at(keys::message(scope, self.id));
        if let Some(about) = &self.about {
            place = place.gsi1(keys::message_listed(scope, self.id));
            if self.status.is_on_the_way() {
                place = place.gsi3(keys::on_the_way(scope, about.patient_id, self.id));
            }
        }
        // Once nothing is to be done with it, the index of what is due has room for the patient's conversation.
        if let Some(at) = self.look_at {
            // Its sender also decides what becomes of a lease that ended, and of an outcome that nobody told.
            let not_before = if self.status == Status::Queued { self.due_at } else { at };
            let wake = Wake::to(Queue::Sends.as_str(), self.nudges.into()).not_before(not_before);
            place = place.wake(wake).gsi2(keys::due(self.id.body(), at));
        } else if let Some(about) = &self.about {
            place = place.gsi2(keys::said(scope, about.patient_id, self.said_at(), self.id));
        }
        match self.until {
            Some(until) => place.until(until),
            None => place,
        }
    }
}
