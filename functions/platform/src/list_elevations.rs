//! `GET /api/platform/elevations`

use dawr_api::{
    Cx, Failure,
    elevation::{Elevation, StayView},
    endpoint,
    failure::FieldErrors,
    function::Access,
    page::List,
    permission::Permission,
    request::PageSize,
};
use dawr_store::{Index, Query, keys};
use deserr::Deserr;
use schemars::JsonSchema;

endpoint! {
    /// The calling operator's own stays in tenants, the latest first.
    pub const LIST_ELEVATIONS: "list_elevations" = Get "/api/platform/elevations";
    requires: Permission(PlatformSupport);
    access: Access::READ;
    handler: list_elevations(query: ListElevations) -> 200 List<StayView>;
    errors: [];
}

/// Which page.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListElevations {
    #[deserr(default)]
    page: Option<String>,
    #[deserr(default)]
    page_size: Option<PageSize>,
}

async fn list_elevations(cx: &Cx, query: ListElevations) -> Result<List<StayView>, Failure> {
    let caller = cx.authorize(Permission::PlatformSupport)?;
    let after = cx.open_page(&caller, query.page.as_deref())?;
    let range = Query::below(Index::Gsi1, keys::elevations_of(caller.member)).descending().after(after);
    let page = cx.table().query::<Elevation>(range.limit(query.page_size.unwrap_or_default().0)).await?;
    let items = page.items.iter().map(|stay| StayView::new(stay, cx.now())).collect();
    cx.list(&caller, items, page.next)
}
