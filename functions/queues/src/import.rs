//! Many patients into one queue: as few transactions as their sizes allow, and nobody twice, whatever happens in between.
//!
//! How far an import has come stands in a record of its own, which every transaction of it writes, too: who repeats the
//! request after a crash goes on behind the last patient who was added.

use std::collections::BTreeSet;

use dawr_api::{Authorized, Cx, Failure, idempotency::sha256};
use dawr_kernel::id::{Body, PatientId, QueueId, TicketId, UploadId};
use dawr_patients::{
    correct::Beside,
    directory::{Directory, Meant},
    error::PatientError,
    model::Newcomer,
    store::Patients,
    upload::Upload,
};
use dawr_store::{CommitError, Stored, Work, keys, work::MAX_ACTIONS};
use jiff::{SignedDuration, Timestamp};

pub use crate::progress::{ImportView, Skip};
use crate::{
    error::QueueError,
    model::{ActiveTicket, Queue, Ticket},
    progress::Import,
    store::{MAX_TRIES, Queues},
};

/// So many newcomers are looked up at once: a BatchGetItem takes 100 keys, and each of them has up to three names.
const WINDOW: usize = 33;

/// The queue, the import's progress, the request's answer and the entry of the audit trail.
const COMMON_ACTIONS: usize = 4;

/// A request that takes longer is answered before the gateway gives up on it; its repetition goes on.
const LONGEST: SignedDuration = SignedDuration::from_secs(20);

/// A person of a list, or why there is none.
pub struct Candidate {
    /// The row of the file, or the place in the list.
    pub row: u32,
    /// Who.
    pub newcomer: Result<Newcomer, Skip>,
}

/// Where a list comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A staged spreadsheet: imported once.
    Upload(UploadId),
    /// A request with an idempotency key.
    Keyed(UploadId),
    /// A request without one: nobody can repeat it, so it is not cut off.
    Once(UploadId),
}

impl Source {
    const fn id(self) -> UploadId {
        match self {
            Self::Upload(id) | Self::Keyed(id) | Self::Once(id) => id,
        }
    }
}

/// Adds a list of people to a queue.
pub struct Importer<'a> {
    cx: &'a Cx,
    caller: &'a Authorized,
    queue: QueueId,
    source: Source,
    candidates: Vec<Candidate>,
    started_at: Timestamp,
    upload: Option<&'a Stored<Upload>>,
}

/// What the next transaction will do, and what is known for it.
struct Group {
    /// The queue as it was read or written last, and the import's progress, if it is kept.
    queue_read: Stored<Queue>,
    import_read: Option<Stored<Import>>,
    queue: Queue,
    import: Import,
    work: Work,
    directory: Directory,
    /// The patients who have an open ticket.
    open: BTreeSet<PatientId>,
    /// Why the next candidate's record cannot be corrected.
    refused: Option<PatientError>,
}

/// How an attempt to go through the list ended.
enum Pass {
    Finished(ImportView),
    /// Somebody else changed something that was read.
    Refused,
}

impl<'a> Importer<'a> {
    /// Of these people into that queue.
    pub fn new(cx: &'a Cx, caller: &'a Authorized, queue: QueueId, source: Source, candidates: Vec<Candidate>) -> Self {
        Self { cx, caller, queue, source, candidates, started_at: cx.now(), upload: None }
    }

    /// The same of an upload's rows as they stand in this version of it.
    #[must_use]
    pub fn of(self, upload: Option<&'a Stored<Upload>>) -> Self {
        Self { upload, ..self }
    }

    /// Adds them all.
    ///
    /// # Errors
    /// `UploadUsed`; `ImportRunning` if somebody else imports the same at this moment; `Unfinished` if it takes too long.
    pub async fn run(self) -> Result<ImportView, QueueError> {
        let (mut tries, mut reached) = (0, 0);
        while tries < MAX_TRIES {
            let import_read = self.progress().await?;
            let import = import_read.as_ref().map_or_else(|| self.start(), |read| read.value.clone());
            // Only tries that get nowhere count.
            tries = if import.done > reached { 0 } else { tries + 1 };
            reached = import.done;
            if let Pass::Finished(view) = self.pass(import_read, import).await? {
                return Ok(view);
            }
            self.cx.table().pause(tries + 1).await;
        }
        Err(QueueError::Busy)
    }

    fn start(&self) -> Import {
        let count = |rows: usize| u32::try_from(rows).unwrap_or(u32::MAX);
        let left_out = self.upload.map_or(0, |upload| count(upload.counts.left_out));
        Import::start(self.source.id(), self.queue, self.started_at).of(count(self.candidates.len()), left_out)
    }

