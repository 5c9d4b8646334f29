//! `GET /api/auth/invitations`

use dawr_api::{
    Cx, Failure, audit::ALL, endpoint, failure::FieldErrors, function::Access, page::List, permission::Permission,
    request::PageSize,
};
use dawr_store::{Cursor, Index, Query, keys};
use deserr::Deserr;
use schemars::JsonSchema;

use crate::{invitation::Invitation, invitation_view::InvitationView};

endpoint! {
    /// Invitations, the latest first: those that can be accepted, and what became of others of the last month.
    pub const LIST_INVITATIONS: "list_invitations" = Get "/api/auth/invitations";
    requires: Permission(MemberRead);
    access: Access::APPEND;
    handler: list_invitations(query: ListInvitations) -> 200 List<InvitationView>;
    errors: [];
}

/// Which page.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListInvitations {
    #[deserr(default)]
    page: Option<String>,
    #[deserr(default)]
    page_size: Option<PageSize>,
}

async fn list_invitations(cx: &Cx, query: ListInvitations) -> Result<List<InvitationView>, Failure> {
    let caller = cx.authorize(Permission::MemberRead)?;
    cx.seen_in_stay::<Invitation>(&caller, ALL).await?;
    let after: Option<Cursor> = cx.open_page(&caller, query.page.as_deref())?;
    let range = Query::below(Index::Table, keys::invitations(&caller)).descending().after(after);
    let page = cx.table().query::<Invitation>(range.limit(query.page_size.unwrap_or_default().0)).await?;
    let items = page.items.iter().map(|invitation| InvitationView::new(cx, invitation, invitation.version)).collect();
    cx.list(&caller, items, page.next)
}
