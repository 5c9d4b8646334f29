//! Correcting a record, or those of several people together, with all that shows their names and phones, in one transaction.

use std::collections::{BTreeMap, BTreeSet};

use dawr_kernel::id::{PatientId, TaskId, TicketId};
use dawr_store::{CommitError, Key, Query, Stored, Work, keys, query::Index, work::MAX_ACTIONS};

use crate::{
    directory::may_be_one,
    error::PatientError,
    index::{Card, Claimed, Entry, NameClaim, reindex},
    model::Patient,
    store::{Patients, Record},
    ties::{Person, TiesChange},
};

/// A correction that others meet is tried so often.
pub const MAX_TRIES: u32 = 12;

/// So many tickets and tasks are corrected in the records' own transaction; if there are more, the oldest failed tasks are
/// corrected in transactions of their own right after it. What is sent reads the record in any case.
const AT_ONCE: usize = 60;

/// So many actions are left to whoever corrects: a ticket and its queue, an answer, an entry of the audit trail.
const SPARE: usize = 8;

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
    first: Corrected,
    others: Vec<Corrected>,
}

/// One of those whom it corrects.
struct Corrected {
    patient: Patient,
    version: u64,
    claimed: Claimed,
    /// Behind which the failed tasks stand that it does not correct; none if it corrects all.
    left: Option<Behind>,
}

/// A place among failed tasks, the newest of which come first.
#[derive(Clone, Copy)]
enum Behind {
    Nothing,
    Task(TaskId),
}

