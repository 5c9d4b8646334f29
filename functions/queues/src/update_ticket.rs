//! `PUT /api/tickets/{ticketId}`

use dawr_api::{
    Cx, endpoint,
    failure::FieldErrors,
    function::Access,
    patch::Patch,
    permission::Permission,
    regional::{HasPhones, Regional},
};
use dawr_kernel::{
    id::TicketId,
    phone::{PhoneInput, Region},
    text::PersonName,
};
use dawr_patients::{metadata::Metadata, shown::phone_of, store::Patients, ties::Person};
use deserr::Deserr;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde_json::Value;

use crate::{
    correcting::{ApplyTo, PatientCorrection},
    error::QueueError,
    model::{Room, Ticket, TicketStatus},
    store::{MAX_TRIES, Queues, Regard},
    view::{Standing, TicketView},
};

endpoint! {
    /// Changes a ticket: its status, its room, or what was said with it. What is left out stays, and so does what comes back as it
    /// was shown masked. A name or a phone corrects the patient's record; if other patients have the old phone, say with `applyTo`
    /// whose the new one is. All of them are corrected, or nobody.
    pub const UPDATE_TICKET: "update_ticket" = Put "/api/tickets/{ticketId}";
    requires: Permission(TicketWrite);
    reach: Clinic;
    access: Access::WRITE;
    handler: update_ticket(path: TicketPath, body: Regional<UpdateTicket>) -> 200 TicketView;
    errors: [NotFound, InvalidTransition, AlreadyInQueue, NumberShared, PatientExists, StaleVersion];
}

/// Which ticket.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase)]
#[schemars(rename_all = "camelCase")]
pub struct TicketPath {
    /// The ticket.
    pub ticket_id: TicketId,
}

/// A ticket as it shall be.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateTicket {
    /// The patient's name.
    #[deserr(default)]
    full_name: Option<PersonName>,
    /// The patient's phone.
    #[deserr(default)]
    phone_number: Option<PhoneInput>,
    /// Whose phone it is, where other patients have the old one.
    #[deserr(default)]
    apply_to: Option<ApplyTo>,
    #[deserr(default)]
    status: Option<TicketStatus>,
    #[deserr(default)]
    room: Patch<Room>,
    /// All texts that are kept with the ticket, in place of the former ones.
    #[deserr(default)]
    metadata: Patch<Metadata>,
}

impl HasPhones for UpdateTicket {
    fn phones(body: &Value) -> Vec<(String, &str)> {
        phone_of(body)
    }
}

impl UpdateTicket {
    /// What it says of the patient.
    fn correction(&self, region: Region) -> PatientCorrection {
        let (full_name, phone) = (self.full_name.clone(), self.phone_number.clone());
        PatientCorrection { full_name, phone, region, apply_to: self.apply_to }
    }

    fn apply(self, old: &Ticket, now: Timestamp) -> Result<Ticket, QueueError> {
        let ticket = match self.status {
            Some(status) if status != old.status => old.becoming(status, now)?,
            _ => old.clone(),
        };
        let texts = self.metadata.map(|texts| texts.unmasked(ticket.metadata.as_ref()));
        let metadata = texts.apply(ticket.metadata);
        Ok(Ticket { room: self.room.apply(ticket.room), metadata, ..ticket })
    }
}

async fn update_ticket(cx: &Cx, path: TicketPath, body: Regional<UpdateTicket>) -> Result<TicketView, QueueError> {
    let caller = cx.authorize(Permission::TicketWrite)?;
    let queues = Queues::new(cx, &caller);
    for round in 0..MAX_TRIES {
        cx.table().pause(round).await;
        let (read, queue, tenant) = queues.ticket_with_tenant(path.ticket_id).await?;
        let body = body.read(tenant.region)?;
        cx.expect(&read)?;
        let correction = body.correction(tenant.region);
        let mut changed = body.apply(&read, cx.now())?;
        let patients = Patients::new(cx, &caller);
        let (mut record, mut unread) = (None, None);
        if changed.status.is_open() && !read.status.is_open() {
            // A ticket that was over may show what its patient was called then, and what was unread then.
            let found = patients.record_with_unread(read.patient_id).await?;
            (record, unread) = (Some(found.0), Some(found.1));
        } else if correction.is_some() {
            record = Some(patients.record(read.patient_id).await?);
        }
        let regard = match &record {
            None => Regard::Same,
            Some(record) => {
                let corrected = correction.correct(cx, &caller, &read.person, record).await?;
                changed.person = Person::of(&corrected.patient);
                if corrected.patient == record.patient.value {
                    Regard::Read(record)
                } else {
                    Regard::Corrected(record, corrected)
                }
            }
        };
        if let Some((changed, queue)) = queues.save_ticket(&read, &changed, &queue, regard, unread.as_ref()).await? {
            let standing = match changed.status {
                TicketStatus::Waiting => Standing::behind(queues.people_ahead(&changed).await?, &queue),
                _ => Standing::NONE,
            };
            return Ok(TicketView::new(&changed, read.version + 1, standing, &caller));
        }
    }
    Err(QueueError::Busy)
}

#[cfg(test)]
mod tests {
    use dawr_api::Failure;
    use dawr_kernel::{
        entropy::Seeded,
        id::{Id, PatientId, QueueId},
        phone::PhoneNumber,
    };
    use serde_json::json;

    use super::*;
    use crate::rank::Rank;

    #[test]
    fn only_what_is_said_changes() {
        let (now, entropy) = (Timestamp::from_second(1_800_000_000).unwrap(), Seeded::new(1));
        let old = Ticket {
            id: TicketId::generate(QueueId::generate(now, &entropy), now, &entropy),
            patient_id: PatientId::generate(now, &entropy),
            ticket_number: 1,
            numbered_at: None,
            person: Person {
                full_name: PersonName::parse("علي").unwrap(),
                phone_number: PhoneNumber::from_e164("+966501234567").unwrap(),
            },
            rank: Rank::first(),
            status: TicketStatus::Waiting,
            room: None,
            created_at: now,
            called_at: None,
            started_at: None,
            finished_at: None,
            metadata: None,
            unread_messages: 0,
            needs_answer: false,
        };
        let apply = |body: Value| {
            let body: Regional<UpdateTicket> = deserr::deserialize::<_, _, FieldErrors>(body).unwrap();
            let body = body.read(Region::SAUDI_ARABIA).map_err(QueueError::from);
            let applied = body.and_then(|body| body.apply(&old, now));
            applied.map_err(|error| Failure::from(error).code().as_str())
        };
        assert_eq!(apply(json!({})).unwrap(), old);
        assert_eq!(apply(json!({ "status": "waiting" })).unwrap(), old, "what it is already");
        let called = apply(json!({ "status": "called", "room": "3" })).unwrap();
        assert_eq!((called.status, called.called_at), (TicketStatus::Called, Some(now)));
        assert_eq!(called.room.unwrap().as_str(), "3");
        assert_eq!(apply(json!({ "status": "served" })), Err("InvalidTransition"));
        assert_eq!(apply(json!({ "status": "gone" })), Err("UnknownValue"));
    }
}
