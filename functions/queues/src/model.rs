//! A doctor's queue: its counts, its numbers, its statistics.

use dawr_api::tenant::ZoneName;
use dawr_kernel::{
    id::{ClinicId, MemberId, QueueId},
    text::Invalid,
};
use dawr_store::{Entity, Place, TenantScope, keys};
use deserr::Deserr;
use jiff::{Timestamp, civil::Date};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::rank::Rank;
pub use crate::ticket::{ActiveTicket, InvalidTransition, Room, Ticket, TicketStatus, Visit};

dawr_kernel::text_type! {
    /// A doctor's name as it is shown to patients.
    pub DoctorName: public, single_line, 1..=120
}

dawr_kernel::text_type! {
    /// What else is said of a queue.
    pub Description: public, multi_line, 1..=1000
}

/// Minutes that one patient takes, as staff say: 0 to 600.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Deserr, JsonSchema)]
#[deserr(try_from(i64) = Minutes::parse -> Invalid)]
pub struct Minutes(#[schemars(range(min = 0, max = 600))] pub u16);

impl Minutes {
    /// Accepts 0 to 600.
    ///
    /// # Errors
    /// `OutOfRange`.
    pub fn parse(minutes: i64) -> Result<Self, Invalid> {
        match u16::try_from(minutes) {
            Ok(minutes @ 0..=600) => Ok(Self(minutes)),
            _ => Err(Invalid::OutOfRange { min: 0, max: 600 }),
        }
    }
}

/// How many tickets a queue has of each status. Each is an attribute of its own in the table, so that writers who have not
/// read the queue can add to it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[allow(missing_docs, reason = "named as the statuses")]
pub struct Counts {
    pub waiting: u32,
    pub called: u32,
    pub in_service: u32,
    pub served: u32,
    pub no_show: u32,
    pub cancelled: u32,
}

impl Counts {
    /// The count of a status.
    pub const fn of(&mut self, status: TicketStatus) -> &mut u32 {
        match status {
            TicketStatus::Waiting => &mut self.waiting,
            TicketStatus::Called => &mut self.called,
            TicketStatus::InService => &mut self.in_service,
            TicketStatus::Served => &mut self.served,
            TicketStatus::NoShow => &mut self.no_show,
            TicketStatus::Cancelled => &mut self.cancelled,
        }
    }

    /// Those who wait or are being served.
    pub const fn open(&self) -> u32 {
        self.waiting + self.called + self.in_service
    }
}

/// A doctor's queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queue {
    /// Its id.
    pub id: QueueId,
    /// The clinic that it is in.
    pub clinic: ClinicId,
    /// Whose it is.
    pub doctor_name: DoctorName,
    /// What else is said of it.
    pub description: Option<Description>,
    /// Minutes that one patient takes, as staff say.
    pub estimated_wait_minutes: Option<Minutes>,
    /// The number that is shown as the current one.
    pub current_position: u32,
    /// Whether it takes patients.
    pub active: bool,
    /// Whether it was deleted: it is kept for its tickets' sake and shown to nobody.
    pub deleted: bool,
    /// Who opened it.
    pub created_by: MemberId,
    /// When it was opened.
    pub created_at: Timestamp,
    /// The time zone in which its days begin.
    pub timezone: ZoneName,
    /// The day on which its numbers began.
    pub day: Date,
    /// When they began.
    #[serde(default)]
    pub began_at: Option<Timestamp>,
    /// The next ticket's number.
    pub next_number: u32,
    /// The rank of the ticket that was put at the end last.
    pub last_rank: Option<Rank>,
    /// How many tickets it has of each status.
    #[serde(flatten)]
    pub counts: Counts,
    /// Seconds that the last services took, the last one last; at most [`Queue::SAMPLES`].
    pub service_seconds: Vec<u32>,
    /// The day of the last service.
    pub served_day: Option<Date>,
    /// How many were served on that day.
    pub served_that_day: u32,
}

impl Entity for Queue {
    const KIND: &'static str = "queue";

    fn place(&self, scope: &TenantScope) -> Place {
        let place = Place::at(keys::queue(scope, self.id)).lsi1(keys::line_head(scope, self.id));
        if self.deleted { place } else { place.gsi1(keys::queue_listed(scope, self.id)) }
    }

    fn subject(&self) -> Option<String> {
        Some(self.id.to_string())
    }
}

impl Queue {
    /// So many services the statistics are made of.
    pub const SAMPLES: usize = 20;

    /// An average of fewer services would mislead.
    const FEW: usize = 3;

