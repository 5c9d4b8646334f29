//! A spreadsheet whose rows wait for a person's decision. It goes away by itself.

use std::io::{Read, Write};

use dawr_api::Cx;
use dawr_kernel::{
    id::{ClinicId, MemberId, UploadId},
    phone::Region,
};
use dawr_store::{Entity, Place, Query, Stored, TenantScope, keys, query::Index};
use flate2::{Compression, read::DeflateDecoder, write::DeflateEncoder};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    error::PatientError,
    metadata::Metadata,
    model::Newcomer,
    sheet::{Beside, Changes, Counts, Layout, List, Row, RowChanges, Source, Staged, StagedRow, Status},
};

/// For so long an upload waits.
pub const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// The most bytes of one part of the rows: an item has 400 KB, and its keys need some.
const PART_BYTES: usize = 300_000;

/// The most bytes of a part when it is unpacked: more than all rows of a file can have.
const UNPACKED_BYTES: u64 = 64 * 1024 * 1024;

/// The most bytes of what people have changed of an upload, packed: it stands in the item that says what they chose.
const CHANGES_BYTES: usize = 250_000;

/// A staged spreadsheet, and what people chose of it. Its rows stand apart, as they were read, and are judged whenever they
/// are looked at: a column that is chosen or a cell that is repaired may change what is wrong with any other row.
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
    /// What the file has beside these rows.
    #[serde(default)]
    pub beside: Beside,
    /// What its columns are used for.
    pub layout: Layout,
    /// Where its national phone numbers are from.
    pub region: Region,
    /// In which clinic people say what its columns are used for; none if they say it for the whole tenant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clinic: Option<ClinicId>,
    /// How many rows it has of each kind.
    pub counts: Counts,
    /// In so many parts its rows are stored.
    pub parts: u32,
    /// What people changed of its rows, packed.
    #[serde(with = "serde_bytes", default)]
    changes: Vec<u8>,
}

impl Upload {
    /// When it goes away.
    pub fn until(&self) -> Timestamp {
        self.created_at.checked_add(KEPT).unwrap_or(self.created_at)
    }

