//! Requests that may come twice: the first answer is kept and given again.
//!
//! The record is written in the transaction that does the work, so that there is never the one without the other. An
//! endpoint whose work takes several transactions claims its key first ([`crate::Cx::claim`]).

use std::sync::{Mutex, PoisonError};

use dawr_store::{Entity, Place, Stored, Table, TenantScope, Work, keys};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Failure, Reply, code::Code, reply::Content};

/// For so long the first answer is kept.
pub const KEPT: SignedDuration = SignedDuration::from_hours(48);

/// For so long a claim keeps repetitions away. An endpoint may run longer: what it does stays right if a repetition joins
/// in, and after a crash nobody waits for long.
const CLAIM: SignedDuration = SignedDuration::from_secs(10);

/// What is stored of a request.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Record {
    digest: String,
    /// The hash of the body.
    body: String,
    outcome: Outcome,
    until: Timestamp,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
enum Outcome {
    Running { until: Timestamp },
    Answered { status: u16, data: String },
}

impl Entity for Record {
    const KIND: &'static str = "idempotency";

    fn place(&self, scope: &TenantScope) -> Place {
        Place::at(keys::idempotency(scope, &self.digest)).until(self.until)
    }
}

/// A request with an Idempotency-Key that is being worked on.
pub struct Claim {
    digest: String,
    body: String,
    status: u16,
    found: Mutex<Option<Stored<Record>>>,
}

/// What became of a request that came before.
pub enum Before {
    /// It is the first.
    Nothing(Box<Claim>),
    /// It was answered.
    Answered(Reply),
}

impl Claim {
    /// Looks for an earlier request of the same member, route and key.
    ///
    /// # Errors
    /// `IdempotencyMismatch` for another body, `StillRunning` while the first one runs.
    pub async fn look(
        table: &Table,
        scope: &TenantScope,
        parts: [&str; 3],
        body: &[u8],
        status: u16,
        now: Timestamp,
    ) -> Result<Before, Failure> {
        let digest = hash(
            parts.iter().flat_map(|part| [part.as_bytes(), b"\0"]).flatten().copied().collect::<Vec<_>>().as_slice(),
        );
        let claim = Self { digest, body: hash(body), status, found: Mutex::new(None) };
        let found: Option<Stored<Record>> = table.get(&keys::idempotency(scope, &claim.digest)).await?;
        let Some(found) = found else { return Ok(Before::Nothing(Box::new(claim))) };
        if found.body != claim.body {
            return Err(Code::IdempotencyMismatch.into());
        }
        match &found.outcome {
            Outcome::Answered { status, data } => {
                let content = serde_json::from_str(data).map_err(Failure::internal)?;
                let content = if content == Value::Null { Content::Empty } else { Content::Data(content) };
                Ok(Before::Answered(Reply { status: *status, content, headers: Vec::new() }))
            }
            Outcome::Running { until } if *until > now => {
                let wait = u32::try_from(until.duration_since(now).as_secs()).unwrap_or(1).max(1);
                Err(Failure::new(Code::StillRunning).after(wait))
            }
            Outcome::Running { .. } => {
                *claim.found.lock().unwrap_or_else(PoisonError::into_inner) = Some(found);
                Ok(Before::Nothing(Box::new(claim)))
            }
        }
    }

    fn record(&self, outcome: Outcome, now: Timestamp) -> Record {
        let until = now.checked_add(KEPT).unwrap_or(now);
        Record { digest: self.digest.clone(), body: self.body.clone(), outcome, until }
    }

    fn write(&self, scope: &TenantScope, record: &Record, work: &mut Work, now: Timestamp) {
        match &*self.found.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(found) => work.replace(scope, found, record),
            None => work.create_or_renew(scope, record, now),
        };
    }

    /// Adds the answer's record to the work.
    ///
    /// # Errors
    /// If the answer cannot be written as JSON.
    pub fn answer<T: Serialize>(
        &self,
        scope: &TenantScope,
        answer: &T,
        work: &mut Work,
        now: Timestamp,
    ) -> Result<(), Failure> {
        let data = serde_json::to_string(answer).map_err(Failure::internal)?;
        let record = self.record(Outcome::Answered { status: self.status, data }, now);
        self.write(scope, &record, work, now);
        Ok(())
    }

    /// Writes that the request is running, before work of several transactions.
    ///
    /// # Errors
    /// `StillRunning` if another one of the same key was faster.
    pub async fn take(&self, table: &Table, scope: &TenantScope, now: Timestamp) -> Result<(), Failure> {
        let until = now.checked_add(CLAIM).unwrap_or(now);
        let record = self.record(Outcome::Running { until }, now);
        let mut work = Work::new();
        self.write(scope, &record, &mut work, now);
        table.commit(work).await.map_err(|error| match error {
            dawr_store::CommitError::Refused(_) => Failure::new(Code::StillRunning).after(1),
            dawr_store::CommitError::Store(error) => error.into(),
        })?;
        let found = table.get(&keys::idempotency(scope, &self.digest)).await?;
        *self.found.lock().unwrap_or_else(PoisonError::into_inner) = found;
        Ok(())
    }

    /// A number that follows from the member, route and key alone: seeds ids that a repetition makes again.
    pub fn seed(&self) -> [u8; 32] {
        sha256(self.digest.as_bytes())
    }
}

/// SHA-256.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes);
    let mut out = [0; 32];
    for (to, from) in out.iter_mut().zip(digest.as_ref()) {
        *to = *from;
    }
    out
}

/// SHA-256 in hexadecimal.
pub fn hash(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(&sha256(bytes))
}
