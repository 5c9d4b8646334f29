//! What shows a patient's name and phone: open tickets, the ticket got last, failed tasks.
//!
//! The record is the home of both ([`crate::model::Patient`]). Lists of tickets and of failed tasks show them without reading
//! every patient, so the transaction that corrects a record corrects what shows it, too ([`crate::store::Patients::correct`]).
//! Whoever adds something that shows a patient relies on the record's version and moves that of the ties; whoever corrects
//! the record relies on the version of the ties: of two at once, one comes again (docs/adr/0015).

use std::collections::BTreeSet;

use dawr_kernel::{
    id::{PatientId, TaskId, TicketId},
    phone::PhoneNumber,
    text::PersonName,
};
use dawr_store::{Entity, Key, Place, Stored, TenantScope, Update, keys};
use serde::{Deserialize, Serialize};

use crate::model::Patient;

/// A patient's name and phone, as tickets and failed tasks show them. The names of the fields are those of their items.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The name.
    pub full_name: PersonName,
    /// The phone.
    pub phone_number: PhoneNumber,
}

impl Person {
    /// As the record says.
    pub fn of(patient: &Patient) -> Self {
        Self { full_name: patient.full_name.clone(), phone_number: patient.phone.clone() }
    }

    /// Makes what stands at the key show this.
    fn shown_at(&self, key: Key) -> Update {
        Update::of(key).set("full_name", &self.full_name).set("phone_number", &self.phone_number)
    }
}

/// What shows a patient's name and phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ties {
    /// The patient.
    pub patient: PatientId,
    /// The ticket that the patient got last: what a message to the patient is about.
    #[serde(default)]
    pub latest: Option<TicketId>,
    /// The open tickets.
    #[serde(default)]
    pub tickets: BTreeSet<TicketId>,
    /// The failed tasks.
    #[serde(default)]
    pub tasks: BTreeSet<TaskId>,
}

impl Entity for Ties {
    const KIND: &'static str = "patient-ties";

    fn place(&self, scope: &TenantScope) -> Place {
        Place::at(keys::patient_ties(scope, self.patient))
    }
}

/// A change of a patient's ties.
pub struct TiesChange(Update);

impl TiesChange {
    fn of(scope: &TenantScope, patient: PatientId) -> Update {
        Update::upsert::<Ties>(keys::patient_ties(scope, patient)).set("patient", patient)
    }

    /// The patient got a ticket.
    pub fn admitted(scope: &TenantScope, patient: PatientId, ticket: TicketId) -> Self {
        Self(Self::of(scope, patient).set("latest", ticket).include("tickets", ticket))
    }

    /// A ticket of the patient is open again.
    pub fn reopened(scope: &TenantScope, patient: PatientId, ticket: TicketId) -> Self {
        Self(Self::of(scope, patient).include("tickets", ticket))
    }

    /// A ticket of the patient is over.
    pub fn closed(scope: &TenantScope, patient: PatientId, ticket: TicketId) -> Self {
        Self(Self::of(scope, patient).exclude("tickets", ticket))
    }

    /// A message to the patient failed.
    pub fn failed(scope: &TenantScope, patient: PatientId, task: TaskId) -> Self {
        Self(Self::of(scope, patient).include("tasks", task))
    }

    /// A failed task of the patient was decided on.
    pub fn decided(scope: &TenantScope, patient: PatientId, task: TaskId) -> Self {
        Self(Self::of(scope, patient).exclude("tasks", task))
    }

    /// Whatever the ties are at this moment.
    pub fn update(self) -> Update {
        self.0
    }

    /// Only if the ties are still as they were read.
    pub(crate) fn over(self, read: Option<&Stored<Ties>>) -> Update {
        self.0.over(read)
    }
}

impl Ties {
    /// The tickets that show the patient.
    fn shown_tickets(&self) -> BTreeSet<TicketId> {
        self.tickets.iter().copied().chain(self.latest).collect()
    }

    /// So many of the failed tasks that show the patient, the newest first: those before this one, or the first ones.
    pub(crate) fn tasks_before(&self, last: Option<TaskId>, most: usize) -> Vec<TaskId> {
        let before = |task: &&TaskId| last.is_none_or(|last| **task < last);
        self.tasks.iter().rev().filter(before).take(most).copied().collect()
    }
}

impl Person {
    /// The changes that make tickets of the patient show this, but for one that is written otherwise.
    pub(crate) fn on_tickets(&self, scope: &TenantScope, ties: &Ties, except: Option<TicketId>) -> Vec<Update> {
        let tickets = ties.shown_tickets().into_iter().filter(|ticket| Some(*ticket) != except);
        tickets.map(|ticket| self.shown_at(keys::ticket(scope, ticket))).collect()
    }

    /// The change that makes a failed task show this.
    pub(crate) fn on_task(&self, scope: &TenantScope, task: TaskId) -> Update {
        self.shown_at(keys::task(scope, task))
    }
}

#[cfg(test)]
mod tests {
    use dawr_kernel::{
        entropy::Seeded,
        id::{Id, QueueId},
    };
    use jiff::Timestamp;
    use serde_dynamo::AttributeValue;

    use super::*;

    #[test]
    fn sets_come_back_from_the_table() {
        let (now, entropy) = (Timestamp::UNIX_EPOCH, Seeded::new(1));
        let patient = PatientId::generate(now, &entropy);
        let ticket = TicketId::generate(QueueId::generate(now, &entropy), now, &entropy);
        let item = serde_dynamo::Item::from(std::collections::HashMap::from([
            ("patient".to_owned(), AttributeValue::S(patient.to_string())),
            ("tickets".to_owned(), AttributeValue::Ss(vec![ticket.to_string()])),
        ]));
        let ties: Ties = serde_dynamo::from_item(item).unwrap();
        assert_eq!((ties.latest, ties.tasks.len()), (None, 0));
        assert_eq!(ties.tickets.into_iter().collect::<Vec<_>>(), [ticket]);
    }
}
