//! The clinics' WhatsApp numbers.

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use crate::simulator::error::SimulatorError;
use crate::simulator::phone::Phone;

/// A clinic's number as the simulator keeps it.
#[derive(Clone)]
pub(in crate::simulator) struct Number {
    pub(in crate::simulator) phone_number_id: String,
    pub(in crate::simulator) display: Phone,
    pub(in crate::simulator) name: String,
    pub(in crate::simulator) access_token: String,
    pub(in crate::simulator) app_secret: String,
    pub(in crate::simulator) callback: String,
}

impl Number {
    /// The id of the account that the number belongs to; each number has one of its own here.
    pub(in crate::simulator) fn account_id(&self) -> String {
        format!("1{}", self.phone_number_id)
    }
}

const COLUMNS: &str = "phone_number_id, display, name, access_token, app_secret, callback";

type Raw = (String, String, String, String, String, String);

fn raw(row: &Row<'_>) -> rusqlite::Result<Raw> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?))
}

fn decode((phone_number_id, display, name, access_token, app_secret, callback): Raw) -> Result<Number, SimulatorError> {
    let display = Phone::parse(&display).ok_or(SimulatorError::Decode("display number"))?;
    Ok(Number { phone_number_id, display, name, access_token, app_secret, callback })
}

/// Adds the number or replaces what is known of it. True when it is new.
pub(in crate::simulator) fn put(db: &Connection, number: &Number) -> Result<bool, SimulatorError> {
    let known = find(db, &number.phone_number_id)?.is_some();
    db.prepare_cached(
        "INSERT INTO number (phone_number_id, display, name, access_token, app_secret, callback)
         VALUES (:id, :display, :name, :token, :secret, :callback)
         ON CONFLICT (phone_number_id) DO UPDATE SET display = :display, name = :name, access_token = :token,
            app_secret = :secret, callback = :callback",
    )?
    .execute(named_params! {
        ":id": number.phone_number_id,
        ":display": number.display.as_str(),
        ":name": number.name,
        ":token": number.access_token,
        ":secret": number.app_secret,
        ":callback": number.callback,
    })?;
    Ok(!known)
}

pub(in crate::simulator) fn find(db: &Connection, phone_number_id: &str) -> Result<Option<Number>, SimulatorError> {
    db.prepare_cached(&format!("SELECT {COLUMNS} FROM number WHERE phone_number_id = ?1"))?
        .query_row([phone_number_id], raw)
        .optional()?
        .map(decode)
        .transpose()
}

/// The number of an account.
pub(in crate::simulator) fn of_account(db: &Connection, account_id: &str) -> Result<Option<Number>, SimulatorError> {
    account_id.strip_prefix('1').map_or(Ok(None), |phone_number_id| find(db, phone_number_id))
}

/// All numbers, the first registered first.
pub(in crate::simulator) fn all(db: &Connection) -> Result<Vec<Number>, SimulatorError> {
    let rows = db
        .prepare_cached(&format!("SELECT {COLUMNS} FROM number ORDER BY id"))?
        .query_map([], raw)?
        .collect::<Result<Vec<_>, _>>()?;
    rows.into_iter().map(decode).collect()
}

/// The number that last reached this phone.
pub(in crate::simulator) fn last_writer(db: &Connection, person: &str) -> Result<Option<Number>, SimulatorError> {
    db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM number WHERE phone_number_id =
            (SELECT phone_number_id FROM message WHERE phone = ?1 AND outbound = 1 AND received = 1
             ORDER BY id DESC LIMIT 1)"
    ))?
    .query_row([person], raw)
    .optional()?
    .map(decode)
    .transpose()
}
