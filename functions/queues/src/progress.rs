//! How far an import has come, and what became of its rows.

use std::collections::BTreeMap;

use dawr_api::code::Code;
use dawr_kernel::{
    id::{QueueId, TicketId, UploadId},
    language::Language,
};
use dawr_patients::{
    sheet::{Problem, StagedRow},
    upload::KEPT,
};
use dawr_store::{Entity, Place, TenantScope, keys};
use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// So many rows are named one by one, of those that were added and of those that were skipped. The totals count all, and the file
/// of the rows to repair has all.
const NAMED: usize = 500;

/// The record outlives the upload, and the answer of a repeated request.
const MEMORY: SignedDuration = SignedDuration::from_hours(48);

/// A row that was not added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skip {
    /// The row of the file, or the place in `patients`.
    pub row: u32,
    /// Why.
    pub code: String,
    /// The field that is the reason.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub field: Option<String>,
    /// Who stands in the way: the patient who has that number.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub id: Option<String>,
}

impl Skip {
    /// Of a row that the file's reading found faulty.
    pub fn of_row(row: &StagedRow) -> Self {
        let fault = row.issues.iter().find(|issue| !issue.problem.is_warning());
        Self {
            row: row.row,
            code: fault.map_or("InvalidFormat", |issue| issue.problem.code()).to_owned(),
            field: fault.map(|issue| issue.field.as_str().to_owned()),
            id: None,
        }
    }
}

/// A row that was not added, as answers tell it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SkipView {
    /// The row of the file, or the place in `patients`.
    row: u32,
    /// Why.
    code: String,
    /// The field that is the reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    /// Who stands in the way: the patient who has that number.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    /// Why, for people.
    message: &'static str,
}

impl SkipView {
    fn new(skip: &Skip, language: Language) -> Self {
        let message = message(&skip.code, language);
        let (code, field, id) = (skip.code.clone(), skip.field.clone(), skip.id.clone());
        Self { row: skip.row, code, field, id, message }
    }
}

/// What became of the rows so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    created: u32,
    existing: u32,
    skipped: u32,
    /// The first rows that were added.
    added_rows: Vec<u32>,
    /// The first rows that were refused while they were added.
    skips: Vec<Skip>,
    /// The rows that were refused behind those, by the reason.
    #[serde(default)]
    more_skips: BTreeMap<String, Vec<u32>>,
    /// The first rows that the file's reading found faulty: they would leave no room for the others.
    #[serde(default)]
    faulty: Vec<Skip>,
    /// Those who wait in the queue already.
    #[serde(default)]
    already: u32,
    /// The first of them.
    #[serde(default)]
    already_rows: Vec<u32>,
    /// The first rows that corrected a patient's phone.
    #[serde(default)]
    corrected_rows: Vec<u32>,
}

impl Tally {
    /// Counts a row that was added, for a new patient or a known one.
    pub fn add(&mut self, row: u32, created: bool) {
        *(if created { &mut self.created } else { &mut self.existing }) += 1;
        if self.added_rows.len() < NAMED {
            self.added_rows.push(row);
        }
    }

    /// Names a row that corrected a patient's phone.
    pub fn correct(&mut self, row: u32) {
        if self.corrected_rows.len() < NAMED && self.corrected_rows.last() != Some(&row) {
            self.corrected_rows.push(row);
        }
    }

    /// Counts a row that was skipped.
    pub fn skip(&mut self, skip: Skip) {
        if skip.code == Code::AlreadyInQueue.as_str() {
            self.already += 1;
            if self.already_rows.len() < NAMED {
                self.already_rows.push(skip.row);
            }
            return;
        }
        self.skipped += 1;
        if self.skips.len() < NAMED {
            self.skips.push(skip);
        } else {
            self.more_skips.entry(skip.code).or_default().push(skip.row);
        }
    }

    /// Counts a row that the file's reading found faulty.
    pub fn fault(&mut self, skip: Skip) {
        self.skipped += 1;
        if self.faulty.len() < NAMED {
            self.faulty.push(skip);
        }
    }

    /// Why a row was refused while it was added; none if it was not.
    pub fn refusal(&self, row: u32, language: Language) -> Option<&'static str> {
        let named = self.skips.iter().find(|skip| skip.row == row).map(|skip| &skip.code);
        let more = || self.more_skips.iter().find(|(_, rows)| rows.contains(&row)).map(|(code, _)| code);
        named.or_else(more).map(|code| message(code, language))
    }
}

/// Why a row was not added, for people.
fn message(code: &str, language: Language) -> &'static str {
    let of_request = Code::ALL.iter().find(|known| known.as_str() == code).map(|known| known.text(language));
    of_request.or_else(|| Problem::text(code, language)).unwrap_or_default()
}

/// How far an import has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    /// The upload, or what stands for the request.
    pub id: UploadId,
    /// Where to.
    pub queue: QueueId,
    /// When it began.
    pub started_at: Timestamp,
    /// So many of its rows are decided.
    pub done: u32,
    /// Of so many.
    #[serde(default)]
    pub of: u32,
    /// So many rows a person left out.
    #[serde(default)]
    pub left_out: u32,
    /// What became of them.
    pub tally: Tally,
    /// Whether that is all.
    pub finished: bool,
}

