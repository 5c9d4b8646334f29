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
    /// A cookie that was spent ends the whole session, for somebody has a copy; but for the one that was spent last, within half a
    /// minute: that is a second tab's, or an answer was lost. The same browser is then given the cookie that is good by now once
    /// more; another one is answered `RefreshedMeanwhile`, and tries again with the cookie that it has by then.
    pub const REFRESH: "refresh" = Post "/api/auth/refresh";
    requires: RefreshCookie;
    access: Access::WRITE.secrets(&[Secret::SigningKey]);
    handler: refresh() -> 200 WithCookies<SessionView>;
    errors: [SessionEnded, RefreshedMeanwhile, TenantSuspended, AddressNotAllowed];
}

/// How often a refresh is tried that meets others of the same session.
const MAX_TRIES: u32 = 5;

async fn refresh(cx: &Cx) -> Result<WithCookies<SessionView>, Failure> {
    let token = RefreshToken::of(cx).ok_or(Code::SessionEnded)?;
    let scope = token.scope();
    for round in 0..MAX_TRIES {
        cx.table().pause(round).await;
        let session: Option<Stored<Session>> = cx.table().get(&keys::session(&scope, token.session)).await?;
        let session = session.ok_or(Code::SessionEnded)?;
        match session.standing(cx, &token) {
            Standing::Good => {
                if let Some(answer) = rotate(cx, &scope, &session, &token).await? {
                    return Ok(answer);
                }
            }
            Standing::Repeated(good) => {
                let (tenant, member) = bearer(cx, &scope, &session).await?;
                let bearer = Bearer { tenant: &tenant, member: &member, version: member.version, session: &session };
                return bearer.signed_in(cx, &scope, &good).await;
            }
            Standing::JustSpent => break,
            Standing::Unknown => return Err(Code::SessionEnded.into()),
            Standing::Reused => {
                tracing::warn!(session = %session.id, "a spent refresh token came again: the session ends");
                end_family(cx, &scope, &session).await?;
                return Err(Code::SessionEnded.into());
            }
        }
    }
    Err(Failure::new(Code::RefreshedMeanwhile).after(1))
}

/// Who goes on with the session, if they may.
async fn bearer(cx: &Cx, scope: &TenantScope, session: &Session) -> Result<(Stored<Tenant>, Stored<Member>), Failure> {
    let keys = [keys::tenant(scope), keys::member(scope, session.member)];
    let mut items = cx.table().get_items(&keys).await?;
    let [tenant, member] = keys.map(|key| items.remove(&key));
    let (tenant, member) = tenant.zip(member).ok_or(Code::SessionEnded)?;
    let (tenant, member) = (Stored::<Tenant>::decode(tenant)?, Stored::<Member>::decode(member)?);
    if !session.is_of(&member) {
        return Err(Code::SessionEnded.into());
    }
    tenant.admit(&cx.address)?;
    Ok((tenant, member))
}

/// Changes the good token for the next one; none if the session was changed meanwhile.
async fn rotate(
    cx: &Cx,
    scope: &TenantScope,
    session: &Stored<Session>,
    good: &RefreshToken,
) -> Result<Option<WithCookies<SessionView>>, Failure> {
    let (tenant, member) = bearer(cx, scope, session).await?;
    let (rotated, token) = session.rotate(cx, &tenant, good);
    let bearer = Bearer { tenant: &tenant, member: &member, version: member.version, session: &rotated };
    let answer = bearer.signed_in(cx, scope, &token).await?;
    let mut work = Work::new();
    work.replace(scope, session, &rotated);
    match cx.table().commit(work).await {
        Ok(()) => Ok(Some(answer)),
        Err(CommitError::Refused(_)) => Ok(None),
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
