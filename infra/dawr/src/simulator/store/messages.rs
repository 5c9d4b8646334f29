//! What was written, to the phones and by them.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, Row, named_params};
use serde::{Deserialize, Serialize};

use super::instant;
use crate::simulator::error::SimulatorError;
use crate::simulator::ids::Direction;

/// How far the other side was told of a message, in the order in which it only ever grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::simulator) enum Told {
    Nothing = 0,
    Sent = 1,
    Delivered = 2,
    Read = 3,
    Failed = 4,
}

impl Told {
    /// The word in Meta's webhooks and in the control API.
    pub(in crate::simulator) fn word(self) -> &'static str {
        match self {
            Self::Nothing => "none",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Read => "read",
            Self::Failed => "failed",
        }
    }

    fn decode(value: i64) -> Result<Self, SimulatorError> {
        match value {
            0 => Ok(Self::Nothing),
            1 => Ok(Self::Sent),
            2 => Ok(Self::Delivered),
            3 => Ok(Self::Read),
            4 => Ok(Self::Failed),
            _ => Err(SimulatorError::Decode("tick")),
        }
    }
}

/// A message before it is stored.
pub(in crate::simulator) struct NewMessage<'a> {
    pub(in crate::simulator) wamid: &'a str,
    pub(in crate::simulator) direction: Direction,
    /// The phone, or the user id of somebody without one.
    pub(in crate::simulator) phone: &'a str,
    pub(in crate::simulator) phone_number_id: &'a str,
    pub(in crate::simulator) kind: &'a str,
    pub(in crate::simulator) text: &'a str,
    pub(in crate::simulator) options: &'a [Choice],
    pub(in crate::simulator) callback_data: Option<&'a str>,
    pub(in crate::simulator) at: Timestamp,
    /// Whether it reached the phone (outbound) or left it (inbound).
    pub(in crate::simulator) received: bool,
}

/// Something to be pressed under a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::simulator) struct Choice {
    pub(in crate::simulator) title: String,
    /// What the clinic gets to know: an id, or a template's payload.
    pub(in crate::simulator) id: String,
    pub(in crate::simulator) kind: ChoiceKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::simulator) description: Option<String>,
}

/// What comes back when something is pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::simulator) enum ChoiceKind {
    /// `button`: a template's own.
    QuickReply,
    /// `interactive.button_reply`.
    Button,
    /// `interactive.list_reply`.
    Row,
    /// Nothing: it opens a page, a form, a catalogue.
    Link,
}

/// A choice as it is kept; older files know titles only.
#[derive(Deserialize)]
#[serde(untagged)]
enum Kept {
    Title(String),
    Choice(Choice),
}

impl From<Kept> for Choice {
    fn from(kept: Kept) -> Self {
        match kept {
            Kept::Choice(choice) => choice,
            Kept::Title(title) => Self { id: title.clone(), title, kind: ChoiceKind::Button, description: None },
        }
    }
}

/// A stored message.
#[derive(Clone)]
pub(in crate::simulator) struct Message {
    pub(in crate::simulator) wamid: String,
    pub(in crate::simulator) direction: Direction,
    pub(in crate::simulator) phone: String,
    pub(in crate::simulator) phone_number_id: String,
    pub(in crate::simulator) display: String,
    pub(in crate::simulator) kind: String,
    pub(in crate::simulator) text: String,
    pub(in crate::simulator) options: Vec<Choice>,
    pub(in crate::simulator) callback_data: Option<String>,
    pub(in crate::simulator) at: Timestamp,
    pub(in crate::simulator) told: Told,
}

/// A phone in the list: its newest message.
pub(in crate::simulator) struct PhoneSummary {
    pub(in crate::simulator) phone: String,
    pub(in crate::simulator) text: String,
    pub(in crate::simulator) outbound: bool,
    pub(in crate::simulator) at: Timestamp,
    pub(in crate::simulator) last_id: i64,
}

const COLUMNS: &str = "m.wamid, m.outbound, m.phone, m.phone_number_id, coalesce(n.display, ''), m.kind, m.text, \
                       m.options, m.callback_data, m.at, m.told";
const FROM: &str = "message m LEFT JOIN number n ON n.phone_number_id = m.phone_number_id";

struct Raw {
    message: Message,
    options: String,
    at: i64,
    told: i64,
}

fn raw(row: &Row<'_>) -> rusqlite::Result<Raw> {
    let direction = if row.get(1)? { Direction::Outbound } else { Direction::Inbound };
    Ok(Raw {
        message: Message {
            wamid: row.get(0)?,
            direction,
            phone: row.get(2)?,
            phone_number_id: row.get(3)?,
            display: row.get(4)?,
            kind: row.get(5)?,
            text: row.get(6)?,
            options: Vec::new(),
            callback_data: row.get(8)?,
            at: Timestamp::UNIX_EPOCH,
            told: Told::Nothing,
        },
        options: row.get(7)?,
        at: row.get(9)?,
        told: row.get(10)?,
    })
}

fn decode(raw: Raw) -> Result<Message, SimulatorError> {
    let options: Vec<Kept> =
        serde_json::from_str(&raw.options).map_err(|_| SimulatorError::Decode("list of options"))?;
    let options = options.into_iter().map(Choice::from).collect();
    Ok(Message { options, at: instant(raw.at)?, told: Told::decode(raw.told)?, ..raw.message })
}

