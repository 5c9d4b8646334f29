//! The account that a name means, looked for at the same cost whether there is one or not.

use std::collections::HashMap;

use dawr_api::{Cx, Failure, Fault, code::Code, slug::Slug, tenant::Tenant};
use dawr_kernel::id::{MemberId, TenantId};
use dawr_store::{Entity, Ground, Index, Key, Query, Stored, TenantScope, entity::Item, keys};

use crate::{
    habits::Habits,
    model::{EmailLogin, Identity, Login, Member, SlugClaim, Username},
};

/// So many accounts of one e-mail address are looked at where no clinic is named, those that are there for longest first. Whoever
/// has the address in more of them names the clinic.
const MOST: usize = 3;

/// A name that signs in, and where.
pub struct Account {
    clinic: Option<Slug>,
    /// The name.
    pub username: Username,
}

/// An account that was looked for. One that does not exist has a tenant and a member that nobody has.
pub struct Sought {
    /// The tenant.
    pub scope: TenantScope,
    /// The member.
    pub member: MemberId,
    /// What was found.
    pub found: Option<Found>,
    /// What is usual of the member's sign-ins.
    pub habits: Option<Stored<Habits>>,
    /// The hash of what the browser is known by, if the member signed in from it before.
    pub browser: Option<String>,
    beside: HashMap<Key, Item>,
}

/// An account that exists.
pub struct Found {
    /// The tenant.
    pub tenant: Stored<Tenant>,
    /// The person.
    pub identity: Stored<Identity>,
    /// The person in the tenant.
    pub member: Stored<Member>,
}

/// Makes the key of something that a member has.
pub type Beside = fn(&TenantScope, MemberId) -> Key;

impl Account {
    /// The account of that name. The clinic may be left out for an e-mail address.
    ///
    /// # Errors
    /// `Required`.
    pub fn new(clinic: Option<Slug>, username: Username) -> Result<Self, Failure> {
        if clinic.is_none() && !username.is_email() {
            return Err(Fault::at(Code::Required, "clinic").into());
        }
        Ok(Self { clinic, username })
    }

    /// What tries at it are counted by, whether it exists or not: an e-mail address is one account's, whether a clinic is named
    /// or not, and whichever.
    pub fn bucket(&self) -> String {
        let clinic = self.clinic.as_ref().filter(|_| !self.username.is_email()).map_or("", Slug::as_str);
        format!("{clinic}/{}", self.username.expose())
    }

    /// Somebody who is in no tenant: what is done for several accounts at once is done for none of them.
    pub fn nobody(cx: &Cx) -> (TenantScope, MemberId) {
        (TenantScope::on(Ground::SignIn, cx.new_id()), cx.new_id())
    }

    /// Looks for it, and for what else the member has, in three trips. Where a clinic is named there is one; else there may be
    /// several of the same address. A browser that one of these knows means that one: whoever has made the others learns nothing
    /// of it, and tries at none but their own.
    ///
    /// # Errors
    /// If the table does not answer.
    pub async fn seek(&self, cx: &Cx, browser: Option<&str>, beside: &[Beside]) -> Result<Vec<Sought>, Failure> {
        let name = self.username.expose();
        let tenants = self.tenants(cx).await?;
        let scopes: Vec<TenantScope> =
            tenants.into_iter().map(|tenant| TenantScope::on(Ground::SignIn, tenant)).collect();
        let logins: Vec<Key> = scopes.iter().map(|scope| keys::login(scope, name)).collect();
        let logins = cx.table().get_many::<Login>(&logins).await?;
        let people: Vec<Person> = scopes.into_iter().zip(logins).map(|found| Person::new(cx, found, beside)).collect();
        let all: Vec<Key> = people.iter().flat_map(|person| person.own.iter().chain(&person.beside)).cloned().collect();
        let mut items = cx.table().get_items(&all).await?;
        let sought =
            people.into_iter().map(|person| person.sought(&mut items, browser)).collect::<Result<Vec<_>, _>>()?;
        let (known, unknown): (Vec<_>, Vec<_>) = sought.into_iter().partition(|one| one.browser.is_some());
        Ok(if known.is_empty() { unknown } else { known })
    }

