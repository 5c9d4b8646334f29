//! Somebody who holds the token of an invitation.

use dawr_api::{
    Cx, Failure, Fault,
    code::Code,
    tenant::{Tenant, TenantKind},
};
use dawr_identity::model::Member;
use dawr_store::{Stored, TenantScope, keys};

use crate::{
    grants::{self, Assignment},
    invitation::{Invitation, State},
    invitation_token::InvitationToken,
    people::Known,
};

/// An invitation that somebody holds a good token of.
pub struct Invited {
    /// Their right to look at it.
    pub scope: TenantScope,
    /// The tenant.
    pub tenant: Stored<Tenant>,
    /// The invitation.
    pub invitation: Stored<Invitation>,
    /// Who invites.
    pub inviter: Stored<Member>,
}

/// What is said of a token that is not good, whatever the reason: a guess learns nothing.
pub fn invalid() -> Failure {
    Fault::at(Code::InvitationInvalid, "token").into()
}

impl Invited {
    /// Looks the token up. It is good if it is the invitation's last one, in time and not used, and whoever invited may
    /// still give what it offers.
    ///
    /// # Errors
    /// `InvitationInvalid`, `TenantSuspended`, `AddressNotAllowed`.
    pub async fn by(cx: &Cx, token: &InvitationToken) -> Result<Self, Failure> {
        let scope = token.scope();
        let keys = [keys::invitation(&scope, token.invitation), keys::tenant(&scope)];
        let mut items = cx.table().get_items(&keys).await?;
        let [invitation, tenant] = keys.map(|key| items.remove(&key));
        let (invitation, tenant) = invitation.zip(tenant).ok_or_else(invalid)?;
        let (invitation, tenant) = (Stored::<Invitation>::decode(invitation)?, Stored::<Tenant>::decode(tenant)?);
        if invitation.token != token.hash() || invitation.state(cx.now()) != State::Pending {
            return Err(invalid());
        }
        let inviter = inviter(cx, &scope, tenant.organisation, &invitation).await?.ok_or_else(invalid)?;
        tenant.admit(&cx.address)?;
        Ok(Self { scope, tenant, invitation, inviter })
    }
}

/// Whoever invited, if they may give what is offered, now.
async fn inviter(
    cx: &Cx,
    scope: &TenantScope,
    kind: TenantKind,
    invitation: &Invitation,
) -> Result<Option<Stored<Member>>, Failure> {
    let inviter: Option<Stored<Member>> = cx.table().get(&keys::member(scope, invitation.invited_by)).await?;
    let Some(inviter) = inviter.filter(|inviter| inviter.active) else { return Ok(None) };
    let theirs = Assignment::of(&inviter);
    let known = Known::look_up(cx, scope, kind, &[&theirs, &invitation.offer]).await?;
    let permissions = |role| known.permissions(role);
    let may = grants::may_invite(&theirs.rights(permissions), &invitation.offer.rights(permissions));
    Ok(Some(inviter).filter(|_| may && known.faults(&invitation.offer).is_empty()))
}
