//! The faults in force.

use rusqlite::{Connection, Row};

use crate::simulator::error::SimulatorError;
use crate::simulator::fault::{Effects, FaultKind};

/// A fault in force.
#[derive(Clone, Debug)]
pub(in crate::simulator) struct Fault {
    pub(in crate::simulator) id: i64,
    pub(in crate::simulator) kind: FaultKind,
    /// Only messages to or from this phone; None means every phone.
    pub(in crate::simulator) phone: Option<String>,
    /// How many messages it was set for.
    pub(in crate::simulator) times: u32,
    /// How many messages it still waits for.
    pub(in crate::simulator) remaining: u32,
}

fn read(row: &Row<'_>) -> rusqlite::Result<(i64, String, Option<String>, u32, u32)> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
}

pub(in crate::simulator) fn add(
    db: &Connection,
    kind: FaultKind,
    phone: Option<String>,
    times: u32,
) -> Result<Fault, SimulatorError> {
    db.execute(
        "INSERT INTO fault (kind, phone, times, remaining) VALUES (?1, ?2, ?3, ?3)",
        (kind.to_string(), &phone, times),
    )?;
    Ok(Fault { id: db.last_insert_rowid(), kind, phone, times, remaining: times })
}

/// All in force, the oldest first.
pub(in crate::simulator) fn all(db: &Connection) -> Result<Vec<Fault>, SimulatorError> {
    let rows = db
        .prepare_cached("SELECT id, kind, phone, times, remaining FROM fault ORDER BY id")?
        .query_map([], read)?
        .collect::<Result<Vec<_>, _>>()?;
    rows.into_iter()
        .map(|(id, kind, phone, times, remaining)| {
            let kind = kind.parse().map_err(|_| SimulatorError::Decode("fault"))?;
            Ok(Fault { id, kind, phone, times, remaining })
        })
        .collect()
}

pub(in crate::simulator) fn clear(db: &Connection) -> Result<(), SimulatorError> {
    db.execute("DELETE FROM fault", [])?;
    Ok(())
}

/// The faults that bear on a message with this phone, among those that `applies` admits: the oldest of each sort.
/// Each is counted down by one; one that is used up is gone.
pub(in crate::simulator) fn take(
    db: &Connection,
    phone: &str,
    applies: impl Fn(FaultKind) -> bool,
    effects: &mut Effects,
) -> Result<(), SimulatorError> {
    for fault in all(db)? {
        let meant = fault.phone.as_deref().is_none_or(|only| only == phone);
        if meant && applies(fault.kind) && effects.take(fault.kind) {
            if fault.remaining > 1 {
                db.execute("UPDATE fault SET remaining = remaining - 1 WHERE id = ?1", [fault.id])?;
            } else {
                db.execute("DELETE FROM fault WHERE id = ?1", [fault.id])?;
            }
        }
    }
    Ok(())
}
