//! `PUT /api/patients/bulk-upload/{uploadId}`

use std::collections::BTreeMap;

use dawr_api::{
    Authorized, Cx, Failure, Fault, endpoint, failure::FieldErrors, function::Access, patch::Patch,
    permission::Permission,
};
use dawr_kernel::text::Invalid;
use dawr_store::{CommitError, Stored, Work, keys};
use deserr::Deserr;
use schemars::JsonSchema;

use crate::{
    columns::Columns,
    error::PatientError,
    get_upload::UploadPath,
    masking::{name_for, text_for},
    preview::UploadView,
    sheet::{Changes, Field, Layout, List, Mended, RowChanges, StagedRow},
    shown::HIDDEN,
    upload::{self, Opened, Upload},
    view::{file_number_for, national_id_for, phone_for},
};

endpoint! {
    /// Says what columns are used for, repairs rows and leaves some out, before anything is imported. What is said of columns is
    /// remembered for the next file with such a header, where the caller covers the clinic in which it was said, or the whole tenant if
    /// in none. Cells that were shown masked and come back so stay as they are.
    pub const UPDATE_UPLOAD: "update_upload" = Put "/api/patients/bulk-upload/{uploadId}";
    requires: Permission(PatientWrite);
    reach: Shared;
    access: Access::WRITE;
    handler: update_upload(path: UploadPath, body: UpdateUpload) -> 200 UploadView;
    errors: [NotFound, UploadUsed, TooMany, StaleVersion];
}

/// What is changed of an upload. What is left out stays.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateUpload {
    /// What columns are used for.
    #[deserr(default)]
    columns: Option<Vec<ColumnChoice>>,
    /// Rows that are repaired or left out.
    #[deserr(default)]
    rows: Option<Vec<RowChange>>,
}

/// What a column is used for.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct ColumnChoice {
    /// Its place, from 0.
    column: u8,
    /// `metadata` is kept under its header, `ignored` is not kept.
    field: Field,
}

/// What is changed of a row. Null takes a cell as it stands in the file.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct RowChange {
    /// Its number in the file.
    row: u32,
    #[deserr(default)]
    full_name: Patch<Mended>,
    /// In any writing.
    #[deserr(default)]
    phone_number: Patch<Mended>,
    #[deserr(default)]
    local_id: Patch<Mended>,
    #[deserr(default)]
    national_id: Patch<Mended>,
    /// Cells as they are to be read, of any column, by the column's place.
    #[deserr(default)]
    cells: Option<BTreeMap<String, Option<Mended>>>,
    /// Whether it is left out.
    #[deserr(default)]
    leave_out: Option<bool>,
}

impl UpdateUpload {
    fn columns(&self) -> &[ColumnChoice] {
        self.columns.as_deref().unwrap_or_default()
    }

    fn rows(&self) -> &[RowChange] {
        self.rows.as_deref().unwrap_or_default()
    }

    /// Whether each place that it names is there.
    fn check(&self, list: &List) -> Result<(), PatientError> {
        let width = list.columns().len();
        let nowhere = |field: String| Err(PatientError::NoSuchPlace(field));
        for (at, choice) in self.columns().iter().enumerate() {
            if usize::from(choice.column) >= width {
                return nowhere(format!("columns[{at}].column"));
            }
        }
        for (at, change) in self.rows().iter().enumerate() {
            if !list.has(change.row) {
                return nowhere(format!("rows[{at}].row"));
            }
            let is_column = |name: &String| name.parse::<u8>().is_ok_and(|column| usize::from(column) < width);
            if !change.cells.iter().flat_map(BTreeMap::keys).all(is_column) {
                return nowhere(format!("rows[{at}].cells"));
            }
        }
        Ok(())
    }

    fn choose(&self, layout: &mut Layout) {
        for choice in self.columns() {
            layout.choose(usize::from(choice.column), choice.field);
        }
    }
}

/// A row as it was shown to somebody who may not see all of it.
struct Shown<'a> {
    /// None of one in which nothing that is read stands.
    row: Option<&'a StagedRow>,
    /// The cells as they stand.
    cells: Vec<String>,
    caller: &'a Authorized,
}

impl Shown<'_> {
    fn is_field(&self, field: Field, said: &str) -> bool {
        let (Some(row), caller) = (self.row, self.caller) else { return false };
        let read = match field {
            Field::FullName => row.full_name.as_ref().map(|name| name_for(name, caller).expose().to_owned()),
            Field::PhoneNumber => row.phone_number.as_ref().map(|phone| phone_for(phone, caller)),
            Field::LocalId => row.local_id.as_ref().map(|number| file_number_for(number, caller).expose().to_owned()),
            Field::NationalId => row.national_id.as_ref().map(|id| national_id_for(id, caller)),
            Field::Metadata | Field::Ignored => None,
        };
        let written = row.written.iter().filter(|(other, _)| *other == field);
        written.map(|(_, written)| text_for(written.expose(), caller)).chain(read).any(|shown| shown == said)
    }

    fn is_cell(&self, column: u8, said: &str) -> bool {
        let kept = self
            .row
            .iter()
            .flat_map(|row| &row.more)
            .filter(|(other, _)| *other == column)
            .map(|(_, text)| text.expose());
        let cell = self.cells.get(usize::from(column)).map(String::as_str);
        kept.chain(cell).any(|text| text_for(text, self.caller) == said)
    }
}

