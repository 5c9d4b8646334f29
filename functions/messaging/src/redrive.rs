//! `POST /api/dead-letters/{queue}/redrive`

use dawr_api::{
    Cx, Failure, Fault, code::Code, endpoint, failure::FieldErrors, function::Access, permission::Permission,
};
use deserr::Deserr;
use schemars::JsonSchema;

use crate::dead_letters::{DeadLetters, QueuePath, RedriveView};

endpoint! {
    /// Moves all dead jobs of a queue back to it.
    pub const REDRIVE: "redrive" = Post "/api/dead-letters/{queue}/redrive";
    requires: Permission(DeadLetterManage);
    access: Access::APPEND.redrives();
    handler: redrive(path: QueuePath, optional_body: Redrive) -> 202 RedriveView;
    errors: [NotFound, OutOfRange, RedriveRunning, NothingToRedrive];
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
    let max = match body.max_per_second.map(i32::try_from) {
        None => None,
        Some(Ok(max @ 1..=500)) => Some(max),
        Some(_) => {
            let range = dawr_kernel::text::Invalid::OutOfRange { min: 1, max: 500 };
            return Err(Fault::invalid("maxPerSecond", range).into());
        }
    };
    let dead_letters = DeadLetters::of(cx, path.queue.0)?;
    dead_letters.note(cx, &caller, "redrive").await?;
    dead_letters.redrive(max).await.map_err(|failure| match failure.code() {
        Code::NothingToRedrive => Fault::new(Code::NothingToRedrive)
            .saying("There is no dead job in this queue.", "لا توجد مهام ميتة في هذا الطابور.")
            .into(),
        _ => failure,
    })
}
