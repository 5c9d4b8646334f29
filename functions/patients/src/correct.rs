//! Correcting a record, with all that shows its name and phone, in one transaction.

use dawr_kernel::id::{PatientId, TaskId, TicketId};
use dawr_store::{CommitError, Query, Stored, Work, keys, query::Index};

use crate::{
    directory::may_be_one,
    error::PatientError,
    index::{Claimed, Entry, NameClaim, reindex},
    model::Patient,
    store::{Patients, Record},
    ties::{Person, TiesChange},
};

/// A correction that others meet is tried so often.
pub const MAX_TRIES: u32 = 12;

/// So many tickets and tasks are corrected in the record's own transaction; a patient who has more gets the oldest failed
/// tasks corrected in transactions of their own right after it. What is sent reads the record in any case.
const AT_ONCE: usize = 60;

/// What the transaction of a correction does to the patient's ties besides.
#[derive(Default)]
pub struct Beside {
    /// A ticket of the patient that the transaction writes itself.
    pub ticket: Option<TicketId>,
    /// What becomes of the ties.
    pub ties: Option<TiesChange>,
}

/// A correction whose transaction is in the making.
pub struct Correction {
    patient: Patient,
    version: u64,
    claimed: Claimed,
    /// The last of the failed tasks that it corrects, if there are more.
    last: Option<TaskId>,
}

impl Patients<'_> {
    /// Adds to the work what makes `patient` of the record, and what shows its name and phone show the new ones.
    ///
    /// # Errors
    /// `PatientExists` if nothing would tell it from another patient of the same name and phone.
    pub async fn correct(
        &self,
        record: &Record,
        patient: Patient,
        beside: Beside,
        work: &mut Work,
    ) -> Result<Correction, PatientError> {
        let read = &record.patient;
        work.replace(self.scope, read, &patient);
        let claimed = reindex(self.scope, Some(&read.value), &patient, read.version + 1, work);
        self.rename(read, &patient, work).await?;
        let (before, person) = (Person::of(read), Person::of(&patient));
        let ties = record.ties.as_ref();
        let mut last = None;
        if let Some(ties) = ties.filter(|_| before != person) {
            let mut tickets = person.on_tickets(self.scope, ties, beside.ticket);
            tickets.truncate(AT_ONCE);
            let tasks = ties.tasks_before(None, AT_ONCE - tickets.len());
            last = tasks.last().copied().filter(|last| !ties.tasks_before(Some(*last), 1).is_empty());
            let tasks = tasks.into_iter().map(|task| person.on_task(self.scope, task));
            tickets.into_iter().chain(tasks).for_each(|update| {
                work.update(update);
            });
        }
        match beside.ties {
            Some(change) => work.update(change.over(ties)),
            None => match ties {
                Some(ties) => work.rely_on(ties),
                None => work.rely_on_absence(&keys::patient_ties(self.scope, patient.id)),
            },
        };
        Ok(Correction { patient, version: read.version + 1, claimed, last })
    }

    /// Moves the claim of phone and name.
    async fn rename(&self, before: &Patient, after: &Patient, work: &mut Work) -> Result<(), PatientError> {
        let (old, new) = (NameClaim::of(before), NameClaim::of(after));
        let is_moved = old != new;
        if !is_moved && !loses_a_number(before, after) {
            return Ok(());
        }
        let key = |claim: &NameClaim| keys::phone_and_name_claim(self.scope, claim.phone.expose(), &claim.folded);
        let mut claims = self.cx.table().get_many::<NameClaim>(&[key(&old), key(&new)]).await?.into_iter();
        let (held, taken) = (claims.next().flatten(), claims.next().flatten());
        let now = self.cx.now();
        match taken {
            None => {
                work.create_or_renew(self.scope, &new, now);
            }
            Some(claim) if claim.left_at.is_some() => {
                work.replace(self.scope, &claim, &new);
            }
            Some(claim) => {
                let was = |entry: &Entry| !is_moved && may_be_one(before, &entry.card);
                let others = self.namesakes(&new).await?;
                if let Some(one) = others.iter().find(|other| may_be_one(after, &other.card) && !was(other)) {
                    return Err(PatientError::Exists(one.card.id));
                }
                // Written though it stays the same: of two who take one name at once, each must see the other.
                if is_moved || !others.is_empty() {
                    work.replace(self.scope, &claim, &claim.value);
                }
            }
        }
        match held.filter(|claim| is_moved && claim.patient == old.patient) {
            Some(claim) => self.leave_name(&old, &claim, work).await,
            None => Ok(()),
        }
    }

    /// Hands the claim of a phone and name on to the next patient of the same ones. Without one it stays for a while: in a
    /// sheet that was uploaded before, the patient has the old name or phone.
    async fn leave_name(
        &self,
        old: &NameClaim,
        claim: &Stored<NameClaim>,
        work: &mut Work,
    ) -> Result<(), PatientError> {
        match self.namesakes(old).await?.first() {
            Some(next) => work.replace(self.scope, claim, &NameClaim { patient: next.card.id, ..old.clone() }),
            None => work.replace(self.scope, claim, &NameClaim { left_at: Some(self.cx.now()), ..old.clone() }),
        };
        Ok(())
    }

    /// The other patients of the same phone and name.
    async fn namesakes(&self, claim: &NameClaim) -> Result<Vec<Entry>, PatientError> {
        let (phone, folded) = (claim.phone.expose(), claim.folded.as_str());
        let range = || Query::below(Index::Table, keys::phone(self.scope, phone, Some(folded)));
        let entries = self.cx.table().query_all::<Entry>(range).await?;
        Ok(entries.into_iter().map(|entry| entry.value).filter(|entry| entry.card.id != claim.patient).collect())
    }

    /// The other patients who have the same phone, so many of them at the most.
    ///
    /// # Errors
    /// If the table does not answer.
    pub async fn sharing(&self, patient: &Patient, most: u32) -> Result<Vec<PatientId>, PatientError> {
        let page = self.by_phone(&patient.phone, None, most.saturating_add(1)).await?;
        let ids = page.items.into_iter().map(|entry| entry.card.id);
        Ok(ids.filter(|id| *id != patient.id).collect())
    }

    /// Corrects the failed tasks that were too many for the transaction of a correction that is committed.
    ///
    /// # Errors
    /// If the table does not answer.
    pub async fn spread(&self, correction: Correction) -> Result<(), PatientError> {
        let (mut last, mut round) = (correction.last, 0);
        let person = Person::of(&correction.patient);
        while let Some(before) = last.filter(|_| round < MAX_TRIES) {
            let Record { patient, ties } = self.record(correction.patient.id).await?;
            let Some(ties) = ties.filter(|_| patient.version == correction.version) else {
                // A newer correction shows itself.
                return Ok(());
            };
            let tasks = ties.tasks_before(Some(before), AT_ONCE);
            let mut work = Work::new();
            work.rely_on(&patient);
            work.rely_on(&ties);
            for task in &tasks {
                work.update(person.on_task(self.scope, *task));
            }
            match self.cx.table().commit(work).await {
                Ok(()) => (last, round) = (tasks.last().copied(), 0),
                // Some task was decided on meanwhile.
                Err(CommitError::Refused(_)) => round += 1,
                Err(CommitError::Store(error)) => return Err(error.into()),
            }
        }
        Ok(())
    }
}

