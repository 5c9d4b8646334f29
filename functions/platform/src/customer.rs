//! A customer's tenant, as operators reach it. The platform's own organisation is none.

use dawr_api::{Authorized, Cx, Failure, audit::Actor, code::Code, failure::FieldErrors, tenant::Tenant};
use dawr_kernel::id::TenantId;
use dawr_store::{CommitError, Stored, TenantScope, Work, keys};
use deserr::Deserr;
use schemars::JsonSchema;

use crate::customer_view::CustomerView;

/// A change of a tenant is tried so often: its own people may change it at the same time.
const MAX_TRIES: u32 = 5;

/// Which tenant.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase)]
#[schemars(rename_all = "camelCase")]
pub struct TenantPath {
    /// The tenant.
    pub tenant_id: TenantId,
}

/// A customer's tenant.
pub struct Customer {
    /// The scope of its data.
    pub scope: TenantScope,
    /// The tenant.
    pub tenant: Stored<Tenant>,
}

impl Customer {
    /// The tenant of that id.
    ///
    /// # Errors
    /// `NotFound` if there is none, or it is the platform's own; or the table does not answer.
    pub async fn load(cx: &Cx, caller: &Authorized, tenant: TenantId) -> Result<Self, Failure> {
        let scope = cx.of_platform(caller, tenant)?;
        let found: Option<Stored<Tenant>> = cx.table().get(&keys::tenant(&scope)).await?;
        let tenant = found.filter(|tenant| !tenant.is_platforms()).ok_or(Code::NotFound)?;
        Ok(Self { scope, tenant })
    }

    /// Changes a tenant, which both trails tell. `change` gives nothing if all is as it should be.
    ///
    /// # Errors
    /// `NotFound`, `StaleVersion`; or the table does not answer.
    pub async fn change(
        cx: &Cx,
        caller: &Authorized,
        tenant: TenantId,
        change: impl Fn(&Tenant) -> Option<Tenant>,
    ) -> Result<CustomerView, Failure> {
        for round in 0..MAX_TRIES {
            cx.table().pause(round).await;
            let Self { scope, tenant: read } = Self::load(cx, caller, tenant).await?;
            cx.expect(&read)?;
            let Some(changed) = change(&read) else { return Ok(CustomerView::stored(&read)) };
            let mut work = Work::new();
            work.replace(&scope, &read, &changed);
            cx.note_there(&scope, Actor::operator(caller.member, &read), &mut work);
            match cx.save(caller, work).await {
                Ok(()) => return Ok(CustomerView::new(&changed, read.version + 1)),
                // It was changed meanwhile: look again.
                Err(CommitError::Refused(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(Failure::new(Code::Unavailable).after(1))
    }
}
