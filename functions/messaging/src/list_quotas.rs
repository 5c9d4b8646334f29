//! `GET /api/quotas`

use std::collections::HashMap;

use dawr_api::{
    Authorized, Cx, Failure, endpoint,
    function::Access,
    page::List,
    permission::Permission,
    quota::{Quota, Settled},
};
use dawr_kernel::id::MemberId;
use dawr_store::{Index, Query, Stored, keys};

use crate::{covered::Covered, quota_view::QuotaView};

endpoint! {
    /// The quota of every member who works in a clinic that the caller covers. A member without one is unlimited as an administrator, and may send nothing otherwise.
    pub const LIST_QUOTAS: "list_quotas" = Get "/api/quotas";
    requires: Permission(QuotaRead);
    reach: Clinic;
    access: Access::READ;
    handler: list_quotas() -> 200 List<QuotaView>;
    errors: [];
}

async fn list_quotas(cx: &Cx) -> Result<List<QuotaView>, Failure> {
    let caller = cx.authorize(Permission::QuotaRead)?;
    let quotas = cx.table().query_all::<Quota>(|| Query::below(Index::Table, keys::quotas(&caller))).await?;
    let quotas = known(cx, &caller, quotas).await?;
    let sent = sent(cx, &caller).await?;
    let view = |quota: &Quota| QuotaView::new(quota, sent.get(&quota.member).copied().unwrap_or_default());
    Ok(List { items: quotas.iter().map(|quota| view(quota)).collect(), next_page: None })
}

/// Those of members who work where the caller does. Costs nothing for whoever covers all clinics.
async fn known(cx: &Cx, caller: &Authorized, quotas: Vec<Stored<Quota>>) -> Result<Vec<Stored<Quota>>, Failure> {
    if caller.is_everywhere() {
        return Ok(quotas);
    }
    let keys: Vec<_> = quotas.iter().map(|quota| keys::member(caller, quota.member)).collect();
    let members = cx.table().get_many::<Covered>(&keys).await?;
    let known = |member: &Option<Stored<Covered>>| member.as_ref().is_some_and(|one| one.meets(&caller.clinics));
    let both = quotas.into_iter().zip(members);
    Ok(both.filter(|(quota, member)| quota.member == caller.member || known(member)).map(|(quota, _)| quota).collect())
}

/// How many messages of each member's quota were sent.
///
/// # Errors
/// If the table does not answer.
pub async fn sent(cx: &Cx, caller: &Authorized) -> Result<HashMap<MemberId, i64>, Failure> {
    let shards = cx.table().query_all::<Settled>(|| Query::below(Index::Table, keys::quotas_settled(caller))).await?;
    let mut sent = HashMap::new();
    for shard in shards {
        *sent.entry(shard.member).or_default() += shard.sent;
    }
    Ok(sent)
}
