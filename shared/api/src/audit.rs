//! The audit trail: who did what, when, from where, and which fields changed; never their values.
//!
//! An entry is written in the transaction that makes the change, from what the transaction itself knows ([`Work::changes`]):
//! an endpoint cannot forget it. Entries are only ever created.

use dawr_kernel::id::{AuditId, ElevationId, MemberId, TenantId};
use dawr_store::{
    Entity, Place, TenantScope, Work, keys,
    work::{Change, What},
};
use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Who does something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The member; none for whoever is not signed in, and for an operator.
    pub member: Option<MemberId>,
    /// The operator's stay in the tenant.
    pub elevation: Option<ElevationId>,
    /// For how many days entries of this tenant are kept.
    #[serde(skip)]
    pub kept_days: u32,
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
        Place::at(keys::audit_entry(scope, self.id)).until(self.until)
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
