//! `PUT /api/users/me/change-password`

use dawr_api::{
    Cx, Failure, Fault,
    code::Code,
    endpoint,
    failure::FieldErrors,
    function::{Access, Secret},
    hashing::Hashing,
    reply::WithCookies,
    tenant::Tenant,
};
use dawr_store::{Entity as _, Stored, Work, keys, work::What};
use deserr::Deserr;
use schemars::JsonSchema;

use crate::{
    attempts::{Kind, Try},
    elsewhere::{Everywhere, News},
    everywhere::begin_anew,
    me::load,
    model::{Identity, Member, Password},
    password::{self, NewPassword},
    session::SessionView,
};

endpoint! {
    /// Changes the caller's password, ends all of their sessions and opens a new one. Whoever signed in with a temporary
    /// password has done their duty with it.
    pub const CHANGE_PASSWORD: "change_password" = Put "/api/users/me/change-password";
    requires: Account;
    access: Access::WRITE.secrets(&[Secret::SigningKey]).notices();
    handler: change_password(body: ChangePassword) -> 200 WithCookies<SessionView>;
    errors: [WrongPassword, WeakPassword, UnknownBrowser, TooManyRequests];
}

/// The password as it is, and as it shall be.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChangePassword {
    current_password: Password,
    new_password: NewPassword,
}

async fn change_password(cx: &Cx, body: ChangePassword) -> Result<WithCookies<SessionView>, Failure> {
    let caller = cx.member()?;
    let (member, tenant) = load(cx, &caller).await?;
    let identity: Option<Stored<Identity>> = cx.table().get(&keys::identity(member.identity)).await?;
    let identity = identity.ok_or(Code::Unauthenticated)?;
    let counted = Try::begin(cx, Kind::SignIn, Some(&identity.id.to_string()), Work::new()).await?;
    let everywhere = Everywhere::load(cx, &identity).await?;
    everywhere.know_browser(cx, caller.tenant())?;
    body.check(cx.hashing(), &identity, &member, &tenant)?;
    let changed = Identity {
        password: password::hash(&body.new_password.0, cx.hashing(), cx.entropy())?,
        must_change_password: false,
        own_password: true,
        ..identity.value.clone()
    };
    let mut work = Work::new();
    work.replace(&caller, &identity, &changed);
    everywhere.tell(cx, News::Password, &mut work).await?;
    let answer = begin_anew(cx, &caller, &tenant, &changed, &mut work).await?;
    work.about(Member::KIND, caller.member, What::Changed(vec!["password".to_owned()]));
    counted.succeed(&mut work);
    cx.save(&caller, work).await?;
    Ok(answer)
}

impl ChangePassword {
    fn check(&self, hashing: Hashing, identity: &Identity, member: &Member, tenant: &Tenant) -> Result<(), Failure> {
        let mut faults = Vec::new();
        if !password::verify(&self.current_password, Some(&identity.password), hashing)? {
            faults.push(Fault::at(Code::WrongPassword, "currentPassword"));
        }
        let names = [member.username.expose(), tenant.slug.as_str(), member.full_name.expose()];
        let new = &self.new_password.0;
        if new.expose() == self.current_password.expose() {
            faults.push(Fault::at(Code::WeakPassword, "newPassword").saying(
                "The new password must be another one than the current one.",
                "يجب أن تختلف كلمة المرور الجديدة عن الحالية.",
            ));
        } else if password::is_weak(new, &names) {
            faults.push(Fault::at(Code::WeakPassword, "newPassword"));
        }
        if faults.is_empty() { Ok(()) } else { Err(Failure::of(faults)) }
    }
}
