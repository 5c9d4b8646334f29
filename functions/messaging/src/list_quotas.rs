//! `GET /api/quotas`

use dawr_api::{Cx, Failure, endpoint, function::Access, page::List, permission::Permission, request::WhichPage};
use dawr_store::{Cursor, Index, Query, keys};

use crate::{
    holder::Holder,
    quota_view::{Granted, QuotaView},
};

endpoint! {
    /// What every member may have who works in a clinic that the caller covers, also of those to whom nothing was granted. A page
    /// may be short and still have a next one.
    pub const LIST_QUOTAS: "list_quotas" = Get "/api/quotas";
    requires: Permission(QuotaRead);
    reach: Clinic;
    access: Access::READ;
    handler: list_quotas(query: WhichPage) -> 200 List<QuotaView>;
    errors: [];
}

async fn list_quotas(cx: &Cx, query: WhichPage) -> Result<List<QuotaView>, Failure> {
    let caller = cx.authorize(Permission::QuotaRead)?;
    let after: Option<Cursor> = cx.open_page(&caller, query.token())?;
    let range = Query::below(Index::Gsi1, keys::members(&caller)).limit(query.size()).after(after);
    let members = cx.table().query::<Holder>(range).await?;
    let granted = Granted::to(cx, &caller, &members.items).await?;
    let known = members.items.iter().filter(|member| member.is_known_to(&caller));
    cx.list(&caller, known.map(|member| granted.view(member)).collect(), members.next)
}