impl Behind {
    const fn task(self) -> Option<TaskId> {
        match self {
            Self::Nothing => None,
            Self::Task(task) => Some(task),
        }
    }
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
        self.correct_together((record, patient, beside), Vec::new(), work).await
    }

    /// The same of several people: all of them are corrected, or none. How many others one transaction takes,
    /// [`Patients::room_beside`] says.
    ///
    /// # Errors
    /// `PatientExists` if nothing would tell one of them from another patient of the same name and phone.
    pub async fn correct_together(
        &self,
        (record, patient, beside): (&Record, Patient, Beside),
        others: Vec<(Record, Patient)>,
        work: &mut Work,
    ) -> Result<Correction, PatientError> {
        let pairs = others.iter().map(|(record, patient)| Renamed { before: &record.patient.value, after: patient });
        let all = std::iter::once(Renamed { before: &record.patient.value, after: &patient }).chain(pairs);
        self.rename(&all.collect::<Vec<_>>(), work).await?;
        let mut left = AT_ONCE;
        let mut first = self.rewrite(record, patient, beside, &mut left, work);
        let mut corrected = Vec::with_capacity(others.len());
        for (record, patient) in others {
            let one = self.rewrite(&record, patient, Beside::default(), &mut left, work);
            corrected.push((record, one));
        }
        // What must be in the transaction is: the failed tasks take the room that is left.
        left = left.min(MAX_ACTIONS.saturating_sub(work.len() + SPARE));
        self.rewrite_tasks(record, &mut first, &mut left, work);
        for (record, one) in &mut corrected {
            self.rewrite_tasks(record, one, &mut left, work);
        }
        Ok(Correction { first, others: corrected.into_iter().map(|(_, one)| one).collect() })
    }

    /// How many of these others can be corrected in one transaction with a record.
    pub fn room_beside(&self, record: &Record, patient: &Patient, others: &[(Record, Patient)]) -> usize {
        let mut left = MAX_ACTIONS.saturating_sub(SPARE + self.actions(record, patient));
        let fits = |(record, patient): &&(Record, Patient)| match left.checked_sub(self.actions(record, patient)) {
            Some(rest) => {
                left = rest;
                true
            }
            None => false,
        };
        others.iter().take_while(fits).count()
    }

    /// How many actions a correction takes at the most, without failed tasks.
    fn actions(&self, record: &Record, patient: &Patient) -> usize {
        /// The record and its ties; the claims of both names.
        const OWN: usize = 2 + 2;
        let (read, mut index) = (&record.patient, Work::new());
        reindex(self.scope, Some(&read.value), patient, read.version + 1, &mut index);
        let tickets =
            record.ties.as_ref().map_or(0, |ties| Person::of(patient).on_tickets(self.scope, ties, None).len());
        OWN + index.len() + tickets.min(AT_ONCE)
    }

    /// Makes `patient` of one record, with its entries and what its tickets show; takes their number from what is left.
    fn rewrite(
        &self,
        record: &Record,
        patient: Patient,
        beside: Beside,
        left: &mut usize,
        work: &mut Work,
    ) -> Corrected {
        let (read, ties) = (&record.patient, record.ties.as_ref());
        work.replace(self.scope, read, &patient);
        let claimed = reindex(self.scope, Some(&read.value), &patient, read.version + 1, work);
        let person = Person::of(&patient);
        let ties_shown = ties.filter(|_| person != Person::of(read));
        if let Some(ties) = ties_shown {
            let mut tickets = person.on_tickets(self.scope, ties, beside.ticket);
            tickets.truncate(AT_ONCE);
            *left = left.saturating_sub(tickets.len());
            for ticket in tickets {
                work.update(ticket);
            }
        }
        match beside.ties {
            Some(change) => work.update(change.over(ties)),
            None => match ties {
                Some(ties) => work.rely_on(ties),
                None => work.rely_on_absence(&keys::patient_ties(self.scope, patient.id)),
            },
        };
        Corrected { patient, version: read.version + 1, claimed, left: ties_shown.map(|_| Behind::Nothing) }
    }

    /// Makes as many failed tasks of a record that is corrected show it as may be.
    fn rewrite_tasks(&self, record: &Record, one: &mut Corrected, left: &mut usize, work: &mut Work) {
        let (Some(ties), Some(_)) = (&record.ties, one.left) else { return };
        let person = Person::of(&one.patient);
        let tasks = ties.tasks_before(None, *left);
        *left -= tasks.len();
        for task in &tasks {
            work.update(person.on_task(self.scope, *task));
        }
        let behind = tasks.last().map_or(Behind::Nothing, |last| Behind::Task(*last));
        one.left = (!ties.tasks_before(behind.task(), 1).is_empty()).then_some(behind);
    }

    /// Moves the claims of phones and names.
    async fn rename(&self, people: &[Renamed<'_>], work: &mut Work) -> Result<(), PatientError> {
        let key = |claim: &NameClaim| keys::phone_and_name_claim(self.scope, claim.phone.expose(), &claim.folded);
        let mut names: BTreeMap<Key, NameChange<'_>> = BTreeMap::new();
        for one in people {
            let (old, new) = (NameClaim::of(one.before), NameClaim::of(one.after));
            if old != new {
                names.entry(key(&old)).or_default().leaving.push(*one);
                names.entry(key(&new)).or_default().taking.push(*one);
            } else if loses_a_number(one.before, one.after) {
                names.entry(key(&new)).or_default().taking.push(*one);
            }
        }
        let keys: Vec<Key> = names.keys().cloned().collect();
        let claims = self.cx.table().get_many::<NameClaim>(&keys).await?;
        // Of several who leave one name together, whom it meant is meant by the next one.
        let holders: BTreeSet<PatientId> = claims.iter().flatten().map(|claim| claim.patient).collect();
        for (name, claim) in names.into_values().zip(claims) {
            let taker = name.taking.iter().find(|one| holders.contains(&one.after.id)).or(name.taking.first());
            match taker.map(|one| NameClaim::of(one.after)) {
                Some(taker) => self.take_name(&name, &taker, claim, work).await?,
                None => self.leave_name(&name, claim, work).await?,
            }
        }
        Ok(())
    }

    /// Claims a phone and name for those who have it from now on.
    async fn take_name(
        &self,
        name: &NameChange<'_>,
        taker: &NameClaim,
        claim: Option<Stored<NameClaim>>,
        work: &mut Work,
    ) -> Result<(), PatientError> {
        name.tells_apart()?;
        match claim {
            None => {
                work.create_or_renew(self.scope, taker, self.cx.now());
            }
            Some(claim) if claim.left_at.is_some() => {
                work.replace(self.scope, &claim, taker);
            }
            Some(claim) => {
                let others = self.namesakes(taker, name).await?;
                for one in &name.taking {
                    let was = |entry: &Entry| !one.is_moved() && may_be_one(one.before, &entry.card);
                    if let Some(other) = others.iter().find(|other| may_be_one(one.after, &other.card) && !was(other)) {
                        return Err(PatientError::Exists(other.card.id));
                    }
                }
                let is_free = name.leaving.iter().any(|one| one.before.id == claim.patient);
                // Written though it stays the same: of two who take one name at once, each must see the other.
                if is_free || name.taking.iter().any(Renamed::is_moved) || !others.is_empty() {
                    work.replace(self.scope, &claim, if is_free { taker } else { &claim.value });
                }
            }
        }
        Ok(())
    }

    /// Hands the claim of a phone and name on to the next patient of the same ones. Without one it stays for a while: in a
    /// sheet that was uploaded before, the patient has the old name or phone.
    async fn leave_name(
        &self,
        name: &NameChange<'_>,
        claim: Option<Stored<NameClaim>>,
        work: &mut Work,
    ) -> Result<(), PatientError> {
        let Some(claim) = claim.filter(|claim| name.leaving.iter().any(|one| one.before.id == claim.patient)) else {
            return Ok(());
        };
        let after = match self.namesakes(&claim, name).await?.first() {
            Some(next) => NameClaim { patient: next.card.id, left_at: None, ..claim.value.clone() },
            None => NameClaim { left_at: Some(self.cx.now()), ..claim.value.clone() },
        };
        work.replace(self.scope, &claim, &after);
        Ok(())
    }

    /// The patients of a phone and name but for those who are being corrected.
    async fn namesakes(&self, claim: &NameClaim, name: &NameChange<'_>) -> Result<Vec<Entry>, PatientError> {
        let (phone, folded) = (claim.phone.expose(), claim.folded.as_str());
        let range = || Query::below(Index::Table, keys::phone(self.scope, phone, Some(folded)));
        let entries = self.cx.table().query_all::<Entry>(range).await?;
        let is_other = |entry: &Entry| !name.concerns(entry.card.id);
        Ok(entries.into_iter().map(|entry| entry.value).filter(is_other).collect())
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
        for one in std::iter::once(correction.first).chain(correction.others) {
            self.spread_one(one).await?;
        }
        Ok(())
    }

    async fn spread_one(&self, one: Corrected) -> Result<(), PatientError> {
        let (mut left, mut round) = (one.left, 0);
        let person = Person::of(&one.patient);
        while let Some(behind) = left.filter(|_| round < MAX_TRIES) {
            let Record { patient, ties } = self.record(one.patient.id).await?;
            let Some(ties) = ties.filter(|_| patient.version == one.version) else {
                // A newer correction shows itself.
                return Ok(());
            };
            let tasks = ties.tasks_before(behind.task(), AT_ONCE);
            let mut work = Work::new();
            work.rely_on(&patient);
            work.rely_on(&ties);
            for task in &tasks {
                work.update(person.on_task(self.scope, *task));
            }
            match self.cx.table().commit(work).await {
                Ok(()) => (left, round) = (tasks.last().copied().map(Behind::Task), 0),
                // Some task was decided on meanwhile.
                Err(CommitError::Refused(_)) => round += 1,
                Err(CommitError::Store(error)) => return Err(error.into()),
            }
        }
        Ok(())
    }
}

