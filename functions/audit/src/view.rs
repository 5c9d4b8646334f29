//! Entries as their endpoints answer them.

use std::collections::{BTreeMap, BTreeSet};

use dawr_api::{
    Authorized, Cx, Failure,
    audit::{Effect, Entry, Subject},
};
use dawr_identity::model::Member;
use dawr_kernel::id::{AuditId, ElevationId, MemberId};
use dawr_store::{Key, Stored, keys};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

/// Who did it. Nobody is named for what was done before anybody was signed in.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ActorView {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member_id: Option<MemberId>,
    /// What the member is called today.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The operator's stay in the tenant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub elevation_id: Option<ElevationId>,
}

/// One entry of the audit trail.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EntryView {
    pub id: AuditId,
    #[schemars(with = "String")]
    pub at: Timestamp,
    pub actor: ActorView,
    /// Whether it was an operator of the platform, who was let in to help.
    pub support: bool,
    /// The function that did it.
    pub action: String,
    /// What it was done to.
    pub subjects: Vec<Subject>,
    /// What ties together all that one request caused.
    pub correlation_id: String,
    /// Where the request came from.
    pub address: String,
}

/// The entries with the names of who did it.
///
/// # Errors
/// If the table does not answer.
pub async fn views(cx: &Cx, caller: &Authorized, entries: Vec<Entry>) -> Result<Vec<EntryView>, Failure> {
    let members: BTreeSet<MemberId> = entries.iter().filter_map(|entry| entry.actor.member).collect();
    let keys: Vec<Key> = members.iter().map(|member| keys::member(caller, *member)).collect();
    let found: Vec<Option<Stored<Member>>> = cx.table().get_many(&keys).await?;
    let names: BTreeMap<MemberId, String> =
        found.into_iter().flatten().map(|member| (member.id, member.full_name.expose().to_owned())).collect();
    let view = |entry: Entry| EntryView {
        id: entry.id,
        at: entry.at,
        actor: ActorView {
            member_id: entry.actor.member,
            name: entry.actor.member.and_then(|member| names.get(&member).cloned()),
            elevation_id: entry.actor.elevation,
        },
        support: entry.actor.elevation.is_some(),
        action: entry.action,
        subjects: entry.subjects,
        correlation_id: entry.correlation,
        address: entry.address,
    };
    Ok(entries.into_iter().map(view).collect())
}

/// What an effect is called in a table.
pub const fn effect(effect: Effect) -> &'static str {
    match effect {
        Effect::Created => "created",
        Effect::Changed => "changed",
        Effect::Deleted => "deleted",
        Effect::Read => "read",
    }
}
