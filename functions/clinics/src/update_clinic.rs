//! `PUT /api/clinics/{clinicId}`

use dawr_api::{Cx, Failure, code::Code, endpoint, function::Access, permission::Permission};
use dawr_store::{CommitError, Work};

use crate::{
    clinic_input::ClinicInput,
    clinic_view::ClinicView,
    get_clinic::ClinicPath,
    register::{Entry, MAX_TRIES},
};

endpoint! {
    /// Changes a clinic. Another time zone is that of queues which are opened from then on.
    pub const UPDATE_CLINIC: "update_clinic" = Put "/api/clinics/{clinicId}";
    requires: Permission(ClinicManage);
    reach: Clinic;
    access: Access::WRITE;
    handler: update_clinic(path: ClinicPath, body: ClinicInput) -> 200 ClinicView;
    errors: [NotFound, SlugTaken, StaleVersion];
}

async fn update_clinic(cx: &Cx, path: ClinicPath, body: ClinicInput) -> Result<ClinicView, Failure> {
    let caller = cx.authorize(Permission::ClinicManage)?;
    for round in 0..MAX_TRIES {
        cx.table().pause(round).await;
        let Entry { register, tenant, clinic: read, .. } = Entry::load(cx, &caller, path.clinic_id).await?;
        cx.expect(&read)?;
        let clinic = body.apply(tenant.region, read.value.clone())?;
        let mut work = Work::new();
        work.replace(&caller, &read, &clinic);
        let changed = register.changed(&clinic)?;
        if changed != register.value {
            work.replace(&caller, &register, &changed);
        }
        match cx.save(&caller, work).await {
            Ok(()) => return Ok(ClinicView::new(&clinic, read.version + 1)),
            // Another clinic was opened, changed or closed, or a queue of this one: look again.
            Err(CommitError::Refused(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Failure::new(Code::Unavailable).after(1))
}
