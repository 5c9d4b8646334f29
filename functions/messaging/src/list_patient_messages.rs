//! `GET /api/patients/{patientId}/messages`

use dawr_api::{
    Authorized, Cx, Failure, code::Code, endpoint, function::Access, page::List, permission::Permission,
    request::WhichPage,
};
use dawr_kernel::id::{MessageId, PatientId};
use dawr_patients::{get_patient::PatientPath, model::Patient};
use dawr_store::{Cursor, Entity, Index, Query, StoreError, Stored, keys};
use serde::{Deserialize, Serialize};

use crate::{coverage::Within, message::Message, message_view::MessageView};

endpoint! {
    /// The messages to a patient: first those that are still on their way, then those that were sent or will not arrive, the newest
    /// first of both. Those of queues in clinics that the caller does not cover are left out, so a page may be short and still have
    /// a next one.
    pub const LIST_PATIENT_MESSAGES: "list_patient_messages" = Get "/api/patients/{patientId}/messages";
    requires: Permission(MessageRead);
    reach: Clinic;
    access: Access::APPEND;
    handler: list_patient_messages(path: PatientPath, query: WhichPage) -> 200 List<MessageView>;
    errors: [NotFound];
}

/// What the patient wrote stands between the messages: so much of both is looked at for each message of a page, and at least so much.
const LOOKS: u32 = 2;
const LEAST_LOOKS: u32 = 50;

/// So many of the messages that earlier pages showed on their way are told apart from those that were decided since: a token has no
/// room for more.
const REMEMBERED: usize = 100;

/// Where a page of the list ended.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Place {
    /// Whether all that are on their way were shown.
    past: bool,
    /// Behind this, in the one part of the list or in the other.
    after: Option<Cursor>,
    /// What was shown on its way: it may have been decided since, and is not shown again.
    shown: Vec<MessageId>,
}

async fn list_patient_messages(cx: &Cx, path: PatientPath, query: WhichPage) -> Result<List<MessageView>, Failure> {
    let caller = cx.authorize(Permission::MessageRead)?;
    let place: Place = cx.open_page(&caller, query.token())?.unwrap_or_default();
    let key = keys::patient(&caller, path.patient_id);
    // At the same time, so that a patient who is not there costs no time.
    let (patient, page) =
        futures::join!(cx.table().get::<Patient>(&key), page(cx, &caller, path.patient_id, place, query.size()));
    let patient = patient?.ok_or(Code::NotFound)?;
    let (messages, next) = page?;
    let within = Within::of(cx, &caller, messages.iter().map(|message| (message.queue_id, message.id))).await?;
    let covered = messages.iter().filter(|message| within.has(message.queue_id, message.id));
    let views = covered.filter_map(|message| MessageView::new(cx, &caller, message)).collect();
    cx.seen_lately::<Patient>(&caller, patient.id).await?;
    cx.list(&caller, views, next)
}

/// The messages of a page, no more than `size`, and where the next one begins.
async fn page(
    cx: &Cx,
    caller: &Authorized,
    patient: PatientId,
    mut place: Place,
    size: u32,
) -> Result<(Vec<Stored<Message>>, Option<Place>), StoreError> {
    let mut messages = Vec::new();
    if !place.past {
        let range = Query::below(Index::Gsi3, keys::all_on_the_way(caller, patient)).descending();
        let waiting = cx.table().query_keys(range.limit(size).after(place.after.take())).await?;
        // As they are by now: what was decided a moment ago may not stand in the conversation yet.
        messages.extend(cx.table().get_many::<Message>(&waiting.items).await?.into_iter().flatten());
        place.shown.extend(messages.iter().map(|message| message.id));
        let forgotten = place.shown.len().saturating_sub(REMEMBERED);
        place.shown.drain(..forgotten);
        place.past = waiting.next.is_none();
        place.after = waiting.next;
    }
    let room = usize::try_from(size).unwrap_or(usize::MAX).saturating_sub(messages.len());
    if !place.past || room == 0 {
        return Ok((messages, Some(place)));
    }
    let range = Query::below(Index::Gsi2, keys::all_said(caller, patient)).descending().after(place.after.take());
    let range = range.only("kind", Some(Message::KIND));
    let looks = size.saturating_mul(LOOKS).max(LEAST_LOOKS);
    let is_new = |message: &Message| !place.shown.contains(&message.id);
    let decided = cx.table().matching_page(range, room, looks, is_new).await?;
    messages.extend(decided.items);
    Ok((messages, decided.next.map(|after| Place { after: Some(after), ..place })))
}
