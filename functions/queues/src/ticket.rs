//! A ticket: a patient's place in one queue, and what may become of it.

use std::fmt;

use dawr_kernel::{
    id::{ClinicId, PatientId, TicketId},
    text::Invalid,
};
use dawr_patients::{
    metadata::Metadata,
    model::Patient,
    ties::{Person, TiesChange},
    unread::Unread,
};
use dawr_store::{Entity, Place, Slot, TenantScope, Update, Work, keys, keys::LinePart};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{model::Queue, rank::Rank};

dawr_kernel::text_type! {
    /// Where a patient is called to, as it is shown on the board.
    pub Room: public, single_line, 1..=60
}

/// How far a patient has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TicketStatus {
    /// In the line.
    Waiting,
    /// Asked to come in.
    Called,
    /// With the doctor.
    InService,
    /// Done.
    Served,
    /// Did not come when called.
    NoShow,
    /// Will not come.
    Cancelled,
}

impl TicketStatus {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Waiting, Self::Called, Self::InService, Self::Served, Self::NoShow, Self::Cancelled];

    /// The name in the API and in stored data, where the queue's count of such tickets has it, too.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Called => "called",
            Self::InService => "in_service",
            Self::Served => "served",
            Self::NoShow => "no_show",
            Self::Cancelled => "cancelled",
        }
    }

    /// What people call it, in English and in Arabic.
    pub const fn text(self) -> (&'static str, &'static str) {
        match self {
            Self::Waiting => ("waiting", "في الانتظار"),
            Self::Called => ("called", "تم النداء"),
            Self::InService => ("in service", "قيد الخدمة"),
            Self::Served => ("served", "تمت الخدمة"),
            Self::NoShow => ("missed", "لم يحضر"),
            Self::Cancelled => ("cancelled", "ملغاة"),
        }
    }

    /// Reads the name.
    ///
    /// # Errors
    /// `UnknownValue`.
    pub fn parse(name: &str) -> Result<Self, Invalid> {
        Self::ALL.into_iter().find(|status| status.as_str() == name).ok_or(Invalid::UnknownValue {
            expected: &["waiting", "called", "in_service", "served", "no_show", "cancelled"],
        })
    }

    /// The part of the line in which such tickets are.
    pub const fn part(self) -> LinePart {
        match self {
            Self::Called | Self::InService => LinePart::Serving,
            Self::Waiting => LinePart::Waiting,
            Self::Served | Self::NoShow | Self::Cancelled => LinePart::Finished,
        }
    }

    /// Whether the patient still waits or is being served.
    pub const fn is_open(self) -> bool {
        !matches!(self.part(), LinePart::Finished)
    }

    /// Whether a ticket may go from this status to another.
    pub const fn may_become(self, next: Self) -> bool {
        use TicketStatus as S;
        match self {
            S::Waiting => matches!(next, S::Called | S::InService | S::NoShow | S::Cancelled),
            S::Called => matches!(next, S::Waiting | S::InService | S::Served | S::NoShow | S::Cancelled),
            S::InService => matches!(next, S::Waiting | S::Served | S::Cancelled),
            // What was done by mistake is undone: the patient is put back.
            S::Served | S::NoShow | S::Cancelled => matches!(next, S::Waiting),
        }
    }
}

impl fmt::Display for TicketStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

dawr_kernel::string_newtype!(
    TicketStatus,
    parse,
    as_str,
    schemars::json_schema!({
        "type": "string",
        "enum": ["waiting", "called", "in_service", "served", "no_show", "cancelled"],
    })
);

/// A step that a ticket's status does not allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a ticket that is {from} cannot become {to}")]
pub struct InvalidTransition {
    /// What it is.
    pub from: TicketStatus,
    /// What it was to become.
    pub to: TicketStatus,
}

/// A patient's place in one queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// Its id, which names the queue, too.
    pub id: TicketId,
    /// The patient.
    pub patient_id: PatientId,
    /// What is printed and shown; counts from 1 each day.
    pub ticket_number: u32,
    /// The patient's name and phone, as the record says.
    #[serde(flatten)]
    pub person: Person,
    /// When it got this number, if that was not when it was made.
    #[serde(default)]
    pub numbered_at: Option<Timestamp>,
    /// Its place among those who wait. Kept when it is called, so that who is put back finds their place.
    pub rank: Rank,
    /// How far the patient has come.
    pub status: TicketStatus,
    /// Where the patient was called to.
    pub room: Option<Room>,
    /// Since when the patient is in the queue.
    pub created_at: Timestamp,
    /// When the patient was called.
    pub called_at: Option<Timestamp>,
    /// When the service began.
    pub started_at: Option<Timestamp>,
    /// When it ended, or the ticket was given up.
    pub finished_at: Option<Timestamp>,
    /// What else was said with this ticket.
    pub metadata: Option<Metadata>,
    /// How much the patient wrote since that nobody has read.
    #[serde(default)]
    pub unread_messages: u32,
    /// Whether staff must find out what the patient means: the turn, or the messages.
    #[serde(default)]
    pub needs_answer: bool,
}

impl Entity for Ticket {
    const KIND: &'static str = "ticket";

    fn place(&self, scope: &TenantScope) -> Place {
        let line = match self.status.part() {
            LinePart::Waiting => keys::line_waiting(scope, self.id, self.rank.as_str()),
            LinePart::Serving => keys::line_serving(scope, self.id, self.called_at.unwrap_or(self.created_at)),
            LinePart::Finished => keys::line_finished(scope, self.id, self.finished_at.unwrap_or(self.created_at)),
        };
        Place::at(keys::ticket(scope, self.id)).lsi1(line)
    }