    /// A new queue, open and empty.
    pub fn open(
        id: QueueId,
        place: (ClinicId, ZoneName),
        doctor_name: DoctorName,
        by: MemberId,
        now: Timestamp,
    ) -> Self {
        let (clinic, timezone) = place;
        Self {
            id,
            clinic,
            doctor_name,
            description: None,
            estimated_wait_minutes: None,
            current_position: 0,
            active: true,
            deleted: false,
            created_by: by,
            created_at: now,
            day: timezone.day(now),
            began_at: Some(now),
            timezone,
            next_number: 1,
            last_rank: None,
            counts: Counts::default(),
            service_seconds: Vec::new(),
            served_day: None,
            served_that_day: 0,
        }
    }

    /// Puts one more patient at the end of the line: gives the number and the rank of the new ticket.
    ///
    /// Numbers begin at 1 again with the first ticket of a new day, unless somebody of the day before still waits or was
    /// called: no two patients in a room may have the same number.
    pub fn admit(&mut self, now: Timestamp) -> (u32, Rank) {
        let today = self.timezone.day(now);
        if today != self.day && self.counts.open() == 0 {
            (self.day, self.began_at, self.next_number, self.current_position) = (today, Some(now), 1, 0);
        }
        let number = self.next_number;
        self.next_number += 1;
        self.counts.waiting += 1;
        (number, self.end_rank())
    }

    /// A ticket that is open again. It keeps its number, unless numbers have begun anew since: then somebody else has it.
    pub fn readmit(&mut self, ticket: &Ticket, now: Timestamp) -> Ticket {
        let numbered_at = ticket.numbered_at.unwrap_or(ticket.created_at);
        let is_of_before = match self.began_at {
            Some(began_at) => numbered_at < began_at,
            None => self.timezone.day(numbered_at) < self.day,
        };
        if !is_of_before {
            return ticket.clone();
        }
        let ticket_number = self.next_number;
        self.next_number += 1;
        Ticket { ticket_number, numbered_at: Some(now), ..ticket.clone() }
    }

    /// A rank behind all others.
    pub fn end_rank(&mut self) -> Rank {
        let rank = self.last_rank.as_ref().map_or_else(Rank::first, Rank::next);
        self.last_rank = Some(rank.clone());
        rank
    }

    /// Counts a ticket's step and takes it into the statistics.
    pub fn record(&mut self, before: &Ticket, after: &Ticket) {
        if before.status == after.status {
            return;
        }
        let from = self.counts.of(before.status);
        *from = from.saturating_sub(1);
        *self.counts.of(after.status) += 1;
        if before.status == TicketStatus::Waiting && after.status.is_open() {
            self.current_position = after.ticket_number;
        }
        if after.status == TicketStatus::Served {
            self.count_service(after);
        }
        if before.status == TicketStatus::Served {
            self.uncount_service(before);
        }
    }

    fn count_service(&mut self, ticket: &Ticket) {
        let day = ticket.finished_at.map(|at| self.timezone.day(at));
        if self.served_day == day {
            self.served_that_day += 1;
        } else {
            (self.served_day, self.served_that_day) = (day, 1);
        }
        if let Some(seconds) = ticket.service_seconds() {
            self.service_seconds.push(seconds);
            let surplus = self.service_seconds.len().saturating_sub(Self::SAMPLES);
            self.service_seconds.drain(..surplus);
        }
    }

    fn uncount_service(&mut self, ticket: &Ticket) {
        if self.served_day == ticket.finished_at.map(|at| self.timezone.day(at)) {
            self.served_that_day = self.served_that_day.saturating_sub(1);
        }
        let sample = ticket.service_seconds();
        if let Some(place) = self.service_seconds.iter().rposition(|seconds| Some(*seconds) == sample) {
            self.service_seconds.remove(place);
        }
    }

    /// How many were served on the day of `now`.
    pub fn served_today(&self, now: Timestamp) -> u32 {
        if self.served_day == Some(self.timezone.day(now)) { self.served_that_day } else { 0 }
    }

    /// Minutes that the last services took on average; none before there are enough.
    pub fn average_service_minutes(&self) -> Option<f64> {
        if self.service_seconds.len() < Self::FEW {
            return None;
        }
        let sum: u64 = self.service_seconds.iter().copied().map(u64::from).sum();
        let count = u32::try_from(self.service_seconds.len()).ok()?;
        let minutes = f64::from(u32::try_from(sum).ok()?) / f64::from(count) / 60.0;
        Some((minutes * 10.0).round() / 10.0)
    }

    /// Minutes that one patient takes: as staff say, else as the last services took.
    pub fn minutes_per_patient(&self) -> Option<f64> {
        self.estimated_wait_minutes.map(|minutes| f64::from(minutes.0)).or_else(|| self.average_service_minutes())
    }
}

/// Minutes until it is the turn of somebody behind so many others.
pub fn wait_minutes(per_patient: Option<f64>, people_ahead: u32) -> Option<u32> {
    let minutes = (per_patient? * f64::from(people_ahead)).round();
    // A line long enough to lose precision here does not exist.
    (0.0..=f64::from(u32::MAX)).contains(&minutes).then_some(minutes as u32)
}

#[cfg(test)]
mod tests;
