//! `POST /api/auth/logout`

use dawr_api::{
    Cx, Failure, endpoint,
    function::Access,
    reply::{Empty, WithCookie},
    request::RawRequest,
};
use dawr_store::{CommitError, Work, keys};

use crate::{
    model::Session,
    session::{RefreshToken, Standing, forget_cookie},
};

endpoint! {
    /// Ends the session and forgets its cookie. Without a cookie there is nothing to end, which is fine, too.
    pub const LOG_OUT: "log_out" = Post "/api/auth/logout";
    requires: RefreshCookie;
    access: Access::WRITE;
    handler: log_out(raw: RawRequest) -> 204 WithCookie<Empty>;
    errors: [];
}

async fn log_out(cx: &Cx, request: RawRequest) -> Result<WithCookie<Empty>, Failure> {
    if let Some(token) = RefreshToken::of(&request.0) {
        let session = cx.table().get::<Session>(&keys::session(&token.scope(), token.session)).await?;
        if let Some(session) = session.filter(|session| !matches!(session.standing(&token, cx.now()), Standing::Reused))
        {
            let mut work = Work::new();
            work.delete(&session);
            match cx.table().commit(work).await {
                Ok(()) | Err(CommitError::Refused(_)) => {}
                Err(CommitError::Store(error)) => return Err(error.into()),
            }
        }
    }
    Ok(WithCookie { output: Empty, cookie: forget_cookie() })
}
