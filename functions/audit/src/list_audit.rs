//! `GET /api/audit`

use dawr_api::{
    Cx, Failure,
    audit::{ALL, Entry},
    endpoint,
    failure::FieldErrors,
    function::Access,
    page::List,
    permission::Permission,
    request::{Instant, PageSize},
};
use deserr::Deserr;
use schemars::JsonSchema;

use crate::{
    trail::{self, About, Action, By, End, Filter},
    view::{EntryView, views},
};

/// With filters, so many entries are looked at for one page.
const LOOKS: u32 = 1_000;

endpoint! {
    /// Who did what, the newest first. A page may be short and still have a next one.
    pub const LIST_AUDIT: "list_audit" = Get "/api/audit";
    requires: Permission(AuditRead);
    access: Access::APPEND;
    handler: list_audit(query: ListAudit) -> 200 List<EntryView>;
    errors: [OutOfRange];
}

/// Which entries.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListAudit {
    /// What they are about: an id, or a kind such as `patient`.
    #[deserr(default)]
    entity: Option<About>,
    /// Who did it.
    #[deserr(default)]
    actor: Option<By>,
    /// The function that did it.
    #[deserr(default)]
    action: Option<Action>,
    /// Done at this time or later.
    #[deserr(default)]
    from: Option<Instant>,
    /// Done before this time.
    #[deserr(default)]
    to: Option<Instant>,
    /// The token of the page; the first one unless said.
    #[deserr(default)]
    page: Option<String>,
    #[deserr(default)]
    page_size: Option<PageSize>,
}

async fn list_audit(cx: &Cx, query: ListAudit) -> Result<List<EntryView>, Failure> {
    let caller = cx.authorize(Permission::AuditRead)?;
    cx.seen_in_stay::<Entry>(&caller, ALL).await?;
    let end: Option<End> = cx.open_page(&caller, query.page.as_deref())?;
    let size = query.page_size.unwrap_or_default().0;
    let ListAudit { entity: about, actor: by, action, from, to, .. } = query;
    let filter = Filter { about, by, action, from, to };
    let found = trail::page(cx, &caller, &filter, end, size, LOOKS).await?;
    let items = views(cx, &caller, found.entries).await?;
    cx.list(&caller, items, found.next)
}
