//! Until when a text is true: what speaks of a moment may not go after it, however it is retried, held or handed on again.

use dawr_api::tenant::ZoneName;
use dawr_queues::model::Ticket;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::template::Variable;

/// A turn that was spoken of late in the evening may come after midnight.
const LEAST: SignedDuration = SignedDuration::from_hours(6);

/// Until when a text may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Validity {
    /// Whenever: it names nothing that passes.
    #[default]
    Lasting,
    /// Until the patient's turn is over, and not after this time: by then the day is over on which it was asked for.
    Turn(Timestamp),
}

impl Validity {
    /// Of a text about a turn that was asked for at this time, where days begin in this zone.
    pub fn of_turn(asked_at: Timestamp, zone: &ZoneName) -> Self {
        let least = asked_at.checked_add(LEAST).unwrap_or(asked_at);
        Self::Turn(zone.end_of_day(asked_at).max(least))
    }

    /// Whether it may not go any more, as its ticket stands.
    pub fn has_ended(self, ticket: Option<&Ticket>, now: Timestamp) -> bool {
        match self {
            Self::Lasting => false,
            Self::Turn(until) => now > until || !ticket.is_some_and(|ticket| ticket.status.is_open()),
        }
    }
}

/// Whether a text that names these speaks of a turn.
pub fn speaks_of_turn<'a>(mut variables: impl Iterator<Item = &'a Variable>) -> bool {
    variables.any(|variable| match variable {
        Variable::TicketNumber | Variable::Position | Variable::PeopleAhead | Variable::EstimatedWait => true,
        Variable::PatientName | Variable::DoctorName | Variable::ClinicName => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turn_ends_with_its_day_but_not_within_six_hours() {
        let zone = ZoneName::parse("Asia/Riyadh").unwrap();
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        for (asked, until) in [
            ("2026-11-28T09:00:00+03:00", "2026-11-29T00:00:00+03:00"),
            ("2026-11-28T23:30:00+03:00", "2026-11-29T05:30:00+03:00"),
        ] {
            assert_eq!(Validity::of_turn(at(asked), &zone), Validity::Turn(at(until)), "{asked}");
        }
    }
}
