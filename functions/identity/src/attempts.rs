//! Failed sign-ins are counted, by account and by address, in windows of a quarter of an hour.
//!
//! A try is counted before the password is looked at and taken back when it was right, so that a burst of tries at once
//! gains nothing.

use dawr_api::{Cx, Failure, code::Code, idempotency::hash};
use dawr_store::{CommitError, Entity, Place, TenantScope, Update, Work, keys};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The window, in seconds.
const WINDOW: i64 = 15 * 60;

/// So many wrong passwords an account takes in a window.
const PER_ACCOUNT: i64 = 10;

/// So many wrong passwords an address may send in a window: a whole clinic may share one.
const PER_ADDRESS: i64 = 100;

/// The failed sign-ins of one bucket.
#[derive(Debug, Serialize, Deserialize)]
struct Attempts {
    failures: i64,
}

impl Entity for Attempts {
    const KIND: &'static str = "attempts";

    fn place(&self, _: &TenantScope) -> Place {
        Place::at(keys::sign_in_attempts(""))
    }
}

/// A try that was counted.
pub struct Try {
    buckets: [(String, i64); 2],
    until: Timestamp,
}

impl Try {
    /// Counts a try.
    ///
    /// # Errors
    /// `TooManyRequests` if the account or the address has had its share.
    pub async fn begin(cx: &Cx, account: &str) -> Result<Self, Failure> {
        let window = cx.now().as_second().div_euclid(WINDOW);
        let bucket = |kind: &str, value: &str| hash(format!("{kind}\0{value}\0{window}").as_bytes());
        let counted = Self {
            buckets: [(bucket("account", account), PER_ACCOUNT), (bucket("address", &cx.address), PER_ADDRESS)],
            until: Timestamp::from_second((window + 1) * WINDOW).unwrap_or(cx.now()),
        };
        let mut work = Work::new();
        for (bucket, limit) in &counted.buckets {
            let update = Update::upsert::<Attempts>(keys::sign_in_attempts(bucket));
            work.update(update.add("failures", 1).below("failures", *limit).until(counted.until));
        }
        match cx.table().commit(work).await {
            Ok(()) => Ok(counted),
            Err(CommitError::Refused(_)) => {
                let wait = counted.until.duration_since(cx.now()).as_secs().max(1);
                Err(Failure::new(Code::TooManyRequests).after(u32::try_from(wait).unwrap_or(900)))
            }
            Err(CommitError::Store(error)) => Err(error.into()),
        }
    }

    /// Takes the try back: the password was right.
    pub fn succeed(&self, work: &mut Work) {
        for (bucket, _) in &self.buckets {
            let update = Update::upsert::<Attempts>(keys::sign_in_attempts(bucket));
            work.update(update.add("failures", -1).until(self.until));
        }
    }
}
