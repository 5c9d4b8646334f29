//! `POST /api/auth/refresh`

use dawr_api::{
    Cx, Failure,
    audit::Actor,
    code::Code,
    endpoint,
    function::{Access, Secret},
    reply::WithCookies,
    tenant::Tenant,
};
use dawr_store::{CommitError, Stored, TenantScope, Work, keys};

use crate::{
    history::{Outcome, SignIn},
    model::{Member, Session},
    session::{Bearer, RefreshToken, SessionView, Standing},
    sessions,
};

endpoint! {
    /// Changes the refresh cookie for a new one and gives a new access token.
    /// A cookie that was spent ends the whole session, for somebody has a copy; but for the one that was spent last, within ten
    /// seconds: that is a second tab's.
    pub const REFRESH: "refresh" = Post "/api/auth/refresh";
    requires: RefreshCookie;
    access: Access::WRITE.secrets(&[Secret::SigningKey]);
    handler: refresh() -> 200 WithCookies<SessionView>;
    errors: [SessionEnded, TenantSuspended, AddressNotAllowed];
}

async fn refresh(cx: &Cx) -> Result<WithCookies<SessionView>, Failure> {
    let ended = || Failure::from(Code::SessionEnded);
    let token = RefreshToken::of(cx).ok_or_else(ended)?;
    let scope = token.scope();
    let session: Stored<Session> = cx.table().get(&keys::session(&scope, token.session)).await?.ok_or_else(ended)?;
    match session.standing(&token, cx.now()) {
        Standing::Good => {}
        Standing::JustSpent | Standing::Unknown => return Err(ended()),
        Standing::Reused => {
            tracing::warn!(session = %session.id, "a spent refresh token came again: the session ends");
            end_family(cx, &scope, &session).await?;
            return Err(ended());
        }
    }
    let keys = [keys::tenant(&scope), keys::member(&scope, session.member)];
    let mut items = cx.table().get_items(&keys).await?;
    let [tenant, member] = keys.map(|key| items.remove(&key));
    let (tenant, member) = tenant.zip(member).ok_or_else(ended)?;
    let (tenant, member) = (Stored::<Tenant>::decode(tenant)?, Stored::<Member>::decode(member)?);
    if !session.is_of(&member) {
        return Err(ended());
    }
    tenant.admit(&cx.address)?;
    let (rotated, token) = session.rotate(cx, &tenant, &token);
    let bearer = Bearer { tenant: &tenant, member: &member, version: member.version, session: &rotated };
    let answer = bearer.signed_in(cx, &scope, &token).await?;
    let mut work = Work::new();
    work.replace(&scope, &session, &rotated);
    match cx.table().commit(work).await {
        Ok(()) => Ok(answer),
        Err(CommitError::Refused(_)) => Err(ended()),
        Err(CommitError::Store(error)) => Err(error.into()),
    }
}

/// Ends the session with all tokens that came of it: whose copy was used cannot be told.
async fn end_family(cx: &Cx, scope: &TenantScope, session: &Stored<Session>) -> Result<(), Failure> {
    let tenant = Tenant::load(cx, scope).await?;
    let actor = Actor::member(session.member, &tenant);
    let mut work = Work::new();
    sessions::end(scope, session, cx.now(), &mut work);
    work.create(scope, &SignIn::of(cx, session.member, Outcome::TokenReused));
    match cx.save_as(scope, actor, work).await {
        // Whoever was faster has ended it, or used the good token: then the next use of this one ends it.
        Ok(()) | Err(CommitError::Refused(_)) => Ok(()),
        Err(CommitError::Store(error)) => Err(error.into()),
    }
}
