//! `POST /api/auth/invitation`

use dawr_api::{
    Cx, Failure, endpoint,
    failure::FieldErrors,
    function::Access,
    role::{OwnRole, RoleName},
};
use dawr_kernel::id::TenantId;
use dawr_store::{Stored, keys};
use deserr::Deserr;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{invitation_token::InvitationToken, invited::Invited};

endpoint! {
    /// What a token invites to, for the page on which it is accepted. The token is sent in the body, so that it is in no log.
    pub const LOOK_AT_INVITATION: "look_at_invitation" = Post "/api/auth/invitation";
    requires: Nothing;
    access: Access::READ;
    handler: look_at_invitation(body: LookAtInvitation) -> 200 OfferView;
    errors: [InvitationInvalid, TenantSuspended, AddressNotAllowed];
}

/// Which one.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct LookAtInvitation {
    token: InvitationToken,
}

/// What somebody is invited to.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OfferView {
    tenant: HostView,
    role: RoleName,
    /// What the role is called; a built-in one in the caller's language.
    role_title: String,
    /// What they are called, as far as the inviter knew.
    full_name: Option<String>,
    #[schemars(with = "String")]
    ends_at: Timestamp,
}

/// Who invites.
#[derive(Debug, Serialize, JsonSchema)]
pub struct HostView {
    /// The tenant.
    pub id: TenantId,
    /// Its name.
    pub name: String,
    /// Its name in addresses: members sign in with it.
    pub slug: String,
}

impl HostView {
    /// The tenant that invites.
    pub fn of(invited: &Invited) -> Self {
        let Invited { tenant, .. } = invited;
        Self { id: tenant.id, name: tenant.name.to_string(), slug: tenant.slug.clone() }
    }
}

async fn look_at_invitation(cx: &Cx, body: LookAtInvitation) -> Result<OfferView, Failure> {
    let invited = Invited::by(cx, &body.token).await?;
    let role = invited.invitation.offer.role;
    let role_title = match role {
        RoleName::BuiltIn(role) => cx.language.of(role.title()).to_owned(),
        RoleName::Own(id) => {
            let own: Option<Stored<OwnRole>> = cx.table().get(&keys::role(&invited.scope, id)).await?;
            own.map(|own| own.title.to_string()).unwrap_or_default()
        }
    };
    Ok(OfferView {
        tenant: HostView::of(&invited),
        role,
        role_title,
        full_name: invited.invitation.full_name.as_ref().map(|name| name.expose().to_owned()),
        ends_at: invited.invitation.ends_at,
    })
}
