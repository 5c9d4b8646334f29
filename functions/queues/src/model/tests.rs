use dawr_kernel::{
    entropy::Seeded,
    id::{ClinicId, Id, PatientId, TicketId},
    phone::PhoneNumber,
    text::PersonName,
};
use dawr_patients::ties::Person;
use jiff::SignedDuration;
use proptest::prelude::*;

use super::*;

fn at(seconds: i64) -> Timestamp {
    // 2027-01-15 06:00 in Riyadh.
    Timestamp::from_second(1_799_982_000 + seconds).unwrap()
}

fn queue() -> Queue {
    let entropy = Seeded::new(1);
    let doctor = DoctorName::parse("د. سارة").unwrap();
    let zone = ZoneName::parse("Asia/Riyadh").unwrap();
    let place = (ClinicId::generate(at(0), &entropy), zone);
    Queue::open(QueueId::generate(at(0), &entropy), place, doctor, MemberId::generate(at(0), &entropy), at(0))
}

fn admit(queue: &mut Queue, seed: u64, now: Timestamp) -> Ticket {
    let (ticket_number, rank) = queue.admit(now);
    let entropy = Seeded::new(seed);
    Ticket {
        id: TicketId::generate(queue.id, now, &entropy),
        patient_id: PatientId::generate(now, &entropy),
        ticket_number,
        numbered_at: None,
        person: Person {
            full_name: PersonName::parse("علي").unwrap(),
            phone_number: PhoneNumber::from_e164("+966501234567").unwrap(),
        },
        rank,
        status: TicketStatus::Waiting,
        room: None,
        created_at: now,
        called_at: None,
        started_at: None,
        finished_at: None,
        metadata: None,
        unread_messages: 0,
        needs_answer: false,
    }
}

fn sum(counts: Counts) -> u32 {
    counts.open() + counts.served + counts.no_show + counts.cancelled
}

fn step(queue: &mut Queue, ticket: &Ticket, next: TicketStatus, now: Timestamp) -> Ticket {
    let after = ticket.becoming(next, now).unwrap();
    queue.record(ticket, &after);
    after
}

#[test]
fn the_steps_are_these_and_no_others() {
    use TicketStatus as S;
    let legal = [
        (S::Waiting, vec![S::Called, S::InService, S::NoShow, S::Cancelled]),
        (S::Called, vec![S::Waiting, S::InService, S::Served, S::NoShow, S::Cancelled]),
        (S::InService, vec![S::Waiting, S::Served, S::Cancelled]),
        (S::Served, vec![S::Waiting]),
        (S::NoShow, vec![S::Waiting]),
        (S::Cancelled, vec![S::Waiting]),
    ];
    for (from, to) in legal {
        for next in S::ALL {
            let ticket = Ticket { status: from, ..admit(&mut queue(), 1, at(0)) };
            assert_eq!(ticket.becoming(next, at(1)).is_ok(), to.contains(&next), "{from} to {next}");
        }
    }
}

#[test]
fn each_step_leaves_its_time() {
    let mut queue = queue();
    let waiting = admit(&mut queue, 1, at(0));
    let called = waiting.call(Room::parse("3").ok(), at(10)).unwrap();
    assert_eq!((called.called_at, called.room.as_ref().map(Room::as_str)), (Some(at(10)), Some("3")));
    let served =
        called.becoming(TicketStatus::InService, at(20)).unwrap().becoming(TicketStatus::Served, at(80)).unwrap();
    assert_eq!(
        (served.started_at, served.finished_at, served.service_seconds()),
        (Some(at(20)), Some(at(80)), Some(60))
    );
    let back = served.becoming(TicketStatus::Waiting, at(90)).unwrap();
    assert_eq!(back, waiting, "who is put back is as before");
}

#[test]
fn numbers_begin_again_with_the_day_once_the_room_is_empty() {
    let mut queue = queue();
    let tomorrow = at(0) + SignedDuration::from_hours(20);
    let first = admit(&mut queue, 1, at(0));
    assert_eq!((first.ticket_number, admit(&mut queue, 2, at(1)).ticket_number), (1, 2));
    assert_eq!(admit(&mut queue, 3, tomorrow).ticket_number, 3, "number 1 still waits");
    queue.counts = Counts { served: 3, ..Counts::default() };
    let fresh = admit(&mut queue, 4, tomorrow);
    assert_eq!((fresh.ticket_number, queue.current_position), (1, 0));
    assert!(fresh.rank > first.rank);
    let still_today = at(0) + SignedDuration::from_hours(17);
    queue.day = queue.timezone.day(at(0));
    queue.counts = Counts::default();
    assert_eq!(admit(&mut queue, 5, still_today).ticket_number, 2, "23:00 in Riyadh is the same day");
}

