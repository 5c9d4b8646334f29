//! What is changed for a person in every tenant that they are a member of.

use std::collections::HashMap;

use dawr_api::{Authorized, Cx, Failure, code::Code, reply::WithCookies, standing, tenant::Tenant};
use dawr_store::{Key, Stored, TenantScope, Update, Work, entity::Item, keys};

use crate::{
    model::{Identity, Member, Membership, Session},
    session::{Bearer, SessionView},
};

/// Ends all of a person's sessions: none of their refresh tokens is good any more, and no access token.
///
/// The trail of a tenant tells what was done in it: what follows in others is not told there.
///
/// # Errors
/// If the table does not answer.
pub async fn end_sessions(cx: &Cx, identity: &Identity, work: &mut Work) -> Result<(), Failure> {
    end(cx, identity, &[], work).await.map(drop)
}

/// The same. Gives their members as they stand after it, and other items that are read in the same trip.
async fn end(
    cx: &Cx,
    identity: &Identity,
    beside: &[Key],
    work: &mut Work,
) -> Result<(Vec<Stored<Member>>, HashMap<Key, Item>), Failure> {
    let scopes: Vec<TenantScope> = identity.memberships.iter().map(Membership::scope).collect();
    let keys: Vec<_> =
        scopes.iter().zip(&identity.memberships).map(|(scope, there)| keys::member(scope, there.member)).collect();
    let all: Vec<Key> = keys.iter().chain(beside).cloned().collect();
    let mut items = cx.table().get_items(&all).await?;
    let mut after = Vec::new();
    for (scope, key) in scopes.iter().zip(keys) {
        let member = items.remove(&key).ok_or_else(|| Failure::internal("a membership without a member"))?;
        let member = Stored::<Member>::decode(member)?;
        work.update(Update::of(key).when("version", member.version).add("epoch", 1));
        standing::outdate_member(scope, member.id, member.version + 1, cx.now(), work);
        after.push(member.after(scope, Member { epoch: member.epoch + 1, ..member.value.clone() })?);
    }
    Ok((after, items))
}

/// Ends all of a person's sessions with the work and opens a new one for the caller, in the clinic in which they are.
///
/// # Errors
/// `Unauthenticated` if the caller is no member of theirs; or the table does not answer.
pub async fn begin_anew(
    cx: &Cx,
    caller: &Authorized,
    tenant: &Tenant,
    person: &Identity,
    work: &mut Work,
) -> Result<WithCookies<SessionView>, Failure> {
    let present = keys::session(caller, caller.session);
    let (members, mut items) = end(cx, person, std::slice::from_ref(&present), work).await?;
    let before = items.remove(&present).map(Stored::<Session>::decode).transpose()?;
    let own = members.iter().find(|member| member.id == caller.member && member.active);
    let member = own.ok_or(Code::Unauthenticated)?;
    let (opened, token) = Session::open(cx, tenant, person, member);
    let session = Session { clinic: before.and_then(|before| before.clinic), ..opened };
    work.create(caller, &session);
    let bearer = Bearer { tenant, member, version: member.version, session: &session };
    bearer.signed_in(cx, caller, &token).await
}
