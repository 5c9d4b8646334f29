//! The first parameter of every handler: who calls, what time it is, and what can be reached.

use std::sync::Arc;

use dawr_kernel::{
    entropy::Entropy,
    id::{ClinicId, ElevationId, Id, MemberId, RequestId, SessionId, TenantId},
    language::Language,
};
use dawr_store::{CommitError, Entity, Ground, StoreError, Stored, Table, TenantScope, Work};
use http::{HeaderMap, header::AsHeaderName};
use jiff::Timestamp;
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    Failure, Fault,
    audit::{self, Actor, Circumstances, NotedReads, Subject},
    auth::{Claims, Duty, Verifier},
    code::Code,
    function::{Http, Reach, Requires},
    hashing::Hashing,
    idempotency::Claim,
    page::{List, PageSealer},
    permission::{Permission, PermissionSet},
    request,
    role::{Coverage, Grant},
    secrets::SecretCache,
    settings::Settings,
    standing::{Standing, StandingCache},
    tenant::TenantKind,
};

/// What a function of this process can reach. A client that its functions do not declare is absent.
pub struct Services {
    /// The table.
    pub table: Table,
    /// SQS.
    pub sqs: Option<aws_sdk_sqs::Client>,
    /// Secrets Manager.
    pub secrets: Option<aws_sdk_secretsmanager::Client>,
    /// The secrets that were read.
    pub secret_cache: SecretCache,
    /// For providers.
    pub http: Option<reqwest::Client>,
    /// The settings.
    pub settings: Settings,
    /// Verifies access tokens.
    pub verifier: Verifier,
    /// What was read of tenants' standing.
    pub standings: Arc<StandingCache>,
    /// The reads of lists that were noted in the audit trail.
    pub noted: NotedReads,
    /// Seals page tokens, where there are pages.
    pub pages: Option<PageSealer>,
    /// What hashing a password costs.
    pub hashing: Hashing,
    /// The time.
    pub clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
}

/// The context of one call.
pub struct Cx {
    /// What it can reach.
    pub services: Arc<Services>,
    /// The endpoint or function.
    pub function: &'static str,
    /// What ties together all that one request caused.
    pub correlation: String,
    /// The language of the answer.
    pub language: Language,
    /// The address that the request came from.
    pub address: String,
    /// The request's headers; none for a call that is no request.
    pub headers: HeaderMap,
    /// The version that the caller last saw, of If-Match.
    pub if_match: Option<u64>,
    /// The caller's token, verified, and how the tenant stands.
    pub claims: Option<(Claims, Arc<Standing>)>,
    /// The request's idempotency key, if the endpoint takes one.
    pub claim: Option<Box<Claim>>,
    /// The query without the page token: what a token is bound to.
    pub list: String,
}

/// The proof that the caller may do what was asked for; it carries the tenant.
#[derive(Debug, Clone)]
pub struct Authorized {
    scope: TenantScope,
    /// Who calls.
    pub member: MemberId,
    /// The member's role, and what it permits.
    pub grant: Grant,
    /// The clinics in which the role is the member's.
    pub clinics: Coverage,
    /// The sign-in.
    pub session: SessionId,
    /// The stay in the tenant, if this is an operator who helps.
    pub elevation: Option<ElevationId>,
    /// What kind of organisation the tenant is.
    pub kind: TenantKind,
    kept_days: u32,
}

impl Authorized {
    /// The right to work on the tenant's data.
    pub const fn scope(&self) -> &TenantScope {
        &self.scope
    }

    /// Whether the member may do something else, too.
    pub const fn may(&self, permission: Permission) -> bool {
        self.grant.permissions.has(permission)
    }

    /// Whether what belongs to this clinic is the caller's business. What is not answers like what does not exist.
    ///
    /// # Errors
    /// `NotFound`.
    pub fn at(&self, clinic: ClinicId) -> Result<(), Failure> {
        if self.clinics.has(clinic) { Ok(()) } else { Err(Code::NotFound.into()) }
    }

    /// Whether the caller covers all of the tenant's clinics, also those that are opened later.
    pub fn is_everywhere(&self) -> bool {
        self.clinics == Coverage::All
    }

    /// Whether the caller administers the tenant as a whole, and not a branch of it.
    pub fn administers(&self) -> bool {
        self.grant.is_admin() && self.is_everywhere()
    }