#[test]
fn statistics_follow_the_services() {
    let mut queue = queue();
    assert_eq!(queue.minutes_per_patient(), None);
    let mut last = None;
    for n in 0..30 {
        let ticket = admit(&mut queue, n, at(0));
        let ticket = step(&mut queue, &ticket, TicketStatus::Called, at(100));
        last = Some(step(&mut queue, &ticket, TicketStatus::Served, at(100 + 60 * (i64::try_from(n).unwrap() + 1))));
    }
    assert_eq!(queue.service_seconds.len(), Queue::SAMPLES);
    assert_eq!(queue.served_today(at(200)), 30);
    // The last twenty took 11 to 30 minutes.
    assert_eq!(queue.average_service_minutes(), Some(20.5));
    step(&mut queue, &last.unwrap(), TicketStatus::Waiting, at(5000));
    assert_eq!((queue.served_today(at(200)), queue.average_service_minutes()), (29, Some(20.0)));
    assert_eq!(queue.served_today(at(0) + SignedDuration::from_hours(24)), 0);
    queue.estimated_wait_minutes = Minutes::parse(7).ok();
    assert_eq!(wait_minutes(queue.minutes_per_patient(), 3), Some(21));
    assert_eq!(wait_minutes(None, 3), None);
}

#[test]
fn a_queue_comes_back_from_the_table() {
    let mut queue = queue();
    admit(&mut queue, 1, at(0));
    queue.description = Description::parse("الدور الأول\nغرفة 3").ok();
    queue.service_seconds = vec![60, 61];
    let item: serde_dynamo::Item = serde_dynamo::to_item(&queue).unwrap();
    for status in TicketStatus::ALL {
        assert!(item.contains_key(status.as_str()), "{status} can be added to");
    }
    assert_eq!(serde_dynamo::from_item::<_, Queue>(item).unwrap(), queue);
    let ticket = admit(&mut queue, 2, at(1)).call(Room::parse("A").ok(), at(2)).unwrap();
    let item: serde_dynamo::Item = serde_dynamo::to_item(&ticket).unwrap();
    assert_eq!(serde_dynamo::from_item::<_, Ticket>(item).unwrap(), ticket);
}

#[test]
fn minutes_are_within_their_range() {
    use dawr_api::failure::FieldErrors;
    let read =
        |value| deserr::deserialize::<Minutes, _, FieldErrors>(value).map_err(|errors| errors.0[0].code.as_str());
    assert_eq!(read(serde_json::json!(600)), Ok(Minutes(600)));
    assert_eq!(read(serde_json::json!(601)), Err("OutOfRange"));
    assert_eq!(read(serde_json::json!(-1)), Err("OutOfRange"));
    assert_eq!(read(serde_json::json!(70_000)), Err("OutOfRange"));
    assert_eq!(read(serde_json::json!("5")), Err("WrongType"));
    assert_eq!(read(serde_json::json!(5.5)), Err("WrongType"));
}

proptest! {
    #[test]
    fn counts_are_the_tickets(steps in proptest::collection::vec((0_usize..8, 0_usize..6), 0..200)) {
        let mut queue = queue();
        let mut tickets: Vec<Ticket> = (0..8).map(|n| admit(&mut queue, n, at(0))).collect();
        for (time, (ticket, next)) in (1..).zip(steps) {
            let before = tickets[ticket].clone();
            if let Ok(after) = before.becoming(TicketStatus::ALL[next], at(time)) {
                queue.record(&before, &after);
                tickets[ticket] = after;
            }
            prop_assert_eq!(sum(queue.counts), 8);
            for status in TicketStatus::ALL {
                let there = tickets.iter().filter(|ticket| ticket.status == status).count();
                prop_assert_eq!(usize::try_from(*queue.counts.of(status)).unwrap(), there);
            }
            prop_assert_eq!(queue.served_that_day, queue.counts.served);
            prop_assert_eq!(queue.service_seconds.len(), usize::try_from(queue.counts.served).unwrap());
        }
    }
}
