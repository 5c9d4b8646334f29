//! `GET /api/platform/tenants`

use dawr_api::{
    Cx, Failure, endpoint,
    failure::FieldErrors,
    function::Access,
    page::List,
    permission::Permission,
    request::{Flag, PageSize},
    tenant::{CustomerKind, Tenant},
};
use dawr_kernel::text::fold;
use dawr_store::{Index, Query, keys};
use deserr::Deserr;
use schemars::JsonSchema;

use crate::customer_view::CustomerView;

/// With filters, so many tenants are looked at for one page: about as many as the table gives in one trip.
const LOOKS: u32 = 1_000;

endpoint! {
    /// The platform's tenants, the oldest first. A page may be short and still have a next one.
    pub const LIST_TENANTS: "list_tenants" = Get "/api/platform/tenants";
    requires: Permission(PlatformRead);
    access: Access::READ;
    handler: list_tenants(query: ListTenants) -> 200 List<CustomerView>;
    errors: [];
}

dawr_kernel::text_type! {
    /// A part of a tenant's name or slug, or its id.
    pub Search: public, single_line, 1..=100
}

/// Which tenants.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListTenants {
    /// A part of the name or of the address, or the id.
    #[deserr(default)]
    search: Option<Search>,
    /// Only those of this kind.
    #[deserr(default)]
    kind: Option<CustomerKind>,
    /// Only those that are suspended, or only those that are not.
    #[deserr(default)]
    suspended: Option<Flag>,
    /// The token of the page; the first one unless said.
    #[deserr(default)]
    page: Option<String>,
    #[deserr(default)]
    page_size: Option<PageSize>,
}

impl ListTenants {
    fn asks(&self) -> bool {
        self.search.is_some() || self.kind.is_some() || self.suspended.is_some()
    }

    /// What decides on a tenant. The platform's own is none of its customers.
    fn admits(&self) -> impl Fn(&Tenant) -> bool {
        let search = self.search.as_ref().map(|search| (search.as_str().to_lowercase(), fold(search.as_str())));
        let (kind, suspended) = (self.kind.map(CustomerKind::kind), self.suspended.map(|flag| flag.0));
        move |tenant| {
            let found = |(text, folded): &(String, String)| {
                let named = !folded.is_empty() && fold(tenant.name.as_str()).contains(folded.as_str());
                named || tenant.slug.contains(text.as_str()) || tenant.id.to_string() == *text
            };
            !tenant.is_platforms()
                && kind.is_none_or(|kind| tenant.organisation == kind)
                && suspended.is_none_or(|suspended| tenant.suspended.is_some() == suspended)
                && search.as_ref().is_none_or(found)
        }
    }
}

async fn list_tenants(cx: &Cx, query: ListTenants) -> Result<List<CustomerView>, Failure> {
    let caller = cx.authorize(Permission::PlatformRead)?;
    let after = cx.open_page(&caller, query.page.as_deref())?;
    let size = query.page_size.unwrap_or_default().0;
    let looks = if query.asks() { LOOKS } else { size.saturating_add(1) };
    let range = Query::below(Index::Gsi1, keys::tenants()).after(after);
    let most = usize::try_from(size).unwrap_or(usize::MAX);
    let page = cx.table().matching_page(range, most, looks, query.admits()).await?;
    let items = page.items.iter().map(CustomerView::stored).collect();
    cx.list(&caller, items, page.next)
}