    /// Who acts, for the audit trail.
    pub const fn actor(&self) -> Actor {
        let (member, operator) = match self.elevation {
            None => (Some(self.member), None),
            Some(_) => (None, Some(self.member)),
        };
        Actor { member, elevation: self.elevation, operator, kept_days: self.kept_days }
    }
}

impl std::ops::Deref for Authorized {
    type Target = TenantScope;

    fn deref(&self) -> &TenantScope {
        &self.scope
    }
}

impl Cx {
    /// A context for a call that is no HTTP request.
    pub fn for_event(services: Arc<Services>, function: &'static str) -> Self {
        let correlation = RequestId::generate((services.clock)(), &*services.entropy).to_string();
        Self {
            services,
            function,
            correlation,
            language: Language::Ar,
            address: String::new(),
            headers: HeaderMap::new(),
            if_match: None,
            claims: None,
            claim: None,
            list: String::new(),
        }
    }

    /// The time, to the millisecond.
    pub fn now(&self) -> Timestamp {
        (self.services.clock)()
    }

    /// The table.
    pub fn table(&self) -> &Table {
        &self.services.table
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        &self.services.settings
    }

    /// Randomness.
    pub fn entropy(&self) -> &dyn Entropy {
        &*self.services.entropy
    }

    /// What hashing a password costs.
    pub fn hashing(&self) -> Hashing {
        self.services.hashing
    }

    /// A new id.
    pub fn new_id<T: Id>(&self) -> T {
        T::generate(self.now(), self.entropy())
    }

    /// A header of the request; none if it is absent or not visible ASCII.
    pub fn header(&self, name: impl AsHeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// A cookie of the request.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        request::cookie(&self.headers, name)
    }

    /// SQS.
    ///
    /// # Errors
    /// If the function does not declare it.
    pub fn sqs(&self) -> Result<&aws_sdk_sqs::Client, Failure> {
        self.services.sqs.as_ref().ok_or_else(|| Failure::internal("this function declares no queue"))
    }

    /// Secrets Manager.
    ///
    /// # Errors
    /// If the function does not declare it.
    pub fn secrets(&self) -> Result<&aws_sdk_secretsmanager::Client, Failure> {
        self.services.secrets.as_ref().ok_or_else(|| Failure::internal("this function declares no secret"))
    }

    /// A client for providers.
    ///
    /// # Errors
    /// If the function does not declare them.
    pub fn http(&self) -> Result<&reqwest::Client, Failure> {
        self.services.http.as_ref().ok_or_else(|| Failure::internal("this function declares no provider"))
    }

    /// Checks that the caller may call an endpoint at all. What concerns the tenant as a whole is the business of those who
    /// cover all of its clinics.
    ///
    /// # Errors
    /// `Unauthenticated`, `Forbidden`.
    pub fn guard(&self, http: &Http) -> Result<(), Failure> {
        self.has(http.requires)?;
        match http.reach {
            Reach::Tenant if !self.member()?.is_everywhere() => Err(Code::Forbidden.into()),
            _ => Ok(()),
        }
    }

    fn has(&self, requires: Requires) -> Result<(), Failure> {
        match requires {
            Requires::Nothing | Requires::RefreshCookie | Requires::Signature => Ok(()),
            Requires::SignedIn => self.member().map(|_| ()),
            Requires::Account => self.own_account(),
            Requires::Oneself => self.own_account().and_then(|()| self.has_no_duty()),
            Requires::Member => self.member().and_then(|_| self.has_no_duty()),
            Requires::Permission(permission) => self.authorize(permission).and_then(|_| self.has_no_duty()),
        }
    }

    /// An operator has no account in the tenant that they help.
    fn own_account(&self) -> Result<(), Failure> {
        if self.member()?.elevation.is_none() { Ok(()) } else { Err(Code::Forbidden.into()) }
    }

    /// Whoever has something to do first does that first.
    fn has_no_duty(&self) -> Result<(), Failure> {
        match self.claims.as_ref().and_then(|(claims, _)| claims.must) {
            None => Ok(()),
            Some(Duty::ChangePassword) => Err(Code::PasswordChangeRequired.into()),
            Some(Duty::SetUpSecondFactor) => Err(Code::SecondFactorRequired.into()),
        }
    }

    /// Proves that the caller is a member with this permission.
    ///
    /// # Errors
    /// `Unauthenticated`, `Forbidden`.
    pub fn authorize(&self, permission: Permission) -> Result<Authorized, Failure> {
        let member = self.member()?;
        if member.may(permission) { Ok(member) } else { Err(Code::Forbidden.into()) }
    }

