//! Having failed messages sent again.

use dawr_api::{
    Authorized, Cx, Failure,
    code::Code,
    quota::{Counted, Reservation, reserve},
};
use dawr_kernel::id::{MessageId, TaskId};
use dawr_store::{Stored, Work, keys};
use serde::Serialize;

use crate::{again::Again, coverage::ensure_within, message::Settlement, moves, task::FailedTask};

/// A retry that is ready to be committed.
pub struct Retry {
    /// The message that is queued again.
    pub message: MessageId,
    work: Work,
    reservation: Option<Reservation>,
}

impl Retry {
    /// Queues a failed task's message again, and ends the task.
    ///
    /// A message that was taken from a quota is taken from it again: it was given back when it failed.
    ///
    /// # Errors
    /// `NotFound` if there is no such task (any more), `NotRetryable` if its message moved meanwhile or cannot go now,
    /// `TemplatePaused`, `ChannelNotConnected`, `QuotaExceeded`.
    pub async fn prepare(cx: &Cx, caller: &Authorized, id: TaskId) -> Result<Self, Failure> {
        let task: Option<Stored<FailedTask>> = cx.table().get(&keys::task(caller, id)).await?;
        let task = task.ok_or(Code::NotFound)?;
        ensure_within(cx, caller, task.queue_id, task.message).await?;
        let Again { message, quota, draft } = Again::load(cx, caller, &task).await?;
        let next = moves::step(cx).retry(&message).ok_or(Code::NotRetryable)?;
        let mut next = draft.put_into(next, cx.now());
        let mut work = Work::new();
        // The reservation is checked here, unlike the ones that moves make: nobody may exceed a quota by retrying.
        let reservation = match message.settlement {
            Settlement::Free => None,
            _ => Some(reserve(caller, quota.as_ref(), Counted::Messages, 1, &mut work)?),
        };
        let counted = reservation.as_ref().is_some_and(Reservation::is_counted);
        next.settlement = if counted { Settlement::Reserved } else { Settlement::Free };
        FailedTask::decide(&task, caller, &mut work);
        work.replace(caller, &message, &next);
        Ok(Self { message: next.id, work, reservation })
    }
}

impl Retry {
    /// Commits the retry, with the request's answer if there is one to keep.
    ///
    /// # Errors
    /// `QuotaExceeded`, `StaleVersion`.
    pub async fn commit<T: Serialize>(self, cx: &Cx, caller: &Authorized, answer: Option<&T>) -> Result<(), Failure> {
        let done = match answer {
            Some(answer) => cx.commit(caller, self.work, answer).await,
            None => cx.save(caller, self.work).await,
        };
        done.map_err(|error| match &self.reservation {
            Some(reservation) => reservation.explain(error),
            None => error.into(),
        })
    }
}
