//! A clinic and the people in it.

use dawr::operator::NewOperator;
use dawr_api::{
    auth::{AUDIENCE, Claims, ISSUER, LIFETIME},
    hashing::Hashing,
    role::{Coverage, Role},
    tenant::{Limits, Tenant},
};
use dawr_identity::{
    enrolment::{Enrolment, Recount},
    model::{Identity, Member, Membership, Username},
    second_factor::{Factors, RecoveryCodes, SecondFactor},
};
use dawr_kernel::{
    id::{ClinicId, Id, IdentityId, MemberId, RequestId, SessionId, TenantId},
    text::PersonName,
};
use dawr_store::{Ground, Stored, TenantScope, Work, keys};
use serde_json::json;

use crate::{Answer, TestCloud};

/// The password of every owner.
pub const PASSWORD: &str = "Correct-horse 9";

/// A clinic that has signed up.
#[derive(Debug, Clone)]
pub struct Clinic {
    /// Its name in addresses.
    pub slug: String,
    /// Its tenant.
    pub tenant: TenantId,
    /// Its first branch.
    pub clinic: ClinicId,
    /// Who signed it up.
    pub owner: Person,
    /// The answer to the sign-up.
    pub signed_up: Answer,
}

/// Somebody with an access token.
#[derive(Debug, Clone)]
pub struct Person {
    /// The member.
    pub id: MemberId,
    /// What the member may do.
    pub role: Role,
    /// A valid access token.
    pub token: String,
}

/// An operator's stay in a clinic.
#[derive(Debug, Clone)]
pub struct Stay {
    /// Its id.
    pub id: String,
    /// The operator, with a token for it.
    pub person: Person,
}

impl AsRef<str> for Person {
    fn as_ref(&self) -> &str {
        &self.token
    }
}

impl Clinic {
    /// The scope of the clinic's tenant.
    pub const fn scope(&self) -> TenantScope {
        TenantScope::on(Ground::Job, self.tenant)
    }
}

