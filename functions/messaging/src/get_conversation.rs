//! `GET /api/patients/{patientId}/conversation`

use dawr_api::{
    Authorized, Cx, Failure, code::Code, endpoint, function::Access, page::List, permission::Permission,
    request::WhichPage,
};
use dawr_kernel::id::{InboundId, MessageId, PatientId, TemplateId, TicketId};
use dawr_patients::{get_patient::PatientPath, masking::text_for, model::Patient, view::phone_for};
use dawr_store::{
    Cursor, Entity, Index, Query, Stored,
    entity::{Item, kind_of},
    keys,
};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    consent::{Consent, ConsentState},
    conversation::{Conversation, InboundMessage},
    coverage::Within,
    message::{Message, Reason, Status},
    message_view::provider_id_for,
    sending::Channel,
    whatsapp::callback::{Kind, Words},
};

endpoint! {
    /// What was said between the clinic and a patient, in both directions, the newest first. A message of the clinic stands here once it was sent or has failed; those of queues in clinics that the caller does not cover are left out, so a page may be short and still have a next one.
    pub const GET_CONVERSATION: "get_conversation" = Get "/api/patients/{patientId}/conversation";
    requires: Permission(MessageRead);
    reach: Shared;
    access: Access::APPEND;
    handler: get_conversation(path: PatientPath, query: WhichPage) -> 200 ConversationView;
    errors: [NotFound];
}

/// What was said between the clinic and a patient.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConversationView {
    patient_id: PatientId,
    /// How much of it nobody has read.
    unread: u32,
    #[schemars(with = "Option<String>")]
    last_inbound_at: Option<Timestamp>,
    /// What staff must find out: what the patient means by a word that may be about the turn or about the messages.
    needs_answer: Option<InboundId>,
    /// Whether the patient told WhatsApp of another number. Nothing is moved by itself.
    number_changed: bool,
    /// What the patient wants; null as long as they said nothing.
    consent: Option<ConsentState>,
    #[serde(flatten)]
    said: List<SaidView>,
}

/// In which direction something was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Direction {
    /// By the patient.
    In,
    /// By the clinic.
    Out,
}

/// Something that was said.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SaidView {
    direction: Direction,
    #[schemars(with = "String")]
    at: Timestamp,
    /// What it says; of a picture or a file what is written with it. Numbers and addresses in it are masked for members without
    /// `patients:contact`.
    text: Option<String>,
    /// The number that it came from or went to. Masked for members without `patients:contact`.
    phone_number: Option<String>,
    channel: Channel,
    /// Meta's id. Null for members without `patients:contact`: the phone can be read out of it.
    provider_message_id: Option<String>,

    /// Of what the patient said: its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    inbound_id: Option<InboundId>,
    /// What it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<Kind>,
    /// The media type of a picture, recording or file.
    #[serde(skip_serializing_if = "Option::is_none")]
    media_type: Option<String>,
    /// Meta's id of the message that it answers or reacts to. Left out for members without `patients:contact`.
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_to: Option<String>,
    /// The patient's new number. Masked for members without `patients:contact`.
    #[serde(skip_serializing_if = "Option::is_none")]
    new_phone_number: Option<String>,
    /// Whether other patients have the same number: it may be one of them who wrote.
    #[serde(skip_serializing_if = "Option::is_none")]
    shared_number: Option<bool>,

    /// Of what the clinic said: the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    message_id: Option<MessageId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ticket_id: Option<TicketId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    template_id: Option<TemplateId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<Status>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Reason>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    sent_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    delivered_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    read_at: Option<Timestamp>,
}

impl SaidView {
    const fn new(direction: Direction, at: Timestamp) -> Self {
        Self {
            direction,
            at,
            text: None,
            phone_number: None,
            channel: Channel::Whatsapp,
            provider_message_id: None,
            inbound_id: None,
            kind: None,
            media_type: None,
            reply_to: None,
            new_phone_number: None,
            shared_number: None,
            message_id: None,
            ticket_id: None,
            template_id: None,
            status: None,
            reason: None,
            sent_at: None,
            delivered_at: None,
            read_at: None,
        }
    }

