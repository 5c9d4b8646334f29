//! Reading patients. How a record is corrected is in [`crate::correct`].

use std::collections::{BTreeSet, HashMap};

use dawr_api::{Cx, tenant::Tenant};
use dawr_kernel::{
    id::PatientId,
    phone::PhoneNumber,
    text::{is_found, sought_words},
};
use dawr_store::{Cursor, Key, Page, Query, StoreError, Stored, TenantScope, entity::Item, keys, query::Index};
use serde::{Deserialize, Serialize};

use crate::{
    directory::{Directory, Name, names},
    error::PatientError,
    index::{Card, Entry, NameClaim, Under},
    model::{Newcomer, Patient, search_key, search_words},
    ties::Ties,
    unread::Unread,
};

/// A search over names looks at so many entries in one trip at the most.
const LOOKS: u32 = 500;

/// Where a page of a search over names ended.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum NameEnd {
    /// Among the names with the words apart.
    Apart(Cursor),
    /// Among those with the words joined; before the first of them if it says nothing.
    Joined(Option<Cursor>),
}

impl NameEnd {
    fn apart(self) -> Option<Cursor> {
        match self {
            Self::Apart(cursor) => Some(cursor),
            Self::Joined(_) => None,
        }
    }
}

/// The patients of a tenant.
pub struct Patients<'a> {
    pub(crate) cx: &'a Cx,
    pub(crate) scope: &'a TenantScope,
}

/// A patient, and what shows their name and phone.
#[derive(Debug, Clone)]
pub struct Record {
    /// The patient.
    pub patient: Stored<Patient>,
    /// What shows their name and phone.
    pub ties: Option<Stored<Ties>>,
}

impl Record {
    /// A patient's, among the items at their keys; none if there is no such patient.
    fn take(scope: &TenantScope, id: PatientId, items: &mut HashMap<Key, Item>) -> Result<Option<Self>, StoreError> {
        let [patient, ties] = Self::keys(scope, id).map(|key| items.remove(&key));
        let Some(patient) = patient.map(Stored::decode).transpose()? else { return Ok(None) };
        Ok(Some(Self { patient, ties: ties.map(Stored::decode).transpose()? }))
    }

    fn keys(scope: &TenantScope, id: PatientId) -> [Key; 2] {
        [keys::patient(scope, id), keys::patient_ties(scope, id)]
    }
}

impl<'a> Patients<'a> {
    /// Of the tenant that the scope is for.
    pub const fn new(cx: &'a Cx, scope: &'a TenantScope) -> Self {
        Self { cx, scope }
    }

