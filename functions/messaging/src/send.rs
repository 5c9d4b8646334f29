//! `POST /api/messages/send`

use dawr_api::{
    Authorized, Cx, Failure,
    code::Code,
    endpoint,
    function::Access,
    quota::{Allowance, Counted, Reservation, reserve},
};
use dawr_kernel::id::{BatchId, MessageId, QueueId};
use dawr_queues::store::{Line, Queues};
use dawr_store::Work;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    batch::{
        Batch, BatchState, INLINE_RECIPIENTS, MAX_LISTED, MAX_RECIPIENTS, Part, Recipient, Skipped, SkippedView, Source,
    },
    compose::{Composer, recipients},
    last_send::{Compared, Mark, Noted},
    moves,
    sending::{Audience, Ground, SendRequest, message, of_queue},
};

endpoint! {
    /// Sends a template to patients. The same to the same people or queue within a minute is asked about: `AlreadySent` names the batch.
    /// Up to 90 recipients are checked at once; a larger batch is expanded by a worker, and who is skipped then shows in the batch.
    pub const SEND: "send" = Post "/api/messages/send";
    requires: Permission(MessageSend);
    reach: Clinic;
    access: Access::WRITE;
    handler: send(body: SendRequest) -> 202 SendView;
    errors: [NotFound, NoRecipients, TooManyRecipients, UnknownVariable, UnclosedVariable, TemplatePaused, ChannelNotConnected, QuotaExceeded, AlreadySent];
    idempotent;
}

/// What was queued.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SendView {
    batch_id: BatchId,
    /// Messages that will be sent; for a batch that is still expanding, recipients accepted.
    queued: u32,
    /// Who gets nothing, and why. Of a batch that is still expanding, see the batch.
    skipped: Vec<SkippedView>,
    /// Whether there is no limit to the caller's messages.
    unlimited: bool,
    /// Messages left of the caller's quota after this; null where `unlimited`, and only there.
    quota_left: Option<i64>,
    /// The messages, up to 500 of them.
    message_ids: Vec<MessageId>,
}

impl SendView {
    /// The answer to a request that took so many messages of the quota.
    fn new(cx: &Cx, caller: &Authorized, ground: &Ground, batch: &Batch, taken: u32, messages: Vec<MessageId>) -> Self {
        let allowance = ground.allowance(caller).less(taken.into());
        Self {
            batch_id: batch.id,
            queued: taken,
            skipped: batch.skipped_listed.iter().map(|skipped| skipped.view(cx.language)).collect(),
            unlimited: allowance == Allowance::Unlimited,
            quota_left: allowance.left(),
            message_ids: messages,
        }
    }
}

async fn send(cx: &Cx, body: SendRequest) -> Result<SendView, Failure> {
    let caller = cx.authorize(dawr_api::permission::Permission::MessageSend)?;
    let audience = body.audience()?;
    let mark = Mark::of(&body, &audience);
    let (ground, last) = Ground::load_beside(cx, &caller, &body, Some(mark.key(&caller))).await?;
    let mark = &mark.compare(cx, &caller, &ground.snapshot, last).await?;
    match audience {
        Audience::Named(recipients) if recipients.len() <= INLINE_RECIPIENTS => {
            send_now(cx, &caller, &ground, mark, recipients, None).await
        }
        Audience::Named(recipients) => {
            let (unique, skipped) = unique(recipients);
            let parts = |batch| Part::divide(batch, &unique);
            send_later(cx, &caller, &ground, mark, Large { count: unique.len(), queue: None, skipped }, parts).await
        }
        Audience::Queue(queue) => {
            let found = Queues::new(cx, &caller).get(queue).await.map_err(of_queue)?;
            let count = usize::try_from(found.counts.waiting).unwrap_or(usize::MAX);
            if count > INLINE_RECIPIENTS {
                let large = Large { count, queue: Some(queue), skipped: Vec::new() };
                return send_later(cx, &caller, &ground, mark, large, |_| Vec::new()).await;
            }
            let line = Line::load(cx, &caller, queue).await.map_err(of_queue)?;
            let mut recipients = recipients(&line);
            // Somebody may have joined since the queue was counted; they are told with the next message.
            recipients.truncate(INLINE_RECIPIENTS);
            send_now(cx, &caller, &ground, mark, recipients, Some(line)).await
        }
    }
}

/// Leaves out who is named again.
fn unique(recipients: Vec<Recipient>) -> (Vec<Recipient>, Vec<Skipped>) {
    let mut seen = std::collections::HashSet::new();
    let (unique, again): (Vec<_>, Vec<_>) = recipients.into_iter().partition(|recipient| seen.insert(*recipient));
    let code = crate::batch::SkipCode::Duplicate;
    (unique, again.into_iter().map(|recipient| Skipped::new(recipient, code)).collect())
}

