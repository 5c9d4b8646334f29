//! The worker that answers requests for a new password: it alone looks whether there is such an account.

use dawr_api::{
    Cx, Failure,
    code::Code,
    function::{Access, EventError, Function, Queue, Trigger},
    job,
};
use dawr_store::{CommitError, Handed, Work};
use serde_json::Value;

use crate::{
    account::{Account, Found, Sought},
    attempts::{Kind, Try},
    history::{Outcome, SignIn},
    model::Username,
    reset_request::ResetRequest,
    sent_code::{Purpose, Sending},
};

/// Answers requests for a new password.
pub const ANSWER_RESET: Function = Function {
    name: "answer_reset",
    summary: "Answers requests for a new password: sends a code to the account's member, if there is one.",
    trigger: Trigger::Queue(Queue::Resets, |cx, event| Box::pin(answer_resets(cx, event))),
    access: Access::WRITE.notices(),
    memory: 1024,
    timeout: 15,
};

async fn answer_resets(cx: &Cx, event: Value) -> Result<Value, EventError> {
    job::each(event, |job| async move { answer(cx, &job).await.map_err(Failure::into_source) }).await
}

async fn answer(cx: &Cx, job: &Handed) -> Result<(), Failure> {
    // Answered before, or too late.
    let Some((request, _)) = cx.table().handed::<ResetRequest>(job).await? else { return Ok(()) };
    let mut work = Work::new();
    for one in seek(cx, &request).await? {
        work.join(answered(cx, &request, &one).await?);
    }
    work.delete(&request);
    match cx.table().commit(work).await {
        // Another run of the same job was faster.
        Ok(()) | Err(CommitError::Refused(_)) => Ok(()),
        Err(CommitError::Store(error)) => Err(error.into()),
    }
}

/// Sends a code for the account, if it can be sent and they did not have enough of them, and tells the member's history.
async fn answered(cx: &Cx, request: &ResetRequest, sought: &Sought) -> Result<Work, Failure> {
    let usable = |found: &&Found| found.member.active && found.tenant.suspended.is_none();
    let Some(Found { tenant, member, .. }) = sought.found.as_ref().filter(usable) else { return Ok(Work::new()) };
    let (from, correlation) = (request.device.as_str(), request.correlation.as_str());
    let sending = Sending { tenant, member, purpose: Purpose::Reset, from, correlation, not_since: None };
    let mut text = Work::new();
    // Only what can be sent is counted.
    let sends = sending.send(cx, &sought.scope, &mut text).await? && may_get_another(cx, request, sought).await?;
    let (mut work, outcome) =
        if sends { (text, Outcome::ResetAsked) } else { (Work::new(), Outcome::ResetUnreachable) };
    work.create(&sought.scope, &SignIn::asked(cx, member.id, outcome, request));
    Ok(work)
}

/// Counts a text to a member; false if they had enough of them: whoever asks in somebody's name does not fill their phone. A
/// browser of theirs has a count of its own; another one, which says nothing of itself that could not be made up, is counted
/// with all others.
async fn may_get_another(cx: &Cx, request: &ResetRequest, sought: &Sought) -> Result<bool, Failure> {
    let member = sought.member.to_string();
    let counted_alone = request.browser.is_some() && sought.browser.is_none();
    if counted_alone && !within(Try::of_account(cx, Kind::Forgot, &member)).await? {
        return Ok(false);
    }
    within(Try::begin_at(cx, Kind::ResetText, &member, sought.browser.as_deref(), Work::new())).await
}

/// Whether a try is within what is allowed.
async fn within(counted: impl Future<Output = Result<Try, Failure>>) -> Result<bool, Failure> {
    match counted.await {
        Ok(_) => Ok(true),
        Err(refusal) if refusal.code() == Code::TooManyRequests => Ok(false),
        Err(error) => Err(error),
    }
}

/// The accounts that the request may mean; none for what is no name of one.
async fn seek(cx: &Cx, request: &ResetRequest) -> Result<Vec<Sought>, Failure> {
    let Ok(username) = Username::parse(request.username.expose()) else { return Ok(Vec::new()) };
    let Ok(account) = Account::new(request.clinic.clone(), username) else { return Ok(Vec::new()) };
    account.seek(cx, request.browser.as_deref(), &[]).await
}
