//! `PUT /api/users/me`

use dawr_api::{
    Cx, Failure, Fault, endpoint,
    failure::FieldErrors,
    function::Access,
    regional::{HasPhones, Regional, phone_at},
};
use dawr_kernel::{phone::PhoneInput, text::PersonName};
use dawr_store::Work;
use deserr::Deserr;
use schemars::JsonSchema;
use serde_json::Value;

use crate::{
    me::{ProfileView, load},
    model::{EmailAddress, Member},
};

endpoint! {
    /// Changes the caller's own profile.
    pub const UPDATE_ME: "update_me" = Put "/api/users/me";
    requires: Oneself;
    access: Access::WRITE;
    handler: update_me(body: Regional<UpdateMe>) -> 200 ProfileView;
    errors: [StaleVersion];
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
    work.replace(&caller, &member, &changed);
    cx.save(&caller, work).await?;
    Ok(ProfileView::new(&changed, member.version + 1, &tenant, &caller))
}