impl Correction {
    /// The record as it is then; of several, the first one.
    pub const fn patient(&self) -> &Patient {
        &self.first.patient
    }

    /// The version of the record as it is then.
    pub const fn version(&self) -> u64 {
        self.first.version
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
        if let Some(patient) = holder(self.first.claimed.file_number)? {
            return Err(PatientError::FileNumberTaken(patient));
        }
        if let Some(patient) = holder(self.first.claimed.national_id)? {
            return Err(PatientError::NationalIdTaken(patient));
        }
        match error {
            CommitError::Refused(_) => Ok(()),
            error => Err(error.into()),
        }
    }
}

/// Somebody who is corrected.
#[derive(Clone, Copy)]
struct Renamed<'a> {
    before: &'a Patient,
    after: &'a Patient,
}

impl Renamed<'_> {
    /// Whether they have another phone or name then.
    fn is_moved(&self) -> bool {
        NameClaim::of(self.before) != NameClaim::of(self.after)
    }
}

/// Those for whom something changes about one phone and name.
#[derive(Default)]
struct NameChange<'a> {
    leaving: Vec<Renamed<'a>>,
    /// They have it from now on, or they have it with other numbers.
    taking: Vec<Renamed<'a>>,
}

impl NameChange<'_> {
    fn concerns(&self, patient: PatientId) -> bool {
        self.leaving.iter().chain(&self.taking).any(|one| one.before.id == patient)
    }

    /// Whether something tells those apart who take it together, or nothing did before.
    fn tells_apart(&self) -> Result<(), PatientError> {
        for (n, one) in self.taking.iter().enumerate() {
            let was = |other: &Renamed<'_>| {
                let same = NameClaim { patient: one.before.id, ..NameClaim::of(other.before) };
                same == NameClaim::of(one.before) && may_be_one(one.before, &Card::of(other.before, 1))
            };
            let mut others = self.taking.iter().skip(n + 1);
            if let Some(other) = others.find(|other| may_be_one(one.after, &Card::of(other.after, 1)) && !was(other)) {
                return Err(PatientError::Exists(other.after.id));
            }
        }
        Ok(())
    }
}

/// Whether one of the numbers that told a patient from others is another one now.
fn loses_a_number(before: &Patient, after: &Patient) -> bool {
    let changed = |old: bool, same: bool| old && !same;
    changed(before.file_number.is_some(), before.file_number == after.file_number)
        || changed(before.national_id.is_some(), before.national_id == after.national_id)
}