impl RowChange {
    /// Whether something of it may have been shown masked.
    fn is_masked(&self) -> bool {
        let fields = [&self.full_name, &self.phone_number, &self.local_id, &self.national_id].into_iter();
        let fields = fields.filter_map(|text| if let Patch::Set(text) = text { Some(text) } else { None });
        fields.chain(self.cells.iter().flat_map(BTreeMap::values).flatten()).any(is_masked)
    }

    /// Makes the changes of the row. What comes back as it was `shown` to who may not see all stays as it is; anything else with a
    /// hidden sign in it is nothing that stood there.
    ///
    /// # Errors
    /// `InvalidCharacters`.
    fn apply(&self, at: usize, row: &mut RowChanges, shown: Option<&Shown<'_>>) -> Result<(), PatientError> {
        let stays = |text: &Mended, place: &str, is_shown: &dyn Fn(&Shown<'_>, &str) -> bool| match shown {
            Some(shown) if is_masked(text) => {
                let fault = || Fault::invalid(format!("rows[{at}].{place}"), Invalid::InvalidCharacters);
                if is_shown(shown, text.expose()) { Ok(true) } else { Err(Failure::from(fault())) }
            }
            _ => Ok(false),
        };
        let fields = [
            (Field::FullName, &self.full_name),
            (Field::PhoneNumber, &self.phone_number),
            (Field::LocalId, &self.local_id),
            (Field::NationalId, &self.national_id),
        ];
        for (field, text) in fields {
            match text {
                Patch::Keep => {}
                Patch::Clear => {
                    row.fields.remove(&field);
                }
                Patch::Set(text) => {
                    if !stays(text, field.as_str(), &|shown, said| shown.is_field(field, said))? {
                        row.fields.insert(field, text.clone());
                    }
                }
            }
        }
        for (column, text) in self.cells.iter().flatten() {
            let Ok(column) = column.parse() else { continue };
            match text {
                None => {
                    row.cells.remove(&column);
                }
                Some(text) => {
                    if !stays(text, &format!("cells.{column}"), &|shown, said| shown.is_cell(column, said))? {
                        row.cells.insert(column, text.clone());
                    }
                }
            }
        }
        row.left_out = self.leave_out.unwrap_or(row.left_out);
        Ok(())
    }
}

/// Whether it may have been shown to somebody who may not see all of it.
fn is_masked(text: &Mended) -> bool {
    text.expose().contains(HIDDEN)
}

async fn update_upload(cx: &Cx, path: UploadPath, body: UpdateUpload) -> Result<UploadView, PatientError> {
    let caller = cx.authorize(Permission::PatientWrite)?;
    let (of_upload, of_import) = (keys::upload(&caller, path.upload_id), keys::import(&caller, path.upload_id));
    let mut items = cx.table().get_items(&[of_upload.clone(), of_import.clone()]).await?;
    let read = items.remove(&of_upload).map(Stored::<Upload>::decode).transpose()?.ok_or(PatientError::NoUpload)?;
    cx.expect(&read)?;
    if items.contains_key(&of_import) {
        return Err(PatientError::UploadUsed);
    }
    let Opened { upload: read, mut list } = upload::open(cx, &caller, read).await?;
    body.check(&list)?;
    let mut changes: Changes = read.changes()?;
    // Who sees everything means what they say.
    let may_be_shown = !caller.may(Permission::PatientContact) && body.rows().iter().any(RowChange::is_masked);
    let before = may_be_shown.then(|| (list.judge(&changes, read.region), changes.clone()));
    for (at, change) in body.rows().iter().enumerate() {
        let shown = before.as_ref().filter(|_| change.is_masked()).map(|(staged, changes)| {
            let row = staged.rows.iter().find(|row| row.row == change.row);
            Shown { row, cells: list.cells(change.row, changes), caller: &caller }
        });
        change.apply(at, changes.entry(change.row).or_default(), shown.as_ref())?;
    }
    body.choose(&mut list.layout);
    let staged = list.judge(&changes, read.region);
    let upload = read.value.clone().with_layout(list.layout.clone(), staged.counts).with_changes(changes)?;
    let mut work = Work::new();
    work.replace(&caller, &read, &upload);
    // Nothing is changed under an import that has begun.
    work.rely_on_absence(&of_import);
    let is_theirs = upload.clinic.map_or_else(|| caller.is_everywhere(), |clinic| caller.at(clinic).is_ok());
    if is_theirs && !body.columns().is_empty() {
        remember(cx, &caller, &upload, &body, &mut work).await?;
    }
    match cx.save(&caller, work).await {
        Ok(()) => UploadView::new(&upload, read.version + 1, &list, &staged, &caller, cx.language),
        Err(CommitError::Refused(_)) => Err(PatientError::Busy),
        Err(error) => Err(error.into()),
    }
}

/// Remembers what was said of the columns, by their headers.
async fn remember(
    cx: &Cx,
    caller: &Authorized,
    upload: &Upload,
    body: &UpdateUpload,
    work: &mut Work,
) -> Result<(), PatientError> {
    let read: Option<Stored<Columns>> = cx.table().get(&keys::columns(caller, upload.clinic)).await?;
    let empty = Columns { clinic: upload.clinic, ..Columns::default() };
    let mut columns = read.as_ref().map_or(empty, |read| read.value.clone());
    for choice in body.columns() {
        // The header of nobody's choosing, a letter, means nothing elsewhere.
        if let Some(header) = upload.layout.said_header(usize::from(choice.column)) {
            columns.remember(header, choice.field);
        }
    }
    match read {
        Some(read) if read.value == columns => {}
        Some(read) => {
            work.replace(caller, &read, &columns);
        }
        None => {
            work.create(caller, &columns);
        }
    }
    Ok(())
}
