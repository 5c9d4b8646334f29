//! What was composed a while ago is composed anew before it goes: the patient may have another phone by now, the line may
//! have moved on, the template may have been repaired, the turn may be over.

use dawr_api::{Cx, Failure, role::Coverage, tenant::Tenant};
use dawr_patients::model::Patient;
use dawr_queues::model::Ticket;
use dawr_store::{Stored, TenantScope, keys};
use jiff::{SignedDuration, Timestamp};

use crate::{
    account::WhatsAppAccount,
    batch::{Batch, SkipCode, Snapshot},
    compose::{Composer, Draft},
    message::{Message, Reason},
    template::Template,
};

/// What was composed so short a time ago is still true, as far as what is read for every try does not say otherwise: a first
/// try costs no more than it must.
const MOMENT: SignedDuration = SignedDuration::from_secs(60);

/// What a message to a patient is composed from.
pub struct Sources {
    /// The request that it belongs to.
    pub batch: Stored<Batch>,
    /// The tenant.
    pub tenant: Stored<Tenant>,
    /// The template as it is now; none if it was deleted.
    pub template: Option<Stored<Template>>,
    /// The patient as they are now.
    pub patient: Stored<Patient>,
    /// The ticket as it is now.
    pub ticket: Option<Stored<Ticket>>,
}

impl Sources {
    /// The message as it would be composed now.
    ///
    /// # Errors
    /// If the table does not answer.
    pub async fn compose(
        self,
        cx: &Cx,
        scope: &TenantScope,
        account: &WhatsAppAccount,
    ) -> Result<Result<Draft, SkipCode>, Failure> {
        let Self { batch, tenant, template, patient, ticket } = self;
        let snapshot = batch.snapshot.now(template.as_deref());
        // That the sender covers the ticket's clinic was seen when the message was made.
        let mut composer = Composer::new(cx, scope, &tenant, account, &snapshot, &Coverage::All)?;
        composer = composer.asked_at(batch.created_at);
        if batch.queue_id.is_some() {
            composer = composer.for_those_who_wait();
        }
        composer.compose_for(&patient, ticket).await
    }
}

impl Snapshot {
    /// The same with the template's text as it is now, unless the request put another one in its place.
    fn now(&self, template: Option<&Template>) -> Self {
        match template {
            Some(template) if !self.overridden => Self {
                content: template.content.clone(),
                provider_template: template.provider_template.clone(),
                ..self.clone()
            },
            _ => self.clone(),
        }
    }
}

/// Whether a message must be composed anew before this try. A notice never is: it names nothing that changes.
pub fn is_due(message: &Message, patient: Option<&Patient>, template: Option<&Template>, now: Timestamp) -> bool {
    let Some(about) = &message.about else { return false };
    let is_other = |patient: &Patient| patient.phone != message.to || patient.full_name != about.patient_name;
    now.duration_since(message.composed_at) > MOMENT
        || patient.is_none_or(is_other)
        || template.is_some_and(|template| template.updated_at > message.composed_at)
}

/// What every try reads of what a message was composed from; none of what is not there any more, or was not named.
pub struct Found {
    /// The template.
    pub template: Option<Stored<Template>>,
    /// The patient.
    pub patient: Option<Stored<Patient>>,
    /// The ticket.
    pub ticket: Option<Stored<Ticket>>,
}

/// Composes a message anew, with what was read of it so far.
///
/// # Errors
/// If the table does not answer.
pub async fn recompose(
    cx: &Cx,
    scope: &TenantScope,
    message: &Message,
    account: &WhatsAppAccount,
    found: Found,
) -> Result<Result<Draft, SkipCode>, Failure> {
    let Found { template, patient: Some(patient), ticket } = found else { return Ok(Err(SkipCode::NotFound)) };
    let keys = [keys::batch(scope, message.batch()), keys::tenant(scope)];
    let mut items = cx.table().get_items(&keys).await?;
    let [batch, tenant] = keys.map(|key| items.remove(&key));
    let (Some(batch), Some(tenant)) = (batch, tenant) else {
        return Err(Failure::internal("a message without its batch"));
    };
    let (batch, tenant) = (Stored::decode(batch)?, Stored::decode(tenant)?);
    Sources { batch, tenant, template, patient, ticket }.compose(cx, scope, account).await
}

impl Draft {
    /// The message with what was composed now in place of what it said.
    pub fn put_into(&self, message: Message, now: Timestamp) -> Message {
        let about = message.about.map(|about| crate::message::About { patient_name: self.name.clone(), ..about });
        Message {
            about,
            to: self.to.clone(),
            text: self.text.clone(),
            form: self.form.clone(),
            validity: self.validity,
            composed_at: now,
            ..message
        }
    }
}

impl SkipCode {
    /// Why a message fails that cannot be composed any more.
    pub const fn reason(self) -> Reason {
        match self {
            Self::OptedOut => Reason::OptedOut,
            Self::WindowClosed => Reason::WindowClosed,
            Self::TemplatePaused => Reason::TemplatePaused,
            // The text speaks of a ticket, and there is none.
            Self::TurnOver | Self::NoTicket => Reason::TurnOver,
            Self::TextTooLong | Self::EmptyValue | Self::UnknownLanguage => Reason::TextInvalid,
            // Of one message to a patient who is there neither can be.
            Self::NotFound | Self::Duplicate => Reason::Rejected,
        }
    }
}
