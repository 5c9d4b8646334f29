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

use crate::{
    message::{Called, Message},
    whatsapp::callback::Inbound,
};

dawr_kernel::text_type! {
    /// What WhatsApp calls a person: a business-scoped user id, such as `SA.13491208655302741918`.
    pub UserId: personal, single_line, 1..=200
}

/// A message is known by WhatsApp's id of it for so long: whoever answers it later is found by what they are called.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 90);

/// So many patients of one number are written to by one event: of more, what they want is the number's.
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

/// That WhatsApp calls the owner of a phone by a user id. Whoever changes their number gets another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhatsAppUser {
    /// What WhatsApp calls them.
    pub user_id: UserId,
    /// Their phone, as it is dialled.
    pub phone: PhoneNumber,
}

impl Entity for WhatsAppUser {
    const KIND: &'static str = "whatsapp-user";

    fn place(&self, scope: &TenantScope) -> Place {
        Place::at(keys::whatsapp_user(scope, self.user_id.expose(), self.phone.expose()))
    }
}

impl WhatsAppUser {
    /// Adds it to the work.
    pub fn know(scope: &TenantScope, user_id: &UserId, phone: &PhoneNumber, work: &mut Work) {
        let (id, phone) = (user_id.expose(), phone.expose());
        let known = Update::upsert::<Self>(keys::whatsapp_user(scope, id, phone));
        work.update(known.set("user_id", id).set("phone", phone));
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

/// Adds to a step of a message what its tries tell of themselves and of the phones that they went to.
pub fn learn(scope: &TenantScope, before: &Message, after: &Message, now: Timestamp, work: &mut Work) {
    for tried in &after.attempts {
        let known = before.attempt(tried.number).map(|tried| tried.called.clone()).unwrap_or_default();
        let Called { provider_id, wa_id, user_id } = &tried.called;
        if let Some(id) = provider_id.as_ref().filter(|_| after.about.is_some() && known.provider_id != *provider_id) {
            WhatsAppMessage::know(scope, id, after.id, tried.number, now, work);
        }
        if let Some(id) = wa_id.as_ref().filter(|id| known.wa_id != *wa_id && **id != tried.to) {
            WhatsAppId { wa_id: id.clone(), phone: tried.to.clone() }.know(scope, work);
        }
        if let Some(id) = user_id.as_ref().filter(|_| known.user_id != *user_id) {
            WhatsAppUser::know(scope, id, &tried.to, work);
        }
    }
}

/// Who wrote.
#[derive(Debug, Default)]
pub struct Writer {
    /// Their numbers, as they are dialled.
    pub phones: BTreeSet<PhoneNumber>,
    /// The patients who have one of these numbers, or a number whose owner is called so; none of somebody whom nobody knows.
    pub patients: Vec<Stored<Patient>>,
    /// Whether more patients than these have one of the numbers.
    pub is_crowd: bool,
    /// What WhatsApp calls a number, as their answer to a message shows.
    pub answers_as: Option<WhatsAppId>,
}

impl Writer {
    /// Finds who wrote: by the number, by what WhatsApp calls the person, and by the message that they answer. A patient is
    /// found by the phone that their record names now: what went to another one before was read by whoever has that.
    ///
    /// # Errors
    /// If the table does not answer.
    pub async fn find(cx: &Cx, scope: &TenantScope, inbound: &Inbound) -> Result<Self, Failure> {
        let mut writer = Self::default();
        if let Some(from) = &inbound.from {
            // Of some countries' numbers it is known before WhatsApp says so.
            writer.phones.extend([from.clone()].into_iter().chain(from.other_forms()));
            let range = || Query::below(Index::Table, keys::whatsapp_ids(scope, from.expose()));
            let known = cx.table().query_all::<WhatsAppId>(range).await?;
            writer.phones.extend(known.into_iter().map(|known| known.value.phone));
            let phones = writer.phones.clone();
            writer.add(cx, scope, &phones).await?;
        }
        for user in [&inbound.user_id, &inbound.former_user_id].into_iter().flatten() {
            if !writer.patients.is_empty() {
                break;
            }
            let range = || Query::below(Index::Table, keys::whatsapp_users(scope, user.expose()));
            let known = cx.table().query_all::<WhatsAppUser>(range).await?;
            let phones = known.into_iter().map(|known| known.value.phone).collect();
            writer.add(cx, scope, &phones).await?;
            // What came from a number says nothing of another one.
            if inbound.from.is_none() {
                writer.phones.extend(phones);
            }
        }
        if let Some(id) = &inbound.reply_to
            && writer.patients.is_empty()
            && let Some(phone) = phone_of(cx, scope, id).await?
        {
            writer.add(cx, scope, &BTreeSet::from([phone.clone()])).await?;
            if !writer.patients.is_empty() {
                // Only whoever has the chat with a number answers in it.
                writer.phones.insert(phone.clone());
                writer.answers_as = inbound.from.clone().map(|wa_id| WhatsAppId { wa_id, phone });
            }
        }
        Ok(writer)
    }

    /// Adds the patients who have these phones.
    async fn add(&mut self, cx: &Cx, scope: &TenantScope, phones: &BTreeSet<PhoneNumber>) -> Result<(), Failure> {
        let patients = Patients::new(cx, scope);
        let mut ids = BTreeSet::new();
        for phone in phones {
            let page = patients.by_phone(phone, None, MOST_SHARING).await?;
            self.is_crowd |= page.next.is_some();
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

/// The phone that the try went to which WhatsApp calls so.
async fn phone_of(cx: &Cx, scope: &TenantScope, id: &str) -> Result<Option<PhoneNumber>, StoreError> {
    let Some((message, attempt)) = known_message(cx, scope, id).await? else { return Ok(None) };
    let message: Option<Stored<Message>> = cx.table().get(&keys::message(scope, message)).await?;
    Ok(message.and_then(|message| Some(message.attempt(attempt)?.to.clone())))
}