    /// Where it may be; somewhere that nothing is, if it is nowhere.
    async fn tenants(&self, cx: &Cx) -> Result<Vec<TenantId>, Failure> {
        let mut tenants: Vec<TenantId> = match &self.clinic {
            Some(slug) => {
                let claim: Option<Stored<SlugClaim>> = cx.table().get(&keys::slug(slug.as_str())).await?;
                claim.map(|claim| claim.tenant).into_iter().collect()
            }
            None => {
                let below = Query::below(Index::Table, keys::email_logins(self.username.expose()));
                let most = u32::try_from(MOST).unwrap_or(u32::MAX);
                let page = cx.table().query::<EmailLogin>(below.limit(most)).await?;
                page.items.iter().map(|login| login.tenant).collect()
            }
        };
        if tenants.is_empty() {
            tenants.push(cx.new_id());
        }
        Ok(tenants)
    }

    /// Those that are right. It is looked as often whether there are several, one or none.
    ///
    /// # Errors
    /// What `is_right` fails with.
    pub fn right<T>(
        &self,
        all: Vec<T>,
        is_right: impl Fn(Option<&T>) -> Result<bool, Failure>,
    ) -> Result<Vec<T>, Failure> {
        let looks = if self.clinic.is_some() { 1 } else { MOST };
        let (mut all, mut right) = (all.into_iter(), Vec::new());
        for _ in 0..looks {
            let one = all.next();
            if is_right(one.as_ref())? {
                right.extend(one);
            }
        }
        Ok(right)
    }
}

/// Where what there is of a person in a tenant is looked for.
struct Person {
    scope: TenantScope,
    member: MemberId,
    own: [Key; 4],
    beside: Vec<Key>,
}

impl Person {
    fn new(cx: &Cx, (scope, login): (TenantScope, Option<Stored<Login>>), beside: &[Beside]) -> Self {
        let (identity, member) =
            login.map_or_else(|| (cx.new_id(), cx.new_id()), |login| (login.identity, login.member));
        let own = [
            keys::tenant(&scope),
            keys::identity(identity),
            keys::member(&scope, member),
            keys::habits(&scope, member),
        ];
        let beside = beside.iter().map(|key| key(&scope, member)).collect();
        Self { scope, member, own, beside }
    }

    fn sought(self, items: &mut HashMap<Key, Item>, browser: Option<&str>) -> Result<Sought, Failure> {
        // One person may be found in two places.
        let [tenant, identity, member, habits] = self.own.map(|key| items.get(&key).cloned());
        let found = match (tenant, identity, member) {
            (Some(tenant), Some(identity), Some(member)) => Some(Found {
                tenant: Stored::decode(tenant)?,
                identity: Stored::decode(identity)?,
                member: Stored::decode(member)?,
            }),
            _ => None,
        };
        let habits: Option<Stored<Habits>> = habits.map(Stored::decode).transpose()?;
        let knows = |browser| habits.as_ref()?.one_of_theirs(browser).map(str::to_owned);
        let browser = browser.and_then(knows);
        let beside = self.beside.into_iter().filter_map(|key| items.remove(&key).map(|item| (key, item))).collect();
        Ok(Sought { scope: self.scope, member: self.member, found, habits, browser, beside })
    }
}

impl Found {
    /// Who it is.
    pub fn who(&self) -> (&Tenant, &Identity, &Member) {
        (&self.tenant, &self.identity, &self.member)
    }
}

impl Sought {
    /// What else was looked for.
    ///
    /// # Errors
    /// If it does not decode.
    pub fn beside<T: Entity>(&mut self, key: Beside) -> Result<Option<Stored<T>>, Failure> {
        let item = self.beside.remove(&key(&self.scope, self.member));
        Ok(item.map(Stored::decode).transpose()?)
    }
}
