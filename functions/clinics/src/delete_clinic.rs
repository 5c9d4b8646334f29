//! `DELETE /api/clinics/{clinicId}`

use dawr_api::{
    Cx, Failure, code::Code, endpoint, function::Access, permission::Permission, reply::Empty, tenant::Tenant,
};
use dawr_store::{CommitError, Work};

use crate::{
    get_clinic::ClinicPath,
    register::{Entry, MAX_TRIES},
};

endpoint! {
    /// Closes a clinic that has no queues. The last one stays. Only for members who cover all clinics.
    pub const DELETE_CLINIC: "delete_clinic" = Delete "/api/clinics/{clinicId}";
    requires: Permission(ClinicManage);
    access: Access::WRITE;
    handler: delete_clinic(path: ClinicPath) -> 204 Empty;
    errors: [NotFound, ClinicInUse, LastClinic, StaleVersion];
}

async fn delete_clinic(cx: &Cx, path: ClinicPath) -> Result<Empty, Failure> {
    let caller = cx.authorize(Permission::ClinicManage)?;
    for round in 0..MAX_TRIES {
        cx.table().pause(round).await;
        let Entry { register, tenant, clinic: read, used } = Entry::load(cx, &caller, path.clinic_id).await?;
        cx.expect(&read)?;
        let (others, first) = register.without(read.id)?;
        if !used.is_none() {
            return Err(Code::ClinicInUse.into());
        }
        let mut work = Work::new();
        work.delete(&read);
        work.delete(&used);
        work.replace(&caller, &register, &others);
        if tenant.first_clinic == read.id {
            work.replace(&caller, &tenant, &Tenant { first_clinic: first, ..tenant.value.clone() });
        }
        match cx.save(&caller, work).await {
            Ok(()) => return Ok(Empty),
            // Another clinic was opened, changed or closed, or a queue of this one: look again.
            Err(CommitError::Refused(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Failure::new(Code::Unavailable).after(1))
}