    fn subject(&self) -> Option<String> {
        Some(self.id.to_string())
    }
}

impl Ticket {
    /// A new ticket at the end of a queue's line, with what is unread of a patient who was known.
    pub fn admit(
        queue: &mut Queue,
        id: TicketId,
        patient: &Patient,
        metadata: Option<Metadata>,
        unread: Option<&Unread>,
        now: Timestamp,
    ) -> Self {
        let (ticket_number, rank) = queue.admit(now);
        let ticket = Self {
            id,
            patient_id: patient.id,
            ticket_number,
            person: Person::of(patient),
            numbered_at: None,
            rank,
            status: TicketStatus::Waiting,
            room: None,
            created_at: now,
            called_at: None,
            started_at: None,
            finished_at: None,
            metadata,
            unread_messages: 0,
            needs_answer: false,
        };
        match unread {
            Some(unread) => ticket.with_unread(unread),
            None => ticket,
        }
    }

    /// The ticket in another status.
    ///
    /// # Errors
    /// [`InvalidTransition`].
    pub fn becoming(&self, next: TicketStatus, now: Timestamp) -> Result<Self, InvalidTransition> {
        if !self.status.may_become(next) {
            return Err(InvalidTransition { from: self.status, to: next });
        }
        let mut ticket = Self { status: next, ..self.clone() };
        match next {
            TicketStatus::Waiting => {
                (ticket.called_at, ticket.started_at, ticket.finished_at, ticket.room) = (None, None, None, None);
            }
            TicketStatus::Called => ticket.called_at = Some(now),
            TicketStatus::InService => {
                ticket.called_at = ticket.called_at.or(Some(now));
                ticket.started_at = Some(now);
            }
            TicketStatus::Served | TicketStatus::NoShow | TicketStatus::Cancelled => ticket.finished_at = Some(now),
        }
        Ok(ticket)
    }

    /// The ticket called to a room.
    ///
    /// # Errors
    /// [`InvalidTransition`].
    pub fn call(&self, room: Option<Room>, now: Timestamp) -> Result<Self, InvalidTransition> {
        Ok(Self { room, ..self.becoming(TicketStatus::Called, now)? })
    }

    /// The ticket with what its patient wrote and nobody has read.
    #[must_use]
    pub fn with_unread(self, unread: &Unread) -> Self {
        Self { unread_messages: unread.messages(), needs_answer: unread.needs_answer(), ..self }
    }

    /// Adds to the work how much the patient wrote that nobody has read, and whether it needs an answer.
    pub fn tell_unread(scope: &TenantScope, ticket: TicketId, unread: u32, needs_answer: bool, work: &mut Work) {
        let ticket = Update::of(keys::ticket(scope, ticket));
        work.update(ticket.set("unread_messages", unread).set("needs_answer", needs_answer));
    }

    /// Seconds that the service took; from the call where nobody said when it began. None unless it was served.
    pub fn service_seconds(&self) -> Option<u32> {
        let began = self.started_at.or(self.called_at)?;
        let ended = self.finished_at.filter(|_| self.status == TicketStatus::Served)?;
        u32::try_from(ended.duration_since(began).as_secs()).ok()
    }
}

/// That a patient has an open ticket in a queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActiveTicket {
    /// The ticket.
    pub ticket: TicketId,
    /// The patient.
    pub patient: PatientId,
}

impl ActiveTicket {
    /// Of a ticket.
    pub const fn of(ticket: &Ticket) -> Self {
        Self { ticket: ticket.id, patient: ticket.patient_id }
    }
}

/// That a ticket, open or over, is its patient's: in whichever queue, a patient's tickets are found by the patient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    /// The ticket.
    pub ticket: TicketId,
    /// The patient.
    pub patient: PatientId,
    /// The clinic that the ticket's queue is in. A queue stays where it is.
    pub clinic: ClinicId,
}

impl Entity for Visit {
    const KIND: &'static str = "visit";

    fn place(&self, scope: &TenantScope) -> Place {
        Place::at(keys::patient_ticket(scope, self.patient, self.ticket))
    }
}

impl Ticket {
    /// How many actions a new ticket takes: itself, that it is open, that it is among its patient's, what shows the name, and
    /// what is unread.
    pub const ACTIONS: usize = 5;

    /// Adds a new ticket of a queue in this clinic and that it is open to the work, with what is unread, but not that it shows
    /// its patient's name. Gives the slot that is refused if the patient has an open ticket in the queue.
    pub fn add_to(&self, scope: &TenantScope, clinic: ClinicId, unread: Option<&Unread>, work: &mut Work) -> Slot {
        let active = work.create(scope, &ActiveTicket::of(self));
        work.create(scope, self);
        work.create(scope, &Visit { ticket: self.id, patient: self.patient_id, clinic });
        if let Some(unread) = unread {
            work.update(unread.hold(scope));
        }
        active
    }

    /// That the new ticket shows its patient's name.
    pub fn admitted(&self, scope: &TenantScope) -> TiesChange {
        TiesChange::admitted(scope, self.patient_id, self.id)
    }
}

impl Entity for ActiveTicket {
    const KIND: &'static str = "active-ticket";

    fn place(&self, scope: &TenantScope) -> Place {
        Place::at(keys::active_ticket(scope, self.ticket.queue(), self.patient))
    }
}
