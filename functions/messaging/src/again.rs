//! A message that shall be sent again: to the phone that its patient has by now, in the form that is right by now.

use dawr_api::{Authorized, Cx, Failure, Fault, code::Code, quota::Quota};
use dawr_kernel::phone::PhoneNumber;
use dawr_patients::model::Patient;
use dawr_queues::model::Ticket;
use dawr_store::{Stored, keys};

use crate::{
    account::WhatsAppAccount,
    batch::{Batch, SkipCode},
    compose::form_of,
    consent::{Consent, is_opted_out},
    contact::Contact,
    message::{Form, Message},
    pause::is_paused,
    sending::Channel,
    task::FailedTask,
    template::Template,
};

/// A message that failed, and how it goes now.
pub struct Again {
    /// The message.
    pub message: Stored<Message>,
    /// The quota that it may be taken from.
    pub quota: Option<Stored<Quota>>,
    /// To which phone.
    pub to: PhoneNumber,
    /// In which form.
    pub form: Form,
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
        ];
        let mut items = table.get_items(&keys).await?;
        let [message, batch, account, patient] = keys.map(|key| items.remove(&key));
        let message = message.map(Stored::<Message>::decode).transpose()?;
        let message = message.filter(|message| message.task == Some(task.id)).ok_or(Code::NotFound)?;
        let account = account.map(Stored::<WhatsAppAccount>::decode).transpose()?.ok_or(Code::ChannelNotConnected)?;
        let patient = patient.map(Stored::<Patient>::decode).transpose()?.ok_or(Code::NotFound)?;
        let batch = batch.map(Stored::<Batch>::decode).transpose()?;
        let batch = batch.ok_or_else(|| Failure::internal("a message without its batch"))?;

        let about = message.about.as_ref().ok_or(Code::NotFound)?;
        let (template, quota) = (keys::template(caller, about.template_id), keys::quota(caller, message.sender));
        let ticket = about.ticket_id.map(|ticket| keys::ticket(caller, ticket));
        let wanted: Vec<_> = [&template, &quota].into_iter().chain(&ticket).cloned().collect();
        let mut items = table.get_items(&wanted).await?;
        let template = items.remove(&template).map(Stored::<Template>::decode).transpose()?;
        let quota = items.remove(&quota).map(Stored::<Quota>::decode).transpose()?;
        let ticket = ticket.and_then(|key| items.remove(&key)).map(Stored::<Ticket>::decode).transpose()?;

        let to = phone(&message, &patient, ticket.as_deref());
        let wishes = [keys::contact(caller, to.expose()), Consent::key(caller, task.patient_id, Channel::Whatsapp)];
        let mut items = table.get_items(&wishes).await?;
        let [contact, consent] = wishes.map(|key| items.remove(&key));
        let contact = contact.map(Stored::<Contact>::decode).transpose()?;
        let consent = consent.map(Stored::<Consent>::decode).transpose()?;
        if is_opted_out(consent.as_deref(), contact.as_deref()) {
            return Err(cannot_go(SkipCode::OptedOut));
        }
        let form = match batch.snapshot.provider_template {
            Some(_) if is_paused(&message, template.as_deref(), &account) => return Err(Code::TemplatePaused.into()),
            Some(_) => message.form.clone(),
            None => {
                let window = contact.and_then(|contact| contact.window_until(cx.now())).is_some();
                form_of(&message.text, window, account.notice_template.as_ref()).map_err(cannot_go)?
            }
        };
        Ok(Self { message, quota, to, form })
    }
}

/// The phone that the patient has by now: what staff corrected since, at the ticket or in the record; else the one that
/// the message was for.
fn phone(message: &Message, patient: &Patient, ticket: Option<&Ticket>) -> PhoneNumber {
    match ticket {
        Some(ticket) if ticket.phone_number != message.to => ticket.phone_number.clone(),
        _ if patient.updated_at > message.created_at => patient.phone.clone(),
        _ => message.to.clone(),
    }
}

fn cannot_go(code: SkipCode) -> Failure {
    let (english, arabic) = code.explanation();
    Fault::new(Code::NotRetryable).saying(english, arabic).into()
}
