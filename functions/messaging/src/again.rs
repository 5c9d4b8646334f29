//! A message that shall be sent again: composed anew, as if it were asked for now.

use dawr_api::{Authorized, Cx, Failure, Fault, code::Code, quota::Quota};
use dawr_patients::model::Patient;
use dawr_queues::model::Ticket;
use dawr_store::{Stored, keys};

use crate::{
    account::WhatsAppAccount, batch::SkipCode, compose::Draft, message::Message, pause::is_paused, recompose::Sources,
    task::FailedTask, template::Template,
};

/// A message that failed, and how it goes now.
pub struct Again {
    /// The message.
    pub message: Stored<Message>,
    /// The quota that it may be taken from.
    pub quota: Option<Stored<Quota>>,
    /// What it says now, and to which phone.
    pub draft: Draft,
}

impl Again {
    /// Reads what a failed task's message depends on.
    ///
    /// # Errors
    /// `NotFound` if the task is not the message's any more, `ChannelNotConnected`, `TemplatePaused`, `NotRetryable` with
    /// the reason for which nothing can go to this person now.
    pub async fn load(cx: &Cx, caller: &Authorized, task: &FailedTask) -> Result<Self, Failure> {
        let table = cx.table();
        let keys = [
            keys::message(caller, task.message),
            keys::batch(caller, task.message.batch()),
            keys::whatsapp_account(caller),
            keys::patient(caller, task.patient_id),
            keys::tenant(caller),
        ];
        let mut items = table.get_items(&keys).await?;
        let [message, batch, account, patient, tenant] = keys.map(|key| items.remove(&key));
        let message = message.map(Stored::<Message>::decode).transpose()?;
        let message = message.filter(|message| message.task == Some(task.id)).ok_or(Code::NotFound)?;
        let account = account.map(Stored::<WhatsAppAccount>::decode).transpose()?.ok_or(Code::ChannelNotConnected)?;
        let patient = patient.map(Stored::<Patient>::decode).transpose()?.ok_or(Code::NotFound)?;
        let (batch, tenant) = (batch.map(Stored::decode).transpose()?, tenant.map(Stored::decode).transpose()?);
        let (batch, tenant) = batch.zip(tenant).ok_or_else(|| Failure::internal("a message without its batch"))?;

        let about = message.about.as_ref().ok_or(Code::NotFound)?;
        let (template, quota) = (keys::template(caller, about.template_id), keys::quota(caller, message.sender));
        let ticket = about.ticket_id.map(|ticket| keys::ticket(caller, ticket));
        let wanted: Vec<_> = [&template, &quota].into_iter().chain(&ticket).cloned().collect();
        let mut items = table.get_items(&wanted).await?;
        let template = items.remove(&template).map(Stored::<Template>::decode).transpose()?;
        let quota = items.remove(&quota).map(Stored::<Quota>::decode).transpose()?;
        let ticket = ticket.and_then(|key| items.remove(&key)).map(Stored::<Ticket>::decode).transpose()?;

        let sources = Sources { batch, tenant, template: template.clone(), patient, ticket };
        let draft = sources.compose(cx, caller, &account).await?.map_err(cannot_go)?;
        if is_paused(&draft.put_into(message.value.clone(), cx.now()), template.as_deref(), &account) {
            return Err(Code::TemplatePaused.into());
        }
        Ok(Self { message, quota, draft })
    }
}

fn cannot_go(code: SkipCode) -> Failure {
    let (english, arabic) = code.explanation();
    Fault::new(Code::NotRetryable).saying(english, arabic).into()
}
