//! The audit trail: who did what, when, from where, and which fields changed; never their values.
//!
//! An entry is written in the transaction that makes the change, from what the transaction itself knows ([`Work::changes`]):
//! an endpoint cannot forget it. Entries are only ever created.

use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
};

use dawr_kernel::id::{AuditId, Body, ElevationId, Id, MemberId, TenantId};
use dawr_store::{
    CommitError, Entity, Place, TenantScope, Wake, Work, keys,
    work::{Change, What},
};
use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Authorized, Cx, Failure, function::Queue, idempotency::sha256, tenant::Tenant};

/// Lists are looked at again and again: who reads one is noted once in so many seconds.
const WINDOW: i64 = 15 * 60;

/// So many reads are kept in mind.
const MOST: usize = 10_000;

/// Who does something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The member of the tenant; none for whoever is not signed in, and for an operator.
    pub member: Option<MemberId>,
    /// The operator's stay in the tenant.
    pub elevation: Option<ElevationId>,
    /// The operator of the platform who does it to a tenant that is not theirs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operator: Option<MemberId>,
    /// For how many days entries of this tenant are kept.
    #[serde(skip)]
    pub kept_days: u32,
}

impl Actor {
    /// A member, in their own tenant.
    pub const fn member(member: MemberId, tenant: &Tenant) -> Self {
        Self { member: Some(member), elevation: None, operator: None, kept_days: tenant.retention.audit_days }
    }

    /// An operator of the platform who does something to a tenant, without a stay in it.
    pub const fn operator(operator: MemberId, tenant: &Tenant) -> Self {
        Self { member: None, elevation: None, operator: Some(operator), kept_days: tenant.retention.audit_days }
    }

    /// Nobody whom this tenant's trail can name.
    pub const fn nobody(tenant: &Tenant) -> Self {
        Self { member: None, elevation: None, operator: None, kept_days: tenant.retention.audit_days }
    }
}

/// What is done to a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// It was made.
    Created,
    /// It was changed.
    Changed,
    /// It was deleted.
    Deleted,
    /// It was read.
    Read,
}

/// A thing that an entry is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Subject {
    /// What kind of thing.
    pub kind: String,
    /// Which one.
    pub id: String,
    /// What was done to it.
    pub effect: Effect,
    /// The fields that changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
}

impl Subject {
    fn of(change: &Change) -> Self {
        let (effect, fields) = match &change.what {
            What::Created => (Effect::Created, Vec::new()),
            What::Changed(fields) => (Effect::Changed, fields.clone()),
            What::Deleted => (Effect::Deleted, Vec::new()),
        };
        Self { kind: change.kind.to_owned(), id: change.id.clone(), effect, fields }
    }

    /// Something that was read.
    pub fn read<T: Entity>(id: impl std::fmt::Display) -> Self {
        Self { kind: T::KIND.to_owned(), id: id.to_string(), effect: Effect::Read, fields: Vec::new() }
    }
}

/// One entry of the trail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its id, which has the time.
    pub id: AuditId,
    /// Whose trail it belongs to.
    pub tenant: TenantId,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// The function that did it.
    pub action: String,
    /// What it is about.
    pub subjects: Vec<Subject>,
    /// What ties together all that one request caused.
    pub correlation: String,
    /// The address that the request came from.
    pub address: String,
    /// When it may be forgotten.
    pub until: Timestamp,
}

impl Entity for Entry {
    const KIND: &'static str = "audit";

    fn place(&self, scope: &TenantScope) -> Place {
        // Written once and never again.
        Place::at(keys::audit_entry(scope, self.id)).wake(Wake::to(Queue::Audits.as_str(), 0)).until(self.until)
    }
}

/// Where and when something is done.
pub struct Circumstances<'a> {
    /// The id of the entry to be.
    pub id: AuditId,
    /// The time.
    pub at: Timestamp,
    /// The function.
    pub action: &'static str,
    /// What ties together all that one request caused.
    pub correlation: &'a str,
    /// The address that the request came from.
    pub address: &'a str,
}

/// Adds an entry about `subjects` to the work.
pub fn record(scope: &TenantScope, actor: Actor, around: &Circumstances<'_>, subjects: Vec<Subject>, work: &mut Work) {
    let kept = SignedDuration::from_hours(24 * i64::from(actor.kept_days));
    let entry = Entry {
        id: around.id,
        tenant: scope.tenant(),
        at: around.at,
        actor,
        action: around.action.to_owned(),
        subjects,
        correlation: around.correlation.to_owned(),
        address: around.address.to_owned(),
        until: around.at.checked_add(kept).unwrap_or(Timestamp::MAX),
    };
    work.create(scope, &entry);
}

/// The subjects of what a transaction does: each thing once, with all of its fields that change.
pub fn subjects(work: &Work) -> Vec<Subject> {
    work.changes().iter().map(Subject::of).collect()
}

/// The reads of lists that this process knows to be in the trail.
#[derive(Debug, Default)]
pub struct NotedReads(Mutex<HashSet<AuditId>>);

impl NotedReads {
    fn has(&self, id: AuditId) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(&id)
    }

    fn add(&self, id: AuditId) {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if noted.len() >= MOST {
            noted.clear();
        }
        noted.insert(id);
    }
}

/// What stands in the audit trail for all things of a kind together.
pub const ALL: &str = "all";

impl Cx {
    /// The same for what the tenant's own people read without a note of it: during a stay an operator's looks are noted, too.
    ///
    /// # Errors
    /// If the table does not answer: then nothing is shown.
    pub async fn seen_in_stay<T: Entity>(
        &self,
        caller: &Authorized,
        list: impl std::fmt::Display,
    ) -> Result<(), Failure> {
        if caller.elevation.is_some() { self.seen_lately::<T>(caller, list).await } else { Ok(()) }
    }

    /// Notes in the audit trail that the caller reads a list of people's records, which is asked for again and again: once
    /// in a quarter of an hour. The entry's id follows from who reads what and when, so that all processes mean the same.
    ///
    /// # Errors
    /// If the table does not answer: then nothing is shown.
    pub async fn seen_lately<T: Entity>(
        &self,
        caller: &Authorized,
        list: impl std::fmt::Display,
    ) -> Result<(), Failure> {
        let (now, subject) = (self.now(), Subject::read::<T>(list));
        let since = Timestamp::from_second(now.as_second() - now.as_second().rem_euclid(WINDOW)).unwrap_or(now);
        let who = serde_json::to_string(&caller.actor()).map_err(Failure::internal)?;
        let read = format!("{}\0{who}\0{}\0{}", caller.tenant(), self.function, subject.id);
        let [a, b, c, d, e, f, g, h, i, j, ..] = sha256(read.as_bytes());
        let id = AuditId::from_body(Body::from_parts(since, [a, b, c, d, e, f, g, h, i, j]));
        if self.services.noted.has(id) {
            return Ok(());
        }
        let mut work = Work::new();
        record(caller, caller.actor(), &Circumstances { id, ..self.circumstances() }, vec![subject], &mut work);
        match self.table().commit(work).await {
            // Refused: another process noted it.
            Ok(()) | Err(CommitError::Refused(_)) => self.services.noted.add(id),
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }
}