impl Import {
    /// An import that begins.
    pub fn start(id: UploadId, queue: QueueId, now: Timestamp) -> Self {
        Self { id, queue, started_at: now, done: 0, of: 0, left_out: 0, tally: Tally::default(), finished: false }
    }

    /// The same of so many rows, beside those that a person left out.
    #[must_use]
    pub fn of(self, rows: u32, left_out: u32) -> Self {
        Self { of: rows, left_out, ..self }
    }

    /// What became of the rows; `ticket` names the ticket of a row.
    pub fn view(&self, language: Language, ticket: impl Fn(u32) -> TicketId) -> ImportView {
        let Tally {
            created, existing, skipped, added_rows, skips, faulty, already, already_rows, corrected_rows, ..
        } = &self.tally;
        let mut named: Vec<&Skip> = skips.iter().chain(faulty).take(NAMED).collect();
        named.sort_by_key(|skip| skip.row);
        ImportView {
            finished: self.finished,
            done: self.done,
            of: self.of.max(self.done),
            read: created + existing + skipped + already + self.left_out,
            added: created + existing,
            created: *created,
            existing: *existing,
            skipped_count: *skipped,
            skipped: named.into_iter().map(|skip| SkipView::new(skip, language)).collect(),
            already_count: *already,
            already: already_rows.clone(),
            left_out: self.left_out,
            corrected: corrected_rows.clone(),
            tickets: added_rows.iter().map(|row| ticket(*row)).collect(),
        }
    }
}

impl Entity for Import {
    const KIND: &'static str = "import";

    fn place(&self, scope: &TenantScope) -> Place {
        let until = self.started_at.checked_add(KEPT.max(MEMORY)).unwrap_or(self.started_at);
        Place::at(keys::import(scope, self.id)).until(until)
    }
}

/// What became of a list of people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportView {
    /// Whether that is all.
    finished: bool,
    /// So many rows are decided.
    done: u32,
    /// Of so many, without those that were left out.
    of: u32,
    /// All rows that are decided, and those that were left out: `added`, `alreadyCount`, `skippedCount` and `leftOut` together.
    read: u32,
    /// Those who have a ticket now.
    added: u32,
    /// Those of them whose record was made.
    created: u32,
    /// Those of them who had a record.
    existing: u32,
    /// Those who were not added because of a fault.
    skipped_count: u32,
    /// The first 500 of them, and why.
    skipped: Vec<SkipView>,
    /// Those who wait in the queue already.
    already_count: u32,
    /// The rows of the first 500 of them.
    already: Vec<u32>,
    /// The rows that a person left out.
    left_out: u32,
    /// The first 500 rows that gave a known patient, named by file number or national id, another phone: it is the record's
    /// now.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    corrected: Vec<u32>,
    /// The tickets, up to 500.
    tickets: Vec<TicketId>,
}

#[cfg(test)]
mod tests {
    use dawr_kernel::{
        entropy::Seeded,
        id::{Body, Id},
    };
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn totals_are_true_beyond_what_is_named(rows in proptest::collection::vec(0_u8..6, 0..2200)) {
            let (now, entropy) = (Timestamp::UNIX_EPOCH, Seeded::new(1));
            let mut import = Import::start(UploadId::generate(now, &entropy), QueueId::generate(now, &entropy), now);
            for (row, fate) in (0..).zip(&rows) {
                match fate {
                    0 => import.tally.add(row, true),
                    1 => import.tally.add(row, false),
                    2 => import.tally.skip(Skip { row, code: "AlreadyInQueue".into(), field: None, id: None }),
                    3 => import.tally.fault(Skip { row, code: "Required".into(), field: None, id: None }),
                    4 => import.tally.skip(Skip { row, code: "PatientDiffers".into(), field: None, id: None }),
                    _ => import.tally.skip(Skip { row, code: "FileNumberTaken".into(), field: None, id: None }),
                }
            }
            import.left_out = 7;
            let view = import.view(Language::En, |_| TicketId::from_body(import.queue, Body::from_parts(now, [0; 10])));
            let count = |fate| u32::try_from(rows.iter().filter(|row| **row == fate).count()).unwrap();
            prop_assert_eq!((view.created, view.existing, view.already_count), (count(0), count(1), count(2)));
            let refusals = count(4) + count(5);
            prop_assert_eq!(view.skipped_count, count(3) + refusals);
            prop_assert_eq!(view.read, view.added + view.already_count + view.skipped_count + view.left_out);
            let refused = view.skipped.iter().filter(|skip| skip.code != "Required").count();
            prop_assert_eq!(refused, usize::try_from(refusals).unwrap().min(NAMED), "none of them gives way to faulty rows");
            prop_assert_eq!(view.tickets.len(), usize::try_from(view.added).unwrap().min(NAMED));
            for (row, fate) in (0..).zip(&rows) {
                prop_assert_eq!(import.tally.refusal(row, Language::En).is_some(), *fate >= 4, "row {} can be repaired", row);
            }
            prop_assert_eq!(view.skipped.len(), usize::try_from(view.skipped_count).unwrap().min(NAMED));
            let item: serde_dynamo::Item = serde_dynamo::to_item(&import).unwrap();
            prop_assert_eq!(serde_dynamo::from_item::<_, Import>(item).unwrap(), import);
        }
    }
}
