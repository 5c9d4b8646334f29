//! `POST /api/queues`

use dawr_api::{
    Cx, endpoint,
    failure::FieldErrors,
    function::Access,
    permission::Permission,
    quota::{Counted, Quota, reserve},
    tenant::Tenant,
};
use dawr_clinics::register::{Register, Use};
use dawr_kernel::id::ClinicId;
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
    reach: Clinic;
    access: Access::WRITE;
    handler: create_queue(body: CreateQueue) -> 201 QueueView;
    errors: [NotFound, QueueQuotaExceeded];
    idempotent;
}

/// A new queue.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateQueue {
    doctor_name: DoctorName,
    /// Where it is; unless said, the first clinic that the caller covers.
    #[deserr(default)]
    clinic_id: Option<ClinicId>,
    #[deserr(default)]
    description: Option<Description>,
    /// Minutes that one patient takes.
    #[deserr(default)]
    estimated_wait_minutes: Option<Minutes>,
}

async fn create_queue(cx: &Cx, body: CreateQueue) -> Result<QueueView, QueueError> {
    let caller = cx.authorize(Permission::QueueWrite)?;
    let keys = [keys::tenant(&caller), keys::clinic_register(&caller), keys::quota(&caller, caller.member)];
    let mut items = cx.table().get_items(&keys).await?;
    let [tenant, register, quota] = keys.map(|key| items.remove(&key));
    let (tenant, register) = tenant.zip(register).ok_or(QueueError::NotFound)?;
    let (tenant, register) = (Stored::<Tenant>::decode(tenant)?, Stored::<Register>::decode(register)?);
    let quota = quota.map(Stored::<Quota>::decode).transpose()?;
    let place = register.place(body.clinic_id, &caller.clinics, &tenant).ok_or(QueueError::NoClinic)?;
    let queue = Queue {
        description: body.description,
        estimated_wait_minutes: body.estimated_wait_minutes,
        ..Queue::open(cx.new_id(), place, body.doctor_name, caller.member, cx.now())
    };
    let view = QueueView::new(&queue, 1);
    let mut work = Work::new();
    let reservation = reserve(&caller, quota.as_ref(), Counted::Queues, 1, &mut work)?;
    work.create(&caller, &queue);
    let clinic = Use::opened_queue(&caller, queue.clinic, &mut work);
    match cx.commit(&caller, work, &view).await {
        Ok(()) => Ok(view),
        Err(error) if error.refusal(clinic).is_some() => Err(QueueError::NoClinic),
        Err(error) => Err(reservation.explain(error).into()),
    }
}
