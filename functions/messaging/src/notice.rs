//! Notices: texts of the clinic to one of its own people, such as a code or an invitation, over the same pipeline as messages
//! to patients.
//!
//! Nobody but the person may read them: they are in no list, make no failed task, and their text is forgotten as soon as it
//! is on its way or has failed. Whoever waits for one in vain asks again.

use dawr_api::{Cx, Failure};
use dawr_kernel::{
    id::{BatchId, MemberId, MessageId},
    phone::PhoneNumber,
};
use dawr_store::{Stored, TenantScope, Work, keys};
use jiff::SignedDuration;

use crate::{
    account::WhatsAppAccount,
    compose::form_of,
    contact::Contact,
    message::{Form, Message, MessageText, Settlement, Status},
    moves,
    template::OnUnknown,
    validity::Validity,
};

/// What is left of a text that was forgotten.
const FORGOTTEN: &str = "…";

/// How long a notice's record is kept, for its callbacks.
const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// A notice.
pub struct Notice<'a> {
    /// Who caused it: whoever invites, or the person themselves.
    pub by: MemberId,
    /// The phone of the person.
    pub to: &'a PhoneNumber,
    /// What it says.
    pub text: &'a str,
    /// What ties it to the request that caused it.
    pub correlation: &'a str,
}

/// Adds a notice to the work that it is about; false if there is no way to send it: the clinic is not connected, or its number
/// is stopped; the person wants no messages, or is not on WhatsApp; or neither the 24-hour window nor a notice template is open
/// to it.
///
/// # Errors
/// If the table does not answer.
pub async fn send(cx: &Cx, scope: &TenantScope, notice: &Notice<'_>, work: &mut Work) -> Result<bool, Failure> {
    let keys = [keys::whatsapp_account(scope), keys::contact(scope, notice.to.expose())];
    let mut items = cx.table().get_items(&keys).await?;
    let [account, contact] = keys.map(|key| items.remove(&key));
    let account = account.map(Stored::<WhatsAppAccount>::decode).transpose()?;
    let contact = contact.map(Stored::<Contact>::decode).transpose()?;
    let now = cx.now();
    let is_closed = |contact: &Stored<Contact>| contact.is_opted_out() || contact.is_out_of_reach(now);
    let Some(account) = account.filter(|account| !account.is_stopped(now) && !contact.as_ref().is_some_and(is_closed))
    else {
        return Ok(false);
    };
    let Ok(text) = MessageText::parse(notice.text) else { return Ok(false) };
    let window = contact.is_some_and(|contact| contact.window_until(account.number_since, now).is_some());
    let Ok(form) = form_of(&text, window, account.notice_template.as_ref()) else { return Ok(false) };
    work.create(scope, &message(cx, scope, notice, text, form));
    Ok(true)
}

/// The message that carries a notice.
pub fn message(cx: &Cx, scope: &TenantScope, notice: &Notice<'_>, text: MessageText, form: Form) -> Message {
    let now = cx.now();
    Message {
        id: MessageId::of(BatchId::generate_for_messages(now, cx.entropy()), 0),
        tenant: scope.tenant(),
        correlation: notice.correlation.to_owned(),
        queue_id: None,
        about: None,
        sender: notice.by,
        to: notice.to.clone(),
        text,
        form,
        validity: Validity::Lasting,
        composed_at: now,
        // A code that comes twice does no harm; one that does not come does.
        on_unknown: OnUnknown::Resend,
        settlement: Settlement::Free,
        status: Status::Queued,
        epoch: 1,
        tries: 0,
        due_at: now,
        look_at: now.checked_add(moves::step(cx).rules.straggler_after).ok(),
        nudges: 0,
        cause: None,
        task: None,
        attempts: Vec::new(),
        created_at: now,
        sent_at: None,
        delivered_at: None,
        read_at: None,
        until: now.checked_add(KEPT).ok(),
        confirms: false,
    }
}

/// Forgets what a notice said.
pub fn forget(message: &mut Message) {
    if let Ok(text) = MessageText::parse(FORGOTTEN) {
        message.text = text;
    }
    message.form = Form::Text;
}
