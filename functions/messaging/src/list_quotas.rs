//! `GET /api/quotas`

use std::collections::HashMap;

use dawr_api::{
    Authorized, Cx, Failure, endpoint,
    function::Access,
    page::List,
    permission::Permission,
    quota::{Quota, Settled},
    request::WhichPage,
};
use dawr_kernel::id::MemberId;
use dawr_store::{Cursor, Entity, Index, Query, Stored, entity::kind_of, keys};

use crate::{holder::Holder, quota_view::QuotaView};

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

/// What was granted to some members, and sent of it.
#[derive(Default)]
struct Granted {
    quotas: HashMap<MemberId, Quota>,
    sent: HashMap<MemberId, i64>,
}

impl Granted {
    /// To members in the order of their ids. Quotas lie before all that was sent of them: one range from the first to the last is
    /// one trip, in which others of the tenant are passed over.
    async fn to(cx: &Cx, caller: &Authorized, members: &[Stored<Holder>]) -> Result<Self, Failure> {
        let mut granted = Self::default();
        let (Some(first), Some(last)) = (members.first(), members.last()) else { return Ok(granted) };
        let (first, last) = (keys::quota(caller, first.id), keys::quota_settled(caller, last.id, u8::MAX));
        let range = || Query::between(Index::Table, first.clone(), last.clone());
        for item in cx.table().query_all_items(range).await? {
            if kind_of(&item) == Quota::KIND {
                let quota = Stored::<Quota>::decode(item)?.value;
                granted.quotas.insert(quota.member, quota);
            } else {
                let shard = Stored::<Settled>::decode(item)?;
                *granted.sent.entry(shard.member).or_default() += shard.sent;
            }
        }
        Ok(granted)
    }

    fn view(&self, member: &Holder) -> QuotaView {
        let sent = self.sent.get(&member.id).copied().unwrap_or_default();
        QuotaView::new(member, self.quotas.get(&member.id), sent)
    }
}
