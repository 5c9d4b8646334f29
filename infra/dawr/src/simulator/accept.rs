//! Taking a message: what the phone gets and which webhooks are owed for it, in one transaction.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;
use serde_json::{Map, Value};

use super::error::SimulatorError;
use super::fault::{Effects, FaultKind};
use super::graph::attachment;
use super::graph::error::{GraphError, MetaError};
use super::graph::request::Outgoing;
use super::ids::{Direction, delay, wamid};
use super::inbound;
use super::person::Address;
use super::store::messages::{Choice, NewMessage};
use super::store::numbers::Number;
use super::store::people::{self, Person};
use super::store::templates::{self, Template};
use super::store::{faults, media, messages, webhooks};
use super::webhook::{self, Contact, StatusFacts};

/// WhatsApp's error for a free text outside the customer service window.
const WINDOW_CLOSED: u32 = 131_047;
/// WhatsApp's error for a phone that has no WhatsApp.
const NOT_ON_WHATSAPP: u32 = 131_026;
/// WhatsApp's error for marketing to somebody who wants none.
const WANTS_NO_MARKETING: u32 = 131_050;

/// What became of a well-formed request.
pub(super) enum Verdict {
    Accepted(Accepted),
    /// It names something that the number does not have, or does not fill it as it must be.
    Invalid(GraphError),
    /// A fault says how to refuse it; nothing was stored but the fault's countdown.
    Refused(FaultKind),
}

/// A message that was taken.
pub(super) struct Accepted {
    pub(super) wamid: String,
    /// The recipient, as WhatsApp knows them.
    pub(super) wa_id: Option<String>,
    /// False when a fault keeps the answer back.
    pub(super) answered: bool,
}

/// What of a message depends on what the number has.
struct Resolved {
    text: String,
    options: Vec<Choice>,
    /// Meta's pricing category.
    category: String,
}

fn resolve(db: &Connection, number: &Number, outgoing: &Outgoing) -> Result<Result<Resolved, GraphError>, SimulatorError> {
    for (kind, id) in &outgoing.media {
        let found = media::find(db, id)?.filter(|media| media.phone_number_id == number.phone_number_id);
        let Some(found) = found else {
            let details = format!("Param {kind}['id'] is not a media object of this number.");
            return Ok(Err(GraphError::with_details(131_009, details)));
        };
        if !attachment::fits(kind, &found.mime_type) {
            let details = format!("Media of type {} cannot be sent as {kind}.", found.mime_type);
            return Ok(Err(GraphError::with_details(131_053, details)));
        }
    }
    let mut resolved = Resolved {
        text: outgoing.text.clone(),
        options: outgoing.options.clone(),
        category: if outgoing.template.is_some() { "utility" } else { "service" }.to_owned(),
    };
    let Some(sent) = &outgoing.template else { return Ok(Ok(resolved)) };
    let known = templates::named(db, &number.phone_number_id, &sent.name, &sent.language)?;
    match sent.fill(&known) {
        Err(error) => return Ok(Err(error)),
        Ok(Some((text, options))) => (resolved.text, resolved.options) = (text, options),
        Ok(None) => {}
    }
    if let Some(Template { category, .. }) = known.iter().find(|template| template.language == sent.language) {
        resolved.category = category.to_ascii_lowercase();
    }
    if resolved.category == "authentication" && matches!(outgoing.to, Address::User(_)) {
        return Ok(Err(GraphError::of(131_062)));
    }
    Ok(Ok(resolved))
}

pub(super) fn accept(
    db: &Connection,
    number: &Number,
    outgoing: &Outgoing,
    now: Timestamp,
    rng: &mut fastrand::Rng,
) -> Result<Verdict, SimulatorError> {
    let resolved = match resolve(db, number, outgoing)? {
        Ok(resolved) => resolved,
        Err(error) => return Ok(Verdict::Invalid(error)),
    };
    let person = people::meet(db, &outgoing.to)?;
    let mut effects = Effects::default();
    faults::take(db, &person.key, FaultKind::decides_answer, &mut effects)?;
    match effects.answer {
        None | Some(FaultKind::TimeoutAfterAccept) => {}
        Some(refusal) => return Ok(Verdict::Refused(refusal)),
    }
    faults::take(db, &person.key, FaultKind::decides_delivery, &mut effects)?;

    let failure = failure(db, number, outgoing, &person, &resolved, now)?.or(effects.failed);
    let wamid = wamid(Direction::Outbound, person.id(), messages::next_sequence(db)?, rng);
    let message = messages::add(
        db,
        &NewMessage {
            wamid: &wamid,
            direction: Direction::Outbound,
            phone: &person.key,
            phone_number_id: &number.phone_number_id,
            kind: outgoing.kind,
            text: &resolved.text,
            options: &resolved.options,
            callback_data: outgoing.callback_data.as_deref(),
            at: now,
            received: failure.is_none(),
        },
    )?;
    let contact = named_contact(db, number, outgoing, &person, failure)?;
    let facts = StatusFacts {
        number,
        wamid: &wamid,
        contact: &contact,
        callback_data: outgoing.callback_data.as_deref(),
        category: &resolved.category,
    };
    owe(db, message, &effects, statuses(&facts, failure, effects.reorder, now, rng))?;
    let wa_id = person.wa_id.filter(|_| matches!(outgoing.to, Address::Phone(_)));
    Ok(Verdict::Accepted(Accepted { wamid, wa_id, answered: effects.answer.is_none() }))
}