    /// Proves that the caller is a member, or an operator during a stay. What counts in the platform's own organisation alone
    /// is no right of anybody elsewhere, whatever a token says.
    ///
    /// # Errors
    /// `Unauthenticated`.
    pub fn member(&self) -> Result<Authorized, Failure> {
        let (claims, standing) = self.claims.as_ref().ok_or(Code::Unauthenticated)?;
        let grant = claims.grant();
        let permissions = grant.permissions;
        let permissions =
            if standing.tenant.is_platforms() { permissions } else { permissions.among(PermissionSet::OF_TENANTS) };
        Ok(Authorized {
            scope: TenantScope::on(Ground::Authorized, claims.tid),
            member: claims.sub,
            grant: Grant { permissions, ..grant },
            clinics: claims.clinics.clone(),
            session: claims.sid,
            elevation: claims.act.map(|act| act.elevation),
            kind: standing.tenant.organisation,
            kept_days: standing.tenant.retention.audit_days,
        })
    }

    /// Accepts the caller's token, unless something happened since it was given out. An operator's must hold in both
    /// tenants: the stay in the one, the operator in the other.
    ///
    /// # Errors
    /// `Unauthenticated`, `TenantSuspended`, `AddressNotAllowed`; or the table does not answer.
    pub async fn accept(&mut self, claims: Claims) -> Result<(), Failure> {
        let standing = self.standing(claims.tid).await?;
        match claims.act {
            None => standing.check(&claims, &self.address)?,
            Some(act) => {
                standing.check_stay(act.elevation)?;
                let platform = self.standing(act.platform).await?;
                if !platform.tenant.is_platforms() {
                    return Err(Code::Unauthenticated.into());
                }
                platform.check(&claims, &self.address)?;
            }
        }
        self.claims = Some((claims, standing));
        Ok(())
    }

    /// How the tenant of a verified token stands.
    async fn standing(&self, tenant: TenantId) -> Result<Arc<Standing>, Failure> {
        let scope = TenantScope::on(Ground::Authorized, tenant);
        self.services.standings.of(self.table(), &scope, self.now()).await
    }

    /// Checks the caller's token against what holds at this moment, for what outlives it.
    ///
    /// # Errors
    /// As [`Cx::accept`].
    pub async fn still_holds(&self, caller: &Authorized) -> Result<(), Failure> {
        let (claims, _) = self.claims.as_ref().ok_or(Code::Unauthenticated)?;
        StandingCache::default().of(self.table(), caller, self.now()).await?.check(claims, &self.address)
    }

    /// The scope of a tenant that an operator may look at, or help.
    ///
    /// # Errors
    /// `Forbidden` for whoever is no operator.
    pub fn of_platform(&self, caller: &Authorized, tenant: TenantId) -> Result<TenantScope, Failure> {
        let is_operator = caller.kind == TenantKind::Platform && caller.elevation.is_none();
        if is_operator { Ok(TenantScope::on(Ground::Platform, tenant)) } else { Err(Code::Forbidden.into()) }
    }

    /// The scope of a job that one of Dawr's own functions wrote.
    pub fn job(&self, tenant: TenantId) -> TenantScope {
        TenantScope::on(Ground::Job, tenant)
    }

    /// Checks the version that the caller saw last against the one that stands.
    ///
    /// # Errors
    /// `StaleVersion`.
    pub fn expect<T>(&self, stored: &Stored<T>) -> Result<(), Failure> {
        match self.if_match {
            Some(version) if version != stored.version => Err(Code::StaleVersion.into()),
            _ => Ok(()),
        }
    }

    /// The same where there may be nothing yet: that is version 0.
    ///
    /// # Errors
    /// `StaleVersion`.
    pub fn expect_known<T>(&self, stored: Option<&Stored<T>>) -> Result<(), Failure> {
        match (self.if_match, stored) {
            (_, Some(stored)) => self.expect(stored),
            (Some(1..), None) => Err(Code::StaleVersion.into()),
            _ => Ok(()),
        }
    }

    /// Commits the work of a request together with its answer, if the request has an idempotency key, and with its entry of
    /// the audit trail.
    ///
    /// # Errors
    /// [`CommitError`]. A repetition that was faster shows as a refusal; the pipeline then gives the first answer.
    pub async fn commit<T: Serialize>(
        &self,
        caller: &Authorized,
        mut work: Work,
        answer: &T,
    ) -> Result<(), CommitError> {
        if let Some(claim) = &self.claim {
            claim
                .answer(caller, answer, &mut work, self.now())
                .map_err(|_| CommitError::Store(StoreError::Malformed("an answer that is no JSON".into())))?;
        }
        self.save(caller, work).await
    }

