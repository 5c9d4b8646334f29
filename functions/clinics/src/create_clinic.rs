//! `POST /api/clinics`

use dawr_api::{Cx, Failure, code::Code, endpoint, function::Access, permission::Permission};
use dawr_store::{CommitError, Work};

use crate::{
    clinic_input::ClinicInput,
    clinic_view::ClinicView,
    register::{MAX_TRIES, Register},
};

endpoint! {
    /// Opens a clinic. Only for members who cover all clinics.
    pub const CREATE_CLINIC: "create_clinic" = Post "/api/clinics";
    requires: Permission(ClinicManage);
    access: Access::WRITE;
    handler: create_clinic(body: ClinicInput) -> 201 ClinicView;
    errors: [SlugTaken, LimitReached];
    idempotent;
}

async fn create_clinic(cx: &Cx, body: ClinicInput) -> Result<ClinicView, Failure> {
    let caller = cx.authorize(Permission::ClinicManage)?;
    for round in 0..MAX_TRIES {
        cx.table().pause(round).await;
        let (register, tenant) = Register::load(cx, &caller).await?;
        let clinic = body.found(tenant.region, cx.new_id(), cx.now())?;
        let view = ClinicView::new(&clinic, 1);
        let mut work = Work::new();
        work.replace(&caller, &register, &register.with(&clinic, tenant.limits.clinics)?);
        Register::open(&caller, &clinic, &mut work);
        match cx.commit(&caller, work, &view).await {
            Ok(()) => return Ok(view),
            // Another clinic was opened, changed or closed, or a queue of this one: look again.
            Err(CommitError::Refused(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Failure::new(Code::Unavailable).after(1))
}
