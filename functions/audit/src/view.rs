//! Entries as their endpoints answer them.

use std::collections::{BTreeMap, BTreeSet};

use dawr_api::{
    Authorized, Cx, Failure,
    audit::{Effect, Entry, Subject},
    elevation::Elevation,
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
    /// What the member is called today, or the operator was when they came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The operator's stay in the tenant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub elevation_id: Option<ElevationId>,
    /// The operator of the platform: during a stay in the tenant, or from outside.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operator_id: Option<MemberId>,
}

/// One entry of the audit trail.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EntryView {
    pub id: AuditId,
    #[schemars(with = "String")]
    pub at: Timestamp,
    pub actor: ActorView,
    /// Whether it was an operator of the platform during a stay in the tenant.
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
    let stays: BTreeSet<ElevationId> = entries.iter().filter_map(|entry| entry.actor.elevation).collect();
    let names = names(cx, caller, &members, &stays).await?;
    // An operator is named where they stayed; from outside they are the platform.
    let named = |entry: &Entry| entry.actor.member.or(entry.actor.elevation.and(entry.actor.operator));
    let view = |entry: Entry| EntryView {
        id: entry.id,
        at: entry.at,
        actor: ActorView {
            member_id: entry.actor.member,
            name: named(&entry).and_then(|who| names.get(&who).cloned()),
            elevation_id: entry.actor.elevation,
            operator_id: entry.actor.operator,
        },
        support: entry.actor.elevation.is_some(),
        action: entry.action,
        subjects: entry.subjects,
        correlation_id: entry.correlation,
        address: entry.address,
    };
    Ok(entries.into_iter().map(view).collect())
}

/// What members are called, and operators who stayed in the tenant. One trip.
async fn names(
    cx: &Cx,
    caller: &Authorized,
    members: &BTreeSet<MemberId>,
    stays: &BTreeSet<ElevationId>,
) -> Result<BTreeMap<MemberId, String>, Failure> {
    let members: Vec<Key> = members.iter().map(|member| keys::member(caller, *member)).collect();
    let stays: Vec<Key> = stays.iter().map(|stay| keys::elevation(caller, *stay)).collect();
    let all: Vec<Key> = members.iter().chain(&stays).cloned().collect();
    let mut items = cx.table().get_items(&all).await?;
    let mut names = BTreeMap::new();
    for key in members {
        if let Some(member) = items.remove(&key).map(Stored::<Member>::decode).transpose()? {
            names.insert(member.id, member.full_name.expose().to_owned());
        }
    }
    for key in stays {
        if let Some(stay) = items.remove(&key).map(Stored::<Elevation>::decode).transpose()? {
            names.insert(stay.operator.member, stay.operator.name.expose().to_owned());
        }
    }
    Ok(names)
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
