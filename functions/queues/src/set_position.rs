//! `POST /api/queues/{queueId}/positions`

use dawr_api::{Cx, endpoint, failure::FieldErrors, function::Access, patch::Patch, permission::Permission};
use dawr_kernel::text::Invalid;
use deserr::Deserr;
use schemars::JsonSchema;

use crate::{
    error::QueueError,
    get_queue::QueuePath,
    model::{Minutes, Queue},
    store::Queues,
    view::QueueView,
};

endpoint! {
    /// Says which number is the current one, and how long one patient takes.
    pub const SET_POSITION: "set_position" = Post "/api/queues/{queueId}/positions";
    requires: Permission(QueueServe);
    reach: Clinic;
    access: Access::WRITE;
    handler: set_position(path: QueuePath, body: SetPosition) -> 200 QueueView;
    errors: [NotFound, StaleVersion];
}

/// Where a queue is.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct SetPosition {
    current_position: Position,
    /// Minutes that one patient takes. Left out: as before; null: nobody knows.
    #[deserr(default)]
    estimated_wait_minutes: Patch<Minutes>,
}

/// A ticket's number as it is shown: 0 (nobody yet) to 1,000,000.
#[derive(Debug, Clone, Copy, Deserr, JsonSchema)]
#[deserr(try_from(i64) = Position::parse -> Invalid)]
struct Position(#[schemars(range(min = 0, max = 1_000_000))] u32);

impl Position {
    fn parse(number: i64) -> Result<Self, Invalid> {
        match u32::try_from(number) {
            Ok(number @ 0..=1_000_000) => Ok(Self(number)),
            _ => Err(Invalid::OutOfRange { min: 0, max: 1_000_000 }),
        }
    }
}

async fn set_position(cx: &Cx, path: QueuePath, body: SetPosition) -> Result<QueueView, QueueError> {
    let caller = cx.authorize(Permission::QueueServe)?;
    let change = |queue: &mut Queue| {
        queue.current_position = body.current_position.0;
        queue.estimated_wait_minutes = body.estimated_wait_minutes.clone().apply(queue.estimated_wait_minutes);
    };
    let (queue, version) = Queues::new(cx, &caller).change(path.queue_id, change).await?;
    Ok(QueueView::new(&queue, version))
}
