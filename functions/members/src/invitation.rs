//! Invitations: that somebody is asked to become a member.

use dawr_api::{Cx, Failure, tenant::Tenant};
use dawr_identity::model::EmailAddress;
use dawr_kernel::{
    id::{InvitationId, MemberId},
    phone::PhoneNumber,
    text::PersonName,
};
use dawr_messaging::notice::{self, Notice};
use dawr_store::{Entity, Place, TenantScope, Work, keys};
use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{grants::Assignment, invitation_token::InvitationToken};

/// After it is over, so long an invitation is listed, so that it can be seen what became of it.
const LISTED: SignedDuration = SignedDuration::from_hours(30 * 24);

/// What became of an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// Nothing yet.
    Open,
    /// Somebody became this member by it.
    Accepted(MemberId),
    /// It was taken back.
    Revoked,
}

/// That somebody is asked to become a member.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// The hash of the secret of its token.
    pub token: String,
    /// What they will be.
    pub offer: Assignment,
    /// What they are called, as far as the inviter knows.
    pub full_name: Option<PersonName>,
    /// Their phone.
    pub phone: Option<PhoneNumber>,
    /// Their e-mail address.
    pub email: Option<EmailAddress>,
    /// Who invites. What they may not give any more when it is accepted is not given.
    pub invited_by: MemberId,
    /// What became of it.
    pub decision: Decision,
    /// For how many hours a token is good.
    pub hours: u32,
    /// Until when the token is good.
    pub ends_at: Timestamp,
    /// Since when it exists.
    pub created_at: Timestamp,
}

impl Entity for Invitation {
    const KIND: &'static str = "invitation";

    fn place(&self, scope: &TenantScope) -> Place {
        let until = self.ends_at.checked_add(LISTED).unwrap_or(self.ends_at);
        Place::at(keys::invitation(scope, self.id)).until(until)
    }

    fn subject(&self) -> Option<String> {
        Some(self.id.to_string())
    }
}

/// How an invitation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It can be accepted.
    Pending,
    /// Nobody accepted it in time.
    Expired,
    /// Somebody became a member by it.
    Accepted,
    /// It was taken back.
    Revoked,
}

impl Invitation {
    /// How it stands.
    pub fn state(&self, now: Timestamp) -> State {
        match self.decision {
            Decision::Open if now < self.ends_at => State::Pending,
            Decision::Open => State::Expired,
            Decision::Accepted(_) => State::Accepted,
            Decision::Revoked => State::Revoked,
        }
    }

    /// The same with a new token, good for its hours from now on. The one before is void.
    pub fn renewed(&self, cx: &Cx, scope: &TenantScope, invited_by: MemberId) -> (Self, InvitationToken) {
        let token = InvitationToken::new(cx, scope.tenant(), self.id);
        let ends_at = ends(cx.now(), self.hours);
        (Self { token: token.hash(), invited_by, ends_at, ..self.clone() }, token)
    }

    /// The invitation after it became this member.
    #[must_use]
    pub fn accepted(&self, member: MemberId) -> Self {
        Self { decision: Decision::Accepted(member), ..self.clone() }
    }

    /// Sends the token to the phone with the work, where there is a phone and a way to it; says whether there is.
    ///
    /// # Errors
    /// If the table does not answer.
    pub async fn send(
        &self,
        cx: &Cx,
        scope: &TenantScope,
        tenant: &Tenant,
        link: &str,
        work: &mut Work,
    ) -> Result<bool, Failure> {
        let Some(phone) = &self.phone else { return Ok(false) };
        let (name, hours) = (&tenant.name, self.hours);
        let english =
            format!("{name} invites you to work with it on Dawr. Open this link within {hours} hours to join: {link}");
        let arabic = format!("تدعوك {name} للعمل معها على «دور». افتح هذا الرابط خلال {hours} ساعة للانضمام: {link}");
        let text = tenant.locale.of((&english, &arabic));
        let notice = Notice { by: self.invited_by, to: phone, text, correlation: &cx.correlation };
        notice::send(cx, scope, &notice, work).await
    }
}

/// When a token that is made now ends.
pub fn ends(now: Timestamp, hours: u32) -> Timestamp {
    now.checked_add(SignedDuration::from_hours(hours.into())).unwrap_or(now)
}
