//! `DELETE /api/auth/invitations/{invitationId}`

use dawr_api::{Cx, Failure, code::Code, endpoint, function::Access, permission::Permission, reply::Empty};
use dawr_store::{Stored, Work, keys};

use crate::{
    invitation::{Decision, Invitation},
    invitation_view::InvitationPath,
    people::People,
};

endpoint! {
    /// Takes an invitation back: its token is void. The list still shows it for a month.
    pub const REVOKE_INVITATION: "revoke_invitation" = Delete "/api/auth/invitations/{invitationId}";
    requires: Permission(MemberManage);
    reach: Clinic;
    access: Access::WRITE;
    handler: revoke_invitation(path: InvitationPath) -> 204 Empty;
    errors: [StaleVersion, ExceedsOwnRights, InvitationDecided];
}

async fn revoke_invitation(cx: &Cx, path: InvitationPath) -> Result<Empty, Failure> {
    let caller = cx.authorize(Permission::MemberManage)?;
    let invitation: Option<Stored<Invitation>> = cx.table().get(&keys::invitation(&caller, path.invitation_id)).await?;
    let invitation = invitation.filter(|one| one.offer.meets(&caller.clinics)).ok_or(Code::NotFound)?;
    cx.expect(&invitation)?;
    People::new(cx, &caller).may_take(&invitation.offer).await?;
    match invitation.decision {
        Decision::Revoked => return Ok(Empty),
        Decision::Accepted(_) => return Err(Code::InvitationDecided.into()),
        Decision::Open => {}
    }
    let mut work = Work::new();
    let revoked = Invitation { decision: Decision::Revoked, ..invitation.value.clone() };
    work.replace(&caller, &invitation, &revoked);
    cx.save(&caller, work).await?;
    Ok(Empty)
}
