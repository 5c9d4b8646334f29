//! `POST /api/queues`

use dawr_api::{
    Cx, endpoint,
    failure::FieldErrors,
    function::Access,
    permission::Permission,
    quota::{Counted, Quota, reserve},
    tenant::Tenant,
};
use dawr_store::{Stored, Work, keys};
use deserr::Deserr;
use schemars::JsonSchema;

use crate::{
    error::QueueError,
    model::{Description, DoctorName, Minutes, Queue},
    view::QueueView,
};

endpoint! {
    /// Opens a doctor's queue.
    pub const CREATE_QUEUE: "create_queue" = Post "/api/queues";
    requires: Permission(QueueWrite);
    access: Access::WRITE;
    handler: create_queue(body: CreateQueue) -> 201 QueueView;
    errors: [QueueQuotaExceeded];
    idempotent;
}

/// A new queue.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateQueue {
    doctor_name: DoctorName,
    #[deserr(default)]
    description: Option<Description>,
    /// Minutes that one patient takes.
    #[deserr(default)]
    estimated_wait_minutes: Option<Minutes>,
}

async fn create_queue(cx: &Cx, body: CreateQueue) -> Result<QueueView, QueueError> {
    let caller = cx.authorize(Permission::QueueWrite)?;
    let keys = [keys::tenant(&caller), keys::quota(&caller, caller.member)];
    let mut items = cx.table().get_items(&keys).await?;
    let [tenant, quota] = keys.map(|key| items.remove(&key));
    let tenant = tenant.map(Stored::<Tenant>::decode).transpose()?.ok_or(QueueError::NotFound)?;
    let quota = quota.map(Stored::<Quota>::decode).transpose()?;
    let queue = Queue {
        description: body.description,
        estimated_wait_minutes: body.estimated_wait_minutes,
        ..Queue::open(cx.new_id(), body.doctor_name, caller.member, tenant.timezone.clone(), cx.now())
    };
    let view = QueueView::new(&queue, 1);
    let mut work = Work::new();
    let reservation = reserve(&caller, quota.as_ref(), Counted::Queues, 1, &mut work)?;
    work.create(&caller, &queue);
    cx.commit(&caller, work, &view).await.map_err(|error| reservation.explain(error))?;
    Ok(view)
}