/// Why a message that was taken does not arrive, if WhatsApp has a reason.
fn failure(
    db: &Connection,
    number: &Number,
    outgoing: &Outgoing,
    person: &Person,
    resolved: &Resolved,
    now: Timestamp,
) -> Result<Option<u32>, SimulatorError> {
    if !person.on_whatsapp {
        return Ok(Some(NOT_ON_WHATSAPP));
    }
    if resolved.category == "marketing" && people::wants_no_marketing(db, person, number)? {
        return Ok(Some(WANTS_NO_MARKETING));
    }
    if outgoing.needs_window() && !messages::window_is_open(db, &person.key, &number.phone_number_id, now)? {
        return Ok(Some(WINDOW_CLOSED));
    }
    Ok(None)
}

/// Statuses name the person as the request did: a phone is no secret to whoever wrote to it, and whoever has no WhatsApp has no
/// user id.
fn named_contact(
    db: &Connection,
    number: &Number,
    outgoing: &Outgoing,
    person: &Person,
    failure: Option<u32>,
) -> Result<Contact, SimulatorError> {
    let mut contact = people::contact(db, person, number)?;
    match outgoing.to {
        Address::Phone(_) => contact.wa_id.clone_from(&person.wa_id),
        Address::User(_) => {}
    }
    if failure == Some(NOT_ON_WHATSAPP) {
        contact.user_id = None;
    }
    Ok(contact)
}

/// Takes what a patient sent, and gives its id. `message` has its type, and what that type has.
pub(super) fn accept_inbound(
    db: &Connection,
    number: &Number,
    from: &Person,
    message: &Map<String, Value>,
    now: Timestamp,
    rng: &mut fastrand::Rng,
) -> Result<String, SimulatorError> {
    let mut effects = Effects::default();
    let applies = |kind| matches!(kind, FaultKind::DuplicateWebhooks | FaultKind::NoWebhooks);
    faults::take(db, &from.key, applies, &mut effects)?;
    let wamid = wamid(Direction::Inbound, from.id(), messages::next_sequence(db)?, rng);
    let stored = messages::add(
        db,
        &NewMessage {
            wamid: &wamid,
            direction: Direction::Inbound,
            phone: &from.key,
            phone_number_id: &number.phone_number_id,
            kind: inbound::kind(message),
            text: &inbound::shown(message),
            options: &[],
            callback_data: None,
            at: now,
            received: true,
        },
    )?;
    let contact = people::contact(db, from, number)?;
    let facts = webhook::Inbound { number, wamid: &wamid, from: &contact, at: now };
    let body = webhook::inbound(&facts, message);
    owe(db, stored, &effects, vec![Planned { event: webhooks::INBOUND, body, due: after(now, delay(rng, 20..120)) }])?;
    Ok(wamid)
}

/// Takes a webhook that no phone shows, as it is, and gives the id under which it is listed while it is owed.
pub(super) fn accept_event(
    db: &Connection,
    number: &Number,
    body: String,
    now: Timestamp,
    rng: &mut fastrand::Rng,
) -> Result<String, SimulatorError> {
    let id = wamid(Direction::Inbound, number.display.wa_id(), messages::next_sequence(db)?, rng);
    let event = messages::add(
        db,
        &NewMessage {
            wamid: &id,
            direction: Direction::Inbound,
            phone: "",
            phone_number_id: &number.phone_number_id,
            kind: webhooks::EVENT,
            text: "",
            options: &[],
            callback_data: None,
            at: now,
            received: false,
        },
    )?;
    owe(db, event, &Effects::default(), vec![Planned { event: webhooks::EVENT, body, due: now }])?;
    Ok(id)
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
