//! `PUT /api/users/me/change-password`

use dawr_api::{
    Authorized, Cx, Failure, Fault,
    code::Code,
    endpoint,
    failure::FieldErrors,
    function::{Access, Secret},
    reply::WithCookie,
    tenant::Tenant,
};
use dawr_store::{Entity as _, Stored, Work, keys, work::What};
use deserr::Deserr;
use schemars::JsonSchema;

use crate::{
    attempts::{Kind, Try, account},
    everywhere::end_sessions,
    me::load,
    model::{Identity, Member, Password, Session},
    password::{self, NewPassword},
    session::{Bearer, SessionView},
};

endpoint! {
    /// Changes the caller's password, ends all of their sessions and opens a new one. Whoever signed in with a temporary
    /// password has done their duty with it.
    pub const CHANGE_PASSWORD: "change_password" = Put "/api/users/me/change-password";
    requires: Account;
    access: Access::WRITE.secrets(&[Secret::SigningKey]);
    handler: change_password(body: ChangePassword) -> 200 WithCookie<SessionView>;
    errors: [WrongPassword, WeakPassword, TooManyRequests];
}

/// The password as it is, and as it shall be.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChangePassword {
    current_password: Password,
    new_password: NewPassword,
}

async fn change_password(cx: &Cx, body: ChangePassword) -> Result<WithCookie<SessionView>, Failure> {
    let caller = cx.member()?;
    let (member, tenant) = load(cx, &caller).await?;
    let account = account(&tenant.slug, &member.username);
    let counted = Try::begin(cx, Kind::SignIn, Some(&account), Work::new()).await?;
    let (identity, before) = find(cx, &caller, &member).await?;
    body.check(&identity, &member, &tenant)?;
    let changed = Identity {
        password: password::hash(&body.new_password.0, cx.entropy())?,
        must_change_password: false,
        ..identity.value.clone()
    };
    let mut work = Work::new();
    work.replace(&caller, &identity, &changed);
    let members = end_sessions(cx, &changed, &mut work).await?;
    let member = members.iter().find(|member| member.id == caller.member).ok_or(Code::Unauthenticated)?;
    let (opened, token) = Session::open(cx, &tenant, &changed, member);
    let session = Session { clinic: before.and_then(|before| before.clinic), ..opened };
    work.create(&caller, &session);
    work.about(Member::KIND, member.id, What::Changed(vec!["password".to_owned()]));
    counted.succeed(&mut work);
    let bearer = Bearer { tenant: &tenant, member, version: member.version, session: &session };
    let answer = bearer.signed_in(cx, &caller, &token).await?;
    cx.save(&caller, work).await?;
    Ok(answer)
}

/// The person, and the session in which they are, unless it is over.
async fn find(
    cx: &Cx,
    caller: &Authorized,
    member: &Member,
) -> Result<(Stored<Identity>, Option<Stored<Session>>), Failure> {
    let keys = [keys::identity(member.identity), keys::session(caller, caller.session)];
    let mut items = cx.table().get_items(&keys).await?;
    let [identity, session] = keys.map(|key| items.remove(&key));
    let identity = identity.ok_or(Code::Unauthenticated)?;
    Ok((Stored::decode(identity)?, session.map(Stored::decode).transpose()?))
}

impl ChangePassword {
    fn check(&self, identity: &Identity, member: &Member, tenant: &Tenant) -> Result<(), Failure> {
        let mut faults = Vec::new();
        if !password::verify(&self.current_password, Some(&identity.password))? {
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
