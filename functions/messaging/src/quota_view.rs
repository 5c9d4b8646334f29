//! Quotas as their endpoints answer them.

use dawr_api::quota::{Allowance, Counted, Quota};
use dawr_kernel::id::MemberId;
use schemars::JsonSchema;
use serde::Serialize;

use crate::holder::Holder;

/// What a member may have. Null stands for no limit, and for nothing else: somebody who was never granted anything and is no
/// administrator has 0.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct QuotaView {
    user_id: MemberId,
    /// Whether the member may sign in.
    active: bool,
    /// Whether there is no limit to their messages: an administrator to whom none were granted.
    messages_unlimited: bool,
    /// Messages granted so far; null without a limit.
    messages_quota: Option<i64>,
    /// Messages sent of the quota.
    consumed_messages: i64,
    /// Messages asked for that are not decided yet.
    reserved_messages: i64,
    /// Messages that may still be asked for; null without a limit.
    messages_left: Option<i64>,
    /// Whether there is no limit to their queues.
    queues_unlimited: bool,
    /// Queues granted so far; null without a limit.
    queues_quota: Option<i64>,
    /// Queues opened of the quota.
    consumed_queues: i64,
    /// Queues that may still be opened; null without a limit.
    queues_left: Option<i64>,
}

impl QuotaView {
    /// The view of a member to whom this was granted, if anything was, and of whose messages so many were sent.
    pub fn new(holder: &Holder, quota: Option<&Quota>, sent: i64) -> Self {
        let account = |counted, granted: Option<i64>| {
            let left = Allowance::of(quota, counted, holder.role.is_admin()).left();
            let granted = left.map(|_| granted.unwrap_or_default());
            (granted, left, granted.zip(left).map_or(0, |(granted, left)| granted - left))
        };
        let (messages_quota, messages_left, messages_taken) =
            account(Counted::Messages, quota.and_then(|quota| quota.messages_granted));
        let (queues_quota, queues_left, queues_taken) =
            account(Counted::Queues, quota.and_then(|quota| quota.queues_granted));
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
