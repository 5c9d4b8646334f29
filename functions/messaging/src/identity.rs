//! What WhatsApp calls people: not always the number that is dialled, and no number at all for those who have a username.
//!
//! It is learnt from the answer to each send and from callbacks, is kept beside the number, and whoever writes is found by it.

use std::collections::BTreeSet;

use dawr_api::{Cx, Failure};
use dawr_kernel::{
    id::{MessageId, PatientId},
    phone::PhoneNumber,
};
use dawr_patients::{model::Patient, store::Patients};
use dawr_store::{Entity, Index, Place, Query, StoreError, Stored, TenantScope, Update, Work, keys};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{contact::Contact, message::Message, whatsapp::callback::Inbound};

dawr_kernel::text_type! {
    /// What WhatsApp calls a person: a business-scoped user id, such as `SA.13491208655302741918`.
    pub UserId: personal, single_line, 1..=200
}

/// A message is known by WhatsApp's id of it for so long: whoever answers it later is found by what they are called.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 90);

/// So many patients of one number are written to by one event. More share none but a number that was made up.
const MOST_SHARING: u32 = 50;

/// That WhatsApp calls a phone by another number than the one that is dialled: +5541987654321 is 554187654321.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhatsAppId {
    /// What WhatsApp calls it.
    pub wa_id: PhoneNumber,
    /// What is dialled.
    pub phone: PhoneNumber,
}

impl Entity for WhatsAppId {
    const KIND: &'static str = "whatsapp-id";

    fn place(&self, scope: &TenantScope) -> Place {
        Place::at(keys::whatsapp_id(scope, self.wa_id.expose(), self.phone.expose()))
    }
}

/// That WhatsApp calls a patient by a user id. It is the person's, whichever number they have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhatsAppUser {
    /// What WhatsApp calls them.
    pub user_id: UserId,
    /// The patient.
    pub patient: PatientId,
}

impl Entity for WhatsAppUser {
    const KIND: &'static str = "whatsapp-user";

    fn place(&self, scope: &TenantScope) -> Place {
        Place::at(keys::whatsapp_user(scope, self.user_id.expose(), self.patient))
    }
}

impl WhatsAppUser {
    /// Adds to the work that WhatsApp calls a patient so.
    pub fn know(scope: &TenantScope, user_id: &UserId, patient: PatientId, work: &mut Work) {
        let known = Update::upsert::<Self>(keys::whatsapp_user(scope, user_id.expose(), patient));
        work.update(known.set("user_id", user_id.expose()).set("patient", patient));
    }
}

/// Which message, and which try of it, WhatsApp calls by an id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhatsAppMessage {
    /// WhatsApp's id.
    pub provider_id: String,
    /// The message.
    pub message: MessageId,
    /// The try.
    pub attempt: u32,
}

impl Entity for WhatsAppMessage {
    const KIND: &'static str = "whatsapp-message";

    fn place(&self, scope: &TenantScope) -> Place {
        Place::at(keys::whatsapp_message(scope, &self.provider_id))
    }
}

impl WhatsAppMessage {
    /// Adds to the work that WhatsApp calls a try of a message so.
    pub fn know(scope: &TenantScope, id: &str, message: MessageId, attempt: u32, now: Timestamp, work: &mut Work) {
        let known = Update::upsert::<Self>(keys::whatsapp_message(scope, id)).set("provider_id", id);
        let until = now.checked_add(KEPT).unwrap_or(now);
        work.update(known.set("message", message).set("attempt", attempt).until(until));
    }
}

impl WhatsAppId {
    /// Adds it to the work.
    pub fn know(&self, scope: &TenantScope, work: &mut Work) {
        let (id, phone) = (self.wa_id.expose(), self.phone.expose());
        let known = Update::upsert::<Self>(keys::whatsapp_id(scope, id, phone));
        work.update(known.set("wa_id", id).set("phone", phone));
    }
}

/// Adds to a step of a message what it tells of the person.
pub fn learn(scope: &TenantScope, before: &Message, after: &Message, work: &mut Work) {
    let wa_id = after.wa_id.as_ref().filter(|id| before.wa_id.as_ref() != Some(*id) && **id != after.to);
    let user_id = after.user_id.as_ref().filter(|id| before.user_id.as_ref() != Some(*id));
    if wa_id.is_none() && user_id.is_none() {
        return;
    }
    let phone = after.to.expose();
    let mut contact = Update::upsert::<Contact>(keys::contact(scope, phone)).set("phone", phone);
    if let Some(id) = wa_id {
        WhatsAppId { wa_id: id.clone(), phone: after.to.clone() }.know(scope, work);
        contact = contact.set("wa_id", id.expose());
    }
    if let Some(id) = user_id {
        contact = contact.set("user_id", id.expose());
        if let Some(about) = &after.about {
            WhatsAppUser::know(scope, id, about.patient_id, work);
        }
    }
    work.update(contact);
}

