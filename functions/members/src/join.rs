//! `POST /api/auth/join`

use dawr_api::{Cx, Failure, code::Code, endpoint, failure::FieldErrors, function::Access};
use dawr_identity::{
    membership,
    model::{Identity, Member, Membership, Username},
};
use dawr_store::{Stored, Work, keys};
use deserr::Deserr;
use schemars::JsonSchema;

use crate::{
    invitation::{InvitationToken, Invited},
    joining::{Joined, JoinedView},
};

endpoint! {
    /// Accepts an invitation as the person who is signed in: they become a member of one tenant more, with the same password
    /// and second factor, and can switch to it. How to reach them is as in their own profile, not as in the invitation: a
    /// tenant does not decide where codes of somebody else's member go.
    pub const JOIN: "join" = Post "/api/auth/join";
    requires: Oneself;
    access: Access::WRITE;
    handler: join(body: Join) -> 200 JoinedView;
    errors: [
        InvitationInvalid, UsernameTaken, AlreadyMember, LimitReached, TenantSuspended, AddressNotAllowed, StaleVersion
    ];
}

/// By which token, and under which name.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct Join {
    token: InvitationToken,
    /// The name with which they sign in there; the one that they have where they come from, unless said.
    #[deserr(default)]
    username: Option<Username>,
}

async fn join(cx: &Cx, body: Join) -> Result<JoinedView, Failure> {
    let caller = cx.member()?;
    // What is joined outlives the session that it comes from.
    cx.still_holds(&caller).await?;
    let identity = membership::load(cx, &caller).await?;
    let own: Option<Stored<Member>> = cx.table().get(&keys::member(&caller, caller.member)).await?;
    let own = own.ok_or(Code::Unauthenticated)?.value;
    let invited = Invited::by(cx, &body.token).await?;
    let Invited { tenant, invitation, .. } = &invited;
    if identity.memberships.iter().any(|there| there.tenant == tenant.id) {
        return Err(Code::AlreadyMember.into());
    }
    if identity.memberships.len() >= Identity::MOST_MEMBERSHIPS {
        return Err(Code::LimitReached.into());
    }
    let member = Member {
        id: cx.new_id(),
        username: body.username.unwrap_or(own.username),
        role: invitation.offer.role,
        clinics: invitation.offer.clinics.clone(),
        elsewhere: invitation.offer.elsewhere.clone(),
        active: true,
        epoch: 0,
        created_at: cx.now(),
        ..own
    };
    let mut shared = identity.value.clone();
    shared.memberships.push(Membership { tenant: tenant.id, member: member.id });
    let mut work = Work::new();
    work.replace(&invited.scope, &identity, &shared);
    Joined { invited: &invited, member: &member }.save(cx, work).await
}
