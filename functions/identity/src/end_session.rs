//! `DELETE /api/auth/sessions/{sessionId}`

use dawr_api::{Cx, Failure, code::Code, endpoint, failure::FieldErrors, function::Access, reply::Empty};
use dawr_kernel::id::SessionId;
use dawr_store::{CommitError, Stored, Work, keys};
use deserr::Deserr;
use schemars::JsonSchema;

use crate::{
    model::Session,
    sessions::{self, MAX_TRIES},
};

endpoint! {
    /// Ends one of the caller's sessions.
    pub const END_SESSION: "end_session" = Delete "/api/auth/sessions/{sessionId}";
    requires: Account;
    access: Access::WRITE;
    handler: end_session(path: SessionPath) -> 204 Empty;
    errors: [NotFound];
}

/// Which session.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase)]
#[schemars(rename_all = "camelCase")]
pub struct SessionPath {
    session_id: SessionId,
}

async fn end_session(cx: &Cx, path: SessionPath) -> Result<Empty, Failure> {
    let caller = cx.member()?;
    for round in 0..MAX_TRIES {
        cx.table().pause(round).await;
        let found: Option<Stored<Session>> = cx.table().get(&keys::session(&caller, path.session_id)).await?;
        let session = found.filter(|session| session.member == caller.member).ok_or(Code::NotFound)?;
        let mut work = Work::new();
        sessions::end(&caller, &session, cx.now(), &mut work);
        match cx.save(&caller, work).await {
            Ok(()) => return Ok(Empty),
            Err(CommitError::Refused(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Code::Unavailable.into())
}
