//! `POST /api/auth/invite`

use dawr_api::{
    Authorized, Cx, Failure, Fault, endpoint,
    failure::FieldErrors,
    function::Access,
    permission::Permission,
    regional::{HasPhones, Regional, phone_at},
    role::{Coverage, RoleName},
    tenant::Tenant,
};
use dawr_identity::{
    attempts::{Kind, Try},
    model::EmailAddress,
};
use dawr_kernel::{
    phone::{PhoneInput, Region},
    text::{Invalid, PersonName},
};
use dawr_store::Work;
use deserr::Deserr;
use schemars::JsonSchema;
use serde_json::Value;

use crate::{
    invitation::{Decision, Invitation, ends},
    invitation_token::InvitationToken,
    invitation_view::InvitationView,
    people::People,
    user_view::{RoleInClinic, Wanted},
};

endpoint! {
    /// Invites somebody to become a member, with rights within the caller's own. The answer alone tells the token and its
    /// link (a repetition with the same Idempotency-Key is answered without them). Where there is a phone and the clinic
    /// can write to it, the link is sent there, too; else whoever invites hands it over.
    pub const INVITE: "invite" = Post "/api/auth/invite";
    requires: Permission(MemberManage);
    reach: Clinic;
    access: Access::WRITE.notices();
    handler: invite(body: Regional<Invite>) -> 201 InvitationView;
    errors: [ExceedsOwnRights, TooManyRequests];
    idempotent;
}

/// For how many hours a token is good unless the inviter says otherwise.
const HOURS: u32 = 72;

/// The longest that a token may be good, in hours.
const MOST_HOURS: i64 = 14 * 24;

/// Whom, and to what.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct Invite {
    /// What they are called; they may correct it.
    #[deserr(default)]
    full_name: Option<PersonName>,
    role: RoleName,
    /// The clinics in which the role will be theirs; the caller's own unless said.
    #[deserr(default)]
    clinics: Option<Coverage>,
    /// Other roles that they will have in single clinics.
    #[deserr(default)]
    clinic_roles: Option<Vec<RoleInClinic>>,
    #[deserr(default)]
    phone: Option<PhoneInput>,
    #[deserr(default)]
    email: Option<EmailAddress>,
    /// For how many hours it can be accepted: 1 to 336, 72 unless said.
    #[deserr(default)]
    #[schemars(range(min = 1, max = 336))]
    hours: Option<i64>,
}

impl HasPhones for Invite {
    fn phones(body: &Value) -> Vec<(String, &str)> {
        phone_at(body, "phone", "").into_iter().collect()
    }
}

async fn invite(cx: &Cx, body: Regional<Invite>) -> Result<InvitationView, Failure> {
    let caller = cx.authorize(Permission::MemberManage)?;
    let tenant = Tenant::load(cx, &caller).await?;
    let (invitation, token) = body.read(tenant.region)?.invitation(cx, &caller, tenant.region)?;
    People::new(cx, &caller).may_give(&invitation.offer).await?;
    Try::begin(cx, Kind::Invite, Some(&caller.member.to_string()), Work::new()).await?;
    let view = InvitationView::new(cx, &invitation, 1);
    let mut work = Work::new();
    work.create(&caller, &invitation);
    let sent = invitation.send(cx, &caller, &tenant, &token.link(cx), &mut work).await?;
    // What is kept for a repetition has no token in it.
    cx.commit(&caller, work, &view).await?;
    Ok(view.telling(cx, token, sent))
}

impl Invite {
    fn invitation(
        self,
        cx: &Cx,
        caller: &Authorized,
        region: Region,
    ) -> Result<(Invitation, InvitationToken), Failure> {
        let mut faults = Vec::new();
        let Self { role, clinics, clinic_roles, phone, .. } = self;
        let (offer, phone) = Wanted { role, clinics, clinic_roles, phone }.read(caller, region, &mut faults);
        let hours = match self.hours {
            None => HOURS,
            Some(hours @ 1..=MOST_HOURS) => u32::try_from(hours).unwrap_or(HOURS),
            Some(_) => {
                faults.push(Fault::invalid("hours", Invalid::OutOfRange { min: 1, max: MOST_HOURS }));
                HOURS
            }
        };
        if !faults.is_empty() {
            return Err(Failure::of(faults));
        }
        let id = cx.new_id();
        let token = InvitationToken::new(cx, caller.tenant(), id);
        let invitation = Invitation {
            id,
            token: token.hash(),
            offer,
            full_name: self.full_name,
            phone,
            email: self.email,
            invited_by: caller.member,
            decision: Decision::Open,
            hours,
            ends_at: ends(cx.now(), hours),
            created_at: cx.now(),
        };
        Ok((invitation, token))
    }
}
