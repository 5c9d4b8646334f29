//! What people write to the clinic, kept with the patient, and what of it nobody has read yet.

use dawr_api::idempotency::sha256;
use dawr_kernel::{
    id::{Body, Id, InboundId, PatientId},
    phone::PhoneNumber,
};
use dawr_store::{Entity, Key, Place, TenantScope, keys};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    identity::UserId,
    whatsapp::callback::{Inbound, Kind, Words},
};

/// Something that a person wrote, as it is kept with one patient, or with nobody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InboundMessage {
    /// Its id, the same however often it comes.
    pub id: InboundId,
    /// The patient; none if nobody knows who wrote.
    pub patient: Option<PatientId>,
    /// The number that it came from, as WhatsApp calls it.
    pub from: Option<PhoneNumber>,
    /// The person that it came from, as WhatsApp calls them.
    pub user_id: Option<UserId>,
    /// What it is. (An item's own `kind` says that it is such a message.)
    #[serde(rename = "form")]
    pub kind: Kind,
    /// What there is to read of it.
    pub text: Option<Words>,
    /// The provider's id of a picture, recording or file.
    pub media_id: Option<String>,
    /// Its media type.
    pub media_type: Option<String>,
    /// The provider's id of the message that it answers.
    pub reply_to: Option<String>,
    /// The person's new number.
    pub moved_to: Option<PhoneNumber>,
    /// Whether other patients have the same number: it may be one of them who wrote.
    pub shared: bool,
    /// When it was written.
    pub at: Timestamp,
    /// The provider's id.
    pub provider_id: Option<String>,
}

impl Entity for InboundMessage {
    const KIND: &'static str = "inbound";

    fn place(&self, scope: &TenantScope) -> Place {
        let place = Place::at(self.key(scope));
        match self.patient {
            Some(patient) => place.gsi2(keys::said(scope, patient, self.at, self.id)),
            None => place.gsi2(keys::unknown_listed(scope, self.id)),
        }
    }
}

impl InboundMessage {
    /// What is kept of something that came, with a patient or with nobody. `digest` tells it from others of its time where the
    /// provider gives it no id.
    pub fn of(inbound: &Inbound, digest: &str, patient: Option<PatientId>, shared: bool) -> Self {
        let (media_id, media_type) = inbound.media.clone().unzip();
        Self {
            id: id(inbound, digest),
            patient,
            from: inbound.from.clone(),
            user_id: inbound.user_id.clone(),
            kind: inbound.kind,
            text: inbound.text.clone(),
            media_id,
            media_type: media_type.flatten(),
            reply_to: inbound.reply_to.clone(),
            moved_to: inbound.moved_to.clone(),
            shared,
            at: inbound.at,
            provider_id: inbound.provider_id.clone(),
        }
    }

    /// Where it is.
    pub fn key(&self, scope: &TenantScope) -> Key {
        let who = || self.from.as_ref().map(PhoneNumber::expose).or_else(|| self.user_id.as_ref().map(UserId::expose));
        match self.patient {
            Some(patient) => keys::inbound(scope, patient, self.id),
            None => keys::unknown_inbound(scope, who().unwrap_or_default(), self.id),
        }
    }
}

/// The id of something that came.
pub fn id(inbound: &Inbound, digest: &str) -> InboundId {
    let [a, b, c, d, e, f, g, h, i, j, ..] = sha256(inbound.provider_id.as_deref().unwrap_or(digest).as_bytes());
    InboundId::from_body(Body::from_parts(inbound.at, [a, b, c, d, e, f, g, h, i, j]))
}

/// That staff must find out what a person means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// What they wrote.
    pub inbound: InboundId,
    /// When.
    pub at: Timestamp,
}

/// That a person told WhatsApp of another number, which what came says. Nothing is moved by itself: it may be somebody else's
/// by now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// When.
    pub at: Timestamp,
}

/// What of a patient's conversation waits for somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversation {
    /// The patient.
    pub patient: PatientId,
    /// How much nobody has read.
    pub unread: u32,
    /// When the patient wrote last.
    pub last_inbound_at: Option<Timestamp>,
    /// What staff must answer.
    pub question: Option<Question>,
    /// That the patient seems to have another number.
    pub moved: Option<Moved>,
}

impl Entity for Conversation {
    const KIND: &'static str = "conversation";

    fn place(&self, scope: &TenantScope) -> Place {
        Place::at(keys::conversation(scope, self.patient))
    }

    fn subject(&self) -> Option<String> {
        Some(self.patient.to_string())
    }
}

impl Conversation {
    /// A conversation in which nothing was written yet.
    pub const fn new(patient: PatientId) -> Self {
        Self { patient, unread: 0, last_inbound_at: None, question: None, moved: None }
    }

    /// The conversation after something came; `asks` if staff must find out what it means.
    #[must_use]
    pub fn with(&self, message: &InboundMessage, asks: bool) -> Self {
        let mut next = self.clone();
        if message.kind.is_news() {
            next.unread = next.unread.saturating_add(1);
            next.last_inbound_at = next.last_inbound_at.max(Some(message.at));
        }
        if message.kind == Kind::NumberChanged && next.moved.as_ref().is_none_or(|known| known.at < message.at) {
            next.moved = Some(Moved { at: message.at });
        }
        if asks && next.question.as_ref().is_none_or(|known| known.at < message.at) {
            next.question = Some(Question { inbound: message.id, at: message.at });
        }
        next
    }
}

#[cfg(test)]
mod tests {
    use dawr_kernel::entropy::Seeded;
    use serde_json::json;

    use super::*;
    use crate::whatsapp::callback::inbound;

    fn heard(kind: &str, id: &str, second: i64) -> Inbound {
        let event = json!({ "from": "966501234567", "id": id, "timestamp": second.to_string(), "type": kind });
        inbound(&event, Timestamp::from_second(second).unwrap()).unwrap()
    }

    #[test]
    fn what_is_kept_comes_back_from_the_table() {
        let patient = PatientId::generate(Timestamp::UNIX_EPOCH, &Seeded::new(1));
        let message = InboundMessage::of(&heard("image", "w", 5), "digest", Some(patient), true);
        let item: dawr_store::entity::Item = serde_dynamo::to_item(&message).unwrap();
        assert!(!item.contains_key("kind"), "that is the item's own");
        assert_eq!(serde_dynamo::from_item::<_, InboundMessage>(item).unwrap(), message);
    }

    #[test]
    fn an_id_is_the_messages_own_however_often_and_with_whatever_it_comes() {
        let of = |kind, id: &str, digest| super::id(&heard(kind, id, 5), digest);
        assert_eq!(of("text", "w", "one"), of("text", "w", "two"));
        assert_ne!(of("text", "w", "one"), of("text", "x", "one"));
        assert_ne!(of("text", "", "one"), of("text", "", "two"));
    }

    #[test]
    fn what_comes_is_counted_and_asked_about() {
        let patient = PatientId::generate(Timestamp::UNIX_EPOCH, &Seeded::new(1));
        let message = |kind, second| InboundMessage::of(&heard(kind, "w", second), "d", Some(patient), false);
        let conversation = Conversation::new(patient).with(&message("text", 9), true).with(&message("text", 5), true);
        assert_eq!((conversation.unread, conversation.last_inbound_at.map(|at| at.as_second())), (2, Some(9)));
        assert_eq!(conversation.question.as_ref().map(|question| question.at.as_second()), Some(9));
        assert_eq!(conversation.with(&message("request_welcome", 10), false), conversation);
    }
}
