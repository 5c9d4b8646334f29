//! `POST /api/auth/join`

use dawr_api::{Cx, Failure, code::Code, endpoint, failure::FieldErrors, function::Access};
use dawr_identity::{
    model::{Identity, Member, Membership, Password, Username},
    proof::prove_password,
};
use dawr_store::{Stored, Work, keys};
use deserr::Deserr;
use schemars::JsonSchema;

use crate::{
    invitation_token::InvitationToken,
    invited::Invited,
    joining::{Joined, JoinedView},
};

endpoint! {
    /// Accepts an invitation as the person who is signed in, on their password, which must be of their own choice: they become
    /// a member of one tenant more, with the same password and second factor, and can switch to it. How to reach them there
    /// they say themselves once they are there: no tenant decides where codes of another's member go.
    pub const JOIN: "join" = Post "/api/auth/join";
    requires: Oneself;
    access: Access::WRITE;
    handler: join(body: Join) -> 200 JoinedView;
    errors: [
        InvitationInvalid, UsernameTaken, AlreadyMember, LimitReached, TenantSuspended, AddressNotAllowed, WrongPassword,
        PasswordChangeRequired, TooManyRequests
    ];
}

/// By which token, and under which name.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct Join {
    token: InvitationToken,
    password: Password,
    /// The name with which they sign in there; the one that they have where they come from, unless said.
    #[deserr(default)]
    username: Option<Username>,
}

async fn join(cx: &Cx, body: Join) -> Result<JoinedView, Failure> {
    let caller = cx.member()?;
    // What is joined outlives the session that it comes from.
    cx.still_holds(&caller).await?;
    let own: Option<Stored<Member>> = cx.table().get(&keys::member(&caller, caller.member)).await?;
    let own = own.ok_or(Code::Unauthenticated)?.value;
    let identity: Option<Stored<Identity>> = cx.table().get(&keys::identity(own.identity)).await?;
    let identity = identity.ok_or(Code::Unauthenticated)?;
    let invited = Invited::by(cx, &body.token).await?;
    let Invited { tenant, invitation, .. } = &invited;
    let counted = prove_password(cx, &identity, &body.password, "password").await?;
    if !identity.own_password {
        // Somebody else knows it, and would come along.
        return Err(Code::PasswordChangeRequired.into());
    }
    if identity.memberships.iter().any(|there| there.tenant == tenant.id) {
        return Err(Code::AlreadyMember.into());
    }
    if identity.memberships.len() >= Identity::MOST_MEMBERSHIPS {
        return Err(Code::LimitReached.into());
    }
    let username = body.username.unwrap_or_else(|| own.username.clone());
    let is_known_elsewhere = username == own.username;
    let member = Member {
        id: cx.new_id(),
        username,
        phone: None,
        email: None,
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
    counted.succeed(&mut work);
    work.replace(&invited.scope, &identity, &shared);
    Joined { invited: &invited, member: &member, is_known_elsewhere }.save(cx, work).await
}
