//! `POST /api/auth/accept-invite`

use dawr_api::{Cx, Failure, Fault, code::Code, endpoint, failure::FieldErrors, function::Access};
use dawr_identity::{
    attempts::{Kind, Try},
    model::{Identity, Member, Membership, Username},
    password::{self, NewPassword},
};
use dawr_kernel::text::PersonName;
use dawr_store::Work;
use deserr::Deserr;
use schemars::JsonSchema;

use crate::{
    invitation_token::InvitationToken,
    invited::Invited,
    joining::{Joined, JoinedView},
};

endpoint! {
    /// Accepts an invitation as somebody who is not signed in: they choose a name and a password, and sign in with these.
    /// Whoever has an account already signs in and joins with it.
    pub const ACCEPT_INVITE: "accept_invite" = Post "/api/auth/accept-invite";
    requires: Nothing;
    access: Access::WRITE;
    handler: accept_invite(body: AcceptInvite) -> 201 JoinedView;
    errors: [InvitationInvalid, UsernameTaken, WeakPassword, LimitReached, TenantSuspended, AddressNotAllowed, TooManyRequests];
}

/// By which token, and as whom.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct AcceptInvite {
    token: InvitationToken,
    username: Username,
    password: NewPassword,
    /// The name that the invitation has, unless said; needed if it has none.
    #[deserr(default)]
    full_name: Option<PersonName>,
}

async fn accept_invite(cx: &Cx, body: AcceptInvite) -> Result<JoinedView, Failure> {
    let invited = Invited::by(cx, &body.token).await?;
    Try::begin(cx, Kind::Accept, Some(&body.token.invitation.to_string()), Work::new()).await?;
    let Invited { invitation, tenant, .. } = &invited;
    let full_name = body.full_name.or_else(|| invitation.full_name.clone());
    let full_name = full_name.ok_or_else(|| Fault::at(Code::Required, "fullName"))?;
    if password::is_weak(&body.password.0, &[body.username.expose(), &tenant.slug, full_name.expose()]) {
        return Err(Fault::at(Code::WeakPassword, "password").into());
    }
    let membership = Membership { tenant: tenant.id, member: cx.new_id() };
    let identity = Identity::new(cx, &body.password.0, membership)?;
    let member = Member {
        id: membership.member,
        identity: identity.id,
        username: body.username,
        full_name,
        role: invitation.offer.role,
        phone: invitation.phone.clone(),
        email: invitation.email.clone(),
        clinics: invitation.offer.clinics.clone(),
        elsewhere: invitation.offer.elsewhere.clone(),
        active: true,
        epoch: 0,
        created_at: cx.now(),
    };
    let mut work = Work::new();
    work.create(&invited.scope, &identity);
    Joined { invited: &invited, member: &member, is_known_elsewhere: false }.save(cx, work).await
}
