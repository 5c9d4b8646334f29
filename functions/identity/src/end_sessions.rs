//! `DELETE /api/auth/sessions`

use dawr_api::{
    Authorized, Cx, Failure, code::Code, endpoint, failure::FieldErrors, function::Access, reply::Empty, request::Flag,
};
use dawr_store::{CommitError, Stored, Work};
use deserr::Deserr;
use schemars::JsonSchema;

use crate::{
    model::Session,
    sessions::{self, AT_ONCE, MAX_TRIES},
};

endpoint! {
    /// Ends all other sessions of the caller in this tenant; with `all=true` also the one of this request.
    pub const END_SESSIONS: "end_sessions" = Delete "/api/auth/sessions";
    requires: Account;
    access: Access::WRITE;
    handler: end_sessions(query: EndSessions) -> 204 Empty;
    errors: [];
}

/// Which sessions.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct EndSessions {
    /// Also the one of this request.
    #[deserr(default)]
    all: Option<Flag>,
}

async fn end_sessions(cx: &Cx, query: EndSessions) -> Result<Empty, Failure> {
    let caller = cx.member()?;
    let all = query.all.is_some_and(|all| all.0);
    for round in 0..MAX_TRIES {
        cx.table().pause(round).await;
        let mut open = sessions::of_member(cx, &caller, caller.member).await?;
        open.retain(|session| all || session.id != caller.session);
        match end(cx, &caller, &open).await {
            Ok(()) => return Ok(Empty),
            Err(CommitError::Refused(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Code::Unavailable.into())
}

async fn end(cx: &Cx, caller: &Authorized, open: &[Stored<Session>]) -> Result<(), CommitError> {
    for some in open.chunks(AT_ONCE) {
        let mut work = Work::new();
        some.iter().for_each(|session| sessions::end(caller, session, cx.now(), &mut work));
        cx.save(caller, work).await?;
    }
    Ok(())
}
