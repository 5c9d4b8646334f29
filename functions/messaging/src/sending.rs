//! What a send and its preview share: the request, and everything that is read for it.

use dawr_api::{
    Authorized, Cx, Failure, Fault,
    code::Code,
    failure::FieldErrors,
    quota::{Allowance, Counted, Quota},
    tenant::Tenant,
};
use dawr_kernel::id::{PatientId, QueueId, TemplateId, TicketId};
use dawr_store::{Entity, Key, Stored, TenantScope, keys};
use deserr::Deserr;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    account::WhatsAppAccount,
    batch::{Batch, MAX_RECIPIENTS, Recipient, Snapshot},
    compose::Draft,
    delivery::Rules,
    last_send::LastSend,
    message::{About, Message, Settlement, Status},
    template::{Content, Parsed, Template},
};

/// Through what messages go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Deserr, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[deserr(rename_all = lowercase)]
pub enum Channel {
    /// WhatsApp.
    #[default]
    Whatsapp,
}

impl Channel {
    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Whatsapp => "whatsapp",
        }
    }
}

/// What to send, and to whom: exactly one of `patientIds`, `ticketIds` and `queueId`.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct SendRequest {
    /// The template.
    pub template_id: TemplateId,
    /// These patients, up to 5,000; without `ticketIds` and `queueId`.
    #[deserr(default)]
    #[schemars(length(min = 1, max = 5000))]
    pub patient_ids: Option<Vec<PatientId>>,
    /// The patients of these tickets, up to 5,000; without `patientIds` and `queueId`.
    #[deserr(default)]
    #[schemars(length(min = 1, max = 5000))]
    pub ticket_ids: Option<Vec<TicketId>>,
    /// Everybody who waits in this queue; without `patientIds` and `ticketIds`.
    #[deserr(default)]
    pub queue_id: Option<QueueId>,
    /// A text in place of the template's own; it goes without the template's approved one.
    #[deserr(default)]
    pub override_content: Option<Content>,
    /// Through what; WhatsApp unless said.
    #[deserr(default)]
    channel: Option<Channel>,
    /// Also if the same was sent to the same people, or to this queue, within the last minute. A preview does not ask.
    #[deserr(default)]
    pub again: Option<bool>,
}

/// Who is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Audience {
    /// These.
    Named(Vec<Recipient>),
    /// Everybody who waits in the queue.
    Queue(QueueId),
}

impl SendRequest {
    /// Through what the messages go.
    pub fn channel(&self) -> Channel {
        self.channel.unwrap_or_default()
    }

    /// Who is meant.
    ///
    /// # Errors
    /// `NoRecipients` unless exactly one kind is named, `TooManyRecipients`.
    pub fn audience(&self) -> Result<Audience, Failure> {
        let named = |recipients: Vec<Recipient>, field: &str| match recipients.len() {
            0 => Err(Fault::at(Code::NoRecipients, field).into()),
            1..=MAX_RECIPIENTS => Ok(Audience::Named(recipients)),
            _ => Err(Fault::at(Code::TooManyRecipients, field).into()),
        };
        match (&self.patient_ids, &self.ticket_ids, self.queue_id) {
            (Some(ids), None, None) => named(ids.iter().copied().map(Recipient::Patient).collect(), "patientIds"),
            (None, Some(ids), None) => named(ids.iter().copied().map(Recipient::Ticket).collect(), "ticketIds"),
            (None, None, Some(queue)) => Ok(Audience::Queue(queue)),
            _ => Err(Code::NoRecipients.into()),
        }
    }
}

/// What went wrong with the queue that a request names.
pub fn of_queue(error: impl Into<Failure>) -> Failure {
    error.into().named_by("queueId")
}

/// What is read for every send, in one trip.
pub struct Ground {
    /// The tenant.
    pub tenant: Stored<Tenant>,
    /// Its WhatsApp account.
    pub account: Stored<WhatsAppAccount>,
    /// What is sent.
    pub snapshot: Snapshot,
    /// The caller's quota.
    pub quota: Option<Stored<Quota>>,
}

