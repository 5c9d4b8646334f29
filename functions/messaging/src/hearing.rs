//! What a person wrote is heard: it is kept, it opens the 24-hour window, and what it asks for is obeyed.
//!
//! Each patient of the writer's number has it in a transaction of its own, together with what follows for them, so that a
//! repetition changes nothing.

use dawr_api::{Cx, Failure, audit::Actor, function::EventError, tenant::Tenant};
use dawr_kernel::{
    id::{InboundId, PatientId, TicketId},
    phone::PhoneNumber,
};
use dawr_patients::model::Patient;
use dawr_queues::{
    model::Ticket,
    store::{open_tickets, open_tickets_of},
};
use dawr_store::{CommitError, Entity, StoreError, Stored, TenantScope, Work, keys, work::What};

use crate::{
    confirmation,
    consent::{self, Consent, ConsentState, Mark, Proof},
    contact::Contact,
    conversation::{self, Conversation, InboundMessage},
    identity::{WhatsAppUser, Writer},
    message::Message,
    sending::Channel,
    whatsapp::callback::{Inbound, Kind},
    wish::{Meaning, Wish},
};

/// Something that was written, on its way to those whom it concerns.
struct Heard<'a> {
    cx: &'a Cx,
    scope: &'a TenantScope,
    inbound: &'a Inbound,
    /// What tells it from others.
    digest: &'a str,
    id: InboundId,
    writer: &'a Writer,
    wish: Option<Wish>,
    /// Whether staff must find out what it means.
    asks: bool,
}

/// Hears it.
///
/// # Errors
/// If the table does not answer.
pub async fn hear(cx: &Cx, scope: &TenantScope, inbound: &Inbound, digest: &str) -> Result<(), EventError> {
    if inbound.in_group {
        tracing::info!("a message to a group is passed over");
        return Ok(());
    }
    let writer = Writer::find(cx, scope, inbound).await.map_err(Failure::into_source)?;
    let (wish, is_unclear) = match inbound.meaning {
        Some(Meaning::Wish(wish)) => (Some(wish), false),
        // Whoever waits may mean the turn. Whoever does not can only mean the messages.
        Some(Meaning::Unclear) if waits(cx, scope, &writer).await? => (None, true),
        Some(Meaning::Unclear) => (Some(Wish::Stop), false),
        Some(Meaning::Question) => (None, true),
        None => (None, false),
    };
    let (id, asks) = (conversation::id(inbound, digest), is_unclear || inbound.kind == Kind::NumberChanged);
    let heard = Heard { cx, scope, inbound, digest, id, writer: &writer, wish, asks };
    if writer.patients.is_empty() {
        return heard.by_nobody().await;
    }
    heard.tell_contacts().await?;
    for patient in &writer.patients {
        heard.by(patient).await?;
    }
    Ok(())
}

/// Whether any of those who may have written waits for their turn.
async fn waits(cx: &Cx, scope: &TenantScope, writer: &Writer) -> Result<bool, StoreError> {
    let patients: Vec<PatientId> = writer.patients.iter().map(|patient| patient.id).collect();
    Ok(open_tickets_of(cx, scope, &patients).await?.iter().any(|tickets| !tickets.is_empty()))
}

