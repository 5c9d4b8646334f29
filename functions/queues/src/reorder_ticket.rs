//! `POST /api/tickets/reorder`

use dawr_api::{Authorized, Cx, Failure, endpoint, failure::FieldErrors, function::Access, permission::Permission};
use dawr_kernel::{id::TicketId, text::Invalid};
use dawr_store::{CommitError, Work};
use deserr::Deserr;
use schemars::JsonSchema;

use crate::{
    error::QueueError,
    model::{Queue, Ticket},
    rank::Rank,
    store::{Line, MAX_TRIES, Queues, existing},
    view::{Standing, TicketView},
};

endpoint! {
    /// Moves a waiting ticket to another place among those who wait; a place beyond the end is the end.
    pub const REORDER_TICKET: "reorder_ticket" = Post "/api/tickets/reorder";
    requires: Permission(TicketWrite);
    reach: Clinic;
    access: Access::WRITE;
    handler: reorder_ticket(body: ReorderTicket) -> 200 TicketView;
    errors: [NotFound, InvalidTransition, StaleVersion];
}

/// Which ticket goes where.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReorderTicket {
    ticket_id: TicketId,
    /// The place among those who wait, from 1.
    target_position: Place,
}

/// A place in a line, from 1.
#[derive(Debug, Clone, Copy, Deserr, JsonSchema)]
#[deserr(try_from(i64) = Place::parse -> Invalid)]
struct Place(#[schemars(range(min = 1, max = 1_000_000))] usize);

impl Place {
    fn parse(number: i64) -> Result<Self, Invalid> {
        match usize::try_from(number) {
            Ok(number @ 1..=1_000_000) => Ok(Self(number)),
            _ => Err(Invalid::OutOfRange { min: 1, max: 1_000_000 }),
        }
    }
}

async fn reorder_ticket(cx: &Cx, body: ReorderTicket) -> Result<TicketView, Failure> {
    reorder(cx, body).await.map_err(|error| Failure::from(error).named_by("ticketId"))
}

async fn reorder(cx: &Cx, body: ReorderTicket) -> Result<TicketView, QueueError> {
    let caller = cx.authorize(Permission::TicketWrite)?;
    let queues = Queues::new(cx, &caller);
    for round in 0..MAX_TRIES {
        cx.table().pause(round).await;
        let Line { queue: read, serving: _, waiting } = Line::load(cx, &caller, body.ticket_id.queue()).await?;
        existing(&read, &caller.clinics)?;
        let Some(ticket) = waiting.iter().find(|ticket| ticket.id == body.ticket_id) else {
            let known = queues.tickets(&[body.ticket_id]).await?.into_iter().flatten().next();
            return Err(known.map_or(QueueError::NotFound, |_| QueueError::NotWaiting));
        };
        cx.expect(ticket)?;
        let mut queue = read.value.clone();
        let others: Vec<&Rank> =
            waiting.iter().filter(|other| other.id != ticket.id).map(|other| &other.rank).collect();
        let (ahead, rank) = place(&others, body.target_position, &mut queue);
        let moved = Ticket { rank, ..ticket.value.clone() };
        let mut work = Work::new();
        work.replace(&caller, ticket, &moved);
        // Written even where nothing in it changes: two who move tickets at once must not take the same place.
        work.replace(&caller, &read, &queue);
        match cx.save(&caller, work).await {
            Ok(()) => return Ok(view(&moved, ticket.version + 1, ahead, &queue, &caller)),
            Err(CommitError::Refused(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(QueueError::Busy)
}

fn view(moved: &Ticket, version: u64, ahead: usize, queue: &Queue, caller: &Authorized) -> TicketView {
    let ahead = u32::try_from(ahead).unwrap_or(u32::MAX);
    TicketView::new(moved, version, Standing::behind(ahead, queue), caller)
}

/// How many are ahead of that place among the others, and the rank of it.
fn place(others: &[&Rank], target: Place, queue: &mut Queue) -> (usize, Rank) {
    let ahead = (target.0 - 1).min(others.len());
    let before = ahead.checked_sub(1).and_then(|place| others.get(place)).copied();
    let rank = match others.get(ahead) {
        Some(after) => Rank::between(before, Some(after)),
        None => queue.end_rank(),
    };
    (ahead, rank)
}

#[cfg(test)]
mod tests {
    use dawr_api::tenant::ZoneName;
    use dawr_kernel::{
        entropy::Seeded,
        id::{ClinicId, Id, MemberId, QueueId},
    };
    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::*;
    use crate::model::DoctorName;

    fn queue() -> Queue {
        let (now, entropy) = (Timestamp::from_second(1_800_000_000).unwrap(), Seeded::new(1));
        let doctor = DoctorName::parse("د. سارة").unwrap();
        let zone = ZoneName::parse("Asia/Riyadh").unwrap();
        let place = (ClinicId::generate(now, &entropy), zone);
        Queue::open(QueueId::generate(now, &entropy), place, doctor, MemberId::generate(now, &entropy), now)
    }

    proptest! {
        #[test]
        fn a_moved_ticket_is_where_it_was_put(moves in proptest::collection::vec((0_usize..12, 1_usize..20), 0..60)) {
            let mut queue = queue();
            let mut line: Vec<(usize, Rank)> = (0..12).map(|n| (n, queue.admit(queue.created_at).1)).collect();
            for (ticket, target) in moves {
                let mut expected: Vec<usize> = line.iter().map(|(n, _)| *n).filter(|n| *n != ticket).collect();
                expected.insert((target - 1).min(expected.len()), ticket);
                let others: Vec<&Rank> = line.iter().filter(|(n, _)| *n != ticket).map(|(_, rank)| rank).collect();
                let (ahead, rank) = place(&others, Place(target), &mut queue);
                prop_assert_eq!(expected[ahead], ticket);
                line.iter_mut().find(|(n, _)| *n == ticket).unwrap().1 = rank;
                line.sort_by(|one, other| one.1.cmp(&other.1));
                prop_assert_eq!(line.iter().map(|(n, _)| *n).collect::<Vec<_>>(), expected);
            }
            let newcomer = queue.admit(queue.created_at).1;
            prop_assert!(line.iter().all(|(_, rank)| *rank < newcomer));
        }
    }
}
