//! `POST /api/auth/refresh`

use dawr_api::{
    Cx, Failure,
    code::Code,
    endpoint,
    function::{Access, Secret},
    reply::WithCookie,
    request::RawRequest,
    tenant::Tenant,
};
use dawr_store::{CommitError, Stored, Work, keys};

use crate::{
    model::{Member, Session},
    session::{Bearer, RefreshToken, SessionView, Standing},
};

endpoint! {
    /// Changes the refresh cookie for a new one and gives a new access token.
    /// A cookie that was spent more than ten seconds before ends the whole session; a younger one is a second tab's.
    pub const REFRESH: "refresh" = Post "/api/auth/refresh";
    requires: RefreshCookie;
    access: Access::WRITE.secrets(&[Secret::SigningKey]);
    handler: refresh(raw: RawRequest) -> 200 WithCookie<SessionView>;
    errors: [SessionEnded, TenantSuspended, AddressNotAllowed];
}

async fn refresh(cx: &Cx, request: RawRequest) -> Result<WithCookie<SessionView>, Failure> {
    let ended = || Failure::from(Code::SessionEnded);
    let token = RefreshToken::of(&request.0).ok_or_else(ended)?;
    let scope = token.scope();
    let session: Stored<Session> = cx.table().get(&keys::session(&scope, token.session)).await?.ok_or_else(ended)?;
    let mut work = Work::new();
    match session.standing(&token, cx.now()) {
        Standing::Good => {}
        Standing::JustSpent => return Err(ended()),
        Standing::Reused => {
            tracing::warn!(session = %session.id, "a spent refresh token came again: the session ends");
            work.delete(&session);
            return match cx.table().commit(work).await {
                Ok(()) | Err(CommitError::Refused(_)) => Err(ended()),
                Err(CommitError::Store(error)) => Err(error.into()),
            };
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
    let (rotated, token) = session.rotate(cx, &tenant);
    let bearer = Bearer { tenant: &tenant, member: &member, version: member.version, session: &rotated };
    let answer = bearer.signed_in(cx, &scope, &token).await?;
    work.replace(&scope, &session, &rotated);
    match cx.table().commit(work).await {
        Ok(()) => Ok(answer),
        Err(CommitError::Refused(_)) => Err(ended()),
        Err(CommitError::Store(error)) => Err(error.into()),
    }
}
