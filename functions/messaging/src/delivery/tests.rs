//! Every order of events, tried at random.

use dawr_kernel::{
    entropy::Seeded,
    id::{Body, Id, MemberId, MessageId, PatientId, TemplateId, TenantId},
    phone::PhoneNumber,
    text::PersonName,
};
use proptest::prelude::*;

use super::*;
use crate::{
    message::{About, Form, MessageText},
    validity::Validity,
};

const RULES: Rules = Rules {
    lease: SignedDuration::from_secs(30),
    unknown_hold: SignedDuration::from_secs(900),
    straggler_after: SignedDuration::from_secs(300),
    max_attempts: 3,
};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

fn body(byte: u8) -> Body {
    Body::from_parts(at(0), [byte; 10])
}

fn message() -> Message {
    Message {
        id: MessageId::from_body(body(1)),
        tenant: TenantId::from_body(body(2)),
        correlation: "req".into(),
        queue_id: None,
        about: Some(About {
            patient_id: PatientId::from_body(body(3)),
            ticket_id: None,
            template_id: TemplateId::from_body(body(4)),
            patient_name: PersonName::parse("سارة").unwrap(),
        }),
        sender: MemberId::from_body(body(5)),
        to: PhoneNumber::from_e164("+966501234567").unwrap(),
        text: MessageText::parse("أهلًا").unwrap(),
        form: Form::Text,
        validity: Validity::Lasting,
        composed_at: at(0),
        on_unknown: OnUnknown::Hold,
        settlement: Settlement::Reserved,
        status: Status::Queued,
        epoch: 1,
        tries: 0,
        due_at: at(0),
        look_at: Some(at(300)),
        nudges: 0,
        cause: None,
        task: None,
        attempts: Vec::new(),
        created_at: at(0),
        sent_at: None,
        delivered_at: None,
        read_at: None,
        until: None,
        confirms: false,
    }
}

fn step(entropy: &Seeded, second: i64) -> Step<'_> {
    Step { rules: RULES, now: at(second), entropy }
}

fn called(provider_id: &str) -> Called {
    Called { provider_id: Some(provider_id.to_owned()), ..Called::default() }
}

fn accepted() -> Outcome {
    Outcome::Accepted(called("wamid.1"))
}

fn callback(notice: Notice, attempt: u32) -> Callback {
    Callback { notice, at: at(5), called: called("wamid.1"), attempt }
}

#[test]
fn a_message_is_sent_once_per_job() {
    let entropy = Seeded::new(1);
    let sending = step(&entropy, 1).begin(&message(), message().nudges.into()).unwrap();
    assert_eq!(sending.status, Status::Sending);
    assert_eq!(step(&entropy, 2).begin(&sending, sending.nudges.into()), None, "a job that comes twice");
    let sent = step(&entropy, 2).conclude(&sending, 1, &accepted()).unwrap();
    assert_eq!((sent.status, sent.look_at), (Status::Sent, None));
    assert_eq!(step(&entropy, 3).begin(&sent, sent.nudges.into()), None, "a job that comes late");
    assert_eq!(step(&entropy, 1).begin(&message(), 1), None, "a job of another queueing");
}

#[test]
fn a_refusal_is_tried_again_until_the_attempts_are_used_up() {
    let entropy = Seeded::new(1);
    let again = Outcome::Again { after: None, provider_code: Some(131_000) };
    let mut message = message();
    for attempt in 1..=3 {
        let now = i64::from(attempt) * 10_000;
        message = step(&entropy, now).begin(&message, message.nudges.into()).unwrap();
        message = step(&entropy, now).conclude(&message, attempt, &again).unwrap();
    }
    assert_eq!(message.status, Status::Failed);
    assert_eq!(message.cause.unwrap().reason, Reason::AttemptsExhausted);
}