impl TestCloud {
    /// Signs a clinic up. Its owner is `owner` with the password [`PASSWORD`].
    pub async fn clinic(&self, slug: &str) -> Clinic {
        let body = json!({
            "clinicName": format!("عيادة {slug}"),
            "slug": slug,
            "fullName": "سارة الأحمد",
            "username": "owner",
            "password": PASSWORD,
        });
        // One address may found only so many (RFC 2544: addresses of tests).
        let [a, b] = slug.bytes().fold(0_u16, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into())).to_be_bytes();
        let call = self.post("/api/auth/signup").json(&body).from([198, 18, a, b]);
        let signed_up = call.send_expecting(201).await;
        let data = signed_up.data();
        let text = |pointer: &str| data.pointer(pointer).and_then(|value| value.as_str()).unwrap().to_owned();
        let owner =
            Person { id: text("/user/id").parse().unwrap(), role: Role::PrimaryAdmin, token: text("/accessToken") };
        Clinic {
            slug: slug.to_owned(),
            tenant: text("/tenant/id").parse().unwrap(),
            clinic: text("/clinic/id").parse().unwrap(),
            owner,
            signed_up,
        }
    }

    /// A further member of a clinic, who exists in the table as the API would write it, with the owner's password, and holds
    /// a token.
    pub async fn member(&self, clinic: &Clinic, role: Role) -> Person {
        self.member_in(clinic, role, Coverage::All).await
    }

    /// The same for somebody who covers these clinics.
    pub async fn member_in(&self, clinic: &Clinic, role: Role, clinics: Coverage) -> Person {
        let id: MemberId = MemberId::generate(self.clock().now(), self.entropy());
        let scope = clinic.scope();
        let owner = self.table().get::<Member>(&keys::member(&scope, clinic.owner.id)).await.unwrap().unwrap();
        let owner = self.table().get::<Identity>(&keys::identity(owner.identity)).await.unwrap().unwrap();
        let identity = Identity {
            id: IdentityId::generate(self.clock().now(), self.entropy()),
            memberships: vec![Membership { tenant: clinic.tenant, member: id }],
            // The owner's are sealed for the owner.
            factors: Factors::default(),
            ..owner.value
        };
        let member = Member {
            id,
            identity: identity.id,
            username: Username::parse(&format!("{}-{id}", role.as_str())).unwrap(),
            full_name: PersonName::parse("عضو العيادة").unwrap(),
            role: role.into(),
            phone: None,
            email: None,
            clinics: clinics.clone(),
            elsewhere: Vec::new(),
            active: true,
            epoch: 0,
            created_at: self.clock().now(),
        };
        let mut work = Work::new();
        work.create(&scope, &identity);
        Enrolment::write(&scope, &member, &mut work);
        Recount::write(&scope, &Limits::default(), None, &member, &mut work);
        self.table().commit(work).await.expect("the member is written");
        let token = self.token(&Claims { clinics, ..self.claims(clinic, id, role) });
        Person { id, role, token }
    }

    /// The organisation that runs the platform, founded when it is first asked for. Its owner has nothing to do any more
    /// before anything else.
    pub async fn platform(&self) -> Clinic {
        self.platform.get_or_init(|| self.found_platform()).await.clone()
    }

    async fn found_platform(&self) -> Clinic {
        let operator = NewOperator {
            username: Username::parse("operator").unwrap(),
            full_name: PersonName::parse("مشغّل المنصة").unwrap(),
            role: None,
            slug: None,
        };
        let added = operator.add(self.table(), self.clock().now(), Hashing::cheap(), self.entropy()).await;
        let added = added.expect("an operator is added");
        let body = json!({
            "clinic": added.slug, "username": "operator", "password": added.password.password().expose(),
        });
        let signed_up = self.post("/api/auth/login").json(&body).send_expecting(200).await;
        let owner = Person { id: added.member, role: added.role, token: String::new() };
        let clinic = ClinicId::generate(self.clock().now(), self.entropy());
        let platform = Clinic { slug: added.slug, tenant: added.tenant, clinic, owner, signed_up };
        Clinic { owner: self.renewed(&platform, &platform.owner), ..platform }
    }

    /// A further operator of the platform.
    pub async fn operator(&self, role: Role) -> Person {
        let platform = self.platform().await;
        self.member(&platform, role).await
    }

    /// An operator's token for a stay in a clinic that they begin.
    pub async fn elevated(&self, operator: &Person, clinic: &Clinic) -> Stay {
        let tenant = clinic.tenant;
        let body = json!({ "reason": "رسائل لا تصل", "minutes": 60 });
        let begun = self.post(&format!("/api/platform/tenants/{tenant}/elevations")).as_(operator).json(&body);
        let id = begun.expect(201).await["id"].as_str().unwrap().to_owned();
        let body = json!({ "tenantId": tenant, "elevationId": id });
        let elevated = self.post("/api/auth/elevate").as_(operator).json(&body).expect(200).await;
        let token = elevated["accessToken"].as_str().unwrap().to_owned();
        Stay { id, person: Person { id: operator.id, role: Role::Support, token } }
    }

    /// The second factor that a person has set up is theirs from now on, though they confirmed it by no code.
    pub async fn confirm_second_factor(&self, clinic: &Clinic, person: &Person) {
        let scope = clinic.scope();
        let member = self.table().get::<Member>(&keys::member(&scope, person.id)).await.unwrap().unwrap();
        let identity = self.table().get::<Identity>(&keys::identity(member.identity)).await.unwrap().unwrap();
        let Some(staged) = identity.factors.staged.clone() else { return };
        let active = SecondFactor::confirmed(staged, 0, &RecoveryCodes::generate(self.entropy()));
        let factors = Factors { active: Some(active), staged: None };
        let mut work = Work::new();
        work.replace(&scope, &identity, &Identity { factors, ..identity.value.clone() });
        self.table().commit(work).await.expect("the factor is written");
    }

    /// A member has the second factor that somebody else has, or has staged.
    pub async fn lend_second_factor(&self, clinic: &Clinic, from: &Person, to: MemberId) {
        let scope = clinic.scope();
        let identity = async |member: MemberId| {
            let member = self.table().get::<Member>(&keys::member(&scope, member)).await.unwrap().unwrap();
            self.table().get::<Identity>(&keys::identity(member.identity)).await.unwrap().unwrap()
        };
        let (from, to) = (identity(from.id).await, identity(to).await);
        let active = from.factors.active.as_ref().map(|active| active.secret().clone());
        let Some(sealed) = active.or_else(|| from.factors.staged.clone()) else { return };
        let active = SecondFactor::confirmed(sealed, 0, &RecoveryCodes::generate(self.entropy()));
        let mut work = Work::new();
        let factors = Factors { active: Some(active), staged: None };
        work.replace(&scope, &to, &Identity { factors, ..to.value.clone() });
        self.table().commit(work).await.expect("the factor is written");
    }

    /// Changes a member's record by hand. Their tokens stay good.
    pub async fn change(&self, clinic: &Clinic, member: MemberId, change: impl FnOnce(&mut Member)) {
        let (table, scope) = (self.table(), clinic.scope());
        let read: Stored<Member> = table.get(&keys::member(&scope, member)).await.unwrap().unwrap();
        let (mut changed, mut work) = (read.value.clone(), Work::new());
        change(&mut changed);
        work.replace(&scope, &read, &changed);
        table.commit(work).await.expect("the member is written");
    }

    /// Makes a member of one clinic a member of another one, too: the same person, under the same name.
    pub async fn join(&self, clinic: &Clinic, member: MemberId, of: &Clinic) {
        let table = self.table();
        let member = table.get::<Member>(&keys::member(&of.scope(), member)).await.unwrap().unwrap();
        let identity = table.get::<Identity>(&keys::identity(member.identity)).await.unwrap().unwrap();
        let there = Member { id: MemberId::generate(self.clock().now(), self.entropy()), ..member.value };
        let mut shared = identity.value.clone();
        shared.memberships.push(Membership { tenant: clinic.tenant, member: there.id });
        let (scope, mut work) = (clinic.scope(), Work::new());
        work.replace(&scope, &identity, &shared);
        Enrolment::write(&scope, &there, &mut work);
        Recount::write(&scope, &Limits::default(), None, &there, &mut work);
        self.table().commit(work).await.expect("the member is written");
    }

    /// Changes what a member of one clinic is in another one that they joined.
    pub async fn change_joined(
        &self,
        clinic: &Clinic,
        member: MemberId,
        of: &Clinic,
        change: impl FnOnce(&mut Member),
    ) {
        let table = self.table();
        let home = table.get::<Member>(&keys::member(&of.scope(), member)).await.unwrap().unwrap();
        let identity = table.get::<Identity>(&keys::identity(home.identity)).await.unwrap().unwrap();
        let there = identity.memberships.iter().find(|there| there.tenant == clinic.tenant).expect("they joined");
        self.change(clinic, there.member, change).await;
    }

    /// Sets what a clinic's plan allows.
    pub async fn limit(&self, clinic: &Clinic, limits: Limits) {
        let scope = clinic.scope();
        let tenant: Stored<Tenant> = self.table().get(&keys::tenant(&scope)).await.unwrap().unwrap();
        let mut work = Work::new();
        work.replace(&scope, &tenant, &Tenant { limits, ..tenant.value.clone() });
        self.table().commit(work).await.expect("the tenant is written");
    }

    /// The claims of a fresh token.
    pub fn claims(&self, clinic: &Clinic, member: MemberId, role: Role) -> Claims {
        let now = self.clock().now();
        Claims {
            sub: member,
            tid: clinic.tenant,
            sid: SessionId::generate(now, self.entropy()),
            role: role.into(),
            permissions: None,
            clinics: Coverage::All,
            name: "عضو العيادة".to_owned(),
            must: None,
            act: None,
            ver: 1,
            rver: None,
            jti: RequestId::generate(now, self.entropy()),
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            iat: now.as_second(),
            exp: now.as_second() + LIFETIME,
        }
    }

    /// A token with these claims, signed with the cloud's own key.
    pub fn token(&self, claims: &Claims) -> String {
        self.signer().sign(claims).unwrap()
    }

    /// The same person with a token that is valid now: for tests that let more than its lifetime pass.
    pub fn renewed(&self, clinic: &Clinic, person: &Person) -> Person {
        Person { token: self.token(&self.claims(clinic, person.id, person.role)), ..person.clone() }
    }
}
