//! `POST /api/platform/tenants/{tenantId}/elevations`

use dawr_api::{
    Authorized, Cx, Failure,
    audit::Actor,
    code::Code,
    elevation::{Elevation, Operator, StayMinutes, StayView},
    endpoint,
    failure::FieldErrors,
    function::Access,
    permission::Permission,
    tenant::GivenReason,
};
use dawr_kernel::text::PersonName;
use dawr_store::Work;
use deserr::Deserr;
use schemars::JsonSchema;

use crate::customer::{Customer, TenantPath};

endpoint! {
    /// Lets the calling operator into a tenant for a time, also into one that is suspended. The tenant sees who came, why and
    /// until when, and what they did. `POST /api/auth/elevate` gives the token to work with there.
    pub const BEGIN_ELEVATION: "begin_elevation" = Post "/api/platform/tenants/{tenantId}/elevations";
    requires: Permission(PlatformSupport);
    access: Access::WRITE;
    handler: begin_elevation(path: TenantPath, body: BeginElevation) -> 201 StayView;
    errors: [NotFound];
    idempotent;
}

/// Why, and for how long.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct BeginElevation {
    /// The tenant reads it.
    reason: GivenReason,
    /// Up to 240; 60 unless said.
    #[deserr(default)]
    minutes: Option<StayMinutes>,
}

async fn begin_elevation(cx: &Cx, path: TenantPath, body: BeginElevation) -> Result<StayView, Failure> {
    let caller = cx.authorize(Permission::PlatformSupport)?;
    let Customer { scope, tenant } = Customer::load(cx, &caller, path.tenant_id).await?;
    let (operator, minutes) = (operator(cx, &caller)?, body.minutes.unwrap_or_default());
    let stay = Elevation::begin(cx.new_id(), &tenant, operator, body.reason, minutes, cx.now());
    let view = StayView::new(&stay, cx.now());
    let mut work = Work::new();
    work.create(&scope, &stay);
    stay.concerns(&mut work);
    let actor = Actor { elevation: Some(stay.id), ..Actor::operator(caller.member, &tenant) };
    cx.note_there(&scope, actor, &mut work);
    cx.commit(&caller, work, &view).await?;
    Ok(view)
}

fn operator(cx: &Cx, caller: &Authorized) -> Result<Operator, Failure> {
    let (claims, _) = cx.claims.as_ref().ok_or(Code::Unauthenticated)?;
    let name = PersonName::parse(&claims.name).map_err(Failure::internal)?;
    Ok(Operator { platform: caller.tenant(), member: caller.member, name })
}