    /// How far the import has come.
    async fn progress(&self) -> Result<Option<Stored<Import>>, QueueError> {
        let key = keys::import(self.caller, self.source.id());
        if let Some(read) = self.cx.table().get::<Import>(&key).await? {
            let other = read.finished || read.queue != self.queue;
            return if other { Err(QueueError::UploadUsed) } else { Ok(Some(read)) };
        }
        let mut work = Work::new();
        work.create_or_renew(self.caller, &self.start(), self.cx.now());
        // Whoever goes on with it finds the same rows: from now on nobody changes them.
        if let Some(upload) = self.upload {
            work.rely_on(upload);
        }
        match self.cx.save(self.caller, work).await {
            Ok(()) => Ok(self.cx.table().get(&key).await?),
            Err(CommitError::Refused(_)) => Err(QueueError::ImportRunning),
            Err(error) => Err(error.into()),
        }
    }

    async fn pass(&self, import_read: Option<Stored<Import>>, import: Import) -> Result<Pass, QueueError> {
        let queue_read = Queues::new(self.cx, self.caller).get(self.queue).await?;
        let mut group = Group {
            queue: queue_read.value.clone(),
            queue_read,
            import_read,
            import,
            work: Work::new(),
            directory: Directory::default(),
            open: BTreeSet::new(),
            refused: None,
        };
        let done = usize::try_from(group.import.done).unwrap_or(usize::MAX);
        for window in self.candidates.get(done..).unwrap_or_default().chunks(WINDOW) {
            self.look_up(window, &mut group).await?;
            for candidate in window {
                if let Some(actions) = group.needs(candidate)
                    && group.work.len() + actions + COMMON_ACTIONS > MAX_ACTIONS
                    && !self.commit(&mut group).await?
                {
                    return Ok(Pass::Refused);
                }
                if !self.correct(candidate, &mut group).await? {
                    return Ok(Pass::Refused);
                }
                group.take(candidate, self.caller, self.cx)?;
            }
        }
        self.finish(group).await
    }

    async fn look_up(&self, window: &[Candidate], group: &mut Group) -> Result<(), QueueError> {
        let newcomers: Vec<Newcomer> = window.iter().filter_map(|one| one.newcomer.as_ref().ok().cloned()).collect();
        let found = Patients::new(self.cx, self.caller).look_up(&newcomers).await?;
        let active = |patient| keys::active_ticket(self.caller, self.queue, patient);
        let keys: Vec<_> = found.patients().map(active).collect();
        let open = self.cx.table().get_many::<ActiveTicket>(&keys).await?;
        group.open.extend(open.into_iter().flatten().map(|ticket| ticket.patient));
        group.directory.absorb(found);
        Ok(())
    }

    /// Corrects the record of somebody whom a number names and who comes with another phone, before they get a ticket; false
    /// if that was refused.
    async fn correct(&self, candidate: &Candidate, group: &mut Group) -> Result<bool, QueueError> {
        let Ok(newcomer) = &candidate.newcomer else { return Ok(true) };
        let Ok(Some((record, patient))) = group.directory.correction(newcomer, self.cx.now()) else { return Ok(true) };
        if group.open.contains(&patient.id) {
            return Ok(true);
        }
        let (patients, mut work) = (Patients::new(self.cx, self.caller), Work::new());
        // Whom nothing tells from another patient then is told with the row.
        let correction = match patients.correct(record, patient, Beside::default(), &mut work).await {
            Ok(correction) => correction,
            Err(error @ PatientError::Exists(_)) => {
                group.refused = Some(error);
                return Ok(true);
            }
            Err(error) => return Err(error.into()),
        };
        match self.cx.save(self.caller, work).await {
            Ok(()) => {}
            Err(CommitError::Refused(_)) => return Ok(false),
            Err(error) => return Err(error.into()),
        }
        group.directory.corrected(self.caller, correction.patient().clone())?;
        group.import.tally.correct(candidate.row);
        patients.spread(correction).await?;
        Ok(true)
    }

