//! `cargo run -- operator add`: lets somebody run the platform. The first one founds its organisation (docs/adr/0010).

use std::io::Write;

use dawr_api::{
    audit::{self, Actor, Circumstances},
    branding::Branding,
    counts::Counts,
    hashing::Hashing,
    role::{Coverage, Role},
    slug::Slug,
    tenant::{ClinicName, Day, Limits, Retention, SecurityRules, Tenant, TenantKind, ZoneName},
};
use dawr_identity::{
    enrolment::{Enrolment, Recount},
    model::{Identity, Member, Membership, SlugClaim, Username},
    password::{self, TemporaryPassword},
    second_factor::Factors,
};
use dawr_kernel::{
    entropy::Entropy,
    id::{Id, MemberId, RequestId, TenantId},
    language::Language,
    phone::Region,
    text::{Invalid, PersonName},
};
use dawr_runtime::{SystemEntropy, system_clock};
use dawr_store::{CommitError, Ground, Index, Query, Slot, StoreError, Stored, Table, TenantScope, Work, keys};
use jiff::Timestamp;

use crate::cloud::reach::Reach;

/// The slug of the platform's organisation unless it is founded with another one.
const SLUG: &str = "platform";

/// What is done with operators.
#[derive(Debug, clap::Subcommand)]
pub enum OperatorCommand {
    /// Adds an operator of the platform, and prints a password that they change at their first sign-in. Exit code 0 if it is
    /// done, 1 if it is refused, 2 if the table cannot be reached.
    Add(Add),
}

/// Who is added, and where.
#[derive(Debug, clap::Args)]
pub struct Add {
    #[command(flatten)]
    reach: Reach,
    /// The name that they sign in with.
    #[arg(long, value_parser = read::<Username>)]
    username: Username,
    /// Their name, which customers read when they come to help.
    #[arg(long, value_parser = read::<PersonName>)]
    full_name: PersonName,
    /// `platform_admin` or `platform_operator`; unless said, an administrator if it is the first one, else an operator.
    #[arg(long, value_parser = role)]
    role: Option<Role>,
    /// What the platform's organisation is called at sign-in, where it is founded by this: `platform` unless said.
    #[arg(long, value_parser = read::<Slug>)]
    slug: Option<Slug>,
}

fn read<T: std::str::FromStr<Err = Invalid>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|invalid: Invalid| invalid.message(Language::En))
}

fn role(name: &str) -> Result<Role, String> {
    let names: Vec<_> = Role::all_for(TenantKind::Platform).map(Role::as_str).collect();
    let role = Role::all_for(TenantKind::Platform).find(|role| role.as_str() == name);
    role.ok_or_else(|| format!("it is one of {}", names.join(", ")))
}

impl Add {
    /// Adds the operator, and says who they are.
    ///
    /// # Errors
    /// [`AddError`].
    pub async fn run(&self, out: &mut impl Write) -> Result<(), AddError> {
        let operator = NewOperator {
            username: self.username.clone(),
            full_name: self.full_name.clone(),
            role: self.role,
            slug: self.slug.clone(),
        };
        let reached = self.reach.open().await?;
        let added = operator.add(&reached.table, system_clock(), Hashing::DEPLOYED, &SystemEntropy::default()).await;
        reached.close().await;
        let added = added?;
        if added.founded {
            writeln!(out, "founded the platform's organisation {}", added.tenant).map_err(anyhow::Error::from)?;
        }
        let Added { slug, role, .. } = &added;
        let (name, password) = (self.username.expose(), added.password.password().expose());
        writeln!(out, "added {name} to {slug} as {}\npassword {password}", role.as_str())
            .map_err(anyhow::Error::from)?;
        Ok(())
    }
}