/// The sequence number that the next message gets. Messages are never deleted, so it never comes twice.
pub(in crate::simulator) fn next_sequence(db: &Connection) -> Result<i64, SimulatorError> {
    Ok(db.prepare_cached("SELECT coalesce(max(id), 0) + 1 FROM message")?.query_row([], |row| row.get(0))?)
}

/// Stores a message and gives its sequence number.
pub(in crate::simulator) fn add(db: &Connection, message: &NewMessage<'_>) -> Result<i64, SimulatorError> {
    let options = serde_json::to_string(message.options).map_err(|_| SimulatorError::Decode("list of options"))?;
    db.prepare_cached(
        "INSERT INTO message
            (wamid, outbound, phone, phone_number_id, kind, text, options, callback_data, at, received)
         VALUES (:wamid, :outbound, :phone, :number, :kind, :text, :options, :data, :at, :received)",
    )?
    .execute(named_params! {
        ":wamid": message.wamid,
        ":outbound": message.direction == Direction::Outbound,
        ":phone": message.phone,
        ":number": message.phone_number_id,
        ":kind": message.kind,
        ":text": message.text,
        ":options": options,
        ":data": message.callback_data,
        ":at": message.at.as_millisecond(),
        ":received": message.received,
    })?;
    Ok(db.last_insert_rowid())
}

/// Everything that the phones (or one of them) received, the oldest first.
pub(in crate::simulator) fn received(db: &Connection, phone: Option<&str>) -> Result<Vec<Message>, SimulatorError> {
    let rows = db
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM {FROM}
             WHERE m.outbound = 1 AND m.received = 1 AND (?1 IS NULL OR m.phone = ?1) ORDER BY m.id"
        ))?
        .query_map([phone], raw)?
        .collect::<Result<Vec<_>, _>>()?;
    rows.into_iter().map(decode).collect()
}

/// The newest `limit` messages on a phone, received and written, the oldest first.
pub(in crate::simulator) fn chat(db: &Connection, phone: &str, limit: u32) -> Result<Vec<Message>, SimulatorError> {
    let rows = db
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM {FROM} WHERE m.phone = ?1 AND m.received = 1 ORDER BY m.id DESC LIMIT ?2"
        ))?
        .query_map((phone, limit), raw)?
        .collect::<Result<Vec<_>, _>>()?;
    rows.into_iter().rev().map(decode).collect()
}

/// The phones whose number contains `digits`, the one with the newest message first.
pub(in crate::simulator) fn phones(
    db: &Connection,
    digits: &str,
    limit: u32,
) -> Result<Vec<PhoneSummary>, SimulatorError> {
    let rows = db
        .prepare_cached(
            "SELECT m.phone, m.text, m.outbound, m.at, m.id FROM message m
             JOIN (SELECT max(id) AS id FROM message WHERE received = 1 AND instr(phone, ?1) > 0 GROUP BY phone) newest
               ON newest.id = m.id
             ORDER BY m.id DESC LIMIT ?2",
        )?
        .query_map((digits, limit), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)))?
        .collect::<Result<Vec<(String, String, bool, i64, i64)>, _>>()?;
    rows.into_iter()
        .map(|(phone, text, outbound, at, last_id)| {
            Ok(PhoneSummary { phone, text, outbound, at: instant(at)?, last_id })
        })
        .collect()
}

/// How many phones have a message.
pub(in crate::simulator) fn phone_count(db: &Connection) -> Result<i64, SimulatorError> {
    Ok(db
        .prepare_cached("SELECT count(DISTINCT phone) FROM message WHERE received = 1")?
        .query_row([], |row| row.get(0))?)
}

/// Whether the patient wrote to this number within the last 24 hours (WhatsApp's customer service window). What WhatsApp itself
/// says of a person is nothing that they wrote.
pub(in crate::simulator) fn window_is_open(
    db: &Connection,
    phone: &str,
    phone_number_id: &str,
    now: Timestamp,
) -> Result<bool, SimulatorError> {
    let since = now - SignedDuration::from_hours(24);
    Ok(db
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM message
             WHERE phone = ?1 AND phone_number_id = ?2 AND outbound = 0 AND at > ?3
             AND kind NOT IN ('system', 'unsupported', 'request_welcome', 'edit', 'revoke', 'event'))",
        )?
        .query_row((phone, phone_number_id, since.as_millisecond()), |row| row.get(0))?)
}

/// Notes that the clinic read a message that came in on this number. False when there is none of that id.
pub(in crate::simulator) fn mark_read(
    db: &Connection,
    phone_number_id: &str,
    wamid: &str,
) -> Result<bool, SimulatorError> {
    let changed = db
        .prepare_cached("UPDATE message SET told = ?3 WHERE wamid = ?1 AND phone_number_id = ?2 AND outbound = 0")?
        .execute((wamid, phone_number_id, Told::Read as i64))?;
    Ok(changed > 0)
}

/// Notes how far the other side was told; it never goes back.
pub(in crate::simulator) fn tell(db: &Connection, message: i64, told: Told) -> Result<(), SimulatorError> {
    db.prepare_cached("UPDATE message SET told = max(told, ?2) WHERE id = ?1")?.execute((message, told as i64))?;
    Ok(())
}
