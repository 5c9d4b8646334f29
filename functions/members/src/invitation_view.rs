//! Invitations as their endpoints answer them.

use dawr_api::{
    Cx,
    role::{Coverage, RoleName},
};
use dawr_identity::model::EmailAddress;
use dawr_kernel::{
    id::{InvitationId, MemberId},
    phone::PhoneNumber,
};
use deserr::Deserr;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    invitation::{Decision, Invitation, State},
    invitation_token::InvitationToken,
    user_view::RoleInClinic,
};

/// The id of an invitation in a path.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = dawr_api::failure::FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase")]
pub struct InvitationPath {
    /// The invitation.
    pub invitation_id: InvitationId,
}

/// An invitation.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct InvitationView {
    id: InvitationId,
    state: State,
    full_name: Option<String>,
    phone: Option<PhoneNumber>,
    email: Option<EmailAddress>,
    role: RoleName,
    /// The clinics in which the role will be theirs.
    clinics: Coverage,
    /// Other roles that they will have in single clinics.
    clinic_roles: Vec<RoleInClinic>,
    invited_by: MemberId,
    /// The member that somebody became by it.
    #[serde(skip_serializing_if = "Option::is_none")]
    member_id: Option<MemberId>,
    #[schemars(with = "String")]
    created_at: Timestamp,
    /// Until when it can be accepted.
    #[schemars(with = "String")]
    ends_at: Timestamp,
    version: u64,
    #[serde(flatten)]
    told: Option<Told>,
}

/// What is told once, in the answer that made the token. It has no `Debug`: nobody shows it by accident.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Told {
    /// What accepts it. Told once, in the answer that made it.
    token: InvitationToken,
    /// The page on which it is accepted, to be handed to the person. Told once, in the answer that made it.
    link: String,
    /// Whether the link is on its way to the phone.
    sent: bool,
}

impl InvitationView {
    /// An invitation at this version.
    pub fn new(cx: &Cx, invitation: &Invitation, version: u64) -> Self {
        let Invitation { offer, .. } = invitation;
        let clinic_roles =
            offer.elsewhere.iter().map(|there| RoleInClinic { clinic_id: there.clinic, role: there.role });
        Self {
            id: invitation.id,
            state: invitation.state(cx.now()),
            full_name: invitation.full_name.as_ref().map(|name| name.expose().to_owned()),
            phone: invitation.phone.clone(),
            email: invitation.email.clone(),
            role: offer.role,
            clinics: offer.clinics.clone(),
            clinic_roles: clinic_roles.collect(),
            invited_by: invitation.invited_by,
            member_id: match invitation.decision {
                Decision::Accepted(member) => Some(member),
                Decision::Open | Decision::Revoked => None,
            },
            created_at: invitation.created_at,
            ends_at: invitation.ends_at,
            version,
            told: None,
        }
    }

    /// The same with what is told once.
    pub fn telling(self, cx: &Cx, token: InvitationToken, sent: bool) -> Self {
        let link = token.link(cx);
        Self { told: Some(Told { token, link, sent }), ..self }
    }
}
