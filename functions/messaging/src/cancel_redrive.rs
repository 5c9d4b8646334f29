//! `DELETE /api/dead-letters/{queue}/redrive`

use dawr_api::{
    Cx, Failure, endpoint,
    function::{Access, DeadLetterAccess},
    permission::Permission,
};

use crate::dead_letters::{DeadLetters, QueuePath, RedriveView};

endpoint! {
    /// Stops the redrive that is running. What was moved stays moved.
    pub const CANCEL_REDRIVE: "cancel_redrive" = Delete "/api/dead-letters/{queue}/redrive";
    requires: Permission(DeadLetterManage);
    access: Access::APPEND.dead_letters(DeadLetterAccess::Redrive);
    handler: cancel_redrive(path: QueuePath) -> 200 RedriveView;
    errors: [NotFound, NothingToRedrive];
}

async fn cancel_redrive(cx: &Cx, path: QueuePath) -> Result<RedriveView, Failure> {
    let caller = cx.authorize(Permission::DeadLetterManage)?;
    let dead_letters = DeadLetters::of(cx, path.queue.0)?;
    dead_letters.note(cx, &caller, "redrive").await?;
    dead_letters.cancel().await
}
