//! The account that a name means, looked for at the same cost whether there is one or not.

use std::collections::HashMap;

use dawr_api::{Cx, Failure, Fault, code::Code, slug::Slug, tenant::Tenant};
use dawr_kernel::id::{MemberId, TenantId};
use dawr_store::{Entity, Ground, Key, Stored, TenantScope, entity::Item, keys};

use crate::model::{EmailLogin, Identity, Login, Member, SlugClaim, Username};

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
    /// or not.
    pub fn bucket(&self) -> String {
        let clinic = self.clinic.as_ref().filter(|_| !self.username.is_email()).map_or("", Slug::as_str);
        format!("{clinic}/{}", self.username.expose())
    }

    /// Looks for it, and for what else the member has, in three trips.
    ///
    /// # Errors
    /// If the table does not answer.
    pub async fn seek(&self, cx: &Cx, beside: &[Beside]) -> Result<Sought, Failure> {
        let (table, name) = (cx.table(), self.username.expose());
        let tenant: Option<TenantId> = match &self.clinic {
            Some(slug) => table.get::<SlugClaim>(&keys::slug(slug.as_str())).await?.map(|claim| claim.tenant),
            None => table.get::<EmailLogin>(&keys::email_login(name)).await?.map(|login| login.tenant),
        };
        let scope = TenantScope::on(Ground::SignIn, tenant.unwrap_or_else(|| cx.new_id()));
        let login: Option<Stored<Login>> = table.get(&keys::login(&scope, name)).await?;
        let (identity, member) =
            login.map_or_else(|| (cx.new_id(), cx.new_id()), |login| (login.identity, login.member));
        let own = [keys::tenant(&scope), keys::identity(identity), keys::member(&scope, member)];
        let all: Vec<Key> = own.iter().cloned().chain(beside.iter().map(|key| key(&scope, member))).collect();
        let mut items = table.get_items(&all).await?;
        let found = match own.map(|key| items.remove(&key)) {
            [Some(tenant), Some(identity), Some(member)] => Some(Found {
                tenant: Stored::decode(tenant)?,
                identity: Stored::decode(identity)?,
                member: Stored::decode(member)?,
            }),
            _ => None,
        };
        Ok(Sought { scope, member, found, beside: items })
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
