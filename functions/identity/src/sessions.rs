//! The open sessions of a member.

use dawr_api::{Cx, standing};
use dawr_kernel::id::MemberId;
use dawr_store::{Index, Query, StoreError, Stored, TenantScope, Work, keys};
use jiff::Timestamp;

use crate::model::Session;

/// So many sessions end in one transaction: two actions each, and some for what else it does.
pub const AT_ONCE: usize = 45;

/// How often ending a session is tried: one that is being used meanwhile has another version than the one read.
pub const MAX_TRIES: u32 = 5;

/// All open sessions of a member, the oldest first.
///
/// # Errors
/// If the table does not answer.
pub async fn of_member(cx: &Cx, scope: &TenantScope, member: MemberId) -> Result<Vec<Stored<Session>>, StoreError> {
    let listed = || Query::below(Index::Gsi1, keys::sessions(scope, member));
    let found = cx.table().query_all::<Session>(listed).await?;
    if found.is_empty() {
        return Ok(found);
    }
    // The index may be a moment behind; what is to be ended must be as it is.
    let keys: Vec<_> = found.iter().map(|session| keys::session(scope, session.id)).collect();
    Ok(cx.table().get_many(&keys).await?.into_iter().flatten().collect())
}

/// Ends a session with the work: neither its refresh token nor any access token of it is good any more.
pub fn end(scope: &TenantScope, session: &Stored<Session>, now: Timestamp, work: &mut Work) {
    work.delete(session);
    standing::end(scope, session.id, now, work);
}
