//! `POST /api/patients/{patientId}/conversation/read`

use dawr_api::{
    Authorized, Cx, Failure, code::Code, endpoint, failure::FieldErrors, function::Access, permission::Permission,
    reply::Empty,
};
use dawr_kernel::id::{InboundId, PatientId};
use dawr_patients::get_patient::PatientPath;
use dawr_queues::{model::Ticket, store::open_tickets};
use dawr_store::{CommitError, Index, Query, Stored, Work, keys};
use deserr::Deserr;
use schemars::JsonSchema;

use crate::{
    conversation::{Conversation, InboundMessage},
    get_consent::load,
};

/// Another may write at the same time: so often it is tried.
const MAX_TRIES: u32 = 12;

endpoint! {
    /// Says that somebody has read what a patient wrote: all of it, or all up to something.
    pub const READ_CONVERSATION: "read_conversation" = Post "/api/patients/{patientId}/conversation/read";
    requires: Permission(MessageRead);
    reach: Shared;
    access: Access::WRITE;
    handler: read_conversation(path: PatientPath, optional_body: ReadConversation) -> 204 Empty;
    errors: [NotFound];
}

/// How far somebody has read.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReadConversation {
    /// The last thing that they have seen; what came later stays unread. All unless said.
    #[deserr(default)]
    up_to: Option<InboundId>,
    /// Whether what had to be found out is found out: the question and the mark of another number are taken away.
    #[deserr(default)]
    answered: Option<bool>,
}

async fn read_conversation(cx: &Cx, path: PatientPath, body: ReadConversation) -> Result<Empty, Failure> {
    let caller = cx.authorize(Permission::MessageRead)?;
    let (patient, _) = load(cx, &caller, path.patient_id).await?;
    for round in 0..MAX_TRIES {
        cx.table().pause(round).await;
        let key = keys::conversation(&caller, patient.id);
        let read: Option<Stored<Conversation>> = cx.table().get(&key).await?;
        let mut next = read.as_ref().map_or_else(|| Conversation::new(patient.id), |read| read.value.clone());
        next.unread = unread_after(cx, &caller, patient.id, body.up_to).await?.min(next.unread);
        if body.answered == Some(true) {
            (next.question, next.moved) = (None, None);
        }
        let mut work = Work::new();
        match &read {
            Some(read) => work.replace(&caller, read, &next),
            None => work.create(&caller, &next),
        };
        for ticket in open_tickets(cx, &caller, patient.id).await? {
            Ticket::tell_unread(&caller, ticket, next.unread, next.question.is_some(), &mut work);
        }
        match cx.save(&caller, work).await {
            Ok(()) => return Ok(Empty),
            Err(CommitError::Refused(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Failure::new(Code::Unavailable).after(1))
}

/// How much the patient wrote later.
async fn unread_after(
    cx: &Cx,
    caller: &Authorized,
    patient: PatientId,
    up_to: Option<InboundId>,
) -> Result<u32, Failure> {
    let Some(up_to) = up_to else { return Ok(0) };
    let (first, last) = keys::inbound_after(caller, patient, up_to);
    let later = || Query::between(Index::Table, first.clone(), last.clone());
    let later = cx.table().query_all::<InboundMessage>(later).await?;
    let later = later.iter().filter(|message| message.id != up_to && message.kind.is_news());
    Ok(u32::try_from(later.count()).unwrap_or(u32::MAX))
}