/// Why nobody was added.
#[derive(Debug, thiserror::Error)]
pub enum AddError {
    /// What was asked for cannot be.
    #[error("{0}")]
    Refused(String),
    /// The table cannot be reached, or does not answer.
    #[error(transparent)]
    Failed(#[from] anyhow::Error),
}

impl From<StoreError> for AddError {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

fn refused(why: impl Into<String>) -> AddError {
    AddError::Refused(why.into())
}

/// Who is to run the platform.
#[derive(Debug, Clone)]
pub struct NewOperator {
    /// The name that they sign in with.
    pub username: Username,
    /// Their name.
    pub full_name: PersonName,
    /// Their role; unless said, an administrator's if they are the first one, else an operator's.
    pub role: Option<Role>,
    /// The slug with which the organisation is founded, or the one that it has.
    pub slug: Option<Slug>,
}

/// An operator who was added.
#[derive(Debug)]
pub struct Added {
    /// Whether the organisation was founded by this.
    pub founded: bool,
    /// The organisation.
    pub tenant: TenantId,
    /// Its slug.
    pub slug: String,
    /// The operator.
    pub member: MemberId,
    /// Their role.
    pub role: Role,
    /// With what they sign in once.
    pub password: TemporaryPassword,
}

impl NewOperator {
    /// Adds the operator to the platform's organisation, which is founded if it does not exist.
    ///
    /// # Errors
    /// [`AddError`].
    pub async fn add(
        self,
        table: &Table,
        now: Timestamp,
        hashing: Hashing,
        entropy: &dyn Entropy,
    ) -> Result<Added, AddError> {
        let tenants: Vec<Stored<Tenant>> = table.query_all(|| Query::below(Index::Gsi1, keys::tenants())).await?;
        let found = tenants.into_iter().map(|tenant| tenant.value).find(Tenant::is_platforms);
        let founded = found.is_none();
        let (tenant, role) = match found {
            Some(tenant) => (self.known(tenant)?, self.role.unwrap_or(Role::PlatformOperator)),
            None => (self.organisation(now, entropy)?, self.first_role()?),
        };
        let scope = TenantScope::on(Ground::Platform, tenant.id);
        let mut work = Work::new();
        let slug = founded.then(|| {
            let slug = work.create(&scope, &SlugClaim { slug: tenant.slug.clone(), tenant: tenant.id });
            work.create(&scope, &tenant);
            work.create(&scope, &Counts::FOUNDED);
            slug
        });
        let password = TemporaryPassword::generate(entropy).map_err(|failure| failed(failure.into_source()))?;
        let member = self.member(role, now, entropy);
        let identity = Identity {
            id: member.identity,
            password: password::hash(password.password(), hashing, entropy)
                .map_err(|failure| failed(failure.into_source()))?,
            must_change_password: true,
            own_password: false,
            memberships: vec![Membership { tenant: tenant.id, member: member.id }],
            factors: Factors::default(),
        };
        work.create(&scope, &identity);
        let enrolment = Enrolment::write(&scope, &member, &mut work);
        if !founded {
            Recount::write(&scope, &tenant.limits, None, &member, &mut work);
        }
        note(&scope, &tenant, now, entropy, &mut work);
        table.commit(work).await.map_err(|error| explain(error, slug, &enrolment))?;
        Ok(Added { founded, tenant: tenant.id, slug: tenant.slug, member: member.id, role, password })
    }

    /// The organisation that exists, if it is the one that was meant.
    fn known(&self, tenant: Tenant) -> Result<Tenant, AddError> {
        match &self.slug {
            Some(slug) if slug.as_str() != tenant.slug => {
                Err(refused(format!("the platform's organisation exists, and its slug is {}", tenant.slug)))
            }
            _ => Ok(tenant),
        }
    }

    /// Somebody must be able to appoint others.
    fn first_role(&self) -> Result<Role, AddError> {
        match self.role.unwrap_or(Role::PlatformAdmin) {
            Role::PlatformAdmin => Ok(Role::PlatformAdmin),
            _ => Err(refused("the first one must be a platform_admin, who can appoint others")),
        }
    }

    /// The organisation to be. It has no clinics: its first one is an id that nothing has.
    fn organisation(&self, now: Timestamp, entropy: &dyn Entropy) -> Result<Tenant, AddError> {
        let invalid = |invalid: Invalid| failed(invalid.message(Language::En).into());
        let slug = self.slug.as_ref().map_or(SLUG, Slug::as_str).to_owned();
        let operators = Role::all_for(TenantKind::Platform).map(Into::into).collect();
        Ok(Tenant {
            id: Id::generate(now, entropy),
            name: ClinicName::parse("دور").map_err(invalid)?,
            slug,
            locale: Language::Ar,
            timezone: ZoneName::parse("Asia/Riyadh").map_err(invalid)?,
            region: Region::SAUDI_ARABIA,
            organisation: TenantKind::Platform,
            weekend: Day::weekend(Region::SAUDI_ARABIA),
            branding: Branding::default(),
            security: SecurityRules { second_factor_roles: operators, ..SecurityRules::default() },
            retention: Retention::default(),
            limits: Limits::default(),
            suspended: None,
            first_clinic: Id::generate(now, entropy),
            created_at: now,
        })
    }

    fn member(self, role: Role, now: Timestamp, entropy: &dyn Entropy) -> Member {
        Member {
            id: Id::generate(now, entropy),
            identity: Id::generate(now, entropy),
            username: self.username,
            full_name: self.full_name,
            role: role.into(),
            phone: None,
            email: None,
            clinics: Coverage::All,
            elsewhere: Vec::new(),
            active: true,
            epoch: 0,
            created_at: now,
        }
    }
}

fn failed(source: Box<dyn std::error::Error + Send + Sync>) -> AddError {
    AddError::Failed(anyhow::Error::from_boxed(source))
}

/// What is done at the table itself is in the trail, too; who did it, only the machine knows.
fn note(scope: &TenantScope, tenant: &Tenant, now: Timestamp, entropy: &dyn Entropy, work: &mut Work) {
    let around = Circumstances {
        id: Id::generate(now, entropy),
        at: now,
        action: "operator_add",
        correlation: &RequestId::generate(now, entropy).to_string(),
        address: "",
    };
    let subjects = audit::subjects(work);
    audit::record(scope, Actor::nobody(tenant), &around, subjects, work);
}

fn explain(error: CommitError, slug: Option<Slot>, enrolment: &Enrolment) -> AddError {
    if slug.is_some_and(|slug| error.refusal(slug).is_some()) {
        refused("the slug belongs to a clinic: choose another one with --slug")
    } else if enrolment.explain(&error).is_some() {
        refused("the username is taken")
    } else if matches!(error, CommitError::Refused(_)) {
        refused("the plan of the platform's organisation does not allow more members")
    } else {
        AddError::Failed(error.into())
    }
}
