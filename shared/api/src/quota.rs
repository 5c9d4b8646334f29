//! Quotas: how many messages a member may send and how many queues they may open.
//!
//! What is left is taken when something is asked for, in the transaction that does it, and given back when it fails.
//! What was really sent is counted beside it in shards, so that concurrent senders do not meet on one item.

use dawr_kernel::id::{MemberId, MessageId};
use dawr_store::{CommitError, Entity, Place, Slot, Stored, TenantScope, Update, Work, keys};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Authorized, Failure, Fault, code::Code, role::RoleName};

/// What was granted to a member. Of what was never granted, a moderator has nothing and others any amount.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Quota {
    /// Whose.
    pub member: MemberId,
    /// Messages granted so far.
    pub messages_granted: Option<i64>,
    /// Messages that may still be asked for.
    pub messages_left: Option<i64>,
    /// Queues granted so far.
    pub queues_granted: Option<i64>,
    /// Queues that may still be opened.
    pub queues_left: Option<i64>,
    /// Since when the messages are taken back: they limit nobody any more. What was asked for before is still settled and given
    /// back here, so that the count of it stays true.
    pub messages_ended_at: Option<Timestamp>,
}

impl Quota {
    /// A quota of which nothing was granted yet.
    pub const fn new(member: MemberId) -> Self {
        Self {
            member,
            messages_granted: None,
            messages_left: None,
            queues_granted: None,
            queues_left: None,
            messages_ended_at: None,
        }
    }

    /// What is left of something; none if it was never granted, or was taken back.
    pub const fn left(&self, counted: Counted) -> Option<i64> {
        match counted {
            Counted::Messages if self.messages_ended_at.is_some() => None,
            Counted::Messages => self.messages_left,
            Counted::Queues => self.queues_left,
        }
    }

    /// What was asked for of something and not given back.
    pub fn taken(&self, counted: Counted) -> i64 {
        let (granted, left) = match counted {
            Counted::Messages => (self.messages_granted, self.messages_left),
            Counted::Queues => (self.queues_granted, self.queues_left),
        };
        granted.zip(left).map_or(0, |(granted, left)| granted - left)
    }

    /// The quota with so much more of something. What was taken back before does not come again.
    #[must_use]
    pub fn with(self, counted: Counted, more: i64) -> Self {
        let left = self.left(counted).unwrap_or_default() + more;
        let (granted, left) = (Some(self.taken(counted) + left), Some(left));
        match counted {
            Counted::Messages => {
                Self { messages_granted: granted, messages_left: left, messages_ended_at: None, ..self }
            }
            Counted::Queues => Self { queues_granted: granted, queues_left: left, ..self },
        }
    }

    /// The quota once all that was granted is taken back; none if that is nothing.
    pub fn taken_back(&self, now: Timestamp) -> Option<Self> {
        let (messages, queues) = (self.left(Counted::Messages), self.left(Counted::Queues));
        if messages.is_none() && queues.is_none() {
            return None;
        }
        let mut next = Self { queues_granted: None, queues_left: None, ..self.clone() };
        if messages.is_some() {
            next.messages_granted = Some(self.taken(Counted::Messages));
            (next.messages_left, next.messages_ended_at) = (Some(0), Some(now));
        }
        Some(next)
    }
}

/// What a member may still have of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allowance {
    /// Any amount.
    Unlimited,
    /// So much, and no more.
    Left(i64),
}

impl Allowance {
    /// Of a quota, if there is one, of somebody of this role.
    pub fn of(quota: Option<&Quota>, counted: Counted, role: &RoleName) -> Self {
        match quota.and_then(|quota| quota.left(counted)) {
            Some(left) => Self::Left(left),
            None if role.lives_on_quotas() => Self::Left(0),
            None => Self::Unlimited,
        }
    }

    /// What is left; none where there is no limit.
    pub const fn left(self) -> Option<i64> {
        match self {
            Self::Unlimited => None,
            Self::Left(left) => Some(left),
        }
    }

    /// The same after so much was taken.
    #[must_use]
    pub const fn less(self, taken: i64) -> Self {
        match self {
            Self::Unlimited => Self::Unlimited,
            Self::Left(left) => Self::Left(left - taken),
        }
    }
}

impl Entity for Quota {
    const KIND: &'static str = "quota";

    fn place(&self, scope: &TenantScope) -> Place {
        Place::at(keys::quota(scope, self.member))
    }

    fn subject(&self) -> Option<String> {
        Some(self.member.to_string())
    }
}

/// A shard of the messages that were sent of a quota.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Settled {
    /// Whose.
    pub member: MemberId,
    /// Which shard.
    pub shard: u8,
    /// How many.
    pub sent: i64,
}

impl Entity for Settled {
    const KIND: &'static str = "settled";

    fn place(&self, scope: &TenantScope) -> Place {
        Place::at(keys::quota_settled(scope, self.member, self.shard))
    }
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// Messages.
    Messages,
    /// Queues.
    Queues,
}

/// A reservation in a transaction in the making.
pub struct Reservation {
    slot: Option<Slot>,
    counted: Counted,
}

