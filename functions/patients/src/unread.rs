//! What of a patient's conversation their open tickets show.
//!
//! The conversation is messaging's, whose transactions change it together with the open tickets. A ticket that opens takes over
//! what is unread by then, and moves the version of the conversation: of a ticket that opens and a message that comes at once,
//! one comes again (docs/adr/0016).

use dawr_kernel::id::PatientId;
use dawr_store::{Entity, Place, StoreError, Stored, TenantScope, Update, entity::Item, keys};
use serde::{Deserialize, Serialize};

/// What is read of a conversation here.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Seen {
    patient: PatientId,
    unread: u32,
    #[serde(default)]
    question: Option<SeenQuestion>,
}

/// That staff must find out what the patient means. What it was does not matter here.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct SeenQuestion {}

impl Entity for Seen {
    const KIND: &'static str = "conversation";

    fn place(&self, scope: &TenantScope) -> Place {
        Place::at(keys::conversation(scope, self.patient))
    }
}

/// What a ticket of a known patient shows of their conversation, as it was read.
#[derive(Debug, Clone)]
pub struct Unread {
    patient: PatientId,
    read: Option<Stored<Seen>>,
}

impl Unread {
    /// Of the item at the key of the patient's conversation.
    pub(crate) fn decode(patient: PatientId, item: Option<Item>) -> Result<Self, StoreError> {
        Ok(Self { patient, read: item.map(Stored::decode).transpose()? })
    }

    /// How much the patient wrote that nobody has read.
    pub fn messages(&self) -> u32 {
        self.read.as_ref().map_or(0, |read| read.unread)
    }

    /// Whether staff must find out what the patient means.
    pub fn needs_answer(&self) -> bool {
        self.read.as_ref().is_some_and(|read| read.question.is_some())
    }

    /// Only if nothing came since, and nothing that comes now passes the ticket by. Without a conversation an empty one begins.
    pub fn hold(&self, scope: &TenantScope) -> Update {
        let key = keys::conversation(scope, self.patient);
        match &self.read {
            Some(read) => Update::of(key).over(Some(read)),
            None => Update::upsert::<Seen>(key).set("patient", self.patient).set("unread", 0).over::<Seen>(None),
        }
    }
}
