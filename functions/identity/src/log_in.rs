//! `POST /api/auth/login`

use dawr_api::{
    Cx, Failure, Fault,
    code::Code,
    endpoint,
    failure::FieldErrors,
    function::{Access, Secret},
    reply::WithCookie,
    slug::Slug,
    tenant::Tenant,
};
use dawr_kernel::id::{MemberId, TenantId};
use dawr_store::{Ground, Stored, TenantScope, Work, keys};
use deserr::Deserr;
use schemars::JsonSchema;

use crate::{
    attempts::{Kind, Try, account},
    history::{Outcome, SignIn},
    model::{EmailLogin, Identity, Login, Member, Password, Session, SlugClaim, Username},
    password,
    second_factor::{FactorCode, FactorKey, Factors},
    session::{Bearer, SessionView},
};

endpoint! {
    /// Signs a member in.
    pub const LOG_IN: "log_in" = Post "/api/auth/login";
    requires: Nothing;
    access: Access::WRITE.secrets(&[Secret::SigningKey, Secret::FactorKey]);
    handler: log_in(body: LogIn) -> 200 WithCookie<SessionView>;
    errors: [InvalidCredentials, SecondFactorNeeded, InvalidCode, TenantSuspended, AddressNotAllowed, TooManyRequests];
}

/// Who signs in, and where.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct LogIn {
    /// The clinic's slug. May be left out when the username is an e-mail address.
    #[deserr(default)]
    clinic: Option<Slug>,
    username: Username,
    password: Password,
    /// A code of the second factor, where the person has one: of the app, or a recovery code.
    #[deserr(default)]
    code: Option<FactorCode>,
}

async fn log_in(cx: &Cx, body: LogIn) -> Result<WithCookie<SessionView>, Failure> {
    if body.clinic.is_none() && !body.username.is_email() {
        return Err(Fault::at(Code::Required, "clinic").into());
    }
    let account = account(body.clinic.as_ref().map_or("", Slug::as_str), &body.username);
    let Sought { scope, member, found } = seek(cx, &body).await?;
    let tried = SignIn::of(cx, member, Outcome::WrongPassword);
    let tried = if found.is_some() { tried } else { tried.of_nobody() };
    let mut work = Work::new();
    work.create(&scope, &tried);
    let counted = Try::begin(cx, Kind::SignIn, Some(&account), work).await?;
    // The same work is done for an account that does not exist.
    let hash = found.as_ref().map(|found| found.identity.password.as_str());
    let matches = password::verify(&body.password, hash)?;
    let Some(Found { tenant, identity, member }) = found.filter(|found| matches && found.member.active) else {
        return Err(Code::InvalidCredentials.into());
    };
    let person = match check(cx, &tenant, &identity, body.code.as_ref()).await {
        Ok(person) => person,
        Err(refusal) => {
            let work = note(&scope, &tried, &counted, &refusal);
            cx.save_as(&scope, member.actor(&tenant), work).await?;
            return Err(refusal);
        }
    };
    let mut work = Work::new();
    counted.succeed(&mut work);
    let used = (person != identity.value).then(|| work.replace(&scope, &identity, &person));
    let (session, token) = Session::open(cx, &tenant, &person, &member);
    work.create(&scope, &session);
    tried.becomes(&scope, Outcome::SignedIn, &mut work);
    let bearer = Bearer { tenant: &tenant, member: &member, version: member.version, session: &session };
    let answer = bearer.signed_in(cx, &scope, &token).await?;
    match cx.save_as(&scope, member.actor(&tenant), work).await {
        // Somebody was faster with the same code.
        Err(error) if used.is_some_and(|used| error.refusal(used).is_some()) => Err(Code::InvalidCode.into()),
        saved => saved.map(|()| answer).map_err(Failure::from),
    }
}

/// Whether a right password is enough. Gives the person after their second factor was used, if they have one.
async fn check(cx: &Cx, tenant: &Tenant, identity: &Identity, code: Option<&FactorCode>) -> Result<Identity, Failure> {
    tenant.admit(&cx.address)?;
    let Some(factor) = &identity.factors.active else { return Ok(identity.clone()) };
    let code = code.ok_or_else(|| Fault::at(Code::SecondFactorNeeded, "code"))?;
    let secret = FactorKey::of(cx).await?.open(factor.secret(), identity.id)?;
    let used = factor.accept(&secret, code, cx.now()).ok_or_else(|| Fault::at(Code::InvalidCode, "code"))?;
    Ok(Identity { factors: Factors { active: Some(used), staged: None }, ..identity.clone() })
}

/// Notes why a right password was not enough. It was no guess, but a wrong code is one.
fn note(scope: &TenantScope, tried: &SignIn, counted: &Try, refusal: &Failure) -> Work {
    let mut work = Work::new();
    if let Some(outcome) = Outcome::of_refusal(refusal) {
        tried.becomes(scope, outcome, &mut work);
    }
    if refusal.code() != Code::InvalidCode {
        counted.succeed(&mut work);
    }
    work
}

/// An account that was looked for. One that does not exist has a tenant and a member that nobody has.
struct Sought {
    scope: TenantScope,
    member: MemberId,
    found: Option<Found>,
}

struct Found {
    tenant: Stored<Tenant>,
    identity: Stored<Identity>,
    member: Stored<Member>,
}

/// Looks for the account, at the same cost whether there is one or not.
async fn seek(cx: &Cx, body: &LogIn) -> Result<Sought, Failure> {
    let table = cx.table();
    let tenant: Option<TenantId> = match &body.clinic {
        Some(slug) => table.get::<SlugClaim>(&keys::slug(slug.as_str())).await?.map(|claim| claim.tenant),
        None => table.get::<EmailLogin>(&keys::email_login(body.username.expose())).await?.map(|login| login.tenant),
    };
    let scope = TenantScope::on(Ground::SignIn, tenant.unwrap_or_else(|| cx.new_id()));
    let login: Option<Stored<Login>> = table.get(&keys::login(&scope, body.username.expose())).await?;
    let (identity, member) = login.map_or_else(|| (cx.new_id(), cx.new_id()), |login| (login.identity, login.member));
    let keys = [keys::tenant(&scope), keys::identity(identity), keys::member(&scope, member)];
    let mut items = table.get_items(&keys).await?;
    let found = match keys.map(|key| items.remove(&key)) {
        [Some(tenant), Some(identity), Some(member)] => Some(Found {
            tenant: Stored::decode(tenant)?,
            identity: Stored::decode(identity)?,
            member: Stored::decode(member)?,
        }),
        _ => None,
    };
    Ok(Sought { scope, member, found })
}
