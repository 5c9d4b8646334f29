//! `PUT /api/users/me`

use dawr_api::{
    Cx, Failure, Fault,
    code::Code,
    endpoint,
    failure::FieldErrors,
    function::Access,
    regional::{HasPhones, Regional, phone_at},
    tenant::Tenant,
};
use dawr_kernel::{phone::PhoneInput, text::PersonName};
use dawr_messaging::notice::{self, Notice};
use dawr_store::{Stored, TenantScope, Work, keys};
use deserr::Deserr;
use schemars::JsonSchema;
use serde_json::Value;

use crate::{
    me::{ProfileView, load},
    model::{EmailAddress, Identity, Member, Password},
    proof::prove_password,
};

endpoint! {
    /// Changes the caller's own profile. Another phone is said with the password, for codes are sent there; the one before is
    /// told of it.
    pub const UPDATE_ME: "update_me" = Put "/api/users/me";
    requires: Oneself;
    access: Access::WRITE.notices();
    handler: update_me(body: Regional<UpdateMe>) -> 200 ProfileView;
    errors: [StaleVersion, WrongPassword, TooManyRequests];
}

/// The profile as it shall be.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateMe {
    full_name: PersonName,
    /// Left out or null: none.
    #[deserr(default)]
    phone: Option<PhoneInput>,
    /// Left out or null: none.
    #[deserr(default)]
    email: Option<EmailAddress>,
    /// Needed where the phone becomes another one.
    #[deserr(default)]
    current_password: Option<Password>,
}

impl HasPhones for UpdateMe {
    fn phones(body: &Value) -> Vec<(String, &str)> {
        phone_at(body, "phone", "").into_iter().collect()
    }
}

async fn update_me(cx: &Cx, body: Regional<UpdateMe>) -> Result<ProfileView, Failure> {
    let caller = cx.member()?;
    let (member, tenant) = load(cx, &caller).await?;
    let body = body.read(tenant.region)?;
    cx.expect(&member)?;
    let phone = body.phone.map(|phone| phone.resolve(tenant.region)).transpose();
    let phone = phone.map_err(|invalid| Fault::invalid("phone", invalid))?;
    let changed = Member { full_name: body.full_name, phone, email: body.email, ..member.value.clone() };
    let mut work = Work::new();
    if changed.phone != member.phone {
        let password = body.current_password.ok_or_else(|| Fault::at(Code::Required, "currentPassword"))?;
        let identity: Option<Stored<Identity>> = cx.table().get(&keys::identity(member.identity)).await?;
        let identity = identity.ok_or(Code::Unauthenticated)?;
        prove_password(cx, &identity, &password, "currentPassword").await?.succeed(&mut work);
        tell(cx, &caller, &tenant, &member, &mut work).await?;
    }
    work.replace(&caller, &member, &changed);
    cx.save(&caller, work).await?;
    Ok(ProfileView::new(&changed, member.version + 1, &tenant, &caller))
}

/// Tells the phone that was the member's that it is not any more.
async fn tell(cx: &Cx, scope: &TenantScope, tenant: &Tenant, member: &Member, work: &mut Work) -> Result<(), Failure> {
    let Some(phone) = &member.phone else { return Ok(()) };
    let name = &tenant.name;
    let english = format!(
        "This is no longer your phone number at {name}: codes go elsewhere from now on. If this was not you, change your \
         password now and tell an administrator."
    );
    let arabic = format!(
        "لم يعد هذا رقم هاتفك في {name}، وستُرسل الرموز إلى غيره من الآن. إن لم يكن هذا أنت فغيّر كلمة مرورك الآن وأبلغ المدير."
    );
    let text = tenant.locale.of((&english, &arabic));
    let notice = Notice { by: member.id, to: phone, text, correlation: &cx.correlation };
    notice::send(cx, scope, &notice, work).await.map(drop)
}
