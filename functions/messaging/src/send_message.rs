//! The WhatsApp sender: one job, one try. Of what did not move in its time it decides what becomes of it.

use dawr_api::{
    Cx, Failure,
    function::{Access, EventError, Function, MEMORY, Queue, Secret, Trigger},
    job,
};
use dawr_patients::model::Patient;
use dawr_queues::model::Ticket;
use dawr_store::{Handed, StoreError, Stored, TenantScope, Work, keys};
use serde_json::Value;

use crate::{
    account::WhatsAppAccount,
    batch::Batch,
    consent::{Consent, is_opted_out},
    contact::Contact,
    credentials::Credentials,
    delivery::Outcome,
    holds,
    message::{Cause, Message, Reason},
    moves,
    pause::is_paused,
    recompose::{Found, is_due, recompose},
    sending::Channel,
    stopping,
    template::Template,
    whatsapp::{outcome::Scope, send::send},
};

/// Sends messages.
pub const SEND_MESSAGE: Function = Function {
    name: "send_message",
    summary: "Sends queued messages to WhatsApp, each under a lease.",
    trigger: Trigger::Queue(Queue::Sends, |cx, event| Box::pin(send_messages(cx, event))),
    access: Access::WRITE.secrets(&[Secret::ReadProviders]).providers(),
    memory: MEMORY,
    timeout: 30,
};

async fn send_messages(cx: &Cx, event: Value) -> Result<Value, EventError> {
    job::each(event, |job| send_one(cx, job)).await
}

async fn send_one(cx: &Cx, job: Handed) -> Result<(), EventError> {
    let Some((message, wake)) = cx.table().handed::<Message>(&job).await? else { return Ok(()) };
    let (scope, id) = (cx.job(message.tenant), message.id);
    let look = |message: &Message| {
        let is_meant = u64::from(message.nudges) == job.n;
        is_meant.then(|| moves::step(cx).look(message, wake.tries)).flatten()
    };
    if look(&message).is_some() {
        moves::take(cx, &scope, id, Some(message), |message, _| look(message)).await?;
        return Ok(());
    }
    if moves::step(cx).begin(&message, job.n).is_none() {
        return Ok(());
    }
    let Surroundings { account, contact, consent, template, patient, ticket, batch } =
        surroundings(cx, &scope, &message).await?;
    // It was being sent when its batch was stopped, and waits since: what was written in between is seen here at the latest.
    if stopping::concerns(batch.and_then(|batch| batch.stopped_at), &message) {
        moves::take(cx, &scope, id, Some(message), |message, _| moves::step(cx).stop(message)).await?;
        return Ok(());
    }
    let Some(account) = account else { return refuse(cx, &scope, message, Reason::NotConnected).await };
    if message.validity.has_ended(ticket.as_deref(), cx.now()) {
        return refuse(cx, &scope, message, Reason::TurnOver).await;
    }
    if let Some(until) = account.hold_until.filter(|until| *until > cx.now()) {
        let wait = |message: &Message, _: &mut Work| moves::step(cx).postpone(message, until);
        moves::take(cx, &scope, id, Some(message), wait).await?;
        return Ok(());
    }
    let mut draft = None;
    if is_due(&message, patient.as_deref(), template.as_deref(), cx.now()) {
        let found = Found { template: template.clone(), patient, ticket };
        match recompose(cx, &scope, &message, &account, found).await.map_err(Failure::into_source)? {
            Ok(composed) => draft = Some(composed),
            Err(code) => return refuse(cx, &scope, message, code.reason()).await,
        }
    } else if !message.confirms && is_opted_out(consent.as_deref(), contact.as_deref()) {
        return refuse(cx, &scope, message, Reason::OptedOut).await;
    }
    let as_composed = |message: &Message| match &draft {
        Some(draft) => draft.put_into(message.clone(), cx.now()),
        None => message.clone(),
    };
    if is_paused(&as_composed(&message), template.as_deref(), &account) {
        return refuse(cx, &scope, message, Reason::TemplatePaused).await;
    }
    let credentials = Credentials::load(cx, &scope, account.connected_at).await.map_err(Failure::into_source)?;
    let Some(credentials) = credentials else {
        // Somebody connected the clinic anew between the two reads: the next try reads both again.
        return match crate::account::account(cx, &scope).await.map_err(Failure::into_source)? {
            Some(now) if now.connected_at != account.connected_at => Err("the credentials were replaced".into()),
            _ => refuse(cx, &scope, message, Reason::NotConnected).await,
        };
    };
    // From here on a crash leaves the lease behind, and whoever is handed it when it has ended finds it.
    let begin = |message: &Message, _: &mut Work| moves::step(cx).begin(&as_composed(message), job.n);
    let Some(sending) = moves::take(cx, &scope, id, Some(message), begin).await? else { return Ok(()) };
    let attempt = sending.attempts.last().map_or(0, |last| last.number);
    let (outcome, about) = send(cx, &account, &credentials, &sending).await.map_err(Failure::into_source)?;
    let correlation = sending.correlation.as_str();
    tracing::info!(correlation, message = %id, attempt, outcome = name(&outcome), "a try has ended");
    if about == Scope::OptOut {
        holds::opted_out(cx, &scope, &sending, cx.now()).await?;
    }
    holds::obey(cx, &scope, &sending, about, &outcome).await;
    let conclude = |message: &Message, _: &mut Work| moves::step(cx).conclude(message, attempt, &outcome);
    moves::take(cx, &scope, id, None, conclude).await?;
    Ok(())
}

