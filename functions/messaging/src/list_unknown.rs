//! `GET /api/conversations/unknown`

use dawr_api::{
    Cx, Failure, audit::ALL, endpoint, function::Access, page::List, permission::Permission, request::WhichPage,
};
use dawr_store::{Cursor, Index, Query, keys};

use crate::{conversation::InboundMessage, get_conversation::SaidView};

endpoint! {
    /// What was written from numbers that no patient had at that time, the newest first.
    pub const LIST_UNKNOWN: "list_unknown" = Get "/api/conversations/unknown";
    requires: Permission(MessageRead);
    reach: Shared;
    access: Access::APPEND;
    handler: list_unknown(query: WhichPage) -> 200 List<SaidView>;
    errors: [];
}

async fn list_unknown(cx: &Cx, query: WhichPage) -> Result<List<SaidView>, Failure> {
    let caller = cx.authorize(Permission::MessageRead)?;
    let after: Option<Cursor> = cx.open_page(&caller, query.token())?;
    let range = Query::below(Index::Gsi2, keys::unknown(&caller)).descending().limit(query.size());
    let page = cx.table().query::<InboundMessage>(range.after(after)).await?;
    cx.seen_lately::<InboundMessage>(&caller, ALL).await?;
    let items = page.items.iter().map(|message| SaidView::heard(message, &caller)).collect();
    cx.list(&caller, items, page.next)
}
