//! Queues and tickets as the API shows them.

use dawr_api::{Authorized, tenant::ZoneName};
use dawr_kernel::id::{ClinicId, MemberId, PatientId, QueueId, TicketId};
use dawr_kernel::text::PersonName;
use dawr_patients::{
    masking::name_for,
    metadata::Metadata,
    view::{Warning, phone_for},
};
use dawr_store::Stored;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::model::{Counts, Description, DoctorName, Minutes, Queue, Room, Ticket, TicketStatus, wait_minutes};

/// How many tickets a queue has of each status.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CountsView {
    waiting: u32,
    called: u32,
    in_service: u32,
    served: u32,
    no_show: u32,
    cancelled: u32,
}

impl From<Counts> for CountsView {
    fn from(counts: Counts) -> Self {
        let Counts { waiting, called, in_service, served, no_show, cancelled } = counts;
        Self { waiting, called, in_service, served, no_show, cancelled }
    }
}

/// How a queue moves.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StatisticsView {
    /// Minutes that the last services took on average, up to 20 of them; absent before there are three.
    #[serde(skip_serializing_if = "Option::is_none")]
    average_service_minutes: Option<f64>,
    /// How many were served since midnight in the clinic's time zone.
    served_today: u32,
    /// Minutes until somebody who comes now is called, if that can be said.
    #[serde(skip_serializing_if = "Option::is_none")]
    estimated_wait_for_new_minutes: Option<u32>,
}

/// A doctor's queue.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct QueueView {
    id: QueueId,
    /// Where it is.
    clinic_id: ClinicId,
    doctor_name: DoctorName,
    description: Option<Description>,
    /// Whether it takes patients.
    active: bool,
    /// The number that is shown as the current one.
    current_position: u32,
    /// Minutes that one patient takes, as staff say.
    estimated_wait_minutes: Option<Minutes>,
    /// Those who wait or are being served.
    patient_count: u32,
    /// All its tickets by their status.
    counts: CountsView,
    /// Only where one queue is read.
    #[serde(skip_serializing_if = "Option::is_none")]
    statistics: Option<StatisticsView>,
    /// The IANA time zone in which its days begin: its clinic's when it was opened.
    timezone: ZoneName,
    created_by: MemberId,
    #[schemars(with = "String")]
    created_at: Timestamp,
    version: u64,
}

impl QueueView {
    /// A queue at this version.
    pub fn new(queue: &Queue, version: u64) -> Self {
        Self {
            id: queue.id,
            clinic_id: queue.clinic,
            doctor_name: queue.doctor_name.clone(),
            description: queue.description.clone(),
            active: queue.active,
            current_position: queue.current_position,
            estimated_wait_minutes: queue.estimated_wait_minutes,
            patient_count: queue.counts.open(),
            counts: queue.counts.into(),
            statistics: None,
            timezone: queue.timezone.clone(),
            created_by: queue.created_by,
            created_at: queue.created_at,
            version,
        }
    }

    /// A stored queue.
    pub fn stored(queue: &Stored<Queue>) -> Self {
        Self::new(queue, queue.version)
    }

    /// The same with its statistics.
    #[must_use]
    pub fn with_statistics(self, queue: &Queue, now: Timestamp) -> Self {
        let statistics = StatisticsView {
            average_service_minutes: queue.average_service_minutes(),
            served_today: queue.served_today(now),
            estimated_wait_for_new_minutes: wait_minutes(queue.minutes_per_patient(), queue.counts.waiting),
        };
        Self { statistics: Some(statistics), ..self }
    }
}

/// Where a ticket stands among those who wait.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Standing {
    /// How many wait before it; none unless it waits.
    pub people_ahead: Option<u32>,
    /// Minutes that one patient takes.
    pub minutes_per_patient: Option<f64>,
}

impl Standing {
    /// Of a ticket that does not wait.
    pub const NONE: Self = Self { people_ahead: None, minutes_per_patient: None };

    /// Behind so many others of a queue.
    pub fn behind(people: u32, queue: &Queue) -> Self {
        Self { people_ahead: Some(people), minutes_per_patient: queue.minutes_per_patient() }
    }
}

/// A patient's place in a queue.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TicketView {
    id: TicketId,
    patient_id: PatientId,
    queue_id: QueueId,
    /// What is printed and shown.
    ticket_number: u32,
    full_name: PersonName,
    /// E.164; masked for members without `patients:contact`.
    phone_number: String,
    /// What to know before writing to the phone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<Warning>,
    /// The place among those who wait, from 1; null for others.
    position: Option<u32>,
    /// How many wait before it; null unless it waits.
    people_ahead: Option<u32>,
    /// Minutes until its turn, if that can be said.
    estimated_wait_minutes: Option<u32>,
    status: TicketStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    room: Option<Room>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<Metadata>,
    /// How much the patient wrote since that nobody has read.
    unread_messages: u32,
    /// Whether staff must find out what the patient means: the turn, or the messages.
    needs_answer: bool,
    #[schemars(with = "String")]
    created_at: Timestamp,
    #[schemars(with = "Option<String>")]
    #[serde(skip_serializing_if = "Option::is_none")]
    called_at: Option<Timestamp>,
    #[schemars(with = "Option<String>")]
    #[serde(skip_serializing_if = "Option::is_none")]
    started_at: Option<Timestamp>,
    #[schemars(with = "Option<String>")]
    #[serde(skip_serializing_if = "Option::is_none")]
    finished_at: Option<Timestamp>,
    version: u64,
}

impl TicketView {
    /// A ticket at this version, as its caller may see it.
    pub fn new(ticket: &Ticket, version: u64, standing: Standing, caller: &Authorized) -> Self {
        let people_ahead = standing.people_ahead.filter(|_| ticket.status == TicketStatus::Waiting);
        Self {
            id: ticket.id,
            patient_id: ticket.patient_id,
            queue_id: ticket.id.queue(),
            ticket_number: ticket.ticket_number,
            full_name: name_for(&ticket.person.full_name, caller),
            phone_number: phone_for(&ticket.person.phone_number, caller),
            warnings: Warning::of(&ticket.person.phone_number),
            position: people_ahead.map(|people| people.saturating_add(1)),
            people_ahead,
            estimated_wait_minutes: people_ahead.and_then(|people| wait_minutes(standing.minutes_per_patient, people)),
            status: ticket.status,
            room: ticket.room.clone(),
            metadata: ticket
                .metadata
                .as_ref()
                .map(|metadata| metadata.for_caller(caller))
                .filter(|metadata| !metadata.is_empty()),
            unread_messages: ticket.unread_messages,
            needs_answer: ticket.needs_answer,
            created_at: ticket.created_at,
            called_at: ticket.called_at,
            started_at: ticket.started_at,
            finished_at: ticket.finished_at,
            version,
        }
    }
}
