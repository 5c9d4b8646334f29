//! The worker that answers requests for a new password: it alone looks whether there is such an account.

use dawr_api::{
    Cx, Failure,
    code::Code,
    function::{Access, EventError, Function, Queue, Trigger},
    reset_request::ResetRequest,
};
use dawr_kernel::id::MemberId;
use dawr_messaging::job::{self, ResetJob};
use dawr_store::{CommitError, Stored, Work, keys};
use serde_json::Value;

use crate::{
    account::{Account, Found, Sought},
    attempts::{Kind, Try},
    history::{Outcome, SignIn},
    model::Username,
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
    job::each(event, |job: ResetJob| async move { answer(cx, &job).await.map_err(Failure::into_source) }).await
}

async fn answer(cx: &Cx, job: &ResetJob) -> Result<(), Failure> {
    let request: Option<Stored<ResetRequest>> = cx.table().get(&keys::reset_request(job.request)).await?;
    // Answered before, or too late.
    let Some(request) = request else { return Ok(()) };
    let mut work = Work::new();
    if let Some(Sought { scope, found: Some(found), .. }) = seek(cx, &request).await?
        && found.member.active
        && found.tenant.suspended.is_none()
    {
        let Found { tenant, member, .. } = found;
        let (from, correlation) = (request.device.as_str(), request.correlation.as_str());
        let sending =
            Sending { tenant: &tenant, member: &member, purpose: Purpose::Reset, from, correlation, not_since: None };
        let mut text = Work::new();
        // Only what can be sent is counted.
        let outcome = if sending.send(cx, &scope, &mut text).await? && may_get_another(cx, member.id).await? {
            work = text;
            Outcome::ResetAsked
        } else {
            Outcome::ResetUnreachable
        };
        work.create(&scope, &SignIn::asked(cx, member.id, outcome, &request));
    }
    work.delete(&request);
    match cx.table().commit(work).await {
        // Another run of the same job was faster.
        Ok(()) | Err(CommitError::Refused(_)) => Ok(()),
        Err(CommitError::Store(error)) => Err(error.into()),
    }
}

/// Counts a text to a member; false if they had enough of them: whoever asks in somebody's name does not fill their phone.
async fn may_get_another(cx: &Cx, member: MemberId) -> Result<bool, Failure> {
    match Try::begin(cx, Kind::ResetText, Some(&member.to_string()), Work::new()).await {
        Ok(_) => Ok(true),
        Err(refusal) if refusal.code() == Code::TooManyRequests => Ok(false),
        Err(error) => Err(error),
    }
}

/// The account that the request means; none for what is no name of one.
async fn seek(cx: &Cx, request: &ResetRequest) -> Result<Option<Sought>, Failure> {
    let Ok(username) = Username::parse(request.username.expose()) else { return Ok(None) };
    let Ok(account) = Account::new(request.clinic.clone(), username) else { return Ok(None) };
    account.seek(cx, &[]).await.map(Some)
}
