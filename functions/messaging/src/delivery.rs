//! How a message moves: pure, so that every order of events can be tried.
//!
//! ```text
//! queued ─► sending(lease, attempt) ─► sent ─► delivered ─► read
//!    ▲            ├─► queued (retry at due time)      (callbacks: any order, any number of times)
//!    │            ├─► failed + task                   (refused for good, or attempts used up)
//!    └── retry ───┴─► unknown ─► sent… (a callback carries our id) | failed + task (nobody can tell)
//!
//! queued ─► stopped                                 (its batch was stopped; what a callback tells of an older try counts)
//! sending, unknown ─► stopped                       (its batch was stopped, and this would have been queued again)
//! ```
//!
//! Each step takes a message and gives the next one, or nothing if the event changes nothing. What a step costs the
//! quota follows from comparing the two ([`charge`]).

use dawr_kernel::entropy::{Entropy, random};
use jiff::{SignedDuration, Timestamp};

use crate::{
    message::{Attempt, AttemptOutcome, Called, Cause, Message, Reason, Settlement, Status},
    template::OnUnknown,
};

/// The durations and limits of a deployment.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// How long a sender owns a message.
    pub lease: SignedDuration,
    /// How long an unknown outcome waits for a callback.
    pub unknown_hold: SignedDuration,
    /// After so long without a job a queued message is handed on again.
    pub straggler_after: SignedDuration,
    /// Tries in one epoch.
    pub max_attempts: u32,
}

/// How long a transient refusal waits at first, and at most.
const BACK_OFF: (SignedDuration, SignedDuration) = (SignedDuration::from_secs(2), SignedDuration::from_mins(30));

/// What is due within this time the relay hands on itself: SQS delays no longer.
pub const RELAYED: SignedDuration = SignedDuration::from_secs(900);

/// A message or batch that was handed on again so often without moving is given up.
pub const MAX_NUDGES: u32 = 12;

/// What a try came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The provider took the message and named it.
    Accepted(Called),
    /// It was provably not sent, and may be tried again.
    Again {
        /// Not before this long; back-off with jitter if absent.
        after: Option<SignedDuration>,
        /// The provider's error code.
        provider_code: Option<i64>,
    },
    /// It was refused for good.
    Refused(Cause),
    /// Nobody can tell whether it was sent.
    Unknown,
}

/// What a callback says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// The provider took it.
    Sent,
    /// It is on the phone.
    Delivered,
    /// It was read.
    Read,
    /// It will not arrive: for good, or to be tried again.
    Failed(Outcome),
}

/// A callback about a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Callback {
    /// What it says.
    pub notice: Notice,
    /// When it happened, by the provider's clock.
    pub at: Timestamp,
    /// What the provider calls the try and whom it went to.
    pub called: Called,
    /// The try that it is about, by its number.
    pub attempt: u32,
}

/// What makes a step depend on more than the message.
pub struct Step<'a> {
    /// The rules.
    pub rules: Rules,
    /// The time.
    pub now: Timestamp,
    /// For jitter.
    pub entropy: &'a dyn Entropy,
}

