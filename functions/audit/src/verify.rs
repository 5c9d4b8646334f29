//! Recomputes a tenant's chain from what the table holds, and tells what does not fit.

use std::{collections::BTreeMap, fmt};

use dawr_api::audit::Entry;
use dawr_kernel::id::{AuditId, Body, Id};
use dawr_store::{Entity, Index, Query, StoreError, Stored, Table, TenantScope, entity::Item, keys};
use jiff::{SignedDuration, Timestamp};

use crate::{
    chain::{Head, Link, Point},
    trail::{NOTED_BEFORE, month_start},
};

/// Entries that are read at a time.
const PAGE: u32 = 500;

/// An entry is sealed within moments; one that is older and has no seal was put there by nobody we know.
const GRACE: SignedDuration = SignedDuration::from_mins(10);

/// Something that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// An entry is not what was sealed.
    EntryChanged(AuditId),
    /// A sealed entry is gone before its time.
    EntryMissing(AuditId),
    /// An entry was never sealed.
    EntryUnsealed(AuditId),
    /// An item of the trail cannot be read.
    Unreadable(String),
    /// A link is not what its hash says.
    LinkChanged(AuditId),
    /// A newer program sealed an entry: this one cannot tell.
    NewerForm(AuditId),
    /// Links are gone before their time: the last of them has this number.
    LinksMissing(u64),
    /// The link of this number does not continue the one before.
    Broken(u64),
    /// Two links have the same number.
    Doubled(u64),
    /// The end of the chain is gone.
    HeadMissing,
    /// The end of the chain is not where the chain ends.
    HeadWrong,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EntryChanged(id) => write!(f, "{id} was changed"),
            Self::EntryMissing(id) => write!(f, "{id} was deleted"),
            Self::EntryUnsealed(id) => write!(f, "{id} was never sealed"),
            Self::Unreadable(error) => write!(f, "an item cannot be read: {error}"),
            Self::LinkChanged(id) => write!(f, "the seal of {id} was changed"),
            Self::NewerForm(id) => write!(f, "{id} was sealed by a newer program, which must judge it"),
            Self::LinksMissing(number) => write!(f, "seals up to number {number} were deleted"),
            Self::Broken(number) => write!(f, "seal number {number} does not continue the one before it"),
            Self::Doubled(number) => write!(f, "there are two seals number {number}"),
            Self::HeadMissing => f.write_str("the end of the chain was deleted"),
            Self::HeadWrong => f.write_str("the end of the chain is not where its seals end"),
        }
    }
}

/// What was found in the trail of a tenant.
#[derive(Debug, Default)]
pub struct Report {
    /// Entries that were read.
    pub entries: u64,
    /// Entries that wait for their seal.
    pub waiting: u64,
    /// The end of the chain, to compare with the log of the sealer.
    pub end: Point,
    /// What does not fit.
    pub findings: Vec<Finding>,
}

/// Reads the whole trail since a time, and compares it with its seals. May run while the trail grows.
///
/// # Errors
/// If the table does not answer.
pub async fn verify(
    table: &Table,
    scope: &TenantScope,
    since: Timestamp,
    now: Timestamp,
) -> Result<Report, StoreError> {
    let mut walk =
        Walk { table, scope, now, end: end(table, scope).await?, chain: Chain::default(), report: Report::default() };
    let mut month = month_start(since.checked_sub(NOTED_BEFORE).unwrap_or(since));
    while month <= now {
        let next = month_start(month.checked_add(SignedDuration::from_hours(32 * 24)).unwrap_or(Timestamp::MAX));
        walk.month(month, next.checked_sub(SignedDuration::from_millis(1)).unwrap_or(next)).await?;
        month = next;
    }
    walk.judge().await
}

async fn end(table: &Table, scope: &TenantScope) -> Result<Option<Point>, StoreError> {
    let found: Option<Stored<Head>> = table.get(&keys::seal_head(scope)).await?;
    Ok(found.map(|head| head.value.point))
}

/// The links that were read, as far as they still wait for a neighbour.
#[derive(Default)]
struct Chain {
    /// The highest number of a link.
    newest: u64,
    /// What links say of all before them, by how many that are.
    starts: BTreeMap<u64, Point>,
    /// What the chain comes to with a link, by its number.
    ends: BTreeMap<u64, Point>,
}

impl Chain {
    fn add(&mut self, link: &Link, findings: &mut Vec<Finding>) {
        let (before, after) = (link.before.clone(), link.point());
        let number = after.links;
        self.newest = self.newest.max(number);
        match self.ends.remove(&before.links) {
            Some(end) if end != before => findings.push(Finding::Broken(number)),
            Some(_) => {}
            None => {
                if self.starts.insert(before.links, before).is_some() {
                    findings.push(Finding::Doubled(number));
                }
            }
        }
        match self.starts.remove(&number) {
            Some(start) if start != after => findings.push(Finding::Broken(number + 1)),
            Some(_) => {}
            None => {
                if self.ends.insert(number, after).is_some() {
                    findings.push(Finding::Doubled(number));
                }
            }
        }
    }

    /// Whether links that are not there could be forgotten by now, from what the next one says of them.
    fn may_be_gone(&self, next: &Point, now: Timestamp) -> bool {
        let over = |until: Option<Timestamp>| until.is_none_or(|until| until <= now);
        // One that is kept longer than the last one must still be there, before the gap.
        let kept = self.ends.range(..next.links).next_back().is_some_and(|(_, end)| end.longest >= next.longest);
        over(next.until) && (over(next.longest) || kept)
    }
}