/// Reserves `count` of the caller's quota as it was read.
///
/// # Errors
/// `QuotaExceeded` or `QueueQuotaExceeded` for a moderator without a quota.
pub fn reserve(
    caller: &Authorized,
    quota: Option<&Stored<Quota>>,
    counted: Counted,
    count: u32,
    work: &mut Work,
) -> Result<Reservation, Failure> {
    match quota.filter(|quota| quota.left(counted).is_some()) {
        None if caller.grant.role.lives_on_quotas() => Err(exceeded(counted, 0)),
        None => Ok(Reservation { slot: None, counted }),
        Some(quota) => {
            let (attribute, count) = (counted.left(), i64::from(count));
            let update =
                Update::of(keys::quota(caller, quota.member)).at_least(attribute, count).add(attribute, -count);
            Ok(Reservation { slot: Some(work.update(update)), counted })
        }
    }
}

impl Counted {
    /// The attribute that says what was granted.
    pub const fn granted(self) -> &'static str {
        match self {
            Self::Messages => "messages_granted",
            Self::Queues => "queues_granted",
        }
    }

    /// The attribute that says what is left.
    pub const fn left(self) -> &'static str {
        match self {
            Self::Messages => "messages_left",
            Self::Queues => "queues_left",
        }
    }
}

impl Reservation {
    /// Whether something was reserved, and must be settled or given back.
    pub const fn is_counted(&self) -> bool {
        self.slot.is_some()
    }

    /// The failure of a commit: whether the quota was the reason, and what is left of it.
    pub fn explain(&self, error: CommitError) -> Failure {
        let Some(refusal) = self.slot.and_then(|slot| error.refusal(slot)) else { return error.into() };
        match refusal.found::<Quota>() {
            // It was taken back meanwhile: the role counts, which was not asked.
            Ok(Some(quota)) if quota.left(self.counted).is_none() => error.into(),
            Ok(Some(quota)) => exceeded(self.counted, quota.left(self.counted).unwrap_or_default()),
            _ => exceeded(self.counted, 0),
        }
    }
}

fn exceeded(counted: Counted, left: i64) -> Failure {
    let code = match counted {
        Counted::Messages => Code::QuotaExceeded,
        Counted::Queues => Code::QueueQuotaExceeded,
    };
    Fault::new(code)
        .saying(
            format!("This exceeds your quota: {left} left. An administrator can raise it."),
            format!("هذا يتجاوز رصيدك: المتبقي {left}. يمكن لمدير المنشأة زيادته."),
        )
        .into()
}

/// Counts a message as sent: part of the transaction that makes it so.
pub fn settle(scope: &TenantScope, member: MemberId, message: MessageId, work: &mut Work) {
    settled(scope, member, message, 1, work);
}

/// Takes back that a message counted as sent.
pub fn unsettle(scope: &TenantScope, member: MemberId, message: MessageId, work: &mut Work) {
    settled(scope, member, message, -1, work);
}

fn settled(scope: &TenantScope, member: MemberId, message: MessageId, by: i64, work: &mut Work) {
    let shard = keys::settled_shard(message);
    let update = Update::upsert::<Settled>(keys::quota_settled(scope, member, shard));
    work.update(update.set("member", member).set("shard", shard).add("sent", by));
}

/// Gives messages back, or takes them again (negative) when a failed one turns out to have been sent.
pub fn give_back(scope: &TenantScope, member: MemberId, count: i64, work: &mut Work) {
    work.update(Update::of(keys::quota(scope, member)).add("messages_left", count));
}

#[cfg(test)]
mod tests {
    use dawr_kernel::id::{Body, Id};

    use super::*;
    use crate::role::Role;

    fn quota() -> Quota {
        Quota::new(MemberId::from_body(Body::from_parts(Timestamp::UNIX_EPOCH, [7; 10])))
    }

    #[test]
    fn what_is_taken_back_limits_nobody_and_what_is_granted_anew_begins_at_nothing() {
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        assert!(quota().taken_back(now).is_none(), "of nothing there is nothing to take back");
        let granted = quota().with(Counted::Messages, 5).with(Counted::Queues, 2);
        let asked = Quota { messages_left: Some(2), queues_left: Some(1), ..granted };
        let ended = asked.taken_back(now).unwrap();
        for counted in [Counted::Messages, Counted::Queues] {
            assert_eq!(Allowance::of(Some(&ended), counted, &Role::Receptionist.into()), Allowance::Unlimited);
            assert_eq!(Allowance::of(Some(&ended), counted, &Role::Moderator.into()), Allowance::Left(0));
        }
        assert_eq!((ended.taken(Counted::Messages), ended.taken(Counted::Queues)), (3, 0));
        assert!(ended.taken_back(now).is_none());
        // One of the three fails and is given back, as if nothing had happened.
        let released = Quota { messages_left: Some(1), ..ended };
        assert_eq!(released.taken(Counted::Messages), 2);
        let anew = released.with(Counted::Messages, 4);
        assert_eq!((anew.left(Counted::Messages), anew.messages_granted), (Some(4), Some(6)));
        assert_eq!(Allowance::of(Some(&anew), Counted::Queues, &Role::PrimaryAdmin.into()), Allowance::Unlimited);
    }

    #[test]
    fn what_is_taken_stays_so_whatever_is_granted_and_taken_back() {
        let now = Timestamp::UNIX_EPOCH;
        let begun = Quota { messages_left: Some(1), ..quota().with(Counted::Messages, 4) };
        for steps in 0..32_u32 {
            let mut quota = begun.clone();
            for step in 0..5 {
                quota = match steps >> step & 1 {
                    0 => quota.with(Counted::Messages, 2),
                    _ => quota.taken_back(now).unwrap_or(quota),
                };
                assert_eq!(quota.taken(Counted::Messages), 3, "{steps:b}");
            }
        }
    }
}