impl Correction {
    /// The record as it is then.
    pub const fn patient(&self) -> &Patient {
        &self.patient
    }

    /// The version of the record as it is then.
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// What a refusal of its transaction means: that another patient has a number; else nothing that another try does not
    /// tell better.
    ///
    /// # Errors
    /// `FileNumberTaken`, `NationalIdTaken`, or the table did not answer.
    pub fn explain(&self, error: CommitError) -> Result<(), PatientError> {
        let holder = |slot: Option<_>| -> Result<Option<PatientId>, PatientError> {
            let found =
                slot.and_then(|slot| error.refusal(slot)).map(|refusal| refusal.found::<Entry>()).transpose()?;
            Ok(found.flatten().map(|entry| entry.card.id))
        };
        if let Some(patient) = holder(self.claimed.file_number)? {
            return Err(PatientError::FileNumberTaken(patient));
        }
        if let Some(patient) = holder(self.claimed.national_id)? {
            return Err(PatientError::NationalIdTaken(patient));
        }
        match error {
            CommitError::Refused(_) => Ok(()),
            error => Err(error.into()),
        }
    }
}

/// Whether one of the numbers that told a patient from others is another one now.
fn loses_a_number(before: &Patient, after: &Patient) -> bool {
    let changed = |old: bool, same: bool| old && !same;
    changed(before.file_number.is_some(), before.file_number == after.file_number)
        || changed(before.national_id.is_some(), before.national_id == after.national_id)
}