#[test]
fn an_unknown_outcome_is_held_or_sent_again_as_the_template_says() {
    let entropy = Seeded::new(1);
    for (policy, expected) in [(OnUnknown::Hold, Status::Failed), (OnUnknown::Resend, Status::Queued)] {
        let message = Message { on_unknown: policy, ..message() };
        let sending = step(&entropy, 1).begin(&message, message.nudges.into()).unwrap();
        let unknown = step(&entropy, 2).conclude(&sending, 1, &Outcome::Unknown).unwrap();
        assert_eq!(unknown.status, Status::Unknown);
        assert_eq!(step(&entropy, 3).look(&unknown, 0), None, "its time has not come");
        assert_eq!(step(&entropy, 1000).look(&unknown, 0).unwrap().status, expected);
        let heard = step(&entropy, 4).hear(&unknown, &callback(Notice::Delivered, 1)).unwrap();
        assert_eq!(heard.status, Status::Delivered, "a callback carries our id");
    }
}

#[test]
fn a_lease_that_ends_is_unknown_and_an_answer_after_it_still_counts() {
    let entropy = Seeded::new(1);
    let sending = step(&entropy, 1).begin(&message(), message().nudges.into()).unwrap();
    let unknown = step(&entropy, 40).look(&sending, 0).unwrap();
    assert_eq!(unknown.status, Status::Unknown);
    let sent = step(&entropy, 41).conclude(&unknown, 1, &accepted()).unwrap();
    assert_eq!(sent.status, Status::Sent);
}

#[test]
fn a_retry_that_is_overtaken_by_an_old_delivery_is_not_sent() {
    let entropy = Seeded::new(1);
    let sending = step(&entropy, 1).begin(&message(), message().nudges.into()).unwrap();
    let unknown = step(&entropy, 40).look(&sending, 0).unwrap();
    let failed = step(&entropy, 1000).look(&unknown, 0).unwrap();
    let retried = step(&entropy, 1001).retry(&failed).unwrap();
    assert_eq!((retried.status, retried.epoch), (Status::Queued, 2));
    let delivered = step(&entropy, 1002).hear(&retried, &callback(Notice::Delivered, 1)).unwrap();
    assert_eq!(step(&entropy, 1003).begin(&delivered, delivered.nudges.into()), None);
}

#[test]
fn what_a_failure_led_to_is_not_undone_by_an_older_callback() {
    let entropy = Seeded::new(1);
    let sending = step(&entropy, 1).begin(&message(), message().nudges.into()).unwrap();
    let again = Notice::Failed(Outcome::Again { after: None, provider_code: Some(131_000) });
    let queued = step(&entropy, 2).hear(&sending, &callback(again, 1)).unwrap();
    assert_eq!(queued.status, Status::Queued);
    let late = step(&entropy, 3).hear(&queued, &callback(Notice::Sent, 1)).unwrap_or_else(|| queued.clone());
    assert_eq!(late.status, Status::Queued, "it is still to be tried again");

    let refused = Cause { reason: Reason::NotReachable, provider_code: Some(131_026) };
    let failed = step(&entropy, 4).hear(&sending, &callback(Notice::Failed(Outcome::Refused(refused)), 1)).unwrap();
    let retried = step(&entropy, 5).retry(&failed).unwrap();
    let repeated = step(&entropy, 6).hear(&retried, &callback(Notice::Sent, 1)).unwrap_or_else(|| retried.clone());
    assert_eq!(repeated.status, Status::Queued, "a person's retry stands");
}

#[test]
fn what_never_moves_becomes_a_person_s_task() {
    let entropy = Seeded::new(1);
    let late = step(&entropy, 1_000 * 86_400);
    for handed_on in 0..MAX_NUDGES {
        assert_eq!(late.look(&message(), handed_on), None, "whoever has it in hand sends it");
    }
    let failed = late.look(&message(), MAX_NUDGES).unwrap();
    assert_eq!(failed.status, Status::Failed);
    assert_eq!(step(&entropy, 1).look(&message(), MAX_NUDGES), None, "its time has not come");
    let retried = step(&entropy, 1_001 * 86_400).retry(&failed).unwrap();
    assert_eq!(step(&entropy, 1_002 * 86_400).begin(&retried, failed.nudges.into()), None, "jobs of before are void");
}

fn notices() -> impl Strategy<Value = Notice> {
    let cause = Cause { reason: Reason::NotReachable, provider_code: Some(131_026) };
    prop_oneof![
        Just(Notice::Sent),
        Just(Notice::Delivered),
        Just(Notice::Read),
        Just(Notice::Failed(Outcome::Refused(cause))),
        Just(Notice::Failed(Outcome::Again { after: None, provider_code: Some(131_000) })),
    ]
}