struct Walk<'a> {
    table: &'a Table,
    scope: &'a TenantScope,
    now: Timestamp,
    /// The end of the chain when the reading began.
    end: Option<Point>,
    chain: Chain,
    report: Report,
}

impl Walk<'_> {
    fn find(&mut self, finding: Finding) {
        self.report.findings.push(finding);
    }

    /// What can be read of these items.
    fn readable<T: Entity>(&mut self, items: Vec<Item>) -> Vec<T> {
        let mut all = Vec::with_capacity(items.len());
        for item in items {
            match Stored::<T>::decode(item) {
                Ok(stored) => all.push(stored.value),
                Err(error) => self.find(Finding::Unreadable(error.to_string())),
            }
        }
        all
    }

    /// Holds the entries of a time against their links, some at a time: both are sorted by the entry's id.
    async fn month(&mut self, start: Timestamp, end: Timestamp) -> Result<(), StoreError> {
        let mut first = AuditId::from_body(Body::from_parts(start, [0; 10]));
        let last = AuditId::from_body(Body::from_parts(end, [0xFF; 10]));
        let mut after = None;
        loop {
            let range =
                Query::between(Index::Table, keys::audit_entry(self.scope, first), keys::audit_entry(self.scope, last));
            let page = self.table.query_items(range.limit(PAGE).after(after)).await?;
            let entries: BTreeMap<AuditId, Entry> =
                self.readable::<Entry>(page.items).into_iter().map(|entry| (entry.id, entry)).collect();
            let until = match (&page.next, entries.last_key_value()) {
                (Some(_), Some((id, _))) => *id,
                (Some(_), None) => first,
                (None, _) => last,
            };
            self.compare(first, until, entries).await?;
            after = page.next;
            first = until;
            if after.is_none() {
                return Ok(());
            }
        }
    }

    async fn compare(
        &mut self,
        first: AuditId,
        last: AuditId,
        mut entries: BTreeMap<AuditId, Entry>,
    ) -> Result<(), StoreError> {
        self.report.entries += u64::try_from(entries.len()).unwrap_or_default();
        let range =
            || Query::between(Index::Table, keys::seal_link(self.scope, first), keys::seal_link(self.scope, last));
        let links = self.table.query_all_items(range).await?;
        // The first one was compared with the page before.
        let links = self.readable::<Link>(links).into_iter().filter(|link| link.entry != first);
        for link in links.collect::<Vec<_>>() {
            match link.is_whole()? {
                Some(true) => {}
                Some(false) => self.find(Finding::LinkChanged(link.entry)),
                None => self.find(Finding::NewerForm(link.entry)),
            }
            // What is sealed while this reads is not held against an end that was read before.
            if self.end.as_ref().is_none_or(|end| link.before.links < end.links) {
                self.chain.add(&link, &mut self.report.findings);
            } else {
                self.chain.newest = self.chain.newest.max(link.before.links + 1);
            }
            let entry = match entries.remove(&link.entry) {
                Some(entry) => Some(entry),
                None => self.again(&link).await?,
            };
            if let Some(entry) = entry
                && link.seals(&entry)? == Some(false)
            {
                self.find(Finding::EntryChanged(link.entry));
            }
        }
        for entry in entries.into_values() {
            if entry.at.checked_add(GRACE).is_ok_and(|at| at < self.now) {
                self.find(Finding::EntryUnsealed(entry.id));
            } else {
                self.report.waiting += 1;
            }
        }
        Ok(())
    }

    /// The entry of a link that was not met beside it: it may be younger than what was read.
    async fn again(&mut self, link: &Link) -> Result<Option<Entry>, StoreError> {
        match self.table.get::<Entry>(&keys::audit_entry(self.scope, link.entry)).await {
            Ok(Some(entry)) => {
                self.report.entries += 1;
                return Ok(Some(entry.value));
            }
            Ok(None) if link.until <= self.now => {}
            Ok(None) => self.find(Finding::EntryMissing(link.entry)),
            Err(StoreError::Corrupt { .. }) => self.find(Finding::EntryChanged(link.entry)),
            Err(error) => return Err(error),
        }
        Ok(None)
    }

    async fn judge(mut self) -> Result<Report, StoreError> {
        match self.end.take() {
            None if self.chain.newest > 0 => self.find(Finding::HeadMissing),
            None => {}
            Some(found) => {
                // Links beyond the end were made since it was read; or it was put back.
                let grown = self.chain.newest > found.links
                    && end(self.table, self.scope).await?.is_some_and(|end| end.links >= self.chain.newest);
                if self.chain.newest > found.links && !grown {
                    self.find(Finding::HeadWrong);
                }
                match self.chain.ends.remove(&found.links) {
                    Some(last) if last != found => self.find(Finding::HeadWrong),
                    Some(_) => {}
                    None if found.links == 0 || self.chain.may_be_gone(&found, self.now) => {}
                    None => self.find(Finding::LinksMissing(found.links)),
                }
                self.report.end = found;
            }
        }
        for (number, start) in std::mem::take(&mut self.chain.starts) {
            if number == 0 && start != Point::default() {
                self.find(Finding::Broken(1));
            } else if number > 0 && !self.chain.may_be_gone(&start, self.now) {
                self.find(Finding::LinksMissing(number));
            }
        }
        Ok(self.report)
    }
}
