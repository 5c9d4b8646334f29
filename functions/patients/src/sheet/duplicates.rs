//! Rows of one file that are about the same patient.

use std::collections::{HashMap, hash_map::Entry};

use dawr_kernel::text::{fold, name_key};

use super::{Field, Issue, Problem, StagedRow};

/// A patient as other rows are compared with it: folded name and phone number.
type Identity = (String, String);

/// The rows seen so far that can be imported.
#[derive(Default)]
pub(super) struct Seen {
    patients: HashMap<Identity, u32>,
    ids: HashMap<(Field, String), (Identity, u32)>,
}

impl Seen {
    /// The faults that a row has because of earlier ones. A row that has none that forbids its import is remembered.
    ///
    /// The same number with another name or phone is an error, as nobody can tell which is right; the same patient twice
    /// is a warning. A family may share one phone, so that alone is neither.
    pub(super) fn compare(&mut self, row: &StagedRow) -> Vec<Issue> {
        let (Some(name), Some(phone)) = (&row.full_name, &row.phone_number) else {
            return Vec::new();
        };
        let identity = (name_key(&fold(name.expose())), phone.expose().to_owned());
        let ids: Vec<(Field, String)> = [
            row.local_id.as_ref().map(|id| (Field::LocalId, fold(id.expose()))),
            row.national_id.as_ref().map(|id| (Field::NationalId, id.expose().to_owned())),
        ]
        .into_iter()
        .flatten()
        .collect();

        let conflicts: Vec<Issue> = ids
            .iter()
            .filter_map(|id| {
                let (other, row) = self.ids.get(id)?;
                (*other != identity).then_some(Issue {
                    field: id.0,
                    column: None,
                    problem: Problem::Conflict { row: *row },
                })
            })
            .collect();
        if !conflicts.is_empty() {
            return conflicts;
        }
        for id in ids {
            self.ids.entry(id).or_insert_with(|| (identity.clone(), row.row));
        }
        match self.patients.entry(identity) {
            Entry::Occupied(first) => {
                vec![Issue { field: Field::FullName, column: None, problem: Problem::Duplicate { row: *first.get() } }]
            }
            Entry::Vacant(vacant) => {
                vacant.insert(row.row);
                Vec::new()
            }
        }
    }
}