/// Who wrote.
#[derive(Debug, Default)]
pub struct Writer {
    /// Their numbers, as they are dialled.
    pub phones: BTreeSet<PhoneNumber>,
    /// The patients who have one of these numbers, or are called so; none of somebody whom nobody knows.
    pub patients: Vec<Stored<Patient>>,
    /// What WhatsApp calls a number, as their answer to a message shows.
    pub answers_as: Option<WhatsAppId>,
}

impl Writer {
    /// Finds who wrote: by the number, by what WhatsApp calls the person, and by the message that they answer.
    ///
    /// # Errors
    /// If the table does not answer.
    pub async fn find(cx: &Cx, scope: &TenantScope, inbound: &Inbound) -> Result<Self, Failure> {
        let mut writer = Self::default();
        if let Some(from) = &inbound.from {
            writer.phones.insert(from.clone());
            let range = || Query::below(Index::Table, keys::whatsapp_ids(scope, from.expose()));
            let known = cx.table().query_all::<WhatsAppId>(range).await?;
            writer.phones.extend(known.into_iter().map(|known| known.value.phone));
            writer.add_by_phone(cx, scope).await?;
        }
        if let Some(user) = &inbound.user_id
            && writer.patients.is_empty()
        {
            let range = || Query::below(Index::Table, keys::whatsapp_users(scope, user.expose()));
            let known = cx.table().query_all::<WhatsAppUser>(range).await?;
            writer.add(cx, scope, known.iter().map(|known| known.patient)).await?;
        }
        if let Some(id) = &inbound.reply_to
            && writer.patients.is_empty()
            && let Some(message) = message_of(cx, scope, id).await?
        {
            writer.add(cx, scope, message.about.iter().map(|about| about.patient_id)).await?;
            let is_theirs = writer.patients.iter().any(|patient| patient.phone == message.to);
            let phone = Some(message.value.to).filter(|_| is_theirs);
            writer.answers_as = phone.zip(inbound.from.clone()).map(|(phone, wa_id)| WhatsAppId { wa_id, phone });
        }
        Ok(writer)
    }

    /// These patients, and those who have the same phones as they have by now.
    async fn add(
        &mut self,
        cx: &Cx,
        scope: &TenantScope,
        patients: impl Iterator<Item = PatientId>,
    ) -> Result<(), Failure> {
        let ids: Vec<PatientId> = patients.collect();
        let found = Patients::new(cx, scope).get_many(&ids).await?;
        self.phones.extend(found.into_iter().flatten().map(|patient| patient.value.phone));
        self.add_by_phone(cx, scope).await
    }

    async fn add_by_phone(&mut self, cx: &Cx, scope: &TenantScope) -> Result<(), Failure> {
        let patients = Patients::new(cx, scope);
        let mut ids = BTreeSet::new();
        for phone in &self.phones {
            let page = patients.by_phone(phone, None, MOST_SHARING).await?;
            if page.next.is_some() {
                tracing::warn!(tenant = %scope.tenant(), "more patients share a number than one event is told to");
            }
            ids.extend(page.items.into_iter().map(|entry| entry.card.id));
        }
        let ids: Vec<PatientId> = ids.into_iter().collect();
        self.patients = patients.get_many(&ids).await?.into_iter().flatten().collect();
        Ok(())
    }
}

/// The message that WhatsApp calls so, and the try of it.
///
/// # Errors
/// If the table does not answer.
pub async fn known_message(cx: &Cx, scope: &TenantScope, id: &str) -> Result<Option<(MessageId, u32)>, StoreError> {
    let known: Option<Stored<WhatsAppMessage>> = cx.table().get(&keys::whatsapp_message(scope, id)).await?;
    Ok(known.map(|known| (known.message, known.attempt)))
}

async fn message_of(cx: &Cx, scope: &TenantScope, id: &str) -> Result<Option<Stored<Message>>, StoreError> {
    match known_message(cx, scope, id).await? {
        Some((message, _)) => cx.table().get(&keys::message(scope, message)).await,
        None => Ok(None),
    }
}
