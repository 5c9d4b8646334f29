//! `PUT /api/users/{userId}`

use dawr_api::{
    Cx, Failure, Fault,
    code::Code,
    endpoint,
    failure::FieldErrors,
    function::Access,
    patch::Patch,
    permission::Permission,
    regional::{HasPhones, Regional, phone_at},
    role::{Coverage, RoleName},
};
use dawr_identity::model::{EmailAddress, Member};
use dawr_kernel::{
    phone::{PhoneInput, Region},
    text::PersonName,
};
use dawr_store::Work;
use deserr::Deserr;
use schemars::JsonSchema;
use serde_json::Value;

use crate::{
    people::People,
    user_view::{MemberView, RoleInClinic, UserPath, clinic_roles, clinics},
};

endpoint! {
    /// Changes a member, before and after within the caller's own rights. What is left out stays; null removes what need not
    /// be there. Other rights hold within half a minute, everywhere. How to reach somebody who is a member of another tenant, too,
    /// is theirs to say.
    pub const UPDATE_USER: "update_user" = Put "/api/users/{userId}";
    requires: Permission(MemberManage);
    reach: Clinic;
    access: Access::WRITE;
    handler: update_user(path: UserPath, body: Regional<UpdateUser>) -> 200 MemberView;
    errors: [StaleVersion, ExceedsOwnRights, NotOneself, LastOwner, LimitReached, IdentityShared];
}

/// A member as they shall be.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateUser {
    #[deserr(default)]
    full_name: Option<PersonName>,
    #[deserr(default)]
    role: Option<RoleName>,
    #[deserr(default)]
    phone: Patch<PhoneInput>,
    #[deserr(default)]
    email: Patch<EmailAddress>,
    /// The clinics in which the role is theirs.
    #[deserr(default)]
    clinics: Option<Coverage>,
    /// All other roles that they have in single clinics.
    #[deserr(default)]
    clinic_roles: Option<Vec<RoleInClinic>>,
    /// Whether they may sign in.
    #[deserr(default)]
    active: Option<bool>,
}

impl HasPhones for UpdateUser {
    fn phones(body: &Value) -> Vec<(String, &str)> {
        phone_at(body, "phone", "").into_iter().collect()
    }
}

async fn update_user(cx: &Cx, path: UserPath, body: Regional<UpdateUser>) -> Result<MemberView, Failure> {
    let caller = cx.authorize(Permission::MemberManage)?;
    let people = People::new(cx, &caller);
    let (member, tenant) = people.load(path.user_id).await?;
    let body = body.read(tenant.region)?;
    cx.expect(&member)?;
    let changed = body.apply(member.value.clone(), tenant.region)?;
    people.check(Some(&member), &changed).await?;
    let mut work = Work::new();
    if member.id == caller.member && changed.phone != member.phone {
        return Err(Fault::at(Code::NotOneself, "phone")
            .saying(
                "Change your own phone in your profile, with your password.",
                "غيّر رقم هاتفك من ملفك الشخصي مع كلمة مرورك.",
            )
            .into());
    }
    if member.id != caller.member && (changed.phone != member.phone || changed.email != member.email) {
        // Who joins another tenant at this moment decides it from now on.
        work.rely_on(&people.own_identity(&member).await?);
    }
    people.replace(&tenant, &member, &changed, work).await?;
    Ok(MemberView::new(&changed, member.version + 1))
}

impl UpdateUser {
    fn apply(self, member: Member, region: Region) -> Result<Member, Failure> {
        let mut faults = Vec::new();
        let phone = match self.phone {
            Patch::Set(phone) => match phone.resolve(region) {
                Ok(phone) => Some(phone),
                Err(invalid) => {
                    faults.push(Fault::invalid("phone", invalid));
                    None
                }
            },
            Patch::Keep => member.phone,
            Patch::Clear => None,
        };
        let clinics = self.clinics.map_or(Ok(member.clinics), clinics);
        let clinics = clinics.map_err(|fault| faults.push(fault)).unwrap_or(Coverage::Only(Vec::new()));
        let elsewhere = self.clinic_roles.map_or(Ok(member.elsewhere), clinic_roles);
        let elsewhere = elsewhere.map_err(|fault| faults.push(fault)).unwrap_or_default();
        if !faults.is_empty() {
            return Err(Failure::of(faults));
        }
        let active = self.active.unwrap_or(member.active);
        Ok(Member {
            full_name: self.full_name.unwrap_or(member.full_name),
            role: self.role.unwrap_or(member.role),
            phone,
            email: self.email.apply(member.email),
            clinics,
            elsewhere,
            active,
            // Who comes back signs in anew.
            epoch: member.epoch + u32::from(member.active && !active),
            ..member
        })
    }
}
