//! What an access token cannot know: that its tenant was suspended, its member's rights were changed, or its session was
//! ended after it was given out.
//!
//! A function looks this up with one query per tenant and keeps it for [`MAX_AGE`]: within that time a change takes effect
//! on every function, at no cost to most requests (docs/adr/0007).

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

use dawr_kernel::id::{ElevationId, Id, MemberId, TenantId};
use dawr_store::{
    Entity, Index, Place, Query, Stored, Table, TenantScope, Update, Work,
    entity::{Item, kind_of},
    keys,
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    Failure,
    auth::{Claims, LIFETIME},
    code::Code,
    role::RoleName,
    tenant::Tenant,
};

/// How long a function goes by what it read.
pub const MAX_AGE: SignedDuration = SignedDuration::from_secs(30);

/// A change is told as long as a token of before can live, and as long as somebody may go by what they read.
const TOLD: SignedDuration = SignedDuration::from_secs(LIFETIME + 60);

/// So many tenants are kept in mind.
const MOST: usize = 2_000;

/// Something that tokens of before do not know.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Changed {
    /// The member, role, session or elevation.
    subject: String,
    /// The first writing of its record that a token must know; none if no token of it is good any more.
    least: Option<u64>,
}

impl Entity for Changed {
    const KIND: &'static str = "changed";

    fn place(&self, scope: &TenantScope) -> Place {
        Place::at(keys::changed(scope, &self.subject))
    }
}

/// From the commit of this work on, tokens made from an older writing of the member's record than `least` are void.
pub fn outdate_member(scope: &TenantScope, member: MemberId, least: u64, now: Timestamp, work: &mut Work) {
    tell(scope, &member.to_string(), Some(least), now, work);
}

/// From the commit of this work on, tokens made from an older writing of the role's record than `least` are void.
pub fn outdate_role(scope: &TenantScope, role: RoleName, least: u64, now: Timestamp, work: &mut Work) {
    tell(scope, &role.to_string(), Some(least), now, work);
}

/// From the commit of this work on, no token of this session or elevation is good.
pub fn end<T: Id>(scope: &TenantScope, id: T, now: Timestamp, work: &mut Work) {
    tell(scope, &id.to_string(), None, now, work);
}

fn tell(scope: &TenantScope, subject: &str, least: Option<u64>, now: Timestamp, work: &mut Work) {
    let update = Update::upsert::<Changed>(keys::changed(scope, subject)).set("subject", subject);
    let update = match least {
        Some(least) => update.set("least", least),
        None => update,
    };
    work.update(update.until(now.checked_add(TOLD).unwrap_or(now)));
}

/// How a tenant stands, and what tokens do not know of it.
#[derive(Debug)]
pub struct Standing {
    /// The tenant.
    pub tenant: Tenant,
    changed: HashMap<String, Option<u64>>,
    read_at: Timestamp,
}

impl Standing {
    fn of(items: Vec<Item>, read_at: Timestamp) -> Result<Self, Failure> {
        let (mut tenant, mut changed) = (None, HashMap::new());
        for item in items {
            if kind_of(&item) == Tenant::KIND {
                tenant = Some(Stored::<Tenant>::decode(item)?.value);
            } else {
                let told = Stored::<Changed>::decode(item)?.value;
                changed.insert(told.subject, told.least);
            }
        }
        Ok(Self { tenant: tenant.ok_or(Code::Unauthenticated)?, changed, read_at })
    }

    fn outdates(&self, subject: &dyn ToString, version: u64) -> bool {
        self.changed.get(&subject.to_string()).is_some_and(|least| least.is_none_or(|least| version < least))
    }

    /// Whether a member's token may still be used, from this address. For an operator's this is the standing of the
    /// platform's own organisation, in which they are a member.
    ///
    /// # Errors
    /// `Unauthenticated` for a token that is outdated: a new one tells what holds now. `TenantSuspended`,
    /// `AddressNotAllowed`.
    pub fn check(&self, claims: &Claims, address: &str) -> Result<(), Failure> {
        let own = matches!(claims.role, RoleName::Own(_));
        let role = own && self.outdates(&claims.role, claims.rver.unwrap_or_default());
        if role || self.outdates(&claims.sub, claims.ver) || self.outdates(&claims.sid, 0) {
            return Err(Code::Unauthenticated.into());
        }
        self.tenant.admit(address)
    }

    /// Whether an operator may still stay in this tenant. Neither its suspension nor its addresses keep out who comes to
    /// help.
    ///
    /// # Errors
    /// `Unauthenticated` if the stay was ended.
    pub fn check_stay(&self, elevation: ElevationId) -> Result<(), Failure> {
        if self.outdates(&elevation, 0) { Err(Code::Unauthenticated.into()) } else { Ok(()) }
    }
}

impl Tenant {
    /// Whether anybody may work in the tenant at all, and from this address.
    ///
    /// # Errors
    /// `TenantSuspended`, `AddressNotAllowed`.
    pub fn admit(&self, address: &str) -> Result<(), Failure> {
        if self.suspended.is_some() {
            return Err(Code::TenantSuspended.into());
        }
        if self.is_open_to(address) { Ok(()) } else { Err(Code::AddressNotAllowed.into()) }
    }

    /// Whether the tenant may be used from this address.
    pub fn is_open_to(&self, address: &str) -> bool {
        let allowed = &self.security.allowed_addresses;
        let known = |address: IpAddr| allowed.iter().any(|network| network.contains(address));
        allowed.is_empty() || address.parse().is_ok_and(known)
    }
}

/// What a function has read of tenants' standing.
#[derive(Debug, Default)]
pub struct StandingCache(Mutex<HashMap<TenantId, Arc<Standing>>>);

impl StandingCache {
    /// How a tenant stands, as of [`MAX_AGE`] ago at the latest.
    ///
    /// # Errors
    /// If the table does not answer; `Unauthenticated` if there is no such tenant.
    pub async fn of(&self, table: &Table, scope: &TenantScope, now: Timestamp) -> Result<Arc<Standing>, Failure> {
        if let Some(standing) = self.fresh(scope.tenant(), now) {
            return Ok(standing);
        }
        let items = table.query_all_items(|| Query::below(Index::Table, keys::standing(scope))).await?;
        let standing = Arc::new(Standing::of(items, now)?);
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST {
            kept.clear();
        }
        kept.insert(scope.tenant(), standing.clone());
        Ok(standing)
    }

    fn fresh(&self, tenant: TenantId, now: Timestamp) -> Option<Arc<Standing>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(&tenant).filter(|standing| now.duration_since(standing.read_at) < MAX_AGE).cloned()
    }
}
