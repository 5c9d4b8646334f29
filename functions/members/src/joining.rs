//! Somebody becomes a member by an invitation.

use dawr_api::{Cx, Failure, code::Code};
use dawr_identity::{
    enrolment::{Enrolment, Recount},
    model::Member,
};
use dawr_kernel::id::MemberId;
use dawr_store::Work;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    invited::{Invited, invalid},
    look_at_invitation::HostView,
};

/// Who joined, and where.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct JoinedView {
    tenant: HostView,
    member_id: MemberId,
    /// The name with which they sign in there.
    username: String,
}

/// An invitation and the member that somebody becomes by it.
pub struct Joined<'a> {
    /// The invitation.
    pub invited: &'a Invited,
    /// The member.
    pub member: &'a Member,
    /// Whether their e-mail address signs them in to another tenant.
    pub is_known_elsewhere: bool,
}

impl Joined<'_> {
    /// Writes the member and that the invitation was accepted, with what the work says of the person.
    ///
    /// # Errors
    /// `InvitationInvalid` if somebody was faster with the same token; `UsernameTaken`, `LimitReached`.
    pub async fn save(self, cx: &Cx, mut work: Work) -> Result<JoinedView, Failure> {
        let Self { invited: Invited { scope, tenant, invitation, inviter }, member, is_known_elsewhere } = self;
        let used = work.replace(scope, invitation, &invitation.accepted(member.id));
        // Who is dismissed or demoted at this moment gives nothing any more.
        let gives = work.rely_on(inviter);
        let enrol = if is_known_elsewhere { Enrolment::beside } else { Enrolment::write };
        let enrolment = enrol(scope, member, &mut work);
        let recount = Recount::write(scope, &tenant.limits, None, member, &mut work);
        cx.save_as(scope, member.actor(tenant), work).await.map_err(|error| {
            let is_void = [used, gives].into_iter().any(|slot| error.refusal(slot).is_some());
            match enrolment.explain(&error).or_else(|| recount.explain(&error)) {
                _ if is_void => invalid(),
                // A role that is offered was deleted at this moment.
                Some(failure) if failure.code() == Code::UnknownValue => invalid(),
                Some(failure) => failure,
                None => error.into(),
            }
        })?;
        let username = member.username.expose().to_owned();
        Ok(JoinedView { tenant: HostView::of(self.invited), member_id: member.id, username })
    }
}
