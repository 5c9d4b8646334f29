//! `POST /api/auth/elevate`

use dawr_api::{
    Authorized, Cx, Failure, Fault,
    audit::Actor,
    auth::{Acting, Claims},
    code::Code,
    elevation::{Elevation, StayView},
    endpoint,
    failure::FieldErrors,
    function::{Access, Secret},
    permission::Permission,
    role::{Coverage, Role},
    tenant::Tenant,
};
use dawr_kernel::id::{ElevationId, TenantId};
use dawr_store::{Stored, TenantScope, keys};
use deserr::Deserr;
use schemars::JsonSchema;
use serde::Serialize;

use crate::session::signer;

endpoint! {
    /// Gives an operator an access token for a stay of theirs in a tenant, with the role `support`. It is good for 15 minutes
    /// at the most and never beyond the stay's end; until then another one can be had. There is no refresh token.
    pub const ELEVATE: "elevate" = Post "/api/auth/elevate";
    requires: Permission(PlatformSupport);
    access: Access::APPEND.secrets(&[Secret::SigningKey]);
    handler: elevate(body: Elevate) -> 200 ElevatedView;
    errors: [NotFound, ElevationEnded];
}

/// For which stay.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct Elevate {
    tenant_id: TenantId,
    elevation_id: ElevationId,
}

/// An access token for a stay.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ElevatedView {
    /// To be sent as `Authorization: Bearer …`.
    access_token: String,
    /// Seconds for which the access token is valid.
    expires_in: i64,
    elevation: StayView,
}

async fn elevate(cx: &Cx, body: Elevate) -> Result<ElevatedView, Failure> {
    let caller = cx.authorize(Permission::PlatformSupport)?;
    // The token outlives the one that it comes from, so that one must hold now, not half a minute ago.
    cx.still_holds(&caller).await?;
    let there = cx.of_platform(&caller, body.tenant_id)?;
    let (tenant, stay) = load(cx, &caller, &there, body.elevation_id).await?;
    if !stay.is_open(cx.now()) {
        return Err(Code::ElevationEnded.into());
    }
    let claims = claims(cx, &caller, &stay)?;
    let answer = ElevatedView {
        access_token: signer(cx).await?.sign(&claims).map_err(Failure::internal)?,
        expires_in: claims.exp - claims.iat,
        elevation: StayView::new(&stay, cx.now()),
    };
    let actor = Actor { elevation: Some(stay.id), ..Actor::operator(caller.member, &tenant) };
    cx.seen_there::<Elevation>(&caller, &there, actor, stay.id).await?;
    Ok(answer)
}

/// A stay of the caller's, and where it is.
async fn load(
    cx: &Cx,
    caller: &Authorized,
    there: &TenantScope,
    stay: ElevationId,
) -> Result<(Stored<Tenant>, Stored<Elevation>), Failure> {
    let keys = [keys::tenant(there), keys::elevation(there, stay)];
    let mut items = cx.table().get_items(&keys).await?;
    let [tenant, stay] = keys.map(|key| items.remove(&key));
    // Also where there is no such tenant: in another one there is no such stay either.
    let no_such = || Fault::at(Code::NotFound, "elevationId");
    let tenant = tenant.ok_or_else(no_such)?;
    let stay: Option<Stored<Elevation>> = stay.map(Stored::decode).transpose()?;
    let own = stay.filter(|stay| stay.operator.member == caller.member);
    Ok((Stored::decode(tenant)?, own.ok_or_else(no_such)?))
}

/// What a token for the stay says: the tenant is the customer's; member, session and version are the operator's at home.
fn claims(cx: &Cx, caller: &Authorized, stay: &Elevation) -> Result<Claims, Failure> {
    let (own, _) = cx.claims.as_ref().ok_or(Code::Unauthenticated)?;
    Ok(Claims {
        tid: stay.tenant,
        role: Role::Support.into(),
        permissions: None,
        clinics: Coverage::All,
        must: None,
        act: Some(Acting { elevation: stay.id, platform: caller.tenant() }),
        rver: None,
        jti: cx.new_id(),
        iat: cx.now().as_second(),
        exp: stay.token_ends(cx.now()),
        ..own.clone()
    })
}