    /// Commits work of a request with its entry of the audit trail: a part of it, or of a request that has no answer to keep.
    ///
    /// # Errors
    /// [`CommitError`].
    pub async fn save(&self, caller: &Authorized, work: Work) -> Result<(), CommitError> {
        self.save_as(caller, caller.actor(), work).await
    }

    /// The same for whoever has no token yet.
    ///
    /// # Errors
    /// [`CommitError`].
    pub async fn save_as(&self, scope: &TenantScope, actor: Actor, mut work: Work) -> Result<(), CommitError> {
        let subjects = audit::subjects(&work);
        if !subjects.is_empty() {
            audit::record(scope, actor, &self.circumstances(), subjects, &mut work);
        }
        self.table().commit(work).await
    }

    /// Adds an entry of another tenant's audit trail to the work, with all that the work does so far: what is done to a
    /// tenant from outside is in its own trail, too.
    pub fn note_there(&self, there: &TenantScope, actor: Actor, work: &mut Work) {
        let subjects = audit::subjects(work);
        audit::record(there, actor, &self.circumstances(), subjects, work);
    }

    /// Notes in the audit trail that the caller read things of a kind.
    ///
    /// # Errors
    /// If the table does not answer: then nothing is shown.
    pub async fn seen<T: Entity>(
        &self,
        caller: &Authorized,
        ids: impl Iterator<Item: std::fmt::Display>,
    ) -> Result<(), Failure> {
        let subjects: Vec<Subject> = ids.map(Subject::read::<T>).collect();
        if subjects.is_empty() {
            return Ok(());
        }
        let mut work = Work::new();
        audit::record(caller, caller.actor(), &self.circumstances(), subjects, &mut work);
        Ok(self.table().commit(work).await?)
    }

    /// The same for something of another tenant: in its own trail, too.
    ///
    /// # Errors
    /// If the table does not answer: then nothing is shown.
    pub async fn seen_there<T: Entity>(
        &self,
        caller: &Authorized,
        there: &TenantScope,
        actor: Actor,
        id: impl std::fmt::Display,
    ) -> Result<(), Failure> {
        let (subjects, mut work) = (vec![Subject::read::<T>(id)], Work::new());
        audit::record(there, actor, &self.circumstances(), subjects.clone(), &mut work);
        audit::record(caller, caller.actor(), &self.circumstances(), subjects, &mut work);
        Ok(self.table().commit(work).await?)
    }

    pub(crate) fn circumstances(&self) -> Circumstances<'_> {
        Circumstances {
            id: self.new_id(),
            at: self.now(),
            action: self.function,
            correlation: &self.correlation,
            address: &self.address,
        }
    }

    /// Claims the request's idempotency key, if it has one, before work of several transactions.
    ///
    /// # Errors
    /// `StillRunning`.
    pub async fn claim(&self, caller: &Authorized) -> Result<(), Failure> {
        match &self.claim {
            Some(claim) => claim.take(self.table(), caller, self.now()).await,
            None => Ok(()),
        }
    }

    fn bound(&self, scope: &TenantScope) -> String {
        format!("{}\0{}\0{}", scope.tenant(), self.function, self.list)
    }

    fn pages(&self) -> Result<&PageSealer, Failure> {
        self.services.pages.as_ref().ok_or_else(|| Failure::internal("this function declares no pages"))
    }

    /// Opens the page token of this list, if there is one.
    ///
    /// # Errors
    /// `InvalidPage`.
    pub fn open_page<T: DeserializeOwned>(
        &self,
        scope: &TenantScope,
        token: Option<&str>,
    ) -> Result<Option<T>, Failure> {
        let open = |token| self.pages()?.open(token, self.bound(scope).as_bytes(), self.now());
        token.map(open).transpose()
    }

    /// A page of this list.
    ///
    /// # Errors
    /// If the place cannot be written.
    pub fn list<V, T: Serialize>(
        &self,
        scope: &TenantScope,
        items: Vec<V>,
        next: Option<T>,
    ) -> Result<List<V>, Failure> {
        let seal = |place| self.pages()?.seal(place, self.bound(scope).as_bytes(), self.now());
        Ok(List { items, next_page: next.map(seal).transpose()? })
    }

    /// The language of an error's text.
    pub fn say(&self, fault: &Fault) -> String {
        fault.message(self.language)
    }
}
