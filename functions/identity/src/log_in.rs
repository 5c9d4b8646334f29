//! `POST /api/auth/login`

use dawr_api::{
    Cx, Failure, Fault,
    code::Code,
    endpoint,
    failure::FieldErrors,
    function::{Access, Secret},
    reply::WithCookie,
    tenant::Tenant,
};
use dawr_kernel::id::TenantId;
use dawr_store::{Ground, Stored, TenantScope, Work, keys};
use deserr::Deserr;
use schemars::JsonSchema;

use crate::{
    attempts::Try,
    model::{EmailLogin, Identity, Login, Member, Password, Session, Slug, SlugClaim, Username},
    password,
    session::{Bearer, SessionView},
};

endpoint! {
    /// Signs a member in.
    pub const LOG_IN: "log_in" = Post "/api/auth/login";
    requires: Nothing;
    access: Access::WRITE.secrets(&[Secret::SigningKey]);
    handler: log_in(body: LogIn) -> 200 WithCookie<SessionView>;
    errors: [InvalidCredentials, TenantSuspended, AddressNotAllowed, TooManyRequests];
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
}

async fn log_in(cx: &Cx, body: LogIn) -> Result<WithCookie<SessionView>, Failure> {
    if body.clinic.is_none() && !body.username.is_email() {
        return Err(Fault::at(Code::Required, "clinic").into());
    }
    let account = format!("{}/{}", body.clinic.as_ref().map_or("", Slug::as_str), body.username.expose());
    let counted = Try::begin(cx, &account).await?;
    let found = find(cx, &body).await?;
    // The same work is done for an account that does not exist.
    let hash = found.as_ref().map(|found| found.identity.password.as_str());
    let matches = password::verify(&body.password, hash)?;
    let Some(found) = found.filter(|found| matches && found.member.active) else {
        return Err(Code::InvalidCredentials.into());
    };
    found.tenant.admit(&cx.address)?;
    let scope = TenantScope::on(Ground::SignIn, found.tenant.id);
    let (session, token) = Session::open(cx, &found.tenant, &found.identity, &found.member);
    let mut work = Work::new();
    work.create(&scope, &session);
    counted.succeed(&mut work);
    let Found { tenant, member, .. } = &found;
    let bearer = Bearer { tenant, member, version: member.version, session: &session };
    let answer = bearer.signed_in(cx, &scope, &token).await?;
    cx.save_as(&scope, member.actor(tenant), work).await?;
    Ok(answer)
}

struct Found {
    tenant: Stored<Tenant>,
    identity: Stored<Identity>,
    member: Stored<Member>,
}

async fn find(cx: &Cx, body: &LogIn) -> Result<Option<Found>, Failure> {
    let table = cx.table();
    let tenant: Option<TenantId> = match &body.clinic {
        Some(slug) => table.get::<SlugClaim>(&keys::slug(slug.as_str())).await?.map(|claim| claim.tenant),
        None => table.get::<EmailLogin>(&keys::email_login(body.username.expose())).await?.map(|login| login.tenant),
    };
    let Some(tenant) = tenant else { return Ok(None) };
    let scope = TenantScope::on(Ground::SignIn, tenant);
    let login: Option<Stored<Login>> = table.get(&keys::login(&scope, body.username.expose())).await?;
    let Some(login) = login else { return Ok(None) };
    let keys = [keys::tenant(&scope), keys::identity(login.identity), keys::member(&scope, login.member)];
    let mut items = table.get_items(&keys).await?;
    let [tenant, identity, member] = keys.map(|key| items.remove(&key));
    let (Some(tenant), Some(identity), Some(member)) = (tenant, identity, member) else { return Ok(None) };
    Ok(Some(Found {
        tenant: Stored::decode(tenant)?,
        identity: Stored::decode(identity)?,
        member: Stored::decode(member)?,
    }))
}
