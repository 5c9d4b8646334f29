//! `POST /api/auth/switch`

use dawr_api::{
    Cx, Failure, Fault,
    code::Code,
    endpoint,
    failure::FieldErrors,
    function::{Access, Secret},
    reply::WithCookies,
    tenant::Tenant,
};
use dawr_clinics::model::Clinic;
use dawr_kernel::id::{ClinicId, TenantId};
use dawr_store::{Stored, TenantScope, Work, keys};
use deserr::Deserr;
use schemars::JsonSchema;

use crate::{
    attempts::{Kind, Try},
    history::{Outcome, SignIn},
    membership::load,
    model::{Identity, Member, Session},
    second_factor::FactorCode,
    session::{Bearer, SessionView},
    vigil::{BESIDE, Refused, Vigil},
};

endpoint! {
    /// Opens a session in another tenant of the caller's, or in another clinic of the same one.
    /// A clinic in which they have a role of its own gives them that role. The session that they come from stays open.
    pub const SWITCH: "switch" = Post "/api/auth/switch";
    requires: Account;
    access: Access::WRITE.secrets(&[Secret::SigningKey]).notices();
    handler: switch(body: Switch) -> 200 WithCookies<SessionView>;
    errors: [NotFound, TenantSuspended, AddressNotAllowed, SecondFactorNeeded, InvalidCode, TooManyRequests];
}

/// Where to.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct Switch {
    tenant_id: TenantId,
    /// A clinic in which the caller works there.
    #[deserr(default)]
    clinic_id: Option<ClinicId>,
    /// The code that was sent to their phone.
    #[deserr(default)]
    code: Option<FactorCode>,
}

async fn switch(cx: &Cx, body: Switch) -> Result<WithCookies<SessionView>, Failure> {
    let caller = cx.member()?;
    // A new session outlives the one that it comes from.
    cx.still_holds(&caller).await?;
    let identity = load(cx, &caller).await?;
    let there = identity.memberships.iter().find(|there| there.tenant == body.tenant_id);
    let there = there.ok_or_else(|| no_such("tenantId"))?;
    let scope = there.scope();
    let mut keys = vec![keys::tenant(&scope), keys::member(&scope, there.member)];
    keys.extend(body.clinic_id.map(|clinic| keys::clinic(&scope, clinic)));
    let beside = BESIDE.map(|key| key(&scope, there.member));
    let all: Vec<_> = keys.iter().chain(&beside).cloned().collect();
    let mut items = cx.table().get_items(&all).await?;
    let [habits, sent] = beside.map(|key| items.remove(&key));
    let mut found = keys.iter().map(|key| items.get(key).cloned());
    let mut next = |field| found.next().flatten().ok_or_else(|| no_such(field));
    let tenant: Stored<Tenant> = Stored::decode(next("tenantId")?)?;
    let member: Stored<Member> = Stored::decode(next("tenantId")?)?;
    if !member.active {
        return Err(no_such("tenantId").into());
    }
    if body.clinic_id.is_some() {
        let clinic: Stored<Clinic> = Stored::decode(next("clinicId")?)?;
        if !member.rights(Some(clinic.id)).1.has(clinic.id) {
            return Err(no_such("clinicId").into());
        }
    }
    tenant.admit(&cx.address)?;
    let mut change =
        Change { cx, scope: &scope, tenant: &tenant, identity: &identity, member: &member, work: Work::new() };
    // Within a tenant it is the same sign-in.
    let cookie = if there.tenant == caller.tenant() {
        None
    } else {
        let (habits, sent) = (habits.map(Stored::decode).transpose()?, sent.map(Stored::decode).transpose()?);
        let vigil = Vigil::over(cx, &scope, (&tenant, &identity, &member), habits, sent);
        Some(change.enter(vigil, body.code.as_ref()).await?)
    };
    let Change { mut work, .. } = change;
    let (session, token) = Session::open(cx, &tenant, &identity, &member);
    let session = Session { clinic: body.clinic_id, ..session };
    let bearer = Bearer { tenant: &tenant, member: &member, version: member.version, session: &session };
    let answer = bearer.signed_in(cx, &scope, &token).await?;
    work.create(&scope, &session);
    cx.save_as(&scope, member.actor(&tenant), work).await?;
    Ok(cookie.into_iter().fold(answer, WithCookies::and))
}

fn no_such(field: &str) -> Fault {
    Fault::at(Code::NotFound, field)
}

/// A change to another tenant in the making.
struct Change<'a> {
    cx: &'a Cx,
    scope: &'a TenantScope,
    tenant: &'a Tenant,
    identity: &'a Identity,
    member: &'a Member,
    work: Work,
}

impl Change<'_> {
    /// What one tenant has seen of a person is no sign for another: what is out of the ordinary there is asked about there. The
    /// second factor is the person's, whichever tenant they showed it to. Gives the cookie by which the browser is known.
    async fn enter(&mut self, mut vigil: Vigil<'_>, code: Option<&FactorCode>) -> Result<String, Failure> {
        if self.identity.factors.active.is_some() {
            vigil.tell(&mut self.work).await?;
        } else if !vigil.risks.is_empty() {
            let counted = Try::begin(self.cx, Kind::Code, Some(&self.identity.id.to_string()), Work::new()).await?;
            match vigil.ask(code).await {
                Ok(shown) => {
                    if let Some(sent) = shown {
                        self.work.delete(sent);
                    }
                    counted.succeed(&mut self.work);
                }
                Err(refused) => return Err(self.refuse(&vigil, refused).await?),
            }
        }
        let cookie = vigil.know_browser();
        vigil.learn(&mut self.work);
        let entered = SignIn::of(self.cx, self.member.id, Outcome::SignedIn).unusual(&vigil.risks);
        self.work.create(self.scope, &entered);
        Ok(cookie)
    }

    /// Notes why it was refused. Gives what is answered.
    async fn refuse(&self, vigil: &Vigil<'_>, mut refused: Refused) -> Result<Failure, Failure> {
        if let Some(outcome) = Outcome::of_refusal(&refused.failure) {
            let tried = SignIn::of(self.cx, self.member.id, outcome).unusual(&vigil.risks);
            refused.work.create(self.scope, &tried);
        }
        refused.save(self.cx, self.scope, self.member.actor(self.tenant)).await
    }
}
