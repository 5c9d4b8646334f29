//! `POST /api/auth/invitations/{invitationId}/resend`

use dawr_api::{Cx, Failure, code::Code, endpoint, function::Access, permission::Permission, tenant::Tenant};
use dawr_identity::attempts::{Kind, Try};
use dawr_store::{Stored, Work, keys};

use crate::{
    invitation::{Decision, Invitation},
    invitation_view::{InvitationPath, InvitationView},
    people::People,
};

endpoint! {
    /// Makes a new token of an invitation, also of one that is over, and sends it like the first. The one before is void. From
    /// now on the caller is who invites.
    pub const RESEND_INVITATION: "resend_invitation" = Post "/api/auth/invitations/{invitationId}/resend";
    requires: Permission(MemberManage);
    reach: Clinic;
    access: Access::WRITE.notices();
    handler: resend_invitation(path: InvitationPath) -> 200 InvitationView;
    errors: [StaleVersion, ExceedsOwnRights, UnknownValue, InvitationDecided, TooManyRequests];
    idempotent;
}

async fn resend_invitation(cx: &Cx, path: InvitationPath) -> Result<InvitationView, Failure> {
    let caller = cx.authorize(Permission::MemberManage)?;
    let keys = [keys::invitation(&caller, path.invitation_id), keys::tenant(&caller)];
    let mut items = cx.table().get_items(&keys).await?;
    let [invitation, tenant] = keys.map(|key| items.remove(&key));
    let (invitation, tenant) = invitation.zip(tenant).ok_or(Code::NotFound)?;
    let (invitation, tenant) = (Stored::<Invitation>::decode(invitation)?, Stored::<Tenant>::decode(tenant)?);
    if !invitation.offer.meets(&caller.clinics) {
        return Err(Code::NotFound.into());
    }
    cx.expect(&invitation)?;
    if invitation.decision != Decision::Open {
        return Err(Code::InvitationDecided.into());
    }
    People::new(cx, &caller).may_give(&invitation.offer).await?;
    Try::begin(cx, Kind::Invite, Some(&caller.member.to_string()), Work::new()).await?;
    let (renewed, token) = invitation.renewed(cx, &caller, caller.member);
    let view = InvitationView::new(cx, &renewed, invitation.version + 1);
    let mut work = Work::new();
    work.replace(&caller, &invitation, &renewed);
    let sent = renewed.send(cx, &caller, &tenant, &token.link(cx), &mut work).await?;
    cx.commit(&caller, work, &view).await?;
    Ok(view.telling(cx, token, sent))
}
