//! A spreadsheet whose rows wait for a person's decision. It goes away by itself.

use std::io::{Read, Write};

use dawr_api::Cx;
use dawr_kernel::id::{MemberId, UploadId};
use dawr_store::{Entity, Place, Query, Stored, TenantScope, keys, query::Index};
use flate2::{Compression, read::DeflateDecoder, write::DeflateEncoder};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    error::PatientError,
    metadata::Metadata,
    model::Newcomer,
    sheet::{Column, Counts, Source, Staged, StagedRow, Status},
};

/// For so long an upload waits.
pub const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// The most bytes of one part of the rows: an item has 400 KB, and its keys need some.
const PART_BYTES: usize = 300_000;

/// The most bytes of a part when it is unpacked: more than all rows of a file can have.
const UNPACKED_BYTES: u64 = 64 * 1024 * 1024;

/// A staged spreadsheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upload {
    /// Its id.
    pub id: UploadId,
    /// Who sent it.
    pub created_by: MemberId,
    /// When.
    pub created_at: Timestamp,
    /// What the file was.
    pub source: Source,
    /// Its columns.
    pub columns: Vec<Column>,
    /// How many rows it has of each kind.
    pub counts: Counts,
    /// In so many parts its rows are stored.
    pub parts: u32,
}

impl Upload {
    /// When it goes away.
    pub fn until(&self) -> Timestamp {
        self.created_at.checked_add(KEPT).unwrap_or(self.created_at)
    }

    /// What is known of the person in a row; none where the row cannot be imported.
    pub fn newcomer(&self, row: &StagedRow) -> Option<Newcomer> {
        let metadata = row.metadata(&self.columns);
        let importable = row.status != Status::Error;
        let (full_name, phone) = row.full_name.clone().zip(row.phone_number.clone()).filter(|_| importable)?;
        Some(Newcomer {
            full_name,
            phone,
            file_number: row.local_id.clone(),
            national_id: row.national_id.clone(),
            metadata: Metadata::of_columns(metadata.into_iter().map(|(header, text)| (header, text.expose()))),
            same_as: None,
            said_at: Some(self.created_at),
        })
    }
}

impl Entity for Upload {
    const KIND: &'static str = "upload";

    fn place(&self, scope: &TenantScope) -> Place {
        Place::at(keys::upload(scope, self.id)).until(self.until())
    }

    fn subject(&self) -> Option<String> {
        Some(self.id.to_string())
    }
}

/// A part of an upload's rows, packed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadRows {
    upload: UploadId,
    part: u32,
    #[serde(with = "serde_bytes")]
    packed: Vec<u8>,
    until: Timestamp,
}

impl Entity for UploadRows {
    const KIND: &'static str = "upload-rows";

    fn place(&self, scope: &TenantScope) -> Place {
        Place::at(keys::upload_rows(scope, self.upload, self.part)).until(self.until)
    }
}

/// An upload and its rows as they are stored.
///
/// # Errors
/// If the rows cannot be packed.
pub fn stage(
    id: UploadId,
    by: MemberId,
    staged: &Staged,
    now: Timestamp,
) -> Result<(Upload, Vec<UploadRows>), PatientError> {
    let mut packed = Vec::new();
    pack(&staged.rows, &mut packed)?;
    let upload = Upload {
        id,
        created_by: by,
        created_at: now,
        source: staged.source.clone(),
        columns: staged.columns.clone(),
        counts: staged.counts,
        parts: u32::try_from(packed.len()).unwrap_or(u32::MAX),
    };
    let until = upload.until();
    let parts = (0..).zip(packed).map(|(part, packed)| UploadRows { upload: id, part, packed, until }).collect();
    Ok((upload, parts))
}

/// Packs rows as JSON, deflated; halves them until each part is small enough.
fn pack(rows: &[StagedRow], parts: &mut Vec<Vec<u8>>) -> Result<(), PatientError> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    let json = serde_json::to_vec(rows).map_err(std::io::Error::from)?;
    encoder.write_all(&json)?;
    let packed = encoder.finish()?;
    if packed.len() > PART_BYTES && rows.len() > 1 {
        let (one, other) = rows.split_at(rows.len() / 2);
        pack(one, parts)?;
        return pack(other, parts);
    }
    parts.push(packed);
    Ok(())
}

fn unpack(packed: &[u8]) -> Result<Vec<StagedRow>, PatientError> {
    let mut json = Vec::new();
    DeflateDecoder::new(packed).take(UNPACKED_BYTES).read_to_end(&mut json)?;
    Ok(serde_json::from_slice(&json).map_err(std::io::Error::from)?)
}

/// An upload; none if there is no such one or its time is over.
///
/// # Errors
/// If the table does not answer.
pub async fn load(cx: &Cx, scope: &TenantScope, id: UploadId) -> Result<Option<Stored<Upload>>, PatientError> {
    Ok(cx.table().get(&keys::upload(scope, id)).await?)
}

/// The rows of an upload, in the order of the file.
///
/// # Errors
/// If the table does not answer.
pub async fn rows(cx: &Cx, scope: &TenantScope, id: UploadId) -> Result<Vec<StagedRow>, PatientError> {
    let range = || Query::below(Index::Table, keys::upload_all_rows(scope, id));
    let parts = cx.table().query_all::<UploadRows>(range).await?;
    let mut rows = Vec::new();
    for part in parts {
        rows.extend(unpack(&part.packed)?);
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use dawr_kernel::{entropy::Seeded, id::Id, phone::Region};

    use super::*;
    use crate::sheet::{self, Hints};

    fn staged(rows: usize) -> Staged {
        let noise = Seeded::new(5);
        let mut csv = "name,phone,file no,note\n".to_owned();
        for n in 0..rows {
            // Text that does not compress.
            let note: Vec<u8> = dawr_kernel::entropy::random::<120>(&noise).to_vec();
            let note: String = note.into_iter().map(|byte| char::from(b'a' + byte % 26)).collect();
            csv.push_str(&format!("Patient {note},05{:08},F{n},{note}\n", 1_000_000 + n));
        }
        sheet::stage(csv.as_bytes(), &Hints::default(), Region::SAUDI_ARABIA).unwrap()
    }

    #[test]
    fn rows_are_packed_in_parts_and_come_back() {
        let staged = staged(4_000);
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        let entropy = Seeded::new(1);
        let (id, by) = (UploadId::generate(now, &entropy), MemberId::generate(now, &entropy));
        let (upload, parts) = stage(id, by, &staged, now).unwrap();
        assert!(parts.len() > 1 && upload.parts as usize == parts.len(), "{}", parts.len());
        let mut back = Vec::new();
        for part in &parts {
            assert!(part.packed.len() <= PART_BYTES);
            let item: serde_dynamo::Item = serde_dynamo::to_item(part).unwrap();
            let part: UploadRows = serde_dynamo::from_item(item).unwrap();
            back.extend(unpack(&part.packed).unwrap());
        }
        assert_eq!(back, staged.rows);
        let newcomer = upload.newcomer(&back[0]).unwrap();
        assert_eq!(newcomer.file_number.unwrap().expose(), "F0");
        assert!(newcomer.metadata.unwrap().get("note").is_some());
        let item: serde_dynamo::Item = serde_dynamo::to_item(&upload).unwrap();
        assert_eq!(serde_dynamo::from_item::<_, Upload>(item).unwrap(), upload);
    }
}
