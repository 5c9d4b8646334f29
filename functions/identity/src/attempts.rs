//! Tries that somebody could guess with, or have texts sent by, are counted by account and by address, in windows of time.
//!
//! A try is counted before it is looked at and taken back when it was right, so that a burst of tries at once gains
//! nothing.
//!
//! What strangers try must not lock out whom they try to be: a browser from which the account's member has signed in before has a
//! count of its own, which nobody else fills and which closes like the others.

use std::net::IpAddr;

use dawr_api::{Cx, Failure, code::Code, idempotency::hash};
use dawr_store::{CommitError, Entity, Place, TenantScope, Update, Work, keys};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A password.
    SignIn,
    /// A code of somebody who is signed in.
    Code,
    /// Founding a tenant.
    SignUp,
    /// Inviting somebody, to whom a text may be sent, or making them a member.
    Invite,
    /// Asking for a new password: a text is sent, too.
    Forgot,
    /// A code for a new password.
    Reset,
    /// Sending such a code.
    ResetText,
    /// Accepting an invitation.
    Accept,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            // A bucket's name outlives a deployment.
            Self::SignIn => "account",
            Self::Code => "code",
            Self::SignUp => "signup",
            Self::Invite => "invite",
            Self::Forgot => "forgot",
            Self::Reset => "reset",
            Self::ResetText => "reset-text",
            Self::Accept => "accept",
        }
    }

    /// The window, in seconds: a quarter of an hour, but a day for what costs money.
    const fn window(self) -> i64 {
        match self {
            Self::ResetText => 24 * 60 * 60,
            _ => 15 * 60,
        }
    }

    /// So many tries of one account in a window.
    const fn per_account(self) -> i64 {
        match self {
            Self::SignIn | Self::Code | Self::SignUp | Self::ResetText | Self::Accept => 10,
            Self::Invite => 50,
            Self::Forgot => 3,
            Self::Reset => 5,
        }
    }

    /// So many tries of one address in a window: a whole clinic may share one. None for what no request does.
    const fn per_address(self) -> Option<i64> {
        match self {
            Self::SignIn | Self::Code | Self::Invite => Some(100),
            Self::SignUp => Some(20),
            Self::Forgot | Self::Reset | Self::Accept => Some(30),
            Self::ResetText => None,
        }
    }
}

/// What an address is counted by. A subscriber has a whole network of IPv6 addresses (RFC 6177): at least the last 64 bits are
/// theirs to choose.
fn network(address: &str) -> String {
    match address.parse().map(|address: IpAddr| address.to_canonical()) {
        Ok(IpAddr::V6(address)) => (u128::from(address) >> 64).to_string(),
        _ => address.to_owned(),
    }
}

/// The tries in one bucket.
#[derive(Debug, Serialize, Deserialize)]
pub struct Attempts {
    bucket: String,
    failures: i64,
}

impl Entity for Attempts {
    const KIND: &'static str = "attempts";

    fn place(&self, _: &TenantScope) -> Place {
        Place::at(keys::sign_in_attempts(&self.bucket))
    }
}

/// A try that was counted.
pub struct Try {
    buckets: Vec<(String, i64)>,
    until: Timestamp,
}

impl Try {
    /// Counts a try from this address, of an account unless there is none yet, in one transaction with the work.
    ///
    /// # Errors
    /// `TooManyRequests` if the account or the address has had its share.
    pub async fn begin(cx: &Cx, kind: Kind, account: Option<&str>, work: Work) -> Result<Self, Failure> {
        let account = account.map(|account| ("account", account.to_owned(), kind.per_account()));
        let address = kind.per_address().map(|limit| ("address", network(&cx.address), limit));
        Self::count(cx, kind, account.into_iter().chain(address), work).await
    }

    /// The same of an account whose member may have signed in from this browser before: then the browser alone is counted.
    ///
    /// # Errors
    /// `TooManyRequests` if it has had its share.
    pub async fn begin_at(
        cx: &Cx,
        kind: Kind,
        account: &str,
        browser: Option<&str>,
        work: Work,
    ) -> Result<Self, Failure> {
        match browser {
            None => Self::begin(cx, kind, Some(account), work).await,
            Some(browser) => {
                let own = ("browser", format!("{account}\0{browser}"), kind.per_account());
                Self::count(cx, kind, std::iter::once(own), work).await
            }
        }
    }

    /// The same of an account alone: for what is done for a request that came earlier, from an address that was counted then.
    ///
    /// # Errors
    /// `TooManyRequests` if the account has had its share.
    pub async fn of_account(cx: &Cx, kind: Kind, account: &str) -> Result<Self, Failure> {
        let account = ("account", account.to_owned(), kind.per_account());
        Self::count(cx, kind, std::iter::once(account), Work::new()).await
    }

    async fn count(
        cx: &Cx,
        kind: Kind,
        counted: impl Iterator<Item = (&str, String, i64)>,
        mut work: Work,
    ) -> Result<Self, Failure> {
        let length = kind.window();
        let window = cx.now().as_second().div_euclid(length);
        let bucket = |of: &str, value: &str| hash(format!("{}\0{of}\0{value}\0{window}", kind.name()).as_bytes());
        let counted = Self {
            buckets: counted.map(|(of, value, limit)| (bucket(of, &value), limit)).collect(),
            until: Timestamp::from_second((window + 1) * length).unwrap_or(cx.now()),
        };
        for (bucket, limit) in &counted.buckets {
            work.update(counted.add(bucket, 1).below("failures", *limit));
        }
        match cx.table().commit(work).await {
            Ok(()) => Ok(counted),
            Err(CommitError::Refused(_)) => Err(counted.refusal(cx.now())),
            Err(CommitError::Store(error)) => Err(error.into()),
        }
    }

    /// The refusal, with the whole seconds after which the window is over.
    fn refusal(&self, now: Timestamp) -> Failure {
        let left = self.until.duration_since(now).as_millis().max(1);
        let seconds = u32::try_from((left + 999).div_euclid(1000)).unwrap_or(u32::MAX);
        Failure::new(Code::TooManyRequests).after(seconds)
    }

    /// Takes the try back: it was right.
    pub fn succeed(&self, work: &mut Work) {
        for (bucket, _) in &self.buckets {
            work.update(self.add(bucket, -1));
        }
    }

    /// Takes the try back at once, and gives what is answered: it was right, and yet not enough.
    ///
    /// # Errors
    /// If the table does not answer.
    pub async fn take_back(&self, cx: &Cx, failure: Failure) -> Result<Failure, Failure> {
        let mut work = Work::new();
        self.succeed(&mut work);
        cx.table().commit(work).await?;
        Ok(failure)
    }

    fn add(&self, bucket: &str, by: i64) -> Update {
        let update = Update::upsert::<Attempts>(keys::sign_in_attempts(bucket));
        update.set("bucket", bucket).add("failures", by).until(self.until)
    }
}
