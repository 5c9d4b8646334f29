//! The people behind the phones, and the user id that each has for each number.

use data_encoding::HEXLOWER;
use rusqlite::{Connection, OptionalExtension, Row, named_params};

use crate::simulator::{
    error::SimulatorError,
    person::{Address, country, wa_id},
    phone::Phone,
    store::numbers::Number,
    webhook::Contact,
};

/// Somebody with WhatsApp.
#[derive(Clone)]
pub(in crate::simulator) struct Person {
    /// What the control API and the page call them: `+` and digits, or a user id.
    pub(in crate::simulator) key: String,
    /// The id that WhatsApp has for their phone; none of somebody who is known by a user id alone.
    pub(in crate::simulator) wa_id: Option<String>,
    /// The name of their profile.
    pub(in crate::simulator) name: String,
    /// The name by which others find them, if they took one.
    pub(in crate::simulator) username: Option<String>,
    /// Whether businesses are not told the phone.
    pub(in crate::simulator) hides_phone: bool,
    /// Whether the phone has WhatsApp at all.
    pub(in crate::simulator) on_whatsapp: bool,
}

const COLUMNS: &str = "key, wa_id, name, username, hides_phone, on_whatsapp";

fn read(row: &Row<'_>) -> rusqlite::Result<Person> {
    Ok(Person {
        key: row.get(0)?,
        wa_id: row.get(1)?,
        name: row.get(2)?,
        username: row.get(3)?,
        hides_phone: row.get(4)?,
        on_whatsapp: row.get(5)?,
    })
}

/// The profile name of somebody who set none.
fn profile(id: &str) -> String {
    let last: String = id.chars().skip(id.chars().count().saturating_sub(4)).collect();
    format!("Patient {last}")
}

/// Who is named like this, if they were met before.
pub(in crate::simulator) fn find(db: &Connection, address: &Address) -> Result<Option<Person>, SimulatorError> {
    let found = match address {
        Address::Phone(phone) => db
            .prepare_cached(&format!("SELECT {COLUMNS} FROM person WHERE wa_id = ?1"))?
            .query_row([wa_id(phone)], read)
            .optional()?,
        Address::User(id) => db
            .prepare_cached(&format!(
                "SELECT {COLUMNS} FROM person WHERE key = coalesce((SELECT person FROM user WHERE id = ?1), ?1)"
            ))?
            .query_row([id.as_str()], read)
            .optional()?,
    };
    Ok(found)
}

/// Who is named like this; somebody new if they were not met before.
pub(in crate::simulator) fn meet(db: &Connection, address: &Address) -> Result<Person, SimulatorError> {
    if let Some(person) = find(db, address)? {
        return Ok(person);
    }
    let (key, wa_id) = match address {
        Address::Phone(phone) => (phone.as_str().to_owned(), Some(wa_id(phone))),
        Address::User(id) => (id.as_str().to_owned(), None),
    };
    let name = profile(wa_id.as_deref().unwrap_or(&key));
    let person = Person { key, wa_id, name, username: None, hides_phone: false, on_whatsapp: true };
    put(db, &person)?;
    Ok(person)
}

/// Keeps what is known of somebody.
pub(in crate::simulator) fn put(db: &Connection, person: &Person) -> Result<(), SimulatorError> {
    db.prepare_cached(
        "INSERT INTO person (key, wa_id, name, username, hides_phone, on_whatsapp)
         VALUES (:key, :wa_id, :name, :username, :hides, :on)
         ON CONFLICT (key) DO UPDATE SET name = :name, username = :username, hides_phone = :hides, on_whatsapp = :on",
    )?
    .execute(named_params! {
        ":key": person.key,
        ":wa_id": person.wa_id,
        ":name": person.name,
        ":username": person.username,
        ":hides": person.hides_phone,
        ":on": person.on_whatsapp,
    })?;
    Ok(())
}

/// The user id that somebody has for the business of this number.
pub(in crate::simulator) fn user_id(db: &Connection, person: &Person, number: &Number) -> Result<String, SimulatorError> {
    match known_id(db, person, number)? {
        Some(id) => Ok(id),
        None => new_user_id(db, person, number),
    }
}

fn known_id(db: &Connection, person: &Person, number: &Number) -> Result<Option<String>, SimulatorError> {
    Ok(db
        .prepare_cached("SELECT id FROM user WHERE number = ?1 AND person = ?2")?
        .query_row((&number.phone_number_id, &person.key), |row| row.get(0))
        .optional()?)
}

/// A new user id for somebody: they are met for the first time, or changed their number.
pub(in crate::simulator) fn new_user_id(
    db: &Connection,
    person: &Person,
    number: &Number,
) -> Result<String, SimulatorError> {
    let id = match Phone::parse(&person.key) {
        None => person.key.clone(),
        Some(phone) => {
            let last: Option<String> = known_id(db, person, number)?;
            let text = format!("{}:{}:{}", number.phone_number_id, person.key, last.unwrap_or_default());
            let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
            let hex = HEXLOWER.encode(digest.as_ref().get(..8).unwrap_or_default());
            let digits = u64::from_str_radix(&hex, 16).unwrap_or_default();
            format!("{}.1{digits:020}", country(&phone))
        }
    };
    db.prepare_cached("INSERT OR REPLACE INTO user (number, person, id) VALUES (?1, ?2, ?3)")?.execute((
        &number.phone_number_id,
        &person.key,
        &id,
    ))?;
    Ok(id)
}

/// What webhooks of this number say of somebody.
pub(in crate::simulator) fn contact(
    db: &Connection,
    person: &Person,
    number: &Number,
) -> Result<Contact, SimulatorError> {
    Ok(Contact {
        wa_id: person.wa_id.clone().filter(|_| !person.hides_phone),
        user_id: Some(user_id(db, person, number)?),
        name: person.name.clone(),
        username: person.username.clone(),
    })
}

/// Whether somebody wants no marketing of this number.
pub(in crate::simulator) fn wants_no_marketing(
    db: &Connection,
    person: &Person,
    number: &Number,
) -> Result<bool, SimulatorError> {
    Ok(db
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM refusal WHERE number = ?1 AND person = ?2)")?
        .query_row((&number.phone_number_id, &person.key), |row| row.get(0))?)
}

/// Notes that somebody wants no marketing of this number, or wants it again.
pub(in crate::simulator) fn set_marketing(
    db: &Connection,
    person: &Person,
    number: &Number,
    wanted: bool,
) -> Result<(), SimulatorError> {
    let change = if wanted {
        "DELETE FROM refusal WHERE number = ?1 AND person = ?2"
    } else {
        "INSERT OR IGNORE INTO refusal (number, person) VALUES (?1, ?2)"
    };
    db.prepare_cached(change)?.execute((&number.phone_number_id, &person.key))?;
    Ok(())
}

impl Person {
    /// What message ids are made of.
    pub(in crate::simulator) fn id(&self) -> &str {
        self.wa_id.as_deref().unwrap_or(&self.key)
    }
}