impl Step<'_> {
    fn after(&self, duration: SignedDuration) -> Timestamp {
        self.now.checked_add(duration).unwrap_or(self.now)
    }

    /// Exponential back-off with full jitter: anything from nothing to twice the base per try before.
    fn back_off(&self, tries: u32) -> SignedDuration {
        let (base, most) = BACK_OFF;
        let ceiling = base.saturating_mul(1 << tries.saturating_sub(1).min(16)).min(most);
        let milliseconds = u64::try_from(ceiling.as_millis()).unwrap_or(1).max(1);
        let random = u64::from_le_bytes(random(self.entropy)) % milliseconds;
        SignedDuration::from_millis(i64::try_from(random).unwrap_or_default())
    }

    /// A sender takes the message: nothing if it is not to be sent (again) by this job, or not yet.
    pub fn begin(&self, message: &Message, n: u64) -> Option<Message> {
        if message.status != Status::Queued || u64::from(message.nudges) != n || message.due_at > self.now {
            return None;
        }
        let mut next = message.clone();
        next.status = Status::Sending;
        next.tries += 1;
        next.look_at = Some(self.after(self.rules.lease));
        next.attempts.push(Attempt {
            number: message.attempts.last().map_or(1, |last| last.number + 1),
            to: message.to.clone(),
            started_at: self.now,
            ended_at: None,
            outcome: AttemptOutcome::Running,
            provider_code: None,
            called: Called::default(),
        });
        Some(next)
    }

    /// The message waits without a try: the number is on hold until then.
    pub fn postpone(&self, message: &Message, until: Timestamp) -> Option<Message> {
        let waits = message.status == Status::Queued && until > message.due_at;
        waits.then(|| self.queue(message.clone(), until))
    }

    fn queue(&self, mut message: Message, due_at: Timestamp) -> Message {
        message.status = Status::Queued;
        message.nudges += 1;
        message.due_at = due_at;
        // The relay hands on what is due soon at once; what is due later when its time has come.
        let is_soon = due_at.duration_since(self.now) <= RELAYED;
        let grace = if is_soon { self.rules.straggler_after } else { SignedDuration::ZERO };
        let handed_on = due_at.max(self.now);
        message.look_at = Some(handed_on.checked_add(grace).unwrap_or(handed_on));
        message.cause = None;
        message
    }

    /// A try has ended. The message may have moved meanwhile by a callback: what is known more surely stays.
    pub fn conclude(&self, message: &Message, attempt: u32, outcome: &Outcome) -> Option<Message> {
        let mut next = message.clone();
        let is_last = next.attempts.last().is_some_and(|last| last.number == attempt);
        let tried = next.attempts.iter_mut().find(|tried| tried.number == attempt)?;
        if tried.outcome == AttemptOutcome::Running || tried.outcome == AttemptOutcome::Unknown {
            tried.ended_at = Some(self.now);
            (tried.outcome, tried.provider_code) = match outcome {
                Outcome::Accepted(_) => (AttemptOutcome::Accepted, None),
                Outcome::Again { provider_code, .. } => (AttemptOutcome::Refused, *provider_code),
                Outcome::Refused(cause) => (AttemptOutcome::Refused, cause.provider_code),
                Outcome::Unknown => (AttemptOutcome::Unknown, None),
            };
        }
        if let Outcome::Accepted(called) = outcome {
            tried.called = tried.called.with(called.clone());
        }
        let undecided = matches!(next.status, Status::Sending | Status::Unknown) && is_last;
        if undecided {
            next = self.decide(next, outcome);
        }
        (next != *message).then_some(next)
    }

    fn decide(&self, mut message: Message, outcome: &Outcome) -> Message {
        match outcome {
            Outcome::Accepted(_) => self.advance(message, Status::Sent, self.now),
            Outcome::Again { provider_code, .. } if message.tries >= self.rules.max_attempts => {
                fail(message, Cause { reason: Reason::AttemptsExhausted, provider_code: *provider_code })
            }
            Outcome::Again { after, .. } => {
                let wait = after.unwrap_or_else(|| self.back_off(message.tries));
                self.queue(message, self.after(wait))
            }
            Outcome::Refused(cause) => fail(message, cause.clone()),
            Outcome::Unknown => {
                message.status = Status::Unknown;
                message.look_at = Some(self.after(self.rules.unknown_hold));
                message
            }
        }
    }

    fn advance(&self, mut message: Message, status: Status, at: Timestamp) -> Message {
        message.status = message.status.max(status);
        message.look_at = None;
        message.cause = None;
        let earliest = |seen: &mut Option<Timestamp>| *seen = Some(seen.map_or(at, |seen| seen.min(at)));
        match status {
            Status::Read => earliest(&mut message.read_at),
            Status::Delivered => earliest(&mut message.delivered_at),
            _ => earliest(&mut message.sent_at),
        }
        message
    }

    /// A callback came: in any order, any number of times, about this try or an older one.
    pub fn hear(&self, message: &Message, callback: &Callback) -> Option<Message> {
        let mut named = message.clone();
        if let Some(tried) = named.attempts.iter_mut().find(|tried| tried.number == callback.attempt) {
            tried.called = tried.called.with(callback.called.clone());
        }
        let next = self.notice(&named, callback).unwrap_or(named);
        (next != *message).then_some(next)
    }

    fn notice(&self, message: &Message, callback: &Callback) -> Option<Message> {
        let mut next = message.clone();
        match &callback.notice {
            Notice::Sent | Notice::Delivered | Notice::Read => {
                let (status, at) = match callback.notice {
                    Notice::Read => (Status::Read, callback.at),
                    Notice::Delivered => (Status::Delivered, callback.at),
                    _ => (Status::Sent, callback.at),
                };
                let tried = next.attempts.iter_mut().find(|tried| tried.number == callback.attempt);
                let has_failed = tried.as_ref().is_some_and(|tried| tried.outcome == AttemptOutcome::Failed);
                if let Some(tried) = tried
                    && matches!(tried.outcome, AttemptOutcome::Running | AttemptOutcome::Unknown)
                {
                    tried.outcome = AttemptOutcome::Accepted;
                    tried.ended_at = Some(self.now);
                }
                // That it was sent says less than that it failed afterwards: what follows from the failure stays.
                let known_better = status == Status::Sent && (has_failed || message.status >= Status::Failed);
                // An older try that was taken after all: what waits to be sent again must not be.
                if known_better {
                    next.sent_at = Some(next.sent_at.map_or(at, |seen| seen.min(at)));
                } else {
                    next = self.advance(next, status, at);
                }
            }
            Notice::Failed(outcome) => {
                let is_last = next.attempts.last().is_some_and(|last| last.number == callback.attempt);
                if !is_last || !matches!(message.status, Status::Sending | Status::Unknown | Status::Sent) {
                    return None;
                }
                if let Some(tried) = next.attempts.last_mut() {
                    tried.outcome = AttemptOutcome::Failed;
                    tried.ended_at = Some(self.now);
                    tried.provider_code = match outcome {
                        Outcome::Again { provider_code, .. } => *provider_code,
                        Outcome::Refused(cause) => cause.provider_code,
                        Outcome::Accepted(_) | Outcome::Unknown => None,
                    };
                }
                // Of a notice that was on its way nothing is left that could be sent again.
                next = match outcome {
                    Outcome::Again { provider_code, .. } if message.about.is_none() && message.sent_at.is_some() => {
                        fail(next, Cause { reason: Reason::AttemptsExhausted, provider_code: *provider_code })
                    }
                    _ => self.decide(next, outcome),
                };
            }
        }
        Some(next)
    }

    /// A message whose time has come without that it moved, and that was handed on so often since.
    pub fn look(&self, message: &Message, handed_on: u32) -> Option<Message> {
        if message.look_at.is_none_or(|at| at > self.now) {
            return None;
        }
        let mut next = message.clone();
        Some(match message.status {
            // Its jobs come to nothing, whatever the reason: a person has to look.
            Status::Queued if handed_on >= MAX_NUDGES => {
                fail(next, Cause { reason: Reason::AttemptsExhausted, provider_code: None })
            }
            // Whoever has it in hand sends it.
            Status::Queued => return None,
            // Its sender is gone: whether it still called the provider, nobody can tell.
            Status::Sending => {
                if let Some(tried) = next.attempts.last_mut() {
                    tried.outcome = AttemptOutcome::Unknown;
                    tried.ended_at = Some(self.now);
                }
                self.decide(next, &Outcome::Unknown)
            }
            Status::Unknown if message.on_unknown == OnUnknown::Resend && message.tries < self.rules.max_attempts => {
                self.queue(next, self.now)
            }
            Status::Unknown => fail(next, Cause { reason: Reason::OutcomeUnknown, provider_code: None }),
            Status::Stopped | Status::Sent | Status::Failed | Status::Delivered | Status::Read => {
                next.look_at = None;
                next
            }
        })
    }

    /// Its batch is stopped: what a sender is at, and what may be on its way, goes on.
    pub fn stop(&self, message: &Message) -> Option<Message> {
        let waits = message.status == Status::Queued;
        waits.then(|| Message { status: Status::Stopped, look_at: None, ..message.clone() })
    }

    /// A person has it sent again.
    pub fn retry(&self, message: &Message) -> Option<Message> {
        if message.status != Status::Failed {
            return None;
        }
        let mut next = self.queue(message.clone(), self.now);
        next.epoch += 1;
        next.tries = 0;
        next.task = None;
        Some(next)
    }
}

/// The message fails; the caller gives it its task.
fn fail(mut message: Message, cause: Cause) -> Message {
    message.status = Status::Failed;
    message.look_at = None;
    message.cause = Some(cause);
    message
}

/// What a step does to the sender's quota.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Charge {
    /// Added to what is left.
    pub left: i64,
    /// Added to what counts as sent.
    pub sent: i64,
}

/// Sets where the message stands with the quota, as its status says, and tells what that changes.
pub fn charge(message: &mut Message) -> Charge {
    let before = message.settlement;
    if before == Settlement::Free {
        return Charge::default();
    }
    let after = match message.status {
        Status::Queued | Status::Sending | Status::Unknown => Settlement::Reserved,
        Status::Sent | Status::Delivered | Status::Read => Settlement::Settled,
        Status::Stopped | Status::Failed => Settlement::Released,
    };
    message.settlement = after;
    let taken = |settlement| i64::from(settlement != Settlement::Released);
    let sent = |settlement| i64::from(settlement == Settlement::Settled);
    Charge { left: taken(before) - taken(after), sent: sent(after) - sent(before) }
}

#[cfg(test)]
mod tests;