fn batch(cx: &Cx, caller: &Authorized, ground: &Ground, queue: Option<QueueId>) -> Batch {
    Batch {
        id: BatchId::generate_for_messages(cx.now(), cx.entropy()),
        tenant: caller.tenant(),
        correlation: cx.correlation.clone(),
        sender: caller.member,
        clinics: caller.clinics.clone(),
        snapshot: ground.snapshot.clone(),
        queue_id: queue,
        counted: false,
        state: BatchState::Expanded,
        source: Source::Parts(0),
        next_part: 0,
        recipients: 0,
        queued: 0,
        skipped: 0,
        skipped_before: 0,
        skipped_listed: Vec::new(),
        stopped_at: None,
        unmade: 0,
        look_at: None,
        nudges: 0,
        created_at: cx.now(),
    }
}

/// Writes the messages in the request's own transaction.
async fn send_now(
    cx: &Cx,
    caller: &Authorized,
    ground: &Ground,
    mark: &Compared,
    recipients: Vec<Recipient>,
    line: Option<Line>,
) -> Result<SendView, Failure> {
    let queue = line.as_ref().map(|line| line.queue.id);
    let mut composer = Composer::new(cx, caller, &ground.tenant, &ground.account, &ground.snapshot, &caller.clinics)?;
    if let Some(line) = line {
        composer = composer.with_line(line);
    }
    let drafts = composer.compose(&recipients).await?;
    let mut batch = batch(cx, caller, ground, queue);
    let mut work = Work::new();
    let queued = drafts.iter().filter(|draft| draft.is_ok()).count();
    let reservation = reserve_for(caller, ground, queued, &mut work)?;
    batch.counted = reservation.is_counted();
    batch.recipients = u32::try_from(recipients.len()).unwrap_or(u32::MAX);
    let mut message_ids = Vec::with_capacity(queued);
    for ((recipient, draft), number) in recipients.iter().zip(drafts).zip(0..) {
        match draft {
            Ok(draft) => {
                let message = message(caller, &batch, number, draft, moves::step(cx).rules);
                message_ids.push(message.id);
                work.create(caller, &message);
            }
            Err(code) => batch.skipped_listed.push(Skipped::new(*recipient, code)),
        }
    }
    batch.queued = u32::try_from(message_ids.len()).unwrap_or(u32::MAX);
    batch.skipped = u32::try_from(batch.skipped_listed.len()).unwrap_or(u32::MAX);
    work.create(caller, &batch);
    // Of what nobody gets there is nothing to ask about.
    let noted = (batch.queued > 0).then(|| mark.note(&batch, batch.queued, caller, &mut work));
    let view = SendView::new(cx, caller, ground, &batch, batch.queued, message_ids);
    commit(cx, caller, work, &view, noted.as_ref(), &reservation).await?;
    Ok(view)
}

struct Large {
    count: usize,
    queue: Option<QueueId>,
    skipped: Vec<Skipped>,
}

/// Writes the batch; a worker makes its messages.
async fn send_later(
    cx: &Cx,
    caller: &Authorized,
    ground: &Ground,
    mark: &Compared,
    large: Large,
    parts: impl FnOnce(BatchId) -> Vec<Part>,
) -> Result<SendView, Failure> {
    if large.count > MAX_RECIPIENTS {
        return Err(Code::TooManyRecipients.into());
    }
    let mut work = Work::new();
    let reservation = reserve_for(caller, ground, large.count, &mut work)?;
    let mut batch = batch(cx, caller, ground, large.queue);
    let parts = parts(batch.id);
    let count = u32::try_from(large.count).unwrap_or(u32::MAX);
    batch.counted = reservation.is_counted();
    batch.state = BatchState::Expanding;
    batch.source = match large.queue {
        Some(queue) => Source::Queue(queue),
        None => Source::Parts(u32::try_from(parts.len()).unwrap_or(u32::MAX)),
    };
    batch.recipients = count;
    batch.skipped = u32::try_from(large.skipped.len()).unwrap_or(u32::MAX);
    batch.skipped_before = batch.skipped;
    batch.skipped_listed = large.skipped;
    batch.skipped_listed.truncate(MAX_LISTED);
    batch.look_at = cx.now().checked_add(moves::step(cx).rules.straggler_after).ok();
    work.create(caller, &batch);
    for part in &parts {
        work.create(caller, part);
    }
    let noted = mark.note(&batch, count, caller, &mut work);
    let message_ids = (0_u16..).take(large.count.min(MAX_LISTED)).map(|number| batch.message(number)).collect();
    let view = SendView::new(cx, caller, ground, &batch, count, message_ids);
    commit(cx, caller, work, &view, Some(&noted), &reservation).await?;
    Ok(view)
}

async fn commit(
    cx: &Cx,
    caller: &Authorized,
    work: Work,
    view: &SendView,
    noted: Option<&Noted>,
    reservation: &Reservation,
) -> Result<(), Failure> {
    cx.commit(caller, work, view).await.map_err(|error| {
        let already = noted.and_then(|noted| noted.explain(&error));
        already.unwrap_or_else(|| reservation.explain(error))
    })
}

fn reserve_for(caller: &Authorized, ground: &Ground, count: usize, work: &mut Work) -> Result<Reservation, Failure> {
    let count = u32::try_from(count).unwrap_or(u32::MAX);
    reserve(caller, ground.quota.as_ref(), Counted::Messages, count, work)
}
