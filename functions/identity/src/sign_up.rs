//! `POST /api/auth/signup`

use dawr_api::{
    Cx, Failure, Fault,
    branding::Branding,
    code::Code,
    counts::Counts,
    endpoint,
    failure::FieldErrors,
    function::{Access, Secret},
    reply::WithCookies,
    role::{Coverage, Role},
    slug::Slug,
    tenant::{ClinicName, CustomerKind, Day, Limits, Retention, SecurityRules, Tenant, TenantKind, ZoneName},
};
use dawr_clinics::{model::Clinic, register::Register};
use dawr_kernel::{language::Language, phone::Region, text::PersonName};
use dawr_store::{Ground, TenantScope, Work};
use deserr::Deserr;
use schemars::JsonSchema;

use crate::{
    attempts::{Kind, Try},
    enrolment::Enrolment,
    habits::{Habits, Surroundings},
    history::{Outcome, SignIn},
    model::{Identity, Member, Membership, Session, SlugClaim, Username},
    password::{self, NewPassword},
    session::{Bearer, SessionView},
};

endpoint! {
    /// Founds a tenant with its first clinic, its owner and some templates to start with, and signs the owner in.
    pub const SIGN_UP: "sign_up" = Post "/api/auth/signup";
    requires: Nothing;
    access: Access::WRITE.secrets(&[Secret::SigningKey]);
    handler: sign_up(body: SignUp) -> 201 WithCookies<SessionView>;
    errors: [SlugTaken, WeakPassword, TooManyRequests];
}

/// Names in addresses that are the service's own: nobody is taken for it.
const RESERVED: [&str; 8] = ["admin", "api", "app", "dawr", "invite", "platform", "support", "www"];

/// Who signs up.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct SignUp {
    clinic_name: ClinicName,
    slug: Slug,
    full_name: PersonName,
    username: Username,
    password: NewPassword,
    /// The language of the clinic's texts; `ar` unless said.
    #[deserr(default)]
    locale: Option<Language>,
    /// An IANA time zone; `Asia/Riyadh` unless said.
    #[deserr(default)]
    timezone: Option<ZoneName>,
    /// The country, ISO 3166-1 alpha-2; `SA` unless said. The usual weekend follows from it.
    #[deserr(default)]
    region: Option<Region>,
    /// What kind of organisation it is; `clinic` unless said.
    #[deserr(default)]
    kind: Option<CustomerKind>,
}

async fn sign_up(cx: &Cx, body: SignUp) -> Result<WithCookies<SessionView>, Failure> {
    let names = [body.username.expose(), body.slug.as_str(), body.full_name.expose()];
    if password::is_weak(&body.password.0, &names) {
        return Err(Fault::at(Code::WeakPassword, "password").into());
    }
    if RESERVED.contains(&body.slug.as_str()) {
        return Err(Fault::at(Code::SlugTaken, "slug").into());
    }
    Try::begin(cx, Kind::SignUp, None, Work::new()).await?;
    let region = body.region.unwrap_or(Region::SAUDI_ARABIA);
    let clinic = Clinic::new(cx.new_id(), body.clinic_name.clone(), body.slug.clone(), cx.now());
    let tenant = Tenant {
        id: cx.new_id(),
        name: body.clinic_name,
        slug: body.slug.as_str().to_owned(),
        locale: body.locale.unwrap_or(Language::Ar),
        timezone: body.timezone.map_or_else(|| ZoneName::parse("Asia/Riyadh"), Ok).map_err(Failure::internal)?,
        region,
        organisation: body.kind.map_or(TenantKind::Clinic, CustomerKind::kind),
        weekend: Day::weekend(region),
        branding: Branding::default(),
        security: SecurityRules::default(),
        retention: Retention::default(),
        limits: Limits::default(),
        suspended: None,
        first_clinic: clinic.id,
        created_at: cx.now(),
    };
    let membership = Membership { tenant: tenant.id, member: cx.new_id() };
    let identity = Identity::new(cx, &body.password.0, membership)?;
    let member = Member {
        id: membership.member,
        identity: identity.id,
        username: body.username,
        full_name: body.full_name,
        role: Role::PrimaryAdmin.into(),
        phone: None,
        email: None,
        clinics: Coverage::All,
        elsewhere: Vec::new(),
        active: true,
        epoch: 0,
        created_at: cx.now(),
    };
    let scope = TenantScope::on(Ground::SignUp, tenant.id);
    let (session, token) = Session::open(cx, &tenant, &identity, &member);
    let bearer = Bearer { tenant: &tenant, member: &member, version: 1, session: &session };
    let answer = bearer.signed_in(cx, &scope, &token).await?;

    let mut work = Work::new();
    let slug = work.create(&scope, &SlugClaim { slug: tenant.slug.clone(), tenant: tenant.id });
    work.create(&scope, &tenant);
    work.create(&scope, &Counts::FOUNDED);
    Register::found(&scope, &clinic, &mut work);
    work.create(&scope, &identity);
    Enrolment::write(&scope, &member, &mut work);
    work.create(&scope, &session);
    work.create(&scope, &SignIn::of(cx, member.id, Outcome::SignedIn));
    let mut around = Surroundings::of(cx, &tenant);
    let cookie = around.know(cx);
    Habits::learn(&scope, None, member.id, &around, &mut work);
    dawr_messaging::starters::write(cx, &scope, member.id, &mut work)?;
    cx.save_as(&scope, member.actor(&tenant), work).await.map_err(|error| match error.refusal(slug) {
        Some(_) => Fault::at(Code::SlugTaken, "slug").into(),
        None => Failure::from(error),
    })?;
    Ok(answer.and(cookie))
}