const fn name(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Accepted(_) => "accepted",
        Outcome::Again { .. } => "again",
        Outcome::Refused(_) => "refused",
        Outcome::Unknown => "unknown",
    }
}

/// What stands beside a message.
struct Surroundings {
    account: Option<Stored<WhatsAppAccount>>,
    contact: Option<Stored<Contact>>,
    consent: Option<Stored<Consent>>,
    template: Option<Stored<Template>>,
    patient: Option<Stored<Patient>>,
    ticket: Option<Stored<Ticket>>,
    /// Of a message that was tried before.
    batch: Option<Stored<Batch>>,
}

async fn surroundings(cx: &Cx, scope: &TenantScope, message: &Message) -> Result<Surroundings, StoreError> {
    let [account, contact] = [keys::whatsapp_account(scope), keys::contact(scope, message.to.expose())];
    let about = message.about.as_ref();
    let template = about.map(|about| keys::template(scope, about.template_id));
    let patient = about.map(|about| keys::patient(scope, about.patient_id));
    let consent = about.map(|about| Consent::key(scope, about.patient_id, Channel::Whatsapp));
    let ticket = about.and_then(|about| about.ticket_id).map(|ticket| keys::ticket(scope, ticket));
    let tried = about.filter(|_| message.tries > 0);
    let batch = tried.map(|_| keys::batch(scope, message.batch()));
    let more = [&template, &patient, &consent, &ticket, &batch].into_iter().flatten();
    let wanted: Vec<_> = [&account, &contact].into_iter().chain(more).cloned().collect();
    let mut items = cx.table().get_items(&wanted).await?;
    let [account, contact] = [account, contact].map(|key| items.remove(&key));
    let [template, patient, consent, ticket, batch] =
        [template, patient, consent, ticket, batch].map(|key| key.and_then(|key| items.remove(&key)));
    Ok(Surroundings {
        account: account.map(Stored::decode).transpose()?,
        contact: contact.map(Stored::decode).transpose()?,
        consent: consent.map(Stored::decode).transpose()?,
        template: template.map(Stored::decode).transpose()?,
        patient: patient.map(Stored::decode).transpose()?,
        ticket: ticket.map(Stored::decode).transpose()?,
        batch: batch.map(Stored::decode).transpose()?,
    })
}

/// The message fails without a call to the provider.
async fn refuse(cx: &Cx, scope: &TenantScope, message: Stored<Message>, reason: Reason) -> Result<(), EventError> {
    let (id, n) = (message.id, u64::from(message.nudges));
    moves::take(cx, scope, id, Some(message), |message, _| {
        let step = moves::step(cx);
        let sending = step.begin(message, n)?;
        let attempt = sending.attempts.last()?.number;
        step.conclude(&sending, attempt, &Outcome::Refused(Cause { reason, provider_code: None }))
    })
    .await?;
    Ok(())
}