    /// A patient.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn get(&self, id: PatientId) -> Result<Stored<Patient>, PatientError> {
        self.cx.table().get(&keys::patient(self.scope, id)).await?.ok_or(PatientError::NotFound)
    }

    /// A patient with what shows their name and phone, in one trip.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn record(&self, id: PatientId) -> Result<Record, PatientError> {
        self.records(&[id]).await?.pop().ok_or(PatientError::NotFound)
    }

    /// The same of several patients: of up to 50 in one trip. Ids that do not exist are left out.
    ///
    /// # Errors
    /// If the table does not answer.
    pub async fn records(&self, ids: &[PatientId]) -> Result<Vec<Record>, PatientError> {
        let keys: Vec<Key> = ids.iter().flat_map(|id| Record::keys(self.scope, *id)).collect();
        let mut items = self.cx.table().get_items(&keys).await?;
        let records = ids.iter().filter_map(|id| Record::take(self.scope, *id, &mut items).transpose());
        Ok(records.collect::<Result<_, _>>()?)
    }

    /// The same of one patient, and what is unread of their conversation, in one trip.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn record_with_unread(&self, id: PatientId) -> Result<(Record, Unread), PatientError> {
        let conversation = keys::conversation(self.scope, id);
        let keys: Vec<Key> = Record::keys(self.scope, id).into_iter().chain([conversation.clone()]).collect();
        let mut items = self.cx.table().get_items(&keys).await?;
        let unread = Unread::decode(id, items.remove(&conversation))?;
        Ok((Record::take(self.scope, id, &mut items)?.ok_or(PatientError::NotFound)?, unread))
    }

    /// A patient with what shows their name and phone, and the tenant, in one trip.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn record_with_tenant(&self, id: PatientId) -> Result<(Record, Stored<Tenant>), PatientError> {
        let tenant = keys::tenant(self.scope);
        let keys: Vec<Key> = Record::keys(self.scope, id).into_iter().chain([tenant.clone()]).collect();
        let mut items = self.cx.table().get_items(&keys).await?;
        let tenant = items.remove(&tenant).ok_or(PatientError::NotFound)?;
        let record = Record::take(self.scope, id, &mut items)?.ok_or(PatientError::NotFound)?;
        Ok((record, Stored::decode(tenant)?))
    }

    /// Patients by their ids, in their order; `None` for ids that do not exist.
    ///
    /// # Errors
    /// If the table does not answer.
    pub async fn get_many(&self, ids: &[PatientId]) -> Result<Vec<Option<Stored<Patient>>>, PatientError> {
        let keys: Vec<Key> = ids.iter().map(|id| keys::patient(self.scope, *id)).collect();
        Ok(self.cx.table().get_many(&keys).await?)
    }

    /// The patients whom these newcomers may be: two trips for up to 33 of them.
    ///
    /// # Errors
    /// If the table does not answer.
    pub async fn look_up(&self, newcomers: &[Newcomer]) -> Result<Directory, PatientError> {
        let said = |newcomer: &Newcomer| names(newcomer).into_iter().map(|name| (name, newcomer.said_at)).collect();
        let names: Vec<(Name, _)> = newcomers.iter().flat_map::<Vec<_>, _>(said).collect();
        let keys: Vec<Key> = names.iter().map(|(name, _)| self.name_key(name)).collect();
        let items = self.cx.table().get_items(&keys).await?;
        let mut directory = Directory::default();
        let mut ids = BTreeSet::new();
        for ((name, said_at), key) in names.into_iter().zip(keys) {
            let Some(item) = items.get(&key).cloned() else {
                continue;
            };
            let id = match name {
                Name::FileNumber(_) | Name::NationalId(_) => Stored::<Entry>::decode(item)?.value.card.id,
                Name::Person(..) => {
                    let claim = Stored::<NameClaim>::decode(item)?;
                    if !claim.means(said_at) {
                        directory.add_left(name, claim);
                        continue;
                    }
                    claim.patient
                }
            };
            ids.insert(id);
            directory.add(name, id);
        }
        if !ids.is_empty() {
            let conversation = |id: PatientId| keys::conversation(self.scope, id);
            let all = ids.iter().flat_map(|id| Record::keys(self.scope, *id).into_iter().chain([conversation(*id)]));
            let mut items = self.cx.table().get_items(&all.collect::<Vec<Key>>()).await?;
            for id in ids {
                let unread = Unread::decode(id, items.remove(&conversation(id)))?;
                if let Some(record) = Record::take(self.scope, id, &mut items)? {
                    directory.add_read(record, unread);
                }
            }
        }
        Ok(directory)
    }

    fn name_key(&self, name: &Name) -> Key {
        match name {
            Name::FileNumber(number) => keys::file_number(self.scope, number.expose()),
            Name::NationalId(id) => keys::national_id(self.scope, id.expose()),
            Name::Person(phone, folded) => keys::phone_and_name_claim(self.scope, phone.expose(), folded),
        }
    }

    /// All patients, the newest first.
    ///
    /// # Errors
    /// If the table does not answer.
    pub async fn newest(&self, after: Option<Cursor>, size: u32) -> Result<Page<Card>, PatientError> {
        let range = Query::below(Index::Gsi1, keys::patients(self.scope)).descending().limit(size).after(after);
        let page = self.cx.table().query::<Patient>(range).await?;
        Ok(page.map(|patient| Card::of(&patient, patient.version)))
    }

    /// The patients under a phone number.
    ///
    /// # Errors
    /// If the table does not answer.
    pub async fn by_phone(
        &self,
        phone: &PhoneNumber,
        after: Option<Cursor>,
        size: u32,
    ) -> Result<Page<Entry>, PatientError> {
        let range = Query::below(Index::Table, keys::phone(self.scope, phone.expose(), None));
        let page = self.cx.table().query::<Entry>(range.limit(size).after(after)).await?;
        Ok(page.map(|entry| entry.value))
    }

    /// The patients who have this text as their file number or national id.
    ///
    /// # Errors
    /// If the table does not answer.
    pub async fn by_number(&self, names: [Option<Under>; 2]) -> Result<Vec<Entry>, PatientError> {
        let key = |under| match under {
            Under::FileNumber(number) => Some(keys::file_number(self.scope, number.expose())),
            Under::NationalId(id) => Some(keys::national_id(self.scope, id.expose())),
            Under::Phone | Under::PhoneEnd(_) | Under::Word(_) => None,
        };
        let keys: Vec<Key> = names.into_iter().flatten().filter_map(key).collect();
        let found = self.cx.table().get_many::<Entry>(&keys).await?;
        let mut entries: Vec<Entry> = found.into_iter().flatten().map(|entry| entry.value).collect();
        entries.dedup_by_key(|entry| entry.card.id);
        Ok(entries)
    }

    /// The patients whose phone ends in these four digits.
    ///
    /// # Errors
    /// If the table does not answer.
    pub async fn by_phone_end(&self, end: &str, after: Option<Cursor>, size: u32) -> Result<Page<Entry>, PatientError> {
        let range = Query::below(Index::Table, keys::phone_ends(self.scope, end));
        let page = self.cx.table().query::<Entry>(range.limit(size).after(after)).await?;
        Ok(page.map(|entry| entry.value))
    }

    /// The patients in whose name each of these words begins, joined to its neighbours or apart: behind those in whose names the
    /// words stand apart come those in whose names they are joined.
    ///
    /// # Errors
    /// If the table does not answer.
    pub async fn by_name(
        &self,
        folded: &str,
        after: Option<NameEnd>,
        size: u32,
    ) -> Result<(Vec<Entry>, Option<NameEnd>), PatientError> {
        let words = sought_words(folded);
        // The longest word has the fewest patients.
        let Some(start) = words.iter().max_by_key(|word| word.chars().count()) else {
            return Ok((Vec::new(), None));
        };
        // Words that were typed apart may be written joined: `محمد أمين` is `محمدأمين`. Who has them apart is found by them already.
        let (joined, key) = (folded.replace(' ', ""), search_key(start));
        let is_other = |entry: &Entry| !search_words(&entry.folded).iter().any(|word| word.starts_with(&key));
        let joined = |after| self.beginning(&joined, folded, true, after, size, is_other);
        let found = |page: Page<Entry>| (page.items, page.next.map(|next| NameEnd::Joined(Some(next))));
        let after = match after {
            Some(NameEnd::Joined(after)) => return Ok(found(joined(after).await?)),
            after => after.and_then(NameEnd::apart),
        };
        let apart = self.beginning(start, folded, words.len() > 1, after, size, |_| true);
        if words.len() == 1 {
            let page = apart.await?;
            return Ok((page.items, page.next.map(NameEnd::Apart)));
        }
        // Neither waits for the other.
        let (mut apart, more) = tokio::try_join!(apart, joined(None))?;
        if let Some(next) = apart.next {
            return Ok((apart.items, Some(NameEnd::Apart(next))));
        }
        if apart.items.len() + more.items.len() > usize::try_from(size).unwrap_or(usize::MAX) {
            return Ok((apart.items, Some(NameEnd::Joined(None))));
        }
        apart.items.extend(more.items);
        Ok(found(Page { items: apart.items, next: more.next }))
    }

    /// Those with a word of this start who are what was looked for.
    async fn beginning(
        &self,
        start: &str,
        folded: &str,
        filtered: bool,
        after: Option<Cursor>,
        size: u32,
        is_wanted: impl Fn(&Entry) -> bool,
    ) -> Result<Page<Entry>, PatientError> {
        let start = search_key(start);
        let range = Query::below(Index::Table, keys::name_words(self.scope, &start)).after(after);
        let looks = if filtered { LOOKS } else { size.saturating_mul(2) };
        let size = usize::try_from(size).unwrap_or(50);
        let is_meant = |entry: &Entry| is_first(entry, &start) && is_found(&entry.folded, folded) && is_wanted(entry);
        let page = self.cx.table().matching_page::<Entry>(range, size, looks, is_meant).await?;
        Ok(page.map(|entry| entry.value))
    }
}

/// Whether an entry is the first of its patient under words with this start: the one that is shown.
fn is_first(entry: &Entry, start: &str) -> bool {
    let first = search_words(&entry.folded).into_iter().filter(|word| word.starts_with(start)).min();
    matches!(&entry.under, Under::Word(word) if Some(word) == first.as_ref())
}
