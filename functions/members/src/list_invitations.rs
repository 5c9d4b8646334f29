//! `GET /api/auth/invitations`

use dawr_api::{
    Cx, Failure, audit::ALL, endpoint, function::Access, page::List, permission::Permission, request::WhichPage,
};
use dawr_store::{Cursor, Index, Query, keys};

use crate::{invitation::Invitation, invitation_view::InvitationView};

endpoint! {
    /// Invitations to work in a clinic that the caller covers, the latest first: those that can be accepted, and what became of
    /// others of the last month. A page may be short and still have a next one.
    pub const LIST_INVITATIONS: "list_invitations" = Get "/api/auth/invitations";
    requires: Permission(MemberRead);
    reach: Clinic;
    access: Access::APPEND;
    handler: list_invitations(query: WhichPage) -> 200 List<InvitationView>;
    errors: [];
}

async fn list_invitations(cx: &Cx, which: WhichPage) -> Result<List<InvitationView>, Failure> {
    let caller = cx.authorize(Permission::MemberRead)?;
    cx.seen_in_stay::<Invitation>(&caller, ALL).await?;
    let after: Option<Cursor> = cx.open_page(&caller, which.token())?;
    let range = Query::below(Index::Table, keys::invitations(&caller)).descending().after(after);
    let page = cx.table().query::<Invitation>(range.limit(which.size())).await?;
    let known = page.items.iter().filter(|invitation| invitation.offer.meets(&caller.clinics));
    let items = known.map(|invitation| InvitationView::new(cx, invitation, invitation.version)).collect();
    cx.list(&caller, items, page.next)
}