impl Ground {
    /// Reads it, and checks that the caller may use the template.
    ///
    /// # Errors
    /// `NotFound`, `TemplatePaused`, `ChannelNotConnected`, and what is wrong with the text that replaces the template's own.
    pub async fn load(cx: &Cx, caller: &Authorized, request: &SendRequest) -> Result<Self, Failure> {
        Ok(Self::load_beside::<LastSend>(cx, caller, request, None).await?.0)
    }

    /// The same, and in the same trip what is at another key.
    ///
    /// # Errors
    /// The same.
    pub async fn load_beside<T: Entity>(
        cx: &Cx,
        caller: &Authorized,
        request: &SendRequest,
        beside: Option<Key>,
    ) -> Result<(Self, Option<Stored<T>>), Failure> {
        if let Some(content) = &request.override_content {
            Parsed::parse(content.as_str(), "overrideContent").map_err(Failure::of)?;
        }
        let keys = [
            keys::tenant(caller),
            keys::whatsapp_account(caller),
            keys::template(caller, request.template_id),
            keys::quota(caller, caller.member),
        ];
        let all: Vec<Key> = keys.iter().chain(&beside).cloned().collect();
        let mut items = cx.table().get_items(&all).await?;
        let beside = beside.and_then(|key| items.remove(&key)).map(Stored::decode).transpose()?;
        let [tenant, account, template, quota] = keys.map(|key| items.remove(&key));
        let template = template.map(Stored::<Template>::decode).transpose()?;
        let template = template.filter(|template| is_visible(caller, template));
        let template = template.ok_or_else(|| Fault::at(Code::NotFound, "templateId"))?;
        let overridden = request.override_content.is_some();
        if template.pause.is_some() && !overridden {
            return Err(Code::TemplatePaused.into());
        }
        let account = match request.channel() {
            Channel::Whatsapp => account,
        };
        let account = account.map(Stored::decode).transpose()?.ok_or(Code::ChannelNotConnected)?;
        let tenant = tenant.map(Stored::decode).transpose()?.ok_or(Code::NotFound)?;
        let quota = quota.map(Stored::decode).transpose()?;
        let snapshot = Snapshot {
            template_id: template.id,
            content: request.override_content.clone().unwrap_or_else(|| template.content.clone()),
            on_unknown: template.on_unknown,
            provider_template: template.provider_template.clone().filter(|_| !overridden),
            overridden,
        };
        Ok((Self { tenant, account, snapshot, quota }, beside))
    }

    /// What the caller may still send.
    pub fn allowance(&self, caller: &Authorized) -> Allowance {
        Allowance::of(self.quota.as_deref(), Counted::Messages, &caller.grant.role)
    }
}

/// Whether the caller may see and use a template: a shared one, their own, or any as an administrator of the whole tenant.
pub fn is_visible(caller: &Authorized, template: &Template) -> bool {
    template.is_shared || template.created_by == caller.member || caller.administers()
}

/// The message to a batch's recipient of that number.
pub fn message(scope: &TenantScope, batch: &Batch, recipient: u16, draft: Draft, rules: Rules) -> Message {
    let now = batch.created_at;
    Message {
        id: batch.message(recipient),
        tenant: scope.tenant(),
        correlation: batch.correlation.clone(),
        queue_id: draft.ticket_id.map(|ticket| ticket.queue()).or(batch.queue_id),
        about: Some(About {
            patient_id: draft.patient_id,
            ticket_id: draft.ticket_id,
            template_id: batch.snapshot.template_id,
            patient_name: draft.name,
        }),
        sender: batch.sender,
        to: draft.to,
        text: draft.text,
        form: draft.form,
        validity: draft.validity,
        composed_at: now,
        on_unknown: batch.snapshot.on_unknown,
        settlement: if batch.counted { Settlement::Reserved } else { Settlement::Free },
        status: Status::Queued,
        epoch: 1,
        tries: 0,
        due_at: now,
        look_at: now.checked_add(rules.straggler_after).ok(),
        nudges: 0,
        cause: None,
        task: None,
        attempts: Vec::new(),
        created_at: now,
        sent_at: None,
        delivered_at: None,
        read_at: None,
        until: None,
        confirms: false,
    }
}
