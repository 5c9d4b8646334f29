//! `GET /api/users`

use dawr_api::{
    Cx, Failure,
    audit::ALL,
    endpoint,
    failure::FieldErrors,
    function::Access,
    page::List,
    permission::Permission,
    request::{Flag, PageSize},
    role::RoleName,
};
use dawr_identity::model::Member;
use dawr_store::{Cursor, Index, Query, keys};
use deserr::Deserr;
use schemars::JsonSchema;

use crate::{people::is_known, user_view::MemberView};

endpoint! {
    /// The members who work in a clinic that the caller covers, the oldest first. A page may be short and still have a next one.
    pub const LIST_USERS: "list_users" = Get "/api/users";
    requires: Permission(MemberRead);
    reach: Clinic;
    access: Access::APPEND;
    handler: list_users(query: ListUsers) -> 200 List<MemberView>;
    errors: [];
}

/// Which members.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListUsers {
    /// Only those of this role.
    #[deserr(default)]
    role: Option<RoleName>,
    /// Only those who may sign in, or only those who may not.
    #[deserr(default)]
    active: Option<Flag>,
    /// The token of the page; the first one unless said.
    #[deserr(default)]
    page: Option<String>,
    #[deserr(default)]
    page_size: Option<PageSize>,
}

/// With a filter so many members are looked at in one trip.
const LOOKS: u32 = 500;

async fn list_users(cx: &Cx, query: ListUsers) -> Result<List<MemberView>, Failure> {
    let caller = cx.authorize(Permission::MemberRead)?;
    cx.seen_in_stay::<Member>(&caller, ALL).await?;
    let after: Option<Cursor> = cx.open_page(&caller, query.page.as_deref())?;
    let size = query.page_size.unwrap_or_default().0;
    let looks = if query.role.is_some() || query.active.is_some() { LOOKS } else { size };
    let range = Query::below(Index::Gsi1, keys::members(&caller))
        .only("role", query.role)
        .only_bool("active", query.active.map(|flag| flag.0))
        .after(after);
    let page = cx.table().filtered_page::<Member>(range, usize::try_from(size).unwrap_or(usize::MAX), looks).await?;
    let known = page.items.iter().filter(|member| is_known(&caller, member));
    let items = known.map(|member| MemberView::new(member, member.version)).collect();
    cx.list(&caller, items, page.next)
}
