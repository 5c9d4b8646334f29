//! Quotas as their endpoints answer them.

use std::collections::HashMap;

use dawr_api::{
    Authorized, Cx, Failure,
    quota::{Allowance, Counted, Quota, Settled},
};
use dawr_kernel::id::MemberId;
use dawr_store::{Entity, Index, Query, Stored, entity::kind_of, keys};
use schemars::JsonSchema;
use serde::Serialize;

use crate::holder::Holder;

/// What a member may have. Null stands for no limit, and for nothing else: a moderator to whom nothing is
/// granted has 0.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct QuotaView {
    user_id: MemberId,
    /// Whether the member may sign in.
    active: bool,
    /// Whether there is no limit to their messages: somebody else than a moderator, to whom none are granted.
    messages_unlimited: bool,
    /// Messages granted so far, and not taken back; null without a limit.
    messages_quota: Option<i64>,
    /// Messages sent of the quota, also of one that was taken back.
    consumed_messages: i64,
    /// Messages asked for that are not decided yet.
    reserved_messages: i64,
    /// Messages that may still be asked for; null without a limit.
    messages_left: Option<i64>,
    /// Whether there is no limit to their queues.
    queues_unlimited: bool,
    /// Queues granted so far, and not taken back; null without a limit.
    queues_quota: Option<i64>,
    /// Queues opened of the quota.
    consumed_queues: i64,
    /// Queues that may still be opened; null without a limit.
    queues_left: Option<i64>,
}

impl QuotaView {
    /// The view of a member to whom this was granted, if anything was, and of whose messages so many were sent.
    pub fn new(holder: &Holder, quota: Option<&Quota>, sent: i64) -> Self {
        let account = |counted| {
            let taken = quota.map_or(0, |quota| quota.taken(counted));
            let left = Allowance::of(quota, counted, &holder.role).left();
            (left.map(|left| taken + left), left, taken)
        };
        let (messages_quota, messages_left, messages_taken) = account(Counted::Messages);
        let (queues_quota, queues_left, queues_taken) = account(Counted::Queues);
        Self {
            user_id: holder.id,
            active: holder.active,
            messages_unlimited: messages_left.is_none(),
            messages_quota,
            consumed_messages: sent,
            reserved_messages: messages_taken - sent,
            messages_left,
            queues_unlimited: queues_left.is_none(),
            queues_quota,
            consumed_queues: queues_taken,
            queues_left,
        }
    }
}

/// How many messages a member sent of their quota.
///
/// # Errors
/// If the table does not answer.
pub async fn sent_by(cx: &Cx, caller: &Authorized, member: MemberId) -> Result<i64, Failure> {
    let range = || Query::below(Index::Table, keys::quota_all_settled(caller, member));
    let shards = cx.table().query_all::<Settled>(range).await?;
    Ok(shards.iter().map(|shard| shard.sent).sum())
}

/// What was granted to some members, and sent of it.
#[derive(Default)]
pub struct Granted {
    quotas: HashMap<MemberId, Quota>,
    sent: HashMap<MemberId, i64>,
}

impl Granted {
    /// To members in the order of their ids. What concerns them lies side by side: it is read in one trip, and of others only what
    /// lies between two of them.
    ///
    /// # Errors
    /// If the table does not answer.
    pub async fn to(cx: &Cx, caller: &Authorized, members: &[Stored<Holder>]) -> Result<Self, Failure> {
        let mut granted = Self::default();
        let (Some(first), Some(last)) = (members.first(), members.last()) else { return Ok(granted) };
        let (first, last) = keys::quotas_between(caller, first.id, last.id);
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

    /// The view of one of them.
    pub fn view(&self, member: &Holder) -> QuotaView {
        let sent = self.sent.get(&member.id).copied().unwrap_or_default();
        QuotaView::new(member, self.quotas.get(&member.id), sent)
    }
}
