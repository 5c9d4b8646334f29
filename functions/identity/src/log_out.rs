//! `POST /api/auth/logout`

use dawr_api::{
    Cx, Failure,
    audit::Actor,
    endpoint,
    function::Access,
    reply::{Empty, WithCookies},
    tenant::Tenant,
};
use dawr_store::{CommitError, Stored, Work, keys};

use crate::{
    model::Session,
    session::{RefreshToken, Standing, forget_cookie},
    sessions,
};

endpoint! {
    /// Ends the session and forgets its cookie. Without a cookie there is nothing to end, which is fine, too.
    pub const LOG_OUT: "log_out" = Post "/api/auth/logout";
    requires: RefreshCookie;
    access: Access::WRITE;
    handler: log_out() -> 204 WithCookies<Empty>;
    errors: [];
}

async fn log_out(cx: &Cx) -> Result<WithCookies<Empty>, Failure> {
    if let Some(token) = RefreshToken::of(cx) {
        let scope = token.scope();
        let session = cx.table().get::<Session>(&keys::session(&scope, token.session)).await?;
        let stands = |session: &Stored<Session>| {
            matches!(session.standing(cx, &token), Standing::Good | Standing::Repeated(_) | Standing::JustSpent)
        };
        if let Some(session) = session.filter(stands) {
            let tenant = Tenant::load(cx, &scope).await?;
            let actor = Actor::member(session.member, &tenant);
            let mut work = Work::new();
            sessions::end(&scope, &session, cx.now(), &mut work);
            match cx.save_as(&scope, actor, work).await {
                Ok(()) | Err(CommitError::Refused(_)) => {}
                Err(CommitError::Store(error)) => return Err(error.into()),
            }
        }
    }
    Ok(WithCookies { output: Empty, cookies: vec![forget_cookie()] })
}
