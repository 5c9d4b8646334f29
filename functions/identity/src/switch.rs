//! `POST /api/auth/switch`

use dawr_api::{
    Cx, Failure,
    code::Code,
    endpoint,
    failure::FieldErrors,
    function::{Access, Secret},
    reply::WithCookies,
    tenant::Tenant,
};
use dawr_clinics::model::Clinic;
use dawr_kernel::id::{ClinicId, TenantId};
use dawr_store::{Stored, Work, keys};
use deserr::Deserr;
use schemars::JsonSchema;

use crate::{
    history::{Outcome, SignIn},
    membership::load,
    model::{Member, Session},
    session::{Bearer, SessionView},
};

endpoint! {
    /// Opens a session in another tenant of the caller's, or in another clinic of the same one.
    /// A clinic in which they have a role of its own gives them that role. The session that they come from stays open.
    pub const SWITCH: "switch" = Post "/api/auth/switch";
    requires: Account;
    access: Access::WRITE.secrets(&[Secret::SigningKey]);
    handler: switch(body: Switch) -> 200 WithCookies<SessionView>;
    errors: [NotFound, TenantSuspended, AddressNotAllowed];
}

/// Where to.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct Switch {
    tenant_id: TenantId,
    /// A clinic in which the caller works there.
    #[deserr(default)]
    clinic_id: Option<ClinicId>,
}

async fn switch(cx: &Cx, body: Switch) -> Result<WithCookies<SessionView>, Failure> {
    let caller = cx.member()?;
    // A new session outlives the one that it comes from.
    cx.still_holds(&caller).await?;
    let identity = load(cx, &caller).await?;
    let there = identity.memberships.iter().find(|there| there.tenant == body.tenant_id).ok_or(Code::NotFound)?;
    let scope = there.scope();
    let mut keys = vec![keys::tenant(&scope), keys::member(&scope, there.member)];
    keys.extend(body.clinic_id.map(|clinic| keys::clinic(&scope, clinic)));
    let items = cx.table().get_items(&keys).await?;
    let mut items = keys.iter().map(|key| items.get(key).cloned().ok_or(Code::NotFound));
    let mut next = || items.next().unwrap_or(Err(Code::NotFound));
    let (tenant, member): (Stored<Tenant>, Stored<Member>) = (Stored::decode(next()?)?, Stored::decode(next()?)?);
    if !member.active {
        return Err(Code::NotFound.into());
    }
    if body.clinic_id.is_some() {
        let clinic: Stored<Clinic> = Stored::decode(next()?)?;
        if !member.rights(Some(clinic.id)).1.has(clinic.id) {
            return Err(Code::NotFound.into());
        }
    }
    tenant.admit(&cx.address)?;
    let (session, token) = Session::open(cx, &tenant, &identity, &member);
    // The second factor is the person's, whichever tenant they showed it to.
    let session = Session { clinic: body.clinic_id, ..session };
    let bearer = Bearer { tenant: &tenant, member: &member, version: member.version, session: &session };
    let answer = bearer.signed_in(cx, &scope, &token).await?;
    let mut work = Work::new();
    work.create(&scope, &session);
    work.create(&scope, &SignIn::of(cx, member.id, Outcome::SignedIn));
    cx.save_as(&scope, member.actor(&tenant), work).await?;
    Ok(answer)
}
