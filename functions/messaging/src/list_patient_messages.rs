//! `GET /api/patients/{patientId}/messages`

use std::collections::HashSet;

use dawr_api::{
    Authorized, Cx, Failure, code::Code, endpoint, function::Access, page::List, permission::Permission,
    request::WhichPage,
};
use dawr_kernel::id::{Body, Id, MessageId, PatientId};
use dawr_patients::{get_patient::PatientPath, model::Patient};
use dawr_store::{Cursor, Entity, Index, Page, Query, StoreError, Stored, keys};
use jiff::{SignedDuration, Timestamp};

use crate::{
    coverage::Within,
    message::{Message, Status},
    message_view::MessageView,
};

endpoint! {
    /// The messages to a patient: first those of the last two days that are still on their way, among the tenant's newest thousand,
    /// then those that were sent or will not arrive, the newest first. Those of queues in clinics that the caller does not cover are
    /// left out, so a page may be short and still have a next one.
    pub const LIST_PATIENT_MESSAGES: "list_patient_messages" = Get "/api/patients/{patientId}/messages";
    requires: Permission(MessageRead);
    reach: Clinic;
    access: Access::APPEND;
    handler: list_patient_messages(path: PatientPath, query: WhichPage) -> 200 List<MessageView>;
    errors: [NotFound];
}

/// What the patient wrote stands between the messages: so much of both is looked at for one page.
const LOOKS: u32 = 500;

/// What is on its way is in no list of the patient's: it is looked for among so many of the tenant's newest messages.
const NEWEST: u32 = 1_000;

/// What is older has been decided.
const LONGEST: SignedDuration = SignedDuration::from_hours(48);

async fn list_patient_messages(cx: &Cx, path: PatientPath, query: WhichPage) -> Result<List<MessageView>, Failure> {
    let caller = cx.authorize(Permission::MessageRead)?;
    let after: Option<Cursor> = cx.open_page(&caller, query.token())?;
    let (key, is_first) = (keys::patient(&caller, path.patient_id), after.is_none());
    // At the same time, so that a patient who is not there costs no time.
    let (patient, on_the_way, decided) = futures::join!(
        cx.table().get::<Patient>(&key),
        on_the_way(cx, &caller, path.patient_id, is_first),
        decided(cx, &caller, path.patient_id, after, query.size()),
    );
    let patient = patient?.ok_or(Code::NotFound)?;
    let Page { items: decided, next } = decided?;
    // An index may be a moment behind: what was decided just now is told as it is by now.
    let known: HashSet<MessageId> = decided.iter().map(|message| message.id).collect();
    let on_the_way = on_the_way?.into_iter().filter(|message| !known.contains(&message.id));
    let messages: Vec<Stored<Message>> = on_the_way.chain(decided).collect();
    let within = Within::of(cx, &caller, messages.iter().map(|message| (message.queue_id, message.id))).await?;
    let covered = messages.iter().filter(|message| within.has(message.queue_id, message.id));
    let views = covered.filter_map(|message| MessageView::new(cx, &caller, message)).collect();
    cx.seen_lately::<Patient>(&caller, patient.id).await?;
    cx.list(&caller, views, next)
}

/// Those that nobody can tell yet what becomes of them.
async fn on_the_way(
    cx: &Cx,
    caller: &Authorized,
    patient: PatientId,
    is_first: bool,
) -> Result<Vec<Stored<Message>>, StoreError> {
    if !is_first {
        return Ok(Vec::new());
    }
    let at =
        |time: Timestamp, rest| keys::message_listed(caller, MessageId::from_body(Body::from_parts(time, [rest; 10])));
    let from = cx.now().checked_sub(LONGEST).unwrap_or(Timestamp::UNIX_EPOCH);
    let statuses = [Status::Queued, Status::Sending, Status::Unknown].map(Status::as_str);
    let range = Query::between(Index::Gsi1, at(from, 0), at(cx.now(), 0xFF)).descending();
    let range = range.only_in("about", "patient_id", patient).among("status", Some(&statuses)).limit(NEWEST);
    Ok(cx.table().query(range).await?.items)
}

/// Those that were sent, or will not arrive, in the order in which they were said.
async fn decided(
    cx: &Cx,
    caller: &Authorized,
    patient: PatientId,
    after: Option<Cursor>,
    size: u32,
) -> Result<Page<Stored<Message>>, StoreError> {
    let range = Query::below(Index::Gsi2, keys::all_said(caller, patient)).descending().after(after);
    let range = range.only("kind", Some(Message::KIND));
    cx.table().filtered_page(range, usize::try_from(size).unwrap_or(50), LOOKS).await
}
