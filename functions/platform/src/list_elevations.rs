//! `GET /api/platform/elevations`

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
    /// The calling operator's own stays in tenants, the latest first.
    pub const LIST_ELEVATIONS: "list_elevations" = Get "/api/platform/elevations";
    requires: Permission(PlatformSupport);
    access: Access::READ;
    handler: list_elevations(query: WhichPage) -> 200 List<StayView>;
    errors: [];
}

async fn list_elevations(cx: &Cx, which: WhichPage) -> Result<List<StayView>, Failure> {
    let caller = cx.authorize(Permission::PlatformSupport)?;
    let after = cx.open_page(&caller, which.token())?;
    let range = Query::below(Index::Gsi1, keys::elevations_of(caller.member)).descending().after(after);
    let page = cx.table().query::<Elevation>(range.limit(which.size())).await?;
    let items = page.items.iter().map(|stay| StayView::new(stay, cx.now())).collect();
    cx.list(&caller, items, page.next)
}
