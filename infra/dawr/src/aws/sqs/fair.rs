//! Whose message is next: the groups take turns, so that one tenant's backlog does not keep
//! another's single message waiting (SQS Developer Guide, "Amazon SQS fair queues").

use rusqlite::{Connection, OptionalExtension, params};

use super::messages::Message;

/// A message that may be handed out.
pub(super) struct Candidate {
    pub(super) row: i64,
    pub(super) receive_count: u32,
    pub(super) group: String,
}

/// What a receive has taken so far.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) messages: Vec<Message>,
    /// The key of the group served last: the next receive begins after it.
    pub(super) last_group: Option<String>,
}

impl Batch {
    pub(super) fn push(&mut self, message: Message, group: String) {
        self.messages.push(message);
        self.last_group = Some(group);
    }
}

/// The stored form of a group; never empty, so that the empty text sorts before all.
pub(super) fn key(group: Option<&str>) -> String {
    group.map_or_else(|| "-".to_owned(), |group| format!("+{group}"))
}

/// The group that a stored form means.
pub(super) fn group_of(key: &str) -> Option<String> {
    key.strip_prefix('+').map(str::to_owned)
}

/// At most `max` messages that can be received now, a turn for each group, beginning with
/// the group after `last`.
pub(super) fn candidates(
    store: &Connection,
    queue: &str,
    last: &str,
    now: i64,
    max: usize,
) -> rusqlite::Result<Vec<Candidate>> {
    let groups = waiting_groups(store, queue, last, now, max)?;
    // With as many groups as places, each has one.
    let each = if groups.len() < max { max } else { 1 };
    let mut query = store.prepare_cached(
        "SELECT id, receive_count FROM messages
         WHERE queue = ?1 AND grp = ?2 AND visible_at <= ?3
         ORDER BY visible_at, id LIMIT ?4",
    )?;
    let mut lines = Vec::with_capacity(groups.len());
    for group in groups {
        let line = query
            .query_map(params![queue, group, now, each], |row| {
                Ok(Candidate { row: row.get(0)?, receive_count: row.get(1)?, group: group.clone() })
            })?
            .collect::<rusqlite::Result<Vec<_>>>()?;
        lines.push(line.into_iter());
    }
    let mut chosen = Vec::with_capacity(max);
    while chosen.len() < max && !lines.is_empty() {
        lines.retain_mut(|line| match line.next() {
            Some(candidate) => {
                if chosen.len() < max {
                    chosen.push(candidate);
                }
                true
            }
            None => false,
        });
    }
    Ok(chosen)
}

/// At most `max` groups with a message that can be received now, in order after `last` and
/// round again. One index look-up per group, however long their lines are.
fn waiting_groups(store: &Connection, queue: &str, last: &str, now: i64, max: usize) -> rusqlite::Result<Vec<String>> {
    let mut next = store.prepare_cached(
        "SELECT grp, visible_at FROM messages WHERE queue = ?1 AND grp > ?2
         ORDER BY grp, visible_at LIMIT 1",
    )?;
    let mut groups = Vec::with_capacity(max);
    let mut after = last.to_owned();
    let mut wrapped = last.is_empty();
    while groups.len() < max {
        let found: Option<(String, i64)> =
            next.query_row(params![queue, after], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        match found {
            // Round once: the group served last is the last to be looked at.
            Some((group, _)) if wrapped && !last.is_empty() && group.as_str() > last => break,
            Some((group, visible_at)) => {
                if visible_at <= now {
                    groups.push(group.clone());
                }
                after = group;
            }
            None if wrapped => break,
            None => {
                wrapped = true;
                after.clear();
            }
        }
    }
    Ok(groups)
}
