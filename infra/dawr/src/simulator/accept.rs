//! Taking a message: what the phone gets and which webhooks are owed for it, in one transaction.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;

use super::error::SimulatorError;
use super::fault::{Effects, FaultKind};
use super::graph::error::MetaError;
use super::graph::request::Outgoing;
use super::ids::{Direction, conversation_id, delay, wamid};
use super::phone::Phone;
use super::store::messages::NewMessage;
use super::store::numbers::Number;
use super::store::{faults, messages, webhooks};
use super::webhook::{self, StatusFacts};

/// WhatsApp's error for a free text outside the customer service window.
const WINDOW_CLOSED: u32 = 131_047;

/// What became of a valid request.
pub(super) enum Verdict {
    Accepted(Accepted),
    /// A fault says how to refuse it; nothing was stored but the fault's countdown.
    Refused(FaultKind),
}

/// A message that was taken.
pub(super) struct Accepted {
    pub(super) wamid: String,
    /// False when a fault keeps the answer back.
    pub(super) answered: bool,
}

pub(super) fn accept(
    db: &Connection,
    number: &Number,
    outgoing: &Outgoing,
    now: Timestamp,
    rng: &mut fastrand::Rng,
) -> Result<Verdict, SimulatorError> {
    let mut effects = Effects::default();
    faults::take(db, &outgoing.to, FaultKind::decides_answer, &mut effects)?;
    match effects.answer {
        None | Some(FaultKind::TimeoutAfterAccept) => {}
        Some(refusal) => return Ok(Verdict::Refused(refusal)),
    }
    faults::take(db, &outgoing.to, |kind| !kind.decides_answer(), &mut effects)?;

    let allowed = !outgoing.needs_window() || messages::window_is_open(db, &outgoing.to, &number.phone_number_id, now)?;
    let failure = if allowed { effects.failed } else { Some(WINDOW_CLOSED) };
    let wamid = wamid(Direction::Outbound, &outgoing.to, messages::next_sequence(db)?, rng);
    let message = messages::add(
        db,
        &NewMessage {
            wamid: &wamid,
            direction: Direction::Outbound,
            phone: &outgoing.to,
            phone_number_id: &number.phone_number_id,
            kind: outgoing.kind,
            text: &outgoing.text,
            options: &outgoing.options,
            callback_data: outgoing.callback_data.as_deref(),
            at: now,
            received: failure.is_none(),
        },
    )?;
    let conversation = conversation_id(rng);
    let facts = StatusFacts {
        number,
        wamid: &wamid,
        phone: &outgoing.to,
        callback_data: outgoing.callback_data.as_deref(),
        conversation: &conversation,
        category: if outgoing.kind == "template" { "utility" } else { "service" },
    };
    owe(db, message, &effects, statuses(&facts, failure, effects.reorder, now, rng))?;
    Ok(Verdict::Accepted(Accepted { wamid, answered: effects.answer.is_none() }))
}

/// Takes what a patient wrote, and gives its id.
pub(super) fn accept_reply(
    db: &Connection,
    number: &Number,
    from: &Phone,
    profile: &str,
    text: &str,
    now: Timestamp,
    rng: &mut fastrand::Rng,
) -> Result<String, SimulatorError> {
    let mut effects = Effects::default();
    let applies = |kind| matches!(kind, FaultKind::DuplicateWebhooks | FaultKind::NoWebhooks);
    faults::take(db, from, applies, &mut effects)?;
    let wamid = wamid(Direction::Inbound, from, messages::next_sequence(db)?, rng);
    let message = messages::add(
        db,
        &NewMessage {
            wamid: &wamid,
            direction: Direction::Inbound,
            phone: from,
            phone_number_id: &number.phone_number_id,
            kind: "text",
            text,
            options: &[],
            callback_data: None,
            at: now,
            received: true,
        },
    )?;
    let body = webhook::inbound(number, &wamid, from, profile, text, now);
    let due = after(now, delay(rng, 20..120));
    owe(db, message, &effects, vec![Planned { event: webhooks::INBOUND, body, due }])?;
    Ok(wamid)
}

struct Planned {
    event: &'static str,
    body: String,
    due: Timestamp,
}

/// The webhooks that tell how the message fared, in the order in which they are to arrive.
fn statuses(
    facts: &StatusFacts<'_>,
    failure: Option<u32>,
    reorder: bool,
    now: Timestamp,
    rng: &mut fastrand::Rng,
) -> Vec<Planned> {
    if let Some(code) = failure {
        let at = after(now, delay(rng, 80..400));
        let body = webhook::failed(facts, &MetaError::of(code), at);
        return vec![Planned { event: "failed", body, due: at }];
    }
    let sent = after(now, delay(rng, 20..80));
    let delivered = after(sent, delay(rng, 80..400));
    let read = after(delivered, delay(rng, 300..2000));
    let mut planned: Vec<_> = [("sent", sent), ("delivered", delivered), ("read", read)]
        .into_iter()
        .map(|(event, at)| Planned { event, body: webhook::status(facts, event, at), due: at })
        .collect();
    if reorder {
        planned.reverse();
        // None may arrive before what it tells of has happened.
        let mut due = read;
        for webhook in &mut planned {
            webhook.due = due;
            due = after(due, delay(rng, 20..80));
        }
    }
    planned
}

fn owe(db: &Connection, message: i64, effects: &Effects, planned: Vec<Planned>) -> Result<(), SimulatorError> {
    if effects.silent {
        return Ok(());
    }
    let copies = if effects.duplicate { 2 } else { 1 };
    for webhook in planned {
        for _ in 0..copies {
            webhooks::add(db, message, webhook.event, &webhook.body, webhook.due)?;
        }
    }
    Ok(())
}

fn after(at: Timestamp, delay: Duration) -> Timestamp {
    // The delays are short, and a clock at the end of time stays there.
    SignedDuration::try_from(delay).ok().and_then(|delay| at.checked_add(delay).ok()).unwrap_or(at)
}
