//! Storing a step of a message: the message, its sender's quota and its failed task change together.

use dawr_api::{Cx, quota};
use dawr_kernel::id::MessageId;
use dawr_patients::ties::TiesChange;
use dawr_store::{CommitError, StoreError, Stored, TenantScope, Work, keys};
use jiff::SignedDuration;

use crate::{
    batch::Batch,
    delivery::{Rules, Step, charge},
    identity,
    message::{Message, Status},
    notice, stopping,
    task::FailedTask,
};

/// How often a step is tried again when the message has moved meanwhile. Few things can move it, so this is plenty.
const MAX_TRIES: u32 = 12;

/// The step of this context's time and settings.
pub fn step(cx: &Cx) -> Step<'_> {
    let settings = cx.settings();
    let signed = |duration: std::time::Duration| SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX);
    Step {
        rules: Rules {
            lease: signed(settings.send_lease),
            unknown_hold: signed(settings.unknown_hold),
            straggler_after: signed(settings.straggler_after),
            max_attempts: settings.max_attempts,
        },
        now: cx.now(),
        entropy: cx.entropy(),
    }
}

/// Adds a step to the work: the message as it shall be, and what follows for quota and task.
///
/// # Errors
/// If the table does not answer.
pub async fn add(
    cx: &Cx,
    scope: &TenantScope,
    read: &Stored<Message>,
    mut next: Message,
    work: &mut Work,
) -> Result<Message, StoreError> {
    // It was tried, and would be once more by itself.
    if next.status == Status::Queued && read.status != Status::Queued && is_stopped(cx, scope, &next).await? {
        next = step(cx).stop(&next).unwrap_or(next);
    }
    let charge = charge(&mut next);
    if charge.left != 0 {
        quota::give_back(scope, next.sender, charge.left, work);
    }
    match charge.sent {
        0 => {}
        1.. => quota::settle(scope, next.sender, next.id, work),
        _ => quota::unsettle(scope, next.sender, next.id, work),
    }
    let failed = next.status == Status::Failed;
    if failed && read.status != Status::Failed {
        if let Some(task) = FailedTask::of(&next, cx.new_id(), cx.now()) {
            next.task = Some(task.id);
            task.add_to(cx, scope, work).await?;
        }
    } else if !failed && let Some(task) = read.task {
        next.task = None;
        work.remove(&keys::task(scope, task));
        if let Some(about) = &next.about {
            work.update(TiesChange::decided(scope, about.patient_id, task).update());
        }
    }
    if next.about.is_none() && !next.status.is_on_the_way() {
        notice::forget(&mut next);
    }
    identity::learn(scope, read, &next, cx.now(), work);
    work.replace(scope, read, &next);
    Ok(next)
}

/// Whether the message's batch was stopped, and the message with it.
async fn is_stopped(cx: &Cx, scope: &TenantScope, message: &Message) -> Result<bool, StoreError> {
    if message.about.is_none() {
        return Ok(false);
    }
    let batch: Option<Stored<Batch>> = cx.table().get(&keys::batch(scope, message.batch())).await?;
    Ok(stopping::concerns(batch.and_then(|batch| batch.stopped_at), message))
}

/// Takes a step on the message as it stands, again if it moves meanwhile. Returns the message after it; `None` if the
/// step changes nothing, or there is no such message.
///
/// # Errors
/// If the table does not answer.
pub async fn take(
    cx: &Cx,
    scope: &TenantScope,
    id: MessageId,
    read: Option<Stored<Message>>,
    mut decide: impl FnMut(&Message, &mut Work) -> Option<Message>,
) -> Result<Option<Message>, StoreError> {
    let mut read = read;
    let mut failure = None;
    for round in 0..MAX_TRIES {
        cx.table().pause(round).await;
        let current = match read.take() {
            Some(current) => current,
            None => match cx.table().get::<Message>(&keys::message(scope, id)).await? {
                Some(current) => current,
                None => return Ok(None),
            },
        };
        let mut work = Work::new();
        let Some(next) = decide(&current, &mut work) else { return Ok(None) };
        let next = add(cx, scope, &current, next, &mut work).await?;
        match cx.table().commit(work).await {
            Ok(()) => return Ok(Some(next)),
            Err(CommitError::Refused(_)) => {}
            // Whether it was written, the next look tells: what is certain of a message is not given up lightly.
            Err(CommitError::Store(error @ StoreError::Unavailable(_))) => failure = Some(error),
            Err(CommitError::Store(error)) => return Err(error),
        }
    }
    Err(failure.unwrap_or_else(|| StoreError::Unavailable("a message that never stands still".into())))
}
