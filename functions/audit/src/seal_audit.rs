//! The sealer: gives each new entry of the audit trail its link in the tenant's chain.
//!
//! However often and in whatever order it hears of an entry, the entry gets one link: a link's key is its entry's, and
//! the links and the new end of the chain are written in one transaction, on condition that neither was there.

use std::collections::BTreeSet;

use dawr_api::{
    Cx,
    audit::Entry,
    function::{Access, EventError, Function, MEMORY, Queue, Trigger},
    job,
};
use dawr_kernel::id::{AuditId, TenantId};
use dawr_store::{CommitError, Handed, Stored, TenantScope, Work, keys, work::MAX_ACTIONS};
use serde_json::Value;

use crate::chain::{Footprint, Head, Link};

/// Seals entries.
pub const SEAL_AUDIT: Function = Function {
    name: "seal_audit",
    summary: "Seals new entries of the audit trail: one link each in the tenant's chain of hashes.",
    trigger: Trigger::Queue(Queue::Audits, |cx, event| Box::pin(seal_entries(cx, event))),
    access: Access::SEAL,
    memory: MEMORY,
    timeout: 15,
};

async fn seal_entries(cx: &Cx, event: Value) -> Result<Value, EventError> {
    job::together(event, |tenant, jobs| seal(cx, tenant, jobs)).await
}

async fn seal(cx: &Cx, tenant: Option<TenantId>, jobs: Vec<Handed>) -> Result<(), EventError> {
    let tenant = tenant.ok_or("an entry that is nobody's")?;
    let scope = cx.job(tenant);
    let entries: BTreeSet<AuditId> = jobs.iter().map(|job| job.key.last().parse()).collect::<Result<_, _>>()?;
    for round in 0.. {
        cx.table().pause(round).await;
        let (head, unsealed) = read(cx, &scope, &entries).await?;
        if unsealed.is_empty() {
            return Ok(());
        }
        if round == 0 {
            // Before the links: an entry that is sealed is found by what it is about, whatever is cut off in between.
            leave_footprints(cx, &scope, &unsealed).await?;
        }
        let mut point = head.as_ref().map(|head| head.point.clone()).unwrap_or_default();
        let mut work = Work::new();
        for entry in &unsealed {
            let link = Link::of(entry, point)?;
            work.create(&scope, &link);
            point = link.point();
        }
        let (links, hash) = (point.links, point.hash.clone());
        let next = Head { tenant, point };
        match &head {
            Some(head) => work.replace(&scope, head, &next),
            None => work.create(&scope, &next),
        };
        match cx.table().commit(work).await {
            Ok(()) => {
                // Outside the table, so that a chain that is cut off or written anew does not go unnoticed.
                tracing::info!(%tenant, links, hash, "the audit trail is sealed");
                return Ok(());
            }
            // Another run was faster: with one of these entries, or with others.
            Err(CommitError::Refused(_)) => {}
            Err(CommitError::Store(error)) => return Err(error.into()),
        }
    }
    Ok(())
}

/// The end of the chain, and those of the entries that are there and have no link.
async fn read(
    cx: &Cx,
    scope: &TenantScope,
    entries: &BTreeSet<AuditId>,
) -> Result<(Option<Stored<Head>>, Vec<Stored<Entry>>), EventError> {
    let keys = |entry: &AuditId| [keys::audit_entry(scope, *entry), keys::seal_link(scope, *entry)];
    let mut wanted: Vec<_> = entries.iter().flat_map(keys).collect();
    wanted.push(keys::seal_head(scope));
    let mut items = cx.table().get_items(&wanted).await?;
    let head = items.remove(&keys::seal_head(scope)).map(Stored::decode).transpose()?;
    let mut unsealed = Vec::new();
    for [entry, link] in entries.iter().map(keys) {
        if let (Some(entry), None) = (items.remove(&entry), items.remove(&link)) {
            unsealed.push(Stored::decode(entry)?);
        }
    }
    Ok((head, unsealed))
}

async fn leave_footprints(cx: &Cx, scope: &TenantScope, entries: &[Stored<Entry>]) -> Result<(), EventError> {
    let footprints: Vec<Footprint> = entries.iter().flat_map(|entry| Footprint::all_of(entry)).collect();
    for some in footprints.chunks(MAX_ACTIONS) {
        let mut left: Vec<&Footprint> = some.iter().collect();
        while !left.is_empty() {
            let mut work = Work::new();
            let slots: Vec<_> = left.iter().map(|footprint| work.create(scope, *footprint)).collect();
            match cx.table().commit(work).await {
                Ok(()) => break,
                Err(CommitError::Store(error)) => return Err(error.into()),
                // Those are there from an earlier run.
                Err(refused) => {
                    let is_new = |slot| refused.refusal(slot).is_none();
                    left =
                        left.into_iter().zip(slots).filter(|(_, slot)| is_new(*slot)).map(|(left, _)| left).collect();
                }
            }
        }
    }
    Ok(())
}
