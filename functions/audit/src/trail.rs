//! Reading the trail: which entries, the newest first, month by month or by what they are about.

use dawr_api::{Authorized, Cx, Failure, Fault, audit::Entry, code::Code, request::Instant};
use dawr_kernel::{
    id::{AuditId, BODY_PATTERN, Body, ElevationId, Id, MemberId},
    text::Invalid,
};
use dawr_store::{Index, Key, Query, Stored, keys};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};

use crate::chain::Footprint;

/// So many months are looked at for one page: an empty one costs a trip, too.
const MONTHS: usize = 12;

/// So much earlier than a thing happened its entry may stand: reads of lists stand where their quarter of an hour began.
pub const NOTED_BEFORE: SignedDuration = SignedDuration::from_mins(16);

/// What the trail is asked about: the id of a thing, or a kind of things.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About(String);

impl About {
    /// Accepts an id or a kind.
    ///
    /// # Errors
    /// [`Invalid`].
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-".contains(&byte);
        match text.len() {
            0 => Err(Invalid::Empty),
            101.. => Err(Invalid::TooLong { max: 100 }),
            _ if text.bytes().all(plain) => Ok(Self(text.to_owned())),
            _ => Err(Invalid::InvalidFormat { expected: "pat_… | patient" }),
        }
    }

    /// The id or the kind.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Ids have a body behind their prefix; kinds are words.
    fn is_id(&self) -> bool {
        self.0.split_once('_').is_some_and(|(_, body)| body.len() >= dawr_kernel::id::BODY_LENGTH)
    }
}

dawr_kernel::string_newtype!(
    About,
    parse,
    as_str,
    schemars::json_schema!({ "type": "string", "minLength": 1, "maxLength": 100, "pattern": "^[a-z0-9_-]+$" })
);

/// Who did it: a member, or an operator during a stay in the tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// A member, or an operator of the platform.
    Member(MemberId),
    /// An operator's stay.
    Elevation(ElevationId),
}

impl std::str::FromStr for By {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let elevation = || text.parse().map(Self::Elevation);
        text.parse()
            .map(Self::Member)
            .or_else(|_| elevation())
            .map_err(|_: Invalid| Invalid::InvalidFormat { expected: "mem_… | elv_…" })
    }
}

impl std::fmt::Display for By {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Member(id) => id.fmt(f),
            Self::Elevation(id) => id.fmt(f),
        }
    }
}

dawr_kernel::json_string!(
    By,
    schemars::json_schema!({ "type": "string", "pattern": format!("^(mem|elv)_{BODY_PATTERN}$") })
);

/// The name of a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action(String);

