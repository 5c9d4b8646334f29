//! `GET /api/tenants/me/elevations`

use dawr_api::{
    Cx, Failure,
    elevation::{Elevation, StayView},
    endpoint,
    function::Access,
    page::List,
    permission::Permission,
    request::WhichPage,
};
use dawr_store::{Index, Query, keys};

endpoint! {
    /// The stays of the platform's operators in the tenant, the latest first: who came, why, from when until when. They are
    /// kept as long as the audit trail, which has what was done in them.
    pub const LIST_STAYS: "list_stays" = Get "/api/tenants/me/elevations";
    requires: Permission(AuditRead);
    access: Access::READ;
    handler: list_stays(query: WhichPage) -> 200 List<StayView>;
    errors: [];
}

async fn list_stays(cx: &Cx, which: WhichPage) -> Result<List<StayView>, Failure> {
    let caller = cx.authorize(Permission::AuditRead)?;
    let after = cx.open_page(&caller, which.token())?;
    let range = Query::below(Index::Table, keys::elevations(&caller)).descending().after(after);
    let range = range.limit(which.size());
    let page = cx.table().query::<Elevation>(range).await?;
    let items = page.items.iter().map(|stay| StayView::new(stay, cx.now())).collect();
    cx.list(&caller, items, page.next)
}
