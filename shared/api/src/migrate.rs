//! Writing what older programs stored as this program writes it: kind by kind, tenant by tenant, by the ranges in which the items of a
//! kind lie, and never by a Scan.
//!
//! Nothing waits for it: an item of before is read as it is, wherever this program looks for it. It is for what this program looks for
//! elsewhere, and for a kind whose old schemas are to end. What was done is kept after every page, so that it goes on where it ended;
//! doing it again changes nothing.

use dawr_kernel::id::{Body, Id, TenantId};
use dawr_store::{
    CommitError, Cursor, Entity, Ground, Index, Kind, Place, Query, StoreError, Stored, Table, TenantScope, Work,
    entity::{Item, key_of},
    keys,
};
use futures::{StreamExt as _, stream};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::tenant::Tenant;

/// So many items are read at a time.
const PAGE: u32 = 100;

/// So many of them are written at a time.
const SIDE_BY_SIDE: usize = 8;

/// So often an item is read again that somebody else writes.
const MAX_TRIES: u32 = 8;

/// How far a kind is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The kind.
    pub of: String,
    /// The schema that its items get.
    pub to: usize,
    /// The tenants that are done are those up to here.
    tenants: Option<Cursor>,
    /// The items of the next one that are done are those up to here.
    items: Option<Cursor>,
    /// Whether all are done.
    pub done: bool,
    /// Items that were looked at.
    pub looked: u64,
    /// Those that were written anew.
    pub renewed: u64,
    /// Those that cannot be read, and stay as they are.
    pub unreadable: u64,
}

impl Entity for Progress {
    const KIND: &'static str = "migration";

    fn place(&self, _: &TenantScope) -> Place {
        Place::at(keys::migration(&self.of))
    }
}

/// What became of an item.
enum Outcome {
    AsItIs,
    Renewed,
    Unreadable,
}

/// The renewal of a kind.
pub struct Migration<'a> {
    table: &'a Table,
    kind: &'a Kind,
    listed: fn(&TenantScope) -> Query,
    dry: bool,
}

impl<'a> Migration<'a> {
    /// Of a kind, if it says in which range its items lie. A dry one writes nothing, and begins at the beginning.
    pub fn of(table: &'a Table, kind: &'a Kind, dry: bool) -> Option<Self> {
        Some(Self { table, kind, listed: kind.listed?, dry })
    }

    /// Goes on as long as `goes_on` says so after a page, and tells how far it is after each.
    ///
    /// # Errors
    /// If the table does not answer, or another run is at the same kind.
    pub async fn run(&self, mut goes_on: impl FnMut(&Progress) -> bool) -> Result<Progress, StoreError> {
        // It is stored outside all tenants.
        let nobody = TenantId::from_body(Body::from_parts(Timestamp::UNIX_EPOCH, [0; 10]));
        let scope = TenantScope::on(Ground::Platform, nobody);
        let mut kept: Option<Stored<Progress>> =
            if self.dry { None } else { self.table.get(&keys::migration(self.kind.name)).await? };
        let under_way = kept.as_ref().filter(|kept| kept.to == self.kind.schema && !kept.done);
        let mut progress = under_way.map_or_else(|| self.start(), |kept| kept.value.clone());
        while !progress.done {
            progress = self.page(progress).await?;
            if !self.dry {
                kept = Some(self.keep(&scope, kept, &progress).await?);
            }
            if !goes_on(&progress) {
                break;
            }
        }
        Ok(progress)
    }

    fn start(&self) -> Progress {
        let of = self.kind.name.to_owned();
        Progress {
            of,
            to: self.kind.schema,
            tenants: None,
            items: None,
            done: false,
            looked: 0,
            renewed: 0,
            unreadable: 0,
        }
    }

    async fn keep(
        &self,
        scope: &TenantScope,
        kept: Option<Stored<Progress>>,
        progress: &Progress,
    ) -> Result<Stored<Progress>, StoreError> {
        let mut work = Work::new();
        match &kept {
            Some(kept) => work.replace(scope, kept, progress),
            None => work.create(scope, progress),
        };
        match self.table.commit(work).await {
            Ok(()) => {}
            Err(CommitError::Refused(_)) => {
                return Err(StoreError::Unavailable(format!("another run is at the kind {}", self.kind.name)));
            }
            Err(CommitError::Store(error)) => return Err(error),
        }
        if let Some(kept) = kept {
            return kept.after(scope, progress.clone());
        }
        let now = self.table.get(&keys::migration(self.kind.name)).await?;
        now.ok_or_else(|| StoreError::Unavailable("what was kept is gone".to_owned()))
    }

    /// Renews a page of the items of a tenant.
    async fn page(&self, mut progress: Progress) -> Result<Progress, StoreError> {
        let tenants = Query::below(Index::Gsi1, keys::tenants()).limit(1).after(progress.tenants.clone());
        let page = self.table.query::<Tenant>(tenants).await?;
        let Some(tenant) = page.items.first() else {
            progress.done = page.next.is_none();
            progress.tenants = page.next;
            return Ok(progress);
        };
        let scope = TenantScope::on(Ground::Platform, tenant.id);
        let items = self.table.query_items((self.listed)(&scope).limit(PAGE).after(progress.items.take())).await?;
        let renewals = items.items.into_iter().map(|item| self.renew(&scope, item));
        let mut renewals = stream::iter(renewals).buffer_unordered(SIDE_BY_SIDE);
        while let Some(outcome) = renewals.next().await {
            progress.looked += 1;
            match outcome? {
                Outcome::AsItIs => {}
                Outcome::Renewed => progress.renewed += 1,
                Outcome::Unreadable => progress.unreadable += 1,
            }
        }
        progress.items = items.next;
        if progress.items.is_none() {
            progress.done = page.next.is_none();
            progress.tenants = page.next;
        }
        Ok(progress)
    }

    async fn renew(&self, scope: &TenantScope, item: Item) -> Result<Outcome, StoreError> {
        let key = key_of(&item);
        // An index may be behind, and hold other kinds.
        let mut found = Some(item).filter(|item| dawr_store::entity::kind_of(item) == self.kind.name);
        for round in 0..MAX_TRIES {
            self.table.pause(round).await;
            let Some(item) = found.take() else { return Ok(Outcome::AsItIs) };
            let mut work = Work::new();
            match (self.kind.renew)(scope, item, &mut work) {
                Ok(true) if self.dry => return Ok(Outcome::Renewed),
                Ok(true) => {}
                Ok(false) => return Ok(Outcome::AsItIs),
                Err(StoreError::Corrupt { .. }) => return Ok(Outcome::Unreadable),
                Err(error) => return Err(error),
            }
            match self.table.commit(work).await {
                Ok(()) => return Ok(Outcome::Renewed),
                Err(CommitError::Refused(_)) => {
                    found = self.table.get_items(std::slice::from_ref(&key)).await?.remove(&key)
                }
                Err(CommitError::Store(error)) => return Err(error),
            }
        }
        Err(StoreError::Unavailable(format!("an item of the kind {} is written all the time", self.kind.name)))
    }
}
