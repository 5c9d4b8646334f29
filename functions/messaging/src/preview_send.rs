//! `POST /api/messages/send-preview`

use dawr_api::{Cx, Failure, endpoint, function::Access, permission::Permission, quota::Allowance};
use dawr_kernel::id::{PatientId, TicketId};
use dawr_patients::{
    masking::text_for,
    model::Patient,
    view::{Warning, phone_for},
};
use dawr_queues::store::{Line, existing};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    batch::{MAX_LISTED, Recipient, Skipped, SkippedView},
    compose::{Composer, Draft, recipients},
    message::Form,
    sending::{Audience, Ground, SendRequest, of_queue},
    whatsapp::value::TemplateValue,
};

endpoint! {
    /// What a send would send: each recipient's own text, and who would be skipped and why.
    pub const PREVIEW_SEND: "preview_send" = Post "/api/messages/send-preview";
    requires: Permission(MessageSend);
    reach: Clinic;
    access: Access::APPEND;
    handler: preview_send(body: SendRequest) -> 200 PreviewView;
    errors: [NotFound, NoRecipients, TooManyRecipients, UnknownVariable, UnclosedVariable, TemplatePaused, ChannelNotConnected];
}

/// What a send would send.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PreviewView {
    /// Recipients asked for.
    recipients: usize,
    /// Of the previewed ones, those who would get a message.
    ready: usize,
    /// Whether there are more recipients than are previewed: the first 500 are.
    truncated: bool,
    /// Whether there is no limit to the caller's messages.
    unlimited: bool,
    /// Messages left of the caller's quota, 0 if none were granted; null where `unlimited`, and only there.
    quota_left: Option<i64>,
    messages: Vec<PreviewMessage>,
    skipped: Vec<SkippedView>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct PreviewMessage {
    /// The patient or ticket, as the request named it.
    id: String,
    patient_id: PatientId,
    ticket_id: Option<TicketId>,
    full_name: String,
    /// Masked for members without `patients:contact`.
    phone_number: String,
    /// What to know before writing to the phone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<Warning>,
    /// What the phone will show. Numbers and addresses in it are masked for members without `patients:contact`.
    text: String,
    /// `text` within the 24-hour window, `template` outside.
    form: &'static str,
}

/// What the phone will show: the notice template carries the whole text as its one value, in one line.
fn text_shown<'a>(draft: &'a Draft, ground: &Ground) -> &'a str {
    match &draft.form {
        Form::Template { parameters, .. } if ground.snapshot.provider_template.is_none() => {
            parameters.first().map_or(draft.text.expose(), TemplateValue::expose)
        }
        _ => draft.text.expose(),
    }
}

async fn preview_send(cx: &Cx, body: SendRequest) -> Result<PreviewView, Failure> {
    let caller = cx.authorize(Permission::MessageSend)?;
    let audience = body.audience()?;
    let ground = Ground::load(cx, &caller, &body).await?;
    let mut composer = Composer::new(cx, &caller, &ground.tenant, &ground.account, &ground.snapshot, &caller.clinics)?;
    let all = match audience {
        Audience::Named(recipients) => recipients,
        Audience::Queue(queue) => {
            let line = Line::load(cx, &caller, queue).await.map_err(of_queue)?;
            existing(&line.queue, &caller.clinics).map_err(of_queue)?;
            let recipients = recipients(&line);
            composer = composer.with_line(line);
            recipients
        }
    };
    let shown: Vec<Recipient> = all.iter().take(MAX_LISTED).copied().collect();
    let drafts = composer.compose(&shown).await?;
    let (mut messages, mut skipped) = (Vec::new(), Vec::new());
    for (recipient, draft) in shown.iter().zip(drafts) {
        match draft {
            Ok(draft) => messages.push(PreviewMessage {
                id: recipient.to_string(),
                patient_id: draft.patient_id,
                ticket_id: draft.ticket_id,
                full_name: text_for(draft.name.expose(), &caller),
                phone_number: phone_for(&draft.to, &caller),
                warnings: Warning::of(&draft.to),
                text: text_for(text_shown(&draft, &ground), &caller),
                form: match draft.form {
                    Form::Text => "text",
                    Form::Template { .. } => "template",
                },
            }),
            Err(code) => skipped.push(Skipped::new(*recipient, code).view(cx.language)),
        }
    }
    let allowance = ground.allowance(&caller);
    cx.seen::<Patient>(&caller, messages.iter().map(|message| message.patient_id)).await?;
    Ok(PreviewView {
        recipients: all.len(),
        ready: messages.len(),
        truncated: all.len() > shown.len(),
        unlimited: allowance == Allowance::Unlimited,
        quota_left: allowance.left(),
        messages,
        skipped,
    })
}
