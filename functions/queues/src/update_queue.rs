//! `PUT /api/queues/{queueId}`

use dawr_api::{
    Cx, endpoint, failure::FieldErrors, function::Access, patch::Patch, permission::Permission, tenant::ZoneName,
};
use deserr::Deserr;
use schemars::JsonSchema;

use crate::{
    error::QueueError,
    get_queue::QueuePath,
    model::{Description, DoctorName, Minutes, Queue},
    store::Queues,
    view::QueueView,
};

endpoint! {
    /// Changes a queue. What is left out stays; null removes what need not be there.
    pub const UPDATE_QUEUE: "update_queue" = Put "/api/queues/{queueId}";
    requires: Permission(QueueWrite);
    reach: Clinic;
    access: Access::WRITE;
    handler: update_queue(path: QueuePath, body: UpdateQueue) -> 200 QueueView;
    errors: [NotFound, StaleVersion];
}

/// A queue as it shall be.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateQueue {
    #[deserr(default)]
    doctor_name: Option<DoctorName>,
    #[deserr(default)]
    description: Patch<Description>,
    /// Minutes that one patient takes.
    #[deserr(default)]
    estimated_wait_minutes: Patch<Minutes>,
    /// Whether it takes patients.
    #[deserr(default)]
    active: Option<bool>,
    /// The IANA time zone in which its days begin.
    #[deserr(default)]
    timezone: Option<ZoneName>,
}

impl UpdateQueue {
    fn apply(&self, queue: &mut Queue) {
        if let Some(name) = &self.doctor_name {
            queue.doctor_name = name.clone();
        }
        queue.description = self.description.clone().apply(queue.description.take());
        queue.estimated_wait_minutes = self.estimated_wait_minutes.clone().apply(queue.estimated_wait_minutes);
        queue.active = self.active.unwrap_or(queue.active);
        if let Some(zone) = &self.timezone {
            queue.timezone = zone.clone();
        }
    }
}

async fn update_queue(cx: &Cx, path: QueuePath, body: UpdateQueue) -> Result<QueueView, QueueError> {
    let caller = cx.authorize(Permission::QueueWrite)?;
    let (queue, version) = Queues::new(cx, &caller).change(path.queue_id, |queue| body.apply(queue)).await?;
    Ok(QueueView::new(&queue, version))
}
