//! `POST /api/dead-letters/{queue}/redrive`

use dawr_api::{
    Cx, Failure, Fault,
    code::Code,
    endpoint,
    failure::FieldErrors,
    function::{Access, DeadLetterAccess},
    permission::Permission,
};
use dawr_kernel::text::Invalid;
use dawr_store::Work;
use deserr::Deserr;
use schemars::JsonSchema;

use crate::dead_letters::{DeadLetters, QueuePath, RedriveView};

endpoint! {
    /// Moves all dead jobs of a queue back to it.
    pub const REDRIVE: "redrive" = Post "/api/dead-letters/{queue}/redrive";
    requires: Permission(DeadLetterManage);
    access: Access::WRITE.dead_letters(DeadLetterAccess::Redrive);
    handler: redrive(path: QueuePath, optional_body: Redrive) -> 202 RedriveView;
    errors: [NotFound, OutOfRange, RedriveRunning, NothingToRedrive];
    idempotent;
}

/// How fast.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct Redrive {
    /// The most jobs per second, 1 to 500; as fast as SQS can unless said.
    #[deserr(default)]
    #[schemars(range(min = 1, max = 500))]
    max_per_second: Option<i64>,
}

async fn redrive(cx: &Cx, path: QueuePath, body: Redrive) -> Result<RedriveView, Failure> {
    let caller = cx.authorize(Permission::DeadLetterManage)?;
    let max = body.rate()?;
    let dead = DeadLetters::of(cx, path.queue.0)?;
    let source = dead.source().await.map_err(|failure| match failure.code() {
        Code::NothingToRedrive => Fault::new(Code::NothingToRedrive)
            .saying("There is no dead job in this queue.", "لا يوجد ما تعذّر تنفيذه في هذه القائمة.")
            .into(),
        _ => failure,
    })?;
    // A move is nothing of the table's, so that it cannot be part of a transaction: the claim keeps a repetition away.
    cx.claim(&caller).await?;
    dead.note(cx, &caller, "redrive").await?;
    let view = dead.redrive(&source, max).await?;
    cx.commit(&caller, Work::new(), &view).await?;
    Ok(view)
}

impl Redrive {
    fn rate(&self) -> Result<Option<i32>, Fault> {
        match self.max_per_second.map(i32::try_from) {
            None => Ok(None),
            Some(Ok(max @ 1..=500)) => Ok(Some(max)),
            Some(_) => Err(Fault::invalid("maxPerSecond", Invalid::OutOfRange { min: 1, max: 500 })),
        }
    }
}
