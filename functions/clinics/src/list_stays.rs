//! `GET /api/tenants/me/elevations`

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
    /// The stays of the platform's operators in the tenant, the latest first: who came, why, from when until when. They are
    /// kept as long as the audit trail, which has what was done in them.
    pub const LIST_STAYS: "list_stays" = Get "/api/tenants/me/elevations";
    requires: Permission(AuditRead);
    access: Access::READ;
    handler: list_stays(query: ListStays) -> 200 List<StayView>;
    errors: [];
}

/// Which page.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListStays {
    #[deserr(default)]
    page: Option<String>,
    #[deserr(default)]
    page_size: Option<PageSize>,
}

async fn list_stays(cx: &Cx, query: ListStays) -> Result<List<StayView>, Failure> {
    let caller = cx.authorize(Permission::AuditRead)?;
    caller.everywhere()?;
    let after = cx.open_page(&caller, query.page.as_deref())?;
    let range = Query::below(Index::Table, keys::elevations(&caller)).descending().after(after);
    let range = range.limit(query.page_size.unwrap_or_default().0);
    let page = cx.table().query::<Elevation>(range).await?;
    let items = page.items.iter().map(|stay| StayView::new(stay, cx.now())).collect();
    cx.list(&caller, items, page.next)
}
