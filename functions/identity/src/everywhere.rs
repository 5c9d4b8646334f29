//! What is changed for a person in every tenant that they are a member of.

use dawr_api::{Cx, Failure, standing};
use dawr_store::{Ground, Stored, TenantScope, Update, Work, keys};

use crate::model::{Identity, Member};

/// Ends all of a person's sessions: none of their refresh tokens is good any more, and no access token. Gives their members as
/// they stand after it.
///
/// The trail of a tenant tells what was done in it: what follows in others is not told there.
///
/// # Errors
/// If the table does not answer.
pub async fn end_sessions(cx: &Cx, identity: &Identity, work: &mut Work) -> Result<Vec<Stored<Member>>, Failure> {
    let scopes: Vec<TenantScope> =
        identity.memberships.iter().map(|there| TenantScope::on(Ground::SignIn, there.tenant)).collect();
    let keys: Vec<_> =
        scopes.iter().zip(&identity.memberships).map(|(scope, there)| keys::member(scope, there.member)).collect();
    let mut after = Vec::new();
    for ((scope, key), member) in scopes.iter().zip(&keys).zip(cx.table().get_many::<Member>(&keys).await?) {
        let member = member.ok_or_else(|| Failure::internal("a membership without a member"))?;
        work.update(Update::of(key.clone()).when("version", member.version).add("epoch", 1));
        standing::outdate_member(scope, member.id, member.version + 1, cx.now(), work);
        after.push(member.after(Member { epoch: member.epoch + 1, ..member.value.clone() }));
    }
    Ok(after)
}