impl Action {
    /// Accepts a name.
    ///
    /// # Errors
    /// [`Invalid`].
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        match text.len() {
            0 => Err(Invalid::Empty),
            61.. => Err(Invalid::TooLong { max: 60 }),
            _ if text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') => Ok(Self(text.to_owned())),
            _ => Err(Invalid::InvalidFormat { expected: "update_patient" }),
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

dawr_kernel::string_newtype!(
    Action,
    parse,
    as_str,
    schemars::json_schema!({ "type": "string", "minLength": 1, "maxLength": 60, "pattern": "^[a-z_]+$" })
);

/// Which entries.
#[derive(Debug, Default)]
pub struct Filter {
    /// What they are about.
    pub about: Option<About>,
    /// Who did it.
    pub by: Option<By>,
    /// What was done.
    pub action: Option<Action>,
    /// Done at this time or later.
    pub from: Option<Instant>,
    /// Done before this time.
    pub to: Option<Instant>,
}

impl Filter {
    fn admits(&self, entry: &Entry) -> bool {
        let named = |about: &About| {
            entry.subjects.iter().any(|subject| subject.kind == about.as_str() || subject.id == about.as_str())
        };
        let by = |by: &By| match by {
            By::Member(member) => entry.actor.member.or(entry.actor.operator) == Some(*member),
            By::Elevation(elevation) => entry.actor.elevation == Some(*elevation),
        };
        self.about.as_ref().is_none_or(named)
            && self.by.as_ref().is_none_or(by)
            && self.action.as_ref().is_none_or(|action| entry.action == action.as_str())
    }

    fn asks(&self) -> bool {
        self.about.is_some() || self.by.is_some() || self.action.is_some()
    }
}

/// Where a page ended: the last entry that was looked at.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct End(AuditId);

/// Some entries, and where to go on.
#[derive(Default)]
pub struct Found {
    /// The entries, the newest first.
    pub entries: Vec<Entry>,
    /// Where the next page starts.
    pub next: Option<End>,
}

/// A page of the trail: at most `size` entries, found among `looks` of them.
///
/// # Errors
/// `OutOfRange`; or the table does not answer.
pub async fn page(
    cx: &Cx,
    caller: &Authorized,
    filter: &Filter,
    end: Option<End>,
    size: u32,
    looks: u32,
) -> Result<Found, Failure> {
    let (from, to) = (filter.from.map(|from| from.0), filter.to.map(|to| to.0));
    if from.zip(to).is_some_and(|(from, to)| from >= to) {
        return Err(Fault::at(Code::OutOfRange, "to")
            .saying("`to` must be later than `from`.", "يجب أن تكون نهاية المدة بعد بدايتها.")
            .into());
    }
    let founded = cx.claims.as_ref().map_or(Timestamp::UNIX_EPOCH, |(_, standing)| standing.tenant.created_at);
    // What was read in the first minutes is noted at their quarter of an hour.
    let oldest = founded.checked_sub(NOTED_BEFORE).unwrap_or(founded);
    let newest = cx.now().checked_add(SignedDuration::from_mins(1)).unwrap_or(Timestamp::MAX);
    let mut reading = Reading {
        cx,
        caller,
        filter,
        first: first_at(from.unwrap_or(oldest).max(oldest)),
        last: end.map_or_else(|| first_at(to.unwrap_or(newest).min(newest)), |end| end.0),
        behind: end.map(|end| end.0),
        size: usize::try_from(size).unwrap_or(usize::MAX),
        left: if filter.asks() { looks } else { size.saturating_add(1) },
        found: Found::default(),
    };
    if reading.first <= reading.last {
        match &filter.about {
            Some(about) if about.is_id() => reading.by_subject(about).await?,
            _ => reading.by_month().await?,
        }
    }
    Ok(reading.found)
}

/// The first id of a time.
fn first_at(at: Timestamp) -> AuditId {
    AuditId::from_body(Body::from_parts(at, [0; 10]))
}

/// When the month (UTC) of a time began.
pub fn month_start(at: Timestamp) -> Timestamp {
    let first = at.to_zoned(TimeZone::UTC).date().first_of_month();
    first.to_zoned(TimeZone::UTC).map_or(at, |start| start.timestamp())
}

struct Reading<'a> {
    cx: &'a Cx,
    caller: &'a Authorized,
    filter: &'a Filter,
    first: AuditId,
    last: AuditId,
    /// The last one that was looked at: what follows is older.
    behind: Option<AuditId>,
    size: usize,
    left: u32,
    found: Found,
}

impl Reading<'_> {
    fn range(&self, key: impl Fn(AuditId) -> Key, first: AuditId) -> Query {
        // One more, for the one that the page before ended with.
        let limit = self.left + u32::from(self.behind == Some(self.last));
        Query::between(Index::Table, key(first), key(self.last)).descending().limit(limit)
    }

    /// Looks at an entry. Whether the page is full with it.
    fn look(&mut self, id: AuditId, entry: Option<Entry>) -> bool {
        if self.behind == Some(id) {
            return false;
        }
        if self.found.entries.len() == self.size {
            self.found.next = self.behind.map(End);
            return true;
        }
        self.left = self.left.saturating_sub(1);
        (self.behind, self.last) = (Some(id), id);
        self.found.entries.extend(entry.filter(|entry| self.filter.admits(entry)));
        false
    }

    /// Whether enough was looked at.
    fn is_done(&mut self) -> bool {
        if self.left == 0 {
            self.found.next = Some(End(self.last));
        }
        self.left == 0
    }

    async fn by_month(&mut self) -> Result<(), Failure> {
        for _ in 0..MONTHS {
            loop {
                let start = month_start(self.last.body().made_at());
                let first = self.first.max(first_at(start));
                let range = self.range(|id| keys::audit_entry(self.caller, id), first);
                let page = self.cx.table().query::<Entry>(range).await?;
                for entry in page.items {
                    if self.look(entry.id, Some(entry.value)) {
                        return Ok(());
                    }
                }
                if page.next.is_none() {
                    if first == self.first {
                        return Ok(());
                    }
                    let before = start.checked_sub(SignedDuration::from_millis(1)).unwrap_or(start);
                    self.last = AuditId::from_body(Body::from_parts(before, [0xFF; 10]));
                    break;
                }
                if self.is_done() {
                    return Ok(());
                }
            }
        }
        self.found.next = Some(End(self.last));
        Ok(())
    }

    async fn by_subject(&mut self, about: &About) -> Result<(), Failure> {
        loop {
            let range = self.range(|id| keys::trail(self.caller, about.as_str(), id), self.first);
            let page = self.cx.table().query::<Footprint>(range).await?;
            let ids: Vec<AuditId> = page.items.iter().map(|footprint| footprint.entry).collect();
            let keys: Vec<Key> = ids.iter().map(|id| keys::audit_entry(self.caller, *id)).collect();
            let entries: Vec<Option<Stored<Entry>>> = self.cx.table().get_many(&keys).await?;
            for (id, entry) in ids.into_iter().zip(entries) {
                if self.look(id, entry.map(|entry| entry.value)) {
                    return Ok(());
                }
            }
            if page.next.is_none() || self.is_done() {
                return Ok(());
            }
        }
    }
}