    /// What somebody said to the clinic.
    pub fn heard(message: &InboundMessage, caller: &Authorized) -> Self {
        Self {
            text: message.text.as_ref().map(|text: &Words| text_for(text.expose(), caller)),
            phone_number: message.from.as_ref().map(|phone| phone_for(phone, caller)),
            provider_message_id: provider_id_for(message.provider_id.as_deref(), caller),
            inbound_id: Some(message.id),
            kind: Some(message.kind),
            media_type: message.media_type.clone(),
            reply_to: provider_id_for(message.reply_to.as_deref(), caller),
            new_phone_number: message.moved_to.as_ref().map(|phone| phone_for(phone, caller)),
            shared_number: Some(message.shared),
            ..Self::new(Direction::In, message.at)
        }
    }

    fn sent(message: &Message, caller: &Authorized) -> Self {
        let about = message.about.as_ref();
        Self {
            text: Some(text_for(message.text.expose(), caller)),
            phone_number: Some(phone_for(&message.to, caller)),
            provider_message_id: provider_id_for(message.provider_id(), caller),
            message_id: Some(message.id),
            ticket_id: about.and_then(|about| about.ticket_id),
            template_id: about.map(|about| about.template_id),
            status: Some(message.status),
            reason: message.cause.as_ref().map(|cause| cause.reason),
            sent_at: message.sent_at,
            delivered_at: message.delivered_at,
            read_at: message.read_at,
            ..Self::new(Direction::Out, message.said_at())
        }
    }
}

async fn get_conversation(cx: &Cx, path: PatientPath, query: WhichPage) -> Result<ConversationView, Failure> {
    let caller = cx.authorize(Permission::MessageRead)?;
    let after: Option<Cursor> = cx.open_page(&caller, query.token())?;
    let keys = [
        keys::patient(&caller, path.patient_id),
        keys::conversation(&caller, path.patient_id),
        Consent::key(&caller, path.patient_id, Channel::Whatsapp),
    ];
    let mut items = cx.table().get_items(&keys).await?;
    let [patient, conversation, consent] = keys.map(|key| items.remove(&key));
    let patient = patient.map(Stored::<Patient>::decode).transpose()?.ok_or(Code::NotFound)?;
    let conversation = conversation.map(Stored::<Conversation>::decode).transpose()?;
    let consent = consent.map(Stored::<Consent>::decode).transpose()?;
    let range = Query::below(Index::Gsi2, keys::all_said(&caller, patient.id)).descending();
    let page = cx.table().query_items(range.limit(query.size()).after(after)).await?;
    let said = views(cx, &caller, page.items).await?;
    cx.seen_lately::<Patient>(&caller, patient.id).await?;
    let none = Conversation::new(patient.id);
    let conversation = conversation.as_ref().map_or(&none, |read| &read.value);
    Ok(ConversationView {
        patient_id: patient.id,
        unread: conversation.unread,
        last_inbound_at: conversation.last_inbound_at,
        needs_answer: conversation.question.as_ref().map(|question| question.inbound),
        number_changed: conversation.moved.is_some(),
        consent: consent.as_deref().and_then(Consent::state).map(|(state, _)| state),
        said: cx.list(&caller, said, page.next)?,
    })
}

/// Both kinds of what was said, in their order.
async fn views(cx: &Cx, caller: &Authorized, items: Vec<Item>) -> Result<Vec<SaidView>, Failure> {
    enum Said {
        In(Box<Stored<InboundMessage>>),
        Out(Box<Stored<Message>>),
    }
    let is_in = |item: &Item| kind_of(item) == InboundMessage::KIND;
    let read = |item: Item| {
        if is_in(&item) {
            Stored::decode(item).map(|message| Said::In(Box::new(message)))
        } else {
            Stored::decode(item).map(|message| Said::Out(Box::new(message)))
        }
    };
    let said: Vec<Said> = items.into_iter().map(read).collect::<Result<_, _>>()?;
    let sent = said.iter().filter_map(|said| match said {
        Said::Out(message) => Some((message.queue_id, message.id)),
        Said::In(_) => None,
    });
    let within = Within::of(cx, caller, sent).await?;
    let view = |said: &Said| match said {
        Said::In(message) => Some(SaidView::heard(message, caller)),
        Said::Out(message) => within.has(message.queue_id, message.id).then(|| SaidView::sent(message, caller)),
    };
    Ok(said.iter().filter_map(view).collect())
}