#[derive(Debug, Clone)]
enum Event {
    Begin,
    Conclude(Outcome),
    Hear(Notice, u32),
    Look(i64),
    Retry,
    Stop,
}

fn events() -> impl Strategy<Value = Event> {
    let again = Outcome::Again { after: None, provider_code: None };
    let cause = Cause { reason: Reason::Rejected, provider_code: Some(100) };
    prop_oneof![
        3 => Just(Event::Begin),
        3 => prop_oneof![Just(accepted()), Just(again), Just(Outcome::Refused(cause)), Just(Outcome::Unknown)]
            .prop_map(Event::Conclude),
        3 => (notices(), 1..4_u32).prop_map(|(notice, attempt)| Event::Hear(notice, attempt)),
        2 => (1..2_000_i64).prop_map(Event::Look),
        1 => Just(Event::Retry),
        1 => Just(Event::Stop),
    ]
}

proptest! {
    /// Callbacks end in the same state in every order and however often they come. A provider fails a message in one way.
    #[test]
    fn callbacks_commute(
        heard in proptest::collection::vec(notices(), 1..6),
        order in any::<u64>(),
        start in 0..3,
    ) {
        let mut heard = heard;
        let first_failure = heard.iter().find(|notice| matches!(notice, Notice::Failed(_))).cloned();
        for notice in heard.iter_mut().filter(|notice| matches!(notice, Notice::Failed(_))) {
            *notice = first_failure.clone().unwrap();
        }
        let entropy = Seeded::new(1);
        let sending = step(&entropy, 1).begin(&message(), message().nudges.into()).unwrap();
        let sent = match start {
            0 => step(&entropy, 2).conclude(&sending, 1, &accepted()).unwrap(),
            1 => step(&entropy, 2).conclude(&sending, 1, &Outcome::Unknown).unwrap(),
            _ => sending,
        };
        let all = |notices: &[Notice]| {
            notices.iter().fold(sent.clone(), |message, notice| {
                step(&entropy, 9).hear(&message, &callback(notice.clone(), 1)).unwrap_or(message)
            })
        };
        let mut shuffled = heard.clone();
        shuffled.extend(heard.clone());
        let seed = Seeded::new(order);
        for index in (1..shuffled.len()).rev() {
            let other = u64::from_le_bytes(random(&seed)) % (index as u64 + 1);
            shuffled.swap(index, usize::try_from(other).unwrap());
        }
        let (one, other) = (all(&heard), all(&shuffled));
        prop_assert_eq!((one.status, one.delivered_at, one.read_at), (other.status, other.delivered_at, other.read_at));
    }

    /// Whatever happens: what is taken from the quota is what is undecided or sent, and nothing is sent twice under
    /// the hold policy unless a person retries.
    #[test]
    fn the_quota_is_exact_and_nobody_gets_it_twice(history in proptest::collection::vec(events(), 0..40)) {
        let entropy = Seeded::new(7);
        let mut message = message();
        let (mut left, mut sent, mut now) = (-1_i64, 0_i64, 1);
        let mut open = None;
        let mut received = std::collections::BTreeSet::<(u32, u32)>::new();
        let mut begun_in = std::collections::BTreeMap::<u32, u32>::new();
        for event in history {
            now += 2_000;
            let step = step(&entropy, now);
            let next = match &event {
                Event::Begin => {
                    let next = step.begin(&message, message.nudges.into());
                    if let Some(last) = next.as_ref().and_then(|next| next.attempts.last()) {
                        open = Some(last.number);
                        begun_in.insert(last.number, message.epoch);
                    }
                    next
                }
                Event::Conclude(outcome) => open.take().and_then(|attempt| {
                    // What the provider took and told of that it will not arrive, nobody got, in whichever order.
                    let tried = message.attempts.iter().find(|tried| tried.number == attempt);
                    let arrives = tried.is_some_and(|tried| tried.outcome != AttemptOutcome::Failed);
                    if arrives && matches!(outcome, Outcome::Accepted(_)) {
                        received.insert((begun_in.get(&attempt).copied().unwrap_or_default(), attempt));
                    }
                    step.conclude(&message, attempt, outcome)
                }),
                Event::Hear(notice, attempt) => step.hear(&message, &callback(notice.clone(), *attempt)),
                Event::Look(later) => { now += later; self::step(&entropy, now).look(&message, 0) }
                Event::Retry => step.retry(&message),
                Event::Stop => step.stop(&message),
            };
            if let (Some(_), Event::Hear(Notice::Failed(_), attempt)) = (&next, &event) {
                received.retain(|(_, received)| received != attempt);
            }
            if let Some(mut next) = next {
                let charge = charge(&mut next);
                left += charge.left;
                sent += charge.sent;
                message = next;
            }
            let taken = !matches!(message.status, Status::Failed | Status::Stopped);
            let is_sent = matches!(message.status, Status::Sent | Status::Delivered | Status::Read);
            prop_assert_eq!((left, sent), (-i64::from(taken), i64::from(is_sent)));
            prop_assert_eq!(message.look_at.is_some(), message.status.is_on_the_way(), "all that is undecided is looked at");
            let most = received.iter().map(|(epoch, _)| received.range((*epoch, 0)..=(*epoch, u32::MAX)).count()).max();
            prop_assert!(most.unwrap_or_default() <= 1);
        }
    }
}

