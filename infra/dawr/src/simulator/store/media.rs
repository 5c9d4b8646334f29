//! Media: what clinics uploaded, and what patients sent.

use aws_lc_rs::digest;
use data_encoding::{BASE64, HEXLOWER};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension};

use crate::simulator::error::SimulatorError;

/// A picture, a recording, a file.
pub(in crate::simulator) struct Media {
    pub(in crate::simulator) id: String,
    pub(in crate::simulator) phone_number_id: String,
    pub(in crate::simulator) mime_type: String,
    pub(in crate::simulator) content: Vec<u8>,
}

/// Meta's ids of media are long numbers.
const FIRST_ID: i64 = 1_003_383_421_387_256;

impl Media {
    fn digest(&self) -> digest::Digest {
        digest::digest(&digest::SHA256, &self.content)
    }

    /// The hash as webhooks have it.
    pub(in crate::simulator) fn sha256_base64(&self) -> String {
        BASE64.encode(self.digest().as_ref())
    }

    /// The hash as the Graph API has it.
    pub(in crate::simulator) fn sha256_hex(&self) -> String {
        HEXLOWER.encode(self.digest().as_ref())
    }
}

/// Keeps a medium, and gives it with its id.
pub(in crate::simulator) fn add(
    db: &Connection,
    phone_number_id: &str,
    mime_type: &str,
    content: &[u8],
    now: Timestamp,
) -> Result<Media, SimulatorError> {
    db.prepare_cached("INSERT INTO media (phone_number_id, mime_type, content, at) VALUES (?1, ?2, ?3, ?4)")?.execute((
        phone_number_id,
        mime_type,
        content,
        now.as_millisecond(),
    ))?;
    Ok(Media {
        id: (FIRST_ID + db.last_insert_rowid()).to_string(),
        phone_number_id: phone_number_id.to_owned(),
        mime_type: mime_type.to_owned(),
        content: content.to_vec(),
    })
}

fn row_of(id: &str) -> Option<i64> {
    id.parse::<i64>().ok()?.checked_sub(FIRST_ID)
}

pub(in crate::simulator) fn find(db: &Connection, id: &str) -> Result<Option<Media>, SimulatorError> {
    let Some(row) = row_of(id) else { return Ok(None) };
    Ok(db
        .prepare_cached("SELECT phone_number_id, mime_type, content FROM media WHERE id = ?1")?
        .query_row([row], |row| {
            Ok(Media {
                id: id.to_owned(),
                phone_number_id: row.get(0)?,
                mime_type: row.get(1)?,
                content: row.get(2)?,
            })
        })
        .optional()?)
}

pub(in crate::simulator) fn delete(db: &Connection, id: &str) -> Result<(), SimulatorError> {
    if let Some(row) = row_of(id) {
        db.prepare_cached("DELETE FROM media WHERE id = ?1")?.execute([row])?;
    }
    Ok(())
}
