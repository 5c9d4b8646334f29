//! `POST /api/auth/reset-password`

use dawr_api::{
    Cx, Failure, Fault,
    code::Code,
    endpoint,
    failure::FieldErrors,
    function::{Access, Secret},
    reply::{Empty, WithCookies},
    slug::Slug,
    standing,
};
use dawr_store::{Entity as _, Stored, TenantScope, Update, Work, keys, work::What};
use deserr::Deserr;
use schemars::JsonSchema;

use crate::{
    account::{Account, Found, Sought},
    attempts::{Kind, Try},
    everywhere,
    habits::{self, Habits, Surroundings},
    history::{Outcome, SignIn},
    model::{Identity, Member, Username},
    one_time_code::ResetCode,
    password::{self, NewPassword},
    second_factor::{FactorCode, Factors, accept},
    sent_code::SentCode,
};

endpoint! {
    /// Sets a new password by the code that was sent, and ends all sessions. It signs nobody in: where there is a second
    /// factor, the sign-in asks for it. The browser is known from now on, for its user has shown the phone.
    ///
    /// A code that came over one tenant's phone number is proof in that tenant alone. Whoever is a member of others, too,
    /// shows the second factor with it; without one, the new password is for this tenant only, and the old one stays for the
    /// others.
    pub const RESET_PASSWORD: "reset_password" = Post "/api/auth/reset-password";
    requires: Nothing;
    access: Access::WRITE.secrets(&[Secret::FactorKey]);
    handler: reset_password(body: ResetPassword) -> 204 WithCookies<Empty>;
    errors: [InvalidCode, WeakPassword, SecondFactorNeeded, TenantSuspended, AddressNotAllowed, TooManyRequests];
}

/// Whose, by which code, and the new one.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct ResetPassword {
    /// The clinic's slug. Needed unless the username is an e-mail address.
    #[deserr(default)]
    clinic: Option<Slug>,
    username: Username,
    /// The code that was sent.
    code: ResetCode,
    new_password: NewPassword,
    /// A code of the second factor, for whoever has one and is a member of several tenants.
    #[deserr(default)]
    factor_code: Option<FactorCode>,
}

async fn reset_password(cx: &Cx, body: ResetPassword) -> Result<WithCookies<Empty>, Failure> {
    let names = [body.username.expose(), body.clinic.as_ref().map_or("", Slug::as_str)];
    if password::is_weak(&body.new_password.0, &names) {
        return Err(Fault::at(Code::WeakPassword, "newPassword").into());
    }
    let account = Account::new(body.clinic, body.username)?;
    let sought = account.seek(cx, habits::browser(cx).as_deref(), &[keys::reset]).await?;
    let browser = sought.iter().find_map(|one| one.browser.clone());
    let counted = Try::begin_at(cx, Kind::Reset, &account.bucket(), browser.as_deref(), Work::new()).await?;
    let asked = sought.into_iter().map(|one| Asked::new(cx, one)).collect::<Result<Vec<_>, _>>()?;
    // The same work is done for an account that does not exist, and for one of which nobody asked.
    let code = |one: Option<&Asked>| one.and_then(|one| one.standing.as_ref()).map(|(_, sent)| sent.value.clone());
    let right = account.right(asked, |one| SentCode::fits(code(one).as_ref(), body.code.expose(), cx.hashing()))?;
    let invalid = || Failure::from(Fault::at(Code::InvalidCode, "code"));
    let Asked { scope, habits, standing } = right.into_iter().next().ok_or_else(invalid)?;
    let (found, sent) = standing.ok_or_else(invalid)?;
    found.tenant.admit(&cx.address)?;
    let mut work = Work::new();
    counted.succeed(&mut work);
    work.delete(&sent);
    let password = password::hash(&body.new_password.0, cx.hashing(), cx.entropy())?;
    let Found { tenant, identity, member } = &found;
    let changed = Identity { password, must_change_password: false, own_password: true, ..identity.value.clone() };
    match (&identity.factors.active, body.factor_code.as_ref()) {
        (Some(factor), code) if identity.is_shared() => {
            let code = code.ok_or_else(|| Fault::at(Code::SecondFactorNeeded, "factorCode"))?;
            let guess = Try::begin(cx, Kind::Code, Some(&identity.id.to_string()), Work::new()).await?;
            let used = accept(cx, factor, code, identity.id).await?;
            let used = used.ok_or_else(|| Fault::at(Code::InvalidCode, "factorCode"))?;
            guess.succeed(&mut work);
            let factors = Factors { active: Some(used), staged: None };
            whole(cx, &scope, &found, Identity { factors, ..changed }, &mut work).await?;
        }
        (None, _) if identity.is_shared() => part(cx, &scope, &found, changed, &mut work),
        _ => whole(cx, &scope, &found, changed, &mut work).await?,
    }
    work.create(&scope, &SignIn::of(cx, member.id, Outcome::PasswordReset));
    work.about(Member::KIND, member.id, What::Changed(vec!["password".to_owned()]));
    let mut around = Surroundings::of(cx, tenant);
    let cookie = around.know(cx);
    Habits::learn(&scope, habits.as_ref(), member.id, &around, &mut work);
    cx.save_as(&scope, member.actor(tenant), work).await?;
    Ok(WithCookies { output: Empty, cookies: vec![cookie] })
}

/// An account, and the code that stands for a new password of it.
struct Asked {
    scope: TenantScope,
    habits: Option<Stored<Habits>>,
    standing: Option<(Found, Stored<SentCode>)>,
}

impl Asked {
    fn new(cx: &Cx, mut sought: Sought) -> Result<Self, Failure> {
        let sent: Option<Stored<SentCode>> = sought.beside(keys::reset)?;
        let Sought { scope, found, habits, .. } = sought;
        let standing = found.zip(sent).filter(|(found, sent)| sent.stands(&found.member, cx.now()));
        Ok(Self { scope, habits, standing })
    }
}

/// The person gets another password, wherever they are a member.
async fn whole(cx: &Cx, scope: &TenantScope, found: &Found, changed: Identity, work: &mut Work) -> Result<(), Failure> {
    work.replace(scope, &found.identity, &changed);
    everywhere::end_sessions(cx, &changed, work).await
}

/// The member becomes a person of their own, of whom the other tenants know nothing.
fn part(cx: &Cx, scope: &TenantScope, found: &Found, changed: Identity, work: &mut Work) {
    let Found { identity, member, .. } = found;
    let (own, others) = identity.memberships.iter().partition(|there| there.tenant == scope.tenant());
    work.replace(scope, identity, &Identity { memberships: others, ..identity.value.clone() });
    // What was staged was sealed for the other one.
    let person = Identity { id: cx.new_id(), memberships: own, factors: Factors::default(), ..changed };
    work.create(scope, &person);
    let login = keys::login(scope, member.username.expose());
    work.update(Update::of(login).when("identity", identity.id).set("identity", person.id));
    let apart = Member { identity: person.id, epoch: member.epoch + 1, ..member.value.clone() };
    work.replace(scope, member, &apart);
    standing::outdate_member(scope, member.id, member.version + 1, cx.now(), work);
}