#[test]
fn only_what_nobody_is_at_is_stopped() {
    let entropy = Seeded::new(1);
    let queued = message();
    let sending = step(&entropy, 0).begin(&queued, queued.nudges.into()).unwrap();
    let unknown = step(&entropy, 1).conclude(&sending, 1, &Outcome::Unknown).unwrap();
    let sent = step(&entropy, 1).conclude(&sending, 1, &accepted()).unwrap();
    for going in [&sending, &unknown, &sent] {
        assert_eq!(step(&entropy, 2).stop(going), None, "{:?}", going.status);
    }
    let mut stopped = step(&entropy, 2).stop(&queued).unwrap();
    assert_eq!(charge(&mut stopped), Charge { left: 1, sent: 0 });
    // It stays so: no job, clock or second stop moves it.
    assert_eq!(step(&entropy, 900_000).begin(&stopped, stopped.nudges.into()), None);
    assert_eq!(step(&entropy, 900_000).look(&stopped, 0), None);
    assert_eq!(step(&entropy, 900_000).stop(&stopped), None);
    assert_eq!(step(&entropy, 900_000).retry(&stopped), None);
}

#[test]
fn what_was_stopped_and_yet_arrived_is_told_as_it_is() {
    let entropy = Seeded::new(1);
    let sending = step(&entropy, 0).begin(&message(), message().nudges.into()).unwrap();
    let again = step(&entropy, 1).conclude(&sending, 1, &Outcome::Again { after: None, provider_code: None }).unwrap();
    let mut stopped = step(&entropy, 2).stop(&again).unwrap();
    charge(&mut stopped);
    for (notice, status) in [(Notice::Sent, Status::Sent), (Notice::Delivered, Status::Delivered)] {
        let mut heard = step(&entropy, 3).hear(&stopped, &callback(notice, 1)).unwrap();
        assert_eq!(heard.status, status);
        assert_eq!(charge(&mut heard), Charge { left: -1, sent: 1 });
    }
}

#[test]
fn a_notice_that_was_sent_is_not_queued_again() {
    let entropy = Seeded::new(1);
    let notice = Message { about: None, settlement: Settlement::Free, ..message() };
    let sending = step(&entropy, 0).begin(&notice, notice.nudges.into()).unwrap();
    let sent = step(&entropy, 1).conclude(&sending, 1, &accepted()).unwrap();
    let again = Notice::Failed(Outcome::Again { after: None, provider_code: Some(131_000) });
    let failed = step(&entropy, 2).hear(&sent, &callback(again.clone(), 1)).unwrap();
    assert_eq!(failed.status, Status::Failed);
    let patient = Message { about: message().about, ..sent };
    assert_eq!(step(&entropy, 2).hear(&patient, &callback(again, 1)).unwrap().status, Status::Queued);
}
