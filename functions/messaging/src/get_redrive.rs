//! `GET /api/dead-letters/{queue}/redrive`

use dawr_api::{
    Cx, Failure, endpoint,
    function::{Access, DeadLetterAccess},
    permission::Permission,
};

use crate::dead_letters::{DeadLetters, QueuePath, RedriveView};

endpoint! {
    /// How far the last redrive of a queue is.
    pub const GET_REDRIVE: "get_redrive" = Get "/api/dead-letters/{queue}/redrive";
    requires: Permission(DeadLetterManage);
    access: Access::READ.dead_letters(DeadLetterAccess::Redrive);
    handler: get_redrive(path: QueuePath) -> 200 RedriveView;
    errors: [NotFound, NothingToRedrive];
}

async fn get_redrive(cx: &Cx, path: QueuePath) -> Result<RedriveView, Failure> {
    cx.authorize(Permission::DeadLetterManage)?;
    DeadLetters::of(cx, path.queue.0)?.progress().await
}