    /// Commits what is in the group; false if it was refused.
    async fn commit(&self, group: &mut Group) -> Result<bool, QueueError> {
        if self.source_is_kept() && self.cx.now().duration_since(self.started_at) > LONGEST {
            return Err(QueueError::Unfinished);
        }
        let work = group.close(self.caller);
        match self.cx.save(self.caller, work).await {
            Ok(()) => {
                group.committed();
                Ok(true)
            }
            Err(CommitError::Refused(_)) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    async fn finish(&self, mut group: Group) -> Result<Pass, QueueError> {
        group.import.finished = true;
        let view = group.import.view(self.cx.language, |row| ticket_id(&group.import, row));
        let work = group.close(self.caller);
        match self.cx.commit(self.caller, work, &view).await {
            Ok(()) => Ok(Pass::Finished(view)),
            Err(CommitError::Refused(_)) => Ok(Pass::Refused),
            Err(error) => Err(error.into()),
        }
    }

    const fn source_is_kept(&self) -> bool {
        !matches!(self.source, Source::Once(_))
    }
}

impl Group {
    /// How many actions a candidate takes; none if it is skipped.
    fn needs(&self, candidate: &Candidate) -> Option<usize> {
        let newcomer = candidate.newcomer.as_ref().ok()?;
        match self.directory.find(newcomer).ok()? {
            Meant::Known(patient) if self.open.contains(&patient.id) => None,
            _ => Some(self.directory.actions(newcomer).ok()? + Ticket::ACTIONS),
        }
    }

    /// Takes a candidate into the group, or notes why not.
    fn take(&mut self, candidate: &Candidate, caller: &Authorized, cx: &Cx) -> Result<(), QueueError> {
        self.import.done += 1;
        let row = candidate.row;
        match &candidate.newcomer {
            Err(skip) => self.import.tally.fault(skip.clone()),
            Ok(newcomer) => match self.admit(newcomer, row, caller, cx) {
                Ok(created) => self.import.tally.add(row, created),
                Err(error) => self.import.tally.skip(skip_of(row, error)?),
            },
        }
        Ok(())
    }

    fn admit(&mut self, newcomer: &Newcomer, row: u32, caller: &Authorized, cx: &Cx) -> Result<bool, QueueError> {
        if let Meant::Known(patient) = self.directory.find(newcomer)?
            && self.open.contains(&patient.id)
        {
            return Err(QueueError::AlreadyInQueue);
        }
        if let Some(refused) = self.refused.take() {
            return Err(refused.into());
        }
        let now = cx.now();
        let enrolled = self.directory.enrol(caller, newcomer, cx.new_id(), now, &mut self.work)?;
        let id = ticket_id(&self.import, row);
        let unread = self.directory.unread(enrolled.patient.id);
        let ticket = Ticket::admit(&mut self.queue, id, &enrolled.patient, newcomer.metadata.clone(), unread, now);
        ticket.add_to(caller, self.queue.clinic, unread, &mut self.work);
        self.work.update(ticket.admitted(caller).update());
        self.open.insert(enrolled.patient.id);
        Ok(enrolled.created)
    }

    /// The work of the group, with the queue and the progress as they are then.
    fn close(&mut self, caller: &Authorized) -> Work {
        let mut work = std::mem::take(&mut self.work);
        if self.queue != self.queue_read.value {
            work.replace(caller, &self.queue_read, &self.queue);
        }
        if let Some(read) = &self.import_read {
            work.replace(caller, read, &self.import);
        }
        work
    }

    /// What was written stands now.
    fn committed(&mut self) {
        if self.queue != self.queue_read.value {
            self.queue_read.version += 1;
            self.queue_read.value = self.queue.clone();
        }
        if let Some(read) = &mut self.import_read {
            read.version += 1;
            read.value = self.import.clone();
        }
    }
}

/// The ticket of a row: the same whenever the import makes it.
pub fn ticket_id(import: &Import, row: u32) -> TicketId {
    let [a, b, c, d, e, f, g, h, i, j, ..] = sha256(format!("{}\0{row}", import.id).as_bytes());
    TicketId::from_body(import.queue, Body::from_parts(import.started_at, [a, b, c, d, e, f, g, h, i, j]))
}

/// Why a row was skipped; what is no fault of the row ends the import.
fn skip_of(row: u32, error: QueueError) -> Result<Skip, QueueError> {
    match error {
        QueueError::AlreadyInQueue
        | QueueError::Patient(
            PatientError::FileNumberTaken(_)
            | PatientError::NationalIdTaken(_)
            | PatientError::Exists(_)
            | PatientError::Differs { .. }
            | PatientError::NotTheSame,
        ) => {
            let failure = Failure::from(error);
            let fault = failure.faults().first();
            let (field, id) = fault.map(|fault| (fault.field.clone(), fault.id.clone())).unwrap_or_default();
            Ok(Skip { row, code: failure.code().as_str().to_owned(), field, id })
        }
        error => Err(error),
    }
}
