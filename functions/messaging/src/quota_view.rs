//! Quotas as their endpoints answer them.

use dawr_api::quota::Quota;
use dawr_kernel::id::MemberId;
use schemars::JsonSchema;
use serde::Serialize;

/// A member's quota. What was never granted is absent: an administrator may have any amount of it, others nothing.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct QuotaView {
    user_id: MemberId,
    /// Messages granted so far.
    messages_quota: Option<i64>,
    /// Messages sent of the quota.
    consumed_messages: i64,
    /// Messages asked for that are not decided yet.
    reserved_messages: i64,
    /// Messages that may still be asked for.
    messages_left: Option<i64>,
    /// Queues granted so far.
    queues_quota: Option<i64>,
    /// Queues opened of the quota.
    consumed_queues: i64,
    /// Queues that may still be opened.
    queues_left: Option<i64>,
}

impl QuotaView {
    /// The view of a quota of which so many messages were sent.
    pub fn new(quota: &Quota, sent: i64) -> Self {
        let taken =
            |granted: Option<i64>, left: Option<i64>| granted.zip(left).map_or(0, |(granted, left)| granted - left);
        Self {
            user_id: quota.member,
            messages_quota: quota.messages_granted,
            consumed_messages: sent,
            reserved_messages: taken(quota.messages_granted, quota.messages_left) - sent,
            messages_left: quota.messages_left,
            queues_quota: quota.queues_granted,
            consumed_queues: taken(quota.queues_granted, quota.queues_left),
            queues_left: quota.queues_left,
        }
    }
}