impl Heard<'_> {
    /// What it changes for the writer's numbers: if a person wrote it, any text may go to them for a day.
    async fn tell_contacts(&self) -> Result<(), StoreError> {
        let concerns_them = self.inbound.kind.is_written() || self.writer.is_crowd && self.wish.is_some();
        if !concerns_them {
            return Ok(());
        }
        for round in 0.. {
            self.cx.table().pause(round).await;
            let mut work = Work::new();
            self.contacts(&mut work).await?;
            if let Some(known) = &self.writer.answers_as {
                known.know(self.scope, &mut work);
            }
            match self.cx.table().commit(work).await {
                Ok(()) => return Ok(()),
                Err(CommitError::Refused(_)) => {}
                Err(CommitError::Store(error)) => return Err(error),
            }
        }
        Ok(())
    }

    /// Adds the contacts of the writer's numbers to the work, as they shall be.
    async fn contacts(&self, work: &mut Work) -> Result<(), StoreError> {
        let phones: Vec<&PhoneNumber> = self.writer.phones.iter().collect();
        let keys: Vec<_> = phones.iter().map(|phone| keys::contact(self.scope, phone.expose())).collect();
        let read = self.cx.table().get_many::<Contact>(&keys).await?;
        for (phone, read) in phones.into_iter().zip(read) {
            match &read {
                Some(read) => work.replace(self.scope, read, &self.told(read)),
                None => work.create(self.scope, &self.told(&Contact::new(phone.clone()))),
            };
        }
        Ok(())
    }

    /// It is one patient's.
    async fn by(&self, patient: &Stored<Patient>) -> Result<(), EventError> {
        for round in 0.. {
            self.cx.table().pause(round).await;
            let Some(known) = self.read(patient.id).await? else { return Ok(()) };
            // Behind the conversation, whose version a ticket that opens moves.
            let open = open_tickets(self.cx, self.scope, patient.id).await?;
            let mut work = Work::new();
            let is_wish = self.change(&known, patient, &open, &mut work);
            let done = match &known.tenant {
                Some(tenant) if is_wish => self.cx.save_as(self.scope, Actor::nobody(tenant), work).await,
                _ => self.cx.table().commit(work).await,
            };
            match done {
                Ok(()) => return Ok(()),
                Err(CommitError::Refused(_)) => {}
                Err(CommitError::Store(error)) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// What stands beside it; none if the patient has it already.
    async fn read(&self, patient: PatientId) -> Result<Option<Known>, StoreError> {
        let keys = [
            keys::inbound(self.scope, patient, self.id),
            keys::conversation(self.scope, patient),
            Consent::key(self.scope, patient, Channel::Whatsapp),
            keys::tenant(self.scope),
            keys::message(self.scope, confirmation::id(self.id)),
        ];
        let mut items = self.cx.table().get_items(&keys).await?;
        let [inbound, conversation, consent, tenant, confirmation] = keys.map(|key| items.remove(&key));
        if inbound.is_some() {
            return Ok(None);
        }
        Ok(Some(Known {
            conversation: conversation.map(Stored::decode).transpose()?,
            consent: consent.map(Stored::decode).transpose()?,
            tenant: tenant.map(Stored::decode).transpose()?,
            is_confirmed: confirmation.map(Stored::<Message>::decode).transpose()?.is_some(),
        }))
    }

    /// Adds to the work what it changes for a patient; true if that is what they want.
    fn change(&self, known: &Known, patient: &Patient, tickets: &[TicketId], work: &mut Work) -> bool {
        let shared = self.writer.patients.len() > 1;
        let message = InboundMessage::of(self.inbound, self.digest, Some(patient.id), shared);
        work.create(self.scope, &message);
        let none = Conversation::new(patient.id);
        let conversation = known.conversation.as_ref().map_or(&none, |read| &read.value).with(&message, self.asks);
        match &known.conversation {
            Some(read) => work.replace(self.scope, read, &conversation),
            None => work.create(self.scope, &conversation),
        };
        if message.kind.is_news() {
            for ticket in tickets {
                let needs_answer = conversation.question.is_some();
                Ticket::tell_unread(self.scope, *ticket, conversation.unread, needs_answer, work);
            }
        }
        let is_their_number = self.writer.phones.contains(&patient.phone);
        if let Some(user) = self.inbound.user_id.as_ref().filter(|_| is_their_number) {
            WhatsAppUser::know(self.scope, user, &patient.phone, work);
        }
        let Some(wish) = self.wish else { return false };
        let mark = Mark { at: self.inbound.at, proof: self.proof() };
        let before = known.consent.as_ref().and_then(|consent| Some(consent.state()?.0));
        let is_new = consent::change(self.scope, known.consent.as_ref(), patient.id, wish, mark.clone(), work);
        let after = known.consent.as_ref().and_then(|consent| consent.with(wish, mark));
        let after = after.map_or(Some(ConsentState::after(wish)), |after| Some(after.state()?.0));
        if is_their_number && is_new && before != after && after == Some(ConsentState::after(wish)) {
            self.confirm(known, &patient.phone, wish, work);
        }
        is_new
    }

    fn proof(&self) -> Proof {
        match self.inbound.kind {
            Kind::Preference => Proof::Provider,
            _ => Proof::Message { inbound: self.id, words: self.inbound.text.clone() },
        }
    }

    fn confirm(&self, known: &Known, to: &PhoneNumber, wish: Wish, work: &mut Work) {
        let tenant = known.tenant.as_ref().filter(|_| !known.is_confirmed);
        if let Some(message) = tenant.and_then(|tenant| self.confirmation(tenant, to, wish)) {
            work.create(self.scope, &message);
        }
    }

    /// Nobody is known who could have written it. It is kept all the same, and what it asks for is the number's.
    async fn by_nobody(&self) -> Result<(), EventError> {
        let message = InboundMessage::of(self.inbound, self.digest, None, false);
        for round in 0.. {
            self.cx.table().pause(round).await;
            let contact = self.inbound.from.as_ref().map(|from| keys::contact(self.scope, from.expose()));
            let keys = [message.key(self.scope), keys::tenant(self.scope)];
            let mut items =
                self.cx.table().get_items(&keys.iter().chain(&contact).cloned().collect::<Vec<_>>()).await?;
            let [read, tenant] = keys.map(|key| items.remove(&key));
            let contact = contact.and_then(|key| items.remove(&key)).map(Stored::<Contact>::decode).transpose()?;
            if read.is_some() {
                return Ok(());
            }
            let mut work = Work::new();
            work.create(self.scope, &message);
            self.contacts(&mut work).await?;
            let tenant = tenant.map(Stored::<Tenant>::decode).transpose()?;
            if let (Some(user), Some(from)) = (&self.inbound.user_id, &self.inbound.from) {
                WhatsAppUser::know(self.scope, user, from, &mut work);
            }
            let is_wish = self.wish.is_some() && self.inbound.from.is_some();
            if let (Some(wish), Some(from), Some(tenant)) = (self.wish, &self.inbound.from, &tenant) {
                // Whose number it is must not stand in the trail: what came names it.
                let field = match wish {
                    Wish::Stop => "opted_out_at",
                    Wish::Start => "opted_in_at",
                };
                work.about(Contact::KIND, self.id, What::Changed(vec![field.to_owned()]));
                let none = Contact::new(from.clone());
                let before = contact.as_ref().map_or(&none, |contact| &contact.value);
                let after = self.told(before).is_opted_out();
                if before.is_opted_out() != after
                    && after == (wish == Wish::Stop)
                    && let Some(confirmation) = self.confirmation(tenant, from, wish)
                {
                    work.create(self.scope, &confirmation);
                }
            }
            let done = match &tenant {
                Some(tenant) if is_wish => self.cx.save_as(self.scope, Actor::nobody(tenant), work).await,
                _ => self.cx.table().commit(work).await,
            };
            match done {
                Ok(()) => return Ok(()),
                Err(CommitError::Refused(_)) => {}
                Err(CommitError::Store(error)) => return Err(error.into()),
            }
        }
        Ok(())
    }

    fn confirmation(&self, tenant: &Tenant, to: &PhoneNumber, wish: Wish) -> Option<Message> {
        confirmation::message(self.cx, self.scope, tenant, self.inbound, self.id, to, wish)
    }

    /// A contact after it. What is wished is the number's where it is nobody's, or too many people's to tell each.
    fn told(&self, contact: &Contact) -> Contact {
        let wish = self.wish.filter(|_| self.writer.patients.is_empty() || self.writer.is_crowd);
        if self.inbound.kind.is_written() {
            contact.wrote(self.inbound.at, wish)
        } else {
            wish.map_or_else(|| contact.clone(), |wish| contact.wished(self.inbound.at, wish))
        }
    }
}

/// What is known of a patient when something comes from them.
struct Known {
    conversation: Option<Stored<Conversation>>,
    consent: Option<Stored<Consent>>,
    tenant: Option<Stored<Tenant>>,
    is_confirmed: bool,
}
