//! `GET /api/messages`

use dawr_api::{
    Cx, Failure, Fault,
    audit::ALL,
    code::Code,
    endpoint,
    failure::FieldErrors,
    function::Access,
    page::List,
    permission::Permission,
    request::{Instant, PageSize},
};
use dawr_kernel::id::{BatchId, Body, Id, MessageId, QueueId};
use dawr_store::{Cursor, Index, Query, keys};
use deserr::Deserr;
use jiff::Timestamp;
use schemars::JsonSchema;

use crate::{
    coverage::Within,
    message::{Message, Status},
    message_view::MessageView,
};

/// With filters, so many messages are looked at for one page.
const LOOKS: u32 = 1_000;

endpoint! {
    /// The tenant's messages, the newest first: of queues in clinics that the caller covers, and, of what is about no queue, what
    /// they sent themselves or what was sent by whoever covers no more clinics than they do. A page may be short and still have
    /// a next one.
    pub const LIST_MESSAGES: "list_messages" = Get "/api/messages";
    requires: Permission(MessageRead);
    reach: Clinic;
    access: Access::APPEND;
    handler: list_messages(query: ListMessages) -> 200 List<MessageView>;
    errors: [OutOfRange];
}

/// Which messages.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase")]
pub struct ListMessages {
    /// Only those of this status.
    #[deserr(default)]
    status: Option<Status>,
    /// Only those to patients of this queue.
    #[deserr(default)]
    queue_id: Option<QueueId>,
    /// Only those of this batch.
    #[deserr(default)]
    batch_id: Option<BatchId>,
    /// Made at this time or later.
    #[deserr(default)]
    from: Option<Instant>,
    /// Made before this time.
    #[deserr(default)]
    to: Option<Instant>,
    /// The token of the page; the first one unless said.
    #[deserr(default)]
    page: Option<String>,
    #[deserr(default)]
    page_size: Option<PageSize>,
}

async fn list_messages(cx: &Cx, query: ListMessages) -> Result<List<MessageView>, Failure> {
    let caller = cx.authorize(Permission::MessageRead)?;
    let after: Option<Cursor> = cx.open_page(&caller, query.page.as_deref())?;
    let Some((first, last)) = range(&query)? else { return cx.list(&caller, Vec::new(), None::<Cursor>) };
    let size = query.page_size.unwrap_or_default().0;
    let filtered = query.status.is_some() || query.queue_id.is_some();
    let range = Query::between(Index::Gsi1, keys::message_listed(&caller, first), keys::message_listed(&caller, last))
        .descending()
        .after(after)
        .only("status", query.status.map(Status::as_str))
        .only("queue_id", query.queue_id);
    let looks = if filtered { LOOKS } else { size };
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let page = cx.table().filtered_page::<Message>(range, size, looks).await?;
    cx.seen_lately::<Message>(&caller, query.batch_id.map_or_else(|| ALL.to_owned(), |batch| batch.to_string()))
        .await?;
    let listed = page.items.iter().map(|message| (message.queue_id, message.id));
    let within = Within::of(cx, &caller, listed).await?;
    let covered = page.items.iter().filter(|message| within.has(message.queue_id, message.id));
    let items = covered.filter_map(|message| MessageView::new(cx, &caller, message)).collect();
    cx.list(&caller, items, page.next)
}

/// The first and the last message that may be listed: ids sort by time, and a batch's stand side by side. None if there
/// can be none.
fn range(query: &ListMessages) -> Result<Option<(MessageId, MessageId)>, Failure> {
    let at = |time: Timestamp, rest| MessageId::from_body(Body::from_parts(time, [rest; 10]));
    let (from, to) = (query.from.map(|from| from.0), query.to.map(|to| to.0));
    if from.zip(to).is_some_and(|(from, to)| from >= to) {
        return Err(Fault::at(Code::OutOfRange, "to")
            .saying("`to` must be later than `from`.", "يجب أن تكون نهاية المدة بعد بدايتها.")
            .into());
    }
    let mut first = from.map_or_else(|| at(Timestamp::UNIX_EPOCH, 0), |from| at(from, 0));
    let end = Timestamp::from_millisecond((1 << 47) - 1).unwrap_or(Timestamp::MAX);
    let mut last = to.map_or_else(|| at(end, 0xFF), |to| at(to, 0));
    if let Some(batch) = query.batch_id {
        first = first.max(MessageId::of(batch, 0));
        last = last.min(MessageId::of(batch, u16::MAX));
    }
    Ok((first <= last).then_some((first, last)))
}
