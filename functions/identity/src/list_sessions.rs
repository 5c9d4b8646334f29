//! `GET /api/auth/sessions`

use dawr_api::{Authorized, Cx, Failure, code::Code, endpoint, function::Access, page::List, request::WhichPage};
use dawr_kernel::id::SessionId;
use dawr_store::{Cursor, Index, Query, keys};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::model::{Member, Session};

endpoint! {
    /// The caller's open sessions in this tenant, the latest sign-in first.
    pub const LIST_SESSIONS: "list_sessions" = Get "/api/auth/sessions";
    requires: Account;
    access: Access::READ;
    handler: list_sessions(query: WhichPage) -> 200 List<OpenSessionView>;
    errors: [];
}

/// An open session.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OpenSessionView {
    id: SessionId,
    /// Browser and system, as far as they were told.
    device: String,
    /// The address from which it was used last.
    address: String,
    #[schemars(with = "String")]
    started_at: Timestamp,
    /// When an access token was last given out for it; one is good for 15 minutes.
    #[schemars(with = "String")]
    last_used_at: Timestamp,
    /// Whether it is the one of this request.
    current: bool,
}

impl OpenSessionView {
    fn new(session: &Session, caller: &Authorized) -> Self {
        Self {
            id: session.id,
            device: session.device.clone(),
            address: session.address.clone(),
            started_at: session.started_at,
            last_used_at: session.rotated_at,
            current: session.id == caller.session,
        }
    }
}

async fn list_sessions(cx: &Cx, which: WhichPage) -> Result<List<OpenSessionView>, Failure> {
    let caller = cx.member()?;
    let after: Option<Cursor> = cx.open_page(&caller, which.token())?;
    let range = Query::below(Index::Gsi1, keys::sessions(&caller, caller.member)).descending().after(after);
    let range = range.limit(which.size());
    let member = keys::member(&caller, caller.member);
    let (page, member) = tokio::join!(cx.table().query::<Session>(range), cx.table().get::<Member>(&member));
    let (page, member) = (page?, member?.ok_or(Code::Unauthenticated)?);
    // Those that were ended all at once stay in the table until their time is over.
    let open = page.items.iter().filter(|session| session.is_of(&member));
    let items = open.map(|session| OpenSessionView::new(session, &caller)).collect();
    cx.list(&caller, items, page.next)
}
