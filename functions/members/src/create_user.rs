//! `POST /api/users`

use dawr_api::{
    Authorized, Cx, Failure, Fault,
    code::Code,
    endpoint,
    failure::FieldErrors,
    function::Access,
    permission::Permission,
    regional::{HasPhones, Regional, phone_at},
    role::{Coverage, RoleName},
    tenant::Tenant,
};
use dawr_identity::{
    attempts::{Kind, Try},
    enrolment::{Enrolment, Recount},
    model::{EmailAddress, Identity, Member, Membership, Username},
    password::{self, NewPassword, TemporaryPassword},
};
use dawr_kernel::{phone::PhoneInput, text::PersonName};
use dawr_store::Work;
use deserr::Deserr;
use schemars::JsonSchema;
use serde_json::Value;

use crate::{
    people::People,
    user_view::{MemberView, RoleInClinic, Wanted},
};

endpoint! {
    /// Makes a member, with rights within the caller's own. Without a password a temporary one is made, told in this answer
    /// alone (a repetition with the same Idempotency-Key is answered without it), and must be changed at the first sign-in.
    pub const CREATE_USER: "create_user" = Post "/api/users";
    requires: Permission(MemberManage);
    reach: Clinic;
    access: Access::WRITE;
    handler: create_user(body: Regional<CreateUser>) -> 201 MemberView;
    errors: [UsernameTaken, WeakPassword, ExceedsOwnRights, LimitReached, TooManyRequests];
    idempotent;
}

/// A new member.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateUser {
    username: Username,
    full_name: PersonName,
    role: RoleName,
    #[deserr(default)]
    phone: Option<PhoneInput>,
    #[deserr(default)]
    email: Option<EmailAddress>,
    /// The clinics in which the role is theirs; the caller's own unless said.
    #[deserr(default)]
    clinics: Option<Coverage>,
    /// Other roles that they have in single clinics.
    #[deserr(default)]
    clinic_roles: Option<Vec<RoleInClinic>>,
    #[deserr(default)]
    password: Option<NewPassword>,
}

impl HasPhones for CreateUser {
    fn phones(body: &Value) -> Vec<(String, &str)> {
        phone_at(body, "phone", "").into_iter().collect()
    }
}

async fn create_user(cx: &Cx, body: Regional<CreateUser>) -> Result<MemberView, Failure> {
    let caller = cx.authorize(Permission::MemberManage)?;
    let people = People::new(cx, &caller);
    let tenant = Tenant::load(cx, &caller).await?;
    let (chosen, member) = body.read(tenant.region)?.member(cx, &caller, &tenant)?;
    people.check(None, &member).await?;
    // Whether a name is taken is not asked without end.
    Try::begin(cx, Kind::Invite, Some(&caller.member.to_string()), Work::new()).await?;
    let temporary = if chosen.is_none() { Some(TemporaryPassword::generate(cx.entropy())?) } else { None };
    let password = chosen.as_ref().map(|chosen| &chosen.0).or(temporary.as_ref().map(TemporaryPassword::password));
    let membership = Membership { tenant: tenant.id, member: member.id };
    let known = Identity::new(cx, password.ok_or(Code::Required)?, membership)?;
    // Whoever makes a member knows the password.
    let identity = Identity { must_change_password: temporary.is_some(), own_password: false, ..known };
    let member = Member { identity: identity.id, ..member };
    let view = MemberView::new(&member, 1);
    let mut work = Work::new();
    work.create(&caller, &identity);
    let enrolment = Enrolment::write(&caller, &member, &mut work);
    let recount = Recount::write(&caller, &tenant.limits, None, &member, &mut work);
    // What is kept for a repetition has no password in it.
    cx.commit(&caller, work, &view).await.map_err(|error| {
        enrolment.explain(&error).or_else(|| recount.explain(&error)).unwrap_or_else(|| error.into())
    })?;
    Ok(view.telling(temporary))
}

impl CreateUser {
    fn member(self, cx: &Cx, caller: &Authorized, tenant: &Tenant) -> Result<(Option<NewPassword>, Member), Failure> {
        let mut faults = Vec::new();
        let names = [self.username.expose(), tenant.slug.as_str(), self.full_name.expose()];
        if self.password.as_ref().is_some_and(|password| password::is_weak(&password.0, &names)) {
            faults.push(Fault::at(Code::WeakPassword, "password"));
        }
        let Self { role, clinics, clinic_roles, phone, .. } = self;
        let (given, phone) = Wanted { role, clinics, clinic_roles, phone }.read(caller, tenant.region, &mut faults);
        if !faults.is_empty() {
            return Err(Failure::of(faults));
        }
        let member = Member {
            id: cx.new_id(),
            identity: cx.new_id(),
            username: self.username,
            full_name: self.full_name,
            role: given.role,
            phone,
            email: self.email,
            clinics: given.clinics,
            elsewhere: given.elsewhere,
            active: true,
            epoch: 0,
            created_at: cx.now(),
        };
        Ok((self.password, member))
    }
}