    /// What is known of the person in a row; none where the row cannot be imported.
    pub fn newcomer(&self, row: &StagedRow) -> Option<Newcomer> {
        let metadata = row.metadata(self.layout.columns());
        let importable = matches!(row.status, Status::Ready | Status::Warning);
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

    /// What people changed of its rows.
    ///
    /// # Errors
    /// If it cannot be unpacked.
    pub fn changes(&self) -> Result<Changes, PatientError> {
        if self.changes.is_empty() { Ok(Changes::new()) } else { unpack(&self.changes) }
    }

    /// The same with its columns used otherwise, and with rows of other kinds for it.
    #[must_use]
    pub fn with_layout(self, layout: Layout, counts: Counts) -> Self {
        Self { layout, counts, ..self }
    }

    /// The same with other changes.
    ///
    /// # Errors
    /// `TooManyChanges` if they are more than are kept.
    pub fn with_changes(mut self, mut changes: Changes) -> Result<Self, PatientError> {
        changes.retain(|_, row: &mut RowChanges| !row.is_empty());
        self.changes = if changes.is_empty() { Vec::new() } else { packed(&changes)? };
        if self.changes.len() > CHANGES_BYTES { Err(PatientError::TooManyChanges) } else { Ok(self) }
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

/// Who sends a list, and where.
#[derive(Debug, Clone, Copy)]
pub struct Sender {
    /// The member.
    pub member: MemberId,
    /// In which clinic they work with it, if they say so.
    pub clinic: Option<ClinicId>,
    /// Where national phone numbers are from.
    pub region: Region,
    /// When.
    pub at: Timestamp,
}

/// An upload and its rows as they are stored.
///
/// # Errors
/// If the rows cannot be packed.
pub fn stage(
    id: UploadId,
    sender: &Sender,
    list: &List,
    counts: Counts,
) -> Result<(Upload, Vec<UploadRows>), PatientError> {
    let mut parts = Vec::new();
    pack(&list.rows, &mut parts)?;
    let upload = Upload {
        id,
        created_by: sender.member,
        created_at: sender.at,
        source: list.source.clone(),
        beside: list.beside.clone(),
        layout: list.layout.clone(),
        region: sender.region,
        clinic: sender.clinic,
        counts,
        parts: u32::try_from(parts.len()).unwrap_or(u32::MAX),
        changes: Vec::new(),
    };
    let until = upload.until();
    let parts = (0..).zip(parts).map(|(part, packed)| UploadRows { upload: id, part, packed, until }).collect();
    Ok((upload, parts))
}

/// Packs rows as JSON, deflated; halves them until each part is small enough.
fn pack(rows: &[Row], parts: &mut Vec<Vec<u8>>) -> Result<(), PatientError> {
    let part = packed(rows)?;
    if part.len() > PART_BYTES && rows.len() > 1 {
        let (one, other) = rows.split_at(rows.len() / 2);
        pack(one, parts)?;
        return pack(other, parts);
    }
    parts.push(part);
    Ok(())
}

fn packed<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, PatientError> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    let json = serde_json::to_vec(value).map_err(std::io::Error::from)?;
    encoder.write_all(&json)?;
    Ok(encoder.finish()?)
}

fn unpack<T: DeserializeOwned>(packed: &[u8]) -> Result<T, PatientError> {
    let mut json = Vec::new();
    DeflateDecoder::new(packed).take(UNPACKED_BYTES).read_to_end(&mut json)?;
    Ok(serde_json::from_slice(&json).map_err(std::io::Error::from)?)
}

/// An upload with its rows.
#[derive(Debug, Clone)]
pub struct Opened {
    /// What people chose.
    pub upload: Stored<Upload>,
    /// The rows as they were read, where people say that everything is.
    pub list: List,
}

impl Opened {
    /// The rows, judged as things stand.
    ///
    /// # Errors
    /// If what was changed cannot be unpacked.
    pub fn judged(&self) -> Result<Staged, PatientError> {
        Ok(self.list.judge(&self.upload.changes()?, self.upload.region))
    }
}

/// An upload; none if there is no such one or its time is over.
///
/// # Errors
/// If the table does not answer.
pub async fn load(cx: &Cx, scope: &TenantScope, id: UploadId) -> Result<Option<Opened>, PatientError> {
    match cx.table().get(&keys::upload(scope, id)).await? {
        Some(upload) => Ok(Some(open(cx, scope, upload).await?)),
        None => Ok(None),
    }
}

/// An upload that was read, with its rows.
///
/// # Errors
/// If the table does not answer.
pub async fn open(cx: &Cx, scope: &TenantScope, upload: Stored<Upload>) -> Result<Opened, PatientError> {
    let range = || Query::below(Index::Table, keys::upload_all_rows(scope, upload.id));
    let parts = cx.table().query_all::<UploadRows>(range).await?;
    let mut rows: Vec<Row> = Vec::new();
    for part in parts {
        rows.extend(unpack::<Vec<Row>>(&part.packed)?);
    }
    let (source, beside, layout) = (upload.source.clone(), upload.beside.clone(), upload.layout.clone());
    Ok(Opened { upload, list: List { source, beside, layout, rows } })
}

#[cfg(test)]
mod tests {
    use dawr_kernel::{entropy::Seeded, id::Id};

    use super::*;
    use crate::sheet::{self, Field, Hints, Known, Mended};

    fn list(rows: usize) -> List {
        let noise = Seeded::new(5);
        let mut csv = "name,phone,file no,note\n".to_owned();
        for n in 0..rows {
            // Text that does not compress.
            let note: Vec<u8> = dawr_kernel::entropy::random::<120>(&noise).to_vec();
            let note: String = note.into_iter().map(|byte| char::from(b'a' + byte % 26)).collect();
            csv.push_str(&format!("Patient {note},05{:08},F{n},{note}\n", 1_000_000 + n));
        }
        sheet::read(csv.as_bytes(), &Hints::default(), &Known::new(), Region::SAUDI_ARABIA).unwrap()
    }

    fn staged(list: &List) -> (Upload, Vec<UploadRows>) {
        let at = Timestamp::from_second(1_800_000_000).unwrap();
        let entropy = Seeded::new(1);
        let (id, member) = (UploadId::generate(at, &entropy), MemberId::generate(at, &entropy));
        let sender = Sender { member, clinic: None, region: Region::SAUDI_ARABIA, at };
        let counts = list.judge(&Changes::new(), sender.region).counts;
        stage(id, &sender, list, counts).unwrap()
    }

    #[test]
    fn rows_are_packed_in_parts_and_come_back() {
        let list = list(4_000);
        let (upload, parts) = staged(&list);
        assert!(parts.len() > 1 && upload.parts as usize == parts.len(), "{}", parts.len());
        let mut back = Vec::new();
        for part in &parts {
            assert!(part.packed.len() <= PART_BYTES);
            let item: serde_dynamo::Item = serde_dynamo::to_item(part).unwrap();
            let part: UploadRows = serde_dynamo::from_item(item).unwrap();
            back.extend(unpack::<Vec<Row>>(&part.packed).unwrap());
        }
        assert_eq!(back, list.rows);
        let rows = list.judge(&Changes::new(), Region::SAUDI_ARABIA).rows;
        let newcomer = upload.newcomer(&rows[0]).unwrap();
        assert_eq!(newcomer.file_number.unwrap().expose(), "F0");
        assert!(newcomer.metadata.unwrap().get("note").is_some());
        let item: serde_dynamo::Item = serde_dynamo::to_item(&upload).unwrap();
        assert_eq!(serde_dynamo::from_item::<_, Upload>(item).unwrap(), upload);
    }

    #[test]
    fn what_people_change_is_kept_up_to_a_limit() {
        let (upload, _) = staged(&list(3));
        let change = |text: &str| RowChanges {
            fields: [(Field::PhoneNumber, Mended::parse(text).unwrap())].into(),
            ..RowChanges::default()
        };
        let changed =
            upload.clone().with_changes([(2, change("0501234567")), (3, RowChanges::default())].into()).unwrap();
        let item: serde_dynamo::Item = serde_dynamo::to_item(&changed).unwrap();
        let back: Upload = serde_dynamo::from_item(item).unwrap();
        assert_eq!(back.changes().unwrap(), Changes::from([(2, change("0501234567"))]));
        assert_eq!(back.with_changes(Changes::new()).unwrap(), upload);
        let noise = Seeded::new(9);
        let text = |_| {
            let noise = dawr_kernel::entropy::random::<200>(&noise).to_vec();
            change(&noise.into_iter().map(|byte| char::from(b'!' + byte % 90)).collect::<String>())
        };
        let many: Changes = (0..5_000).map(|row| (row, text(row))).collect();
        assert!(matches!(upload.with_changes(many), Err(PatientError::TooManyChanges)));
    }
}
