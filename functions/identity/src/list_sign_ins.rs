//! `GET /api/auth/history`

use dawr_api::{Cx, Failure, endpoint, function::Access, page::List, request::WhichPage};
use dawr_kernel::id::SignInId;
use dawr_store::{Cursor, Index, Query, Stored, keys};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    habits::Risk,
    history::{Outcome, SignIn},
};

endpoint! {
    /// The caller's sign-ins of the last 180 days, those that failed included, the latest first.
    pub const LIST_SIGN_INS: "list_sign_ins" = Get "/api/auth/history";
    requires: Account;
    access: Access::READ;
    handler: list_sign_ins(query: WhichPage) -> 200 List<SignInView>;
    errors: [];
}

/// A try to sign in.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SignInView {
    id: SignInId,
    #[schemars(with = "String")]
    at: Timestamp,
    outcome: Outcome,
    /// What was out of the ordinary.
    unusual: Vec<Risk>,
    /// Browser and system, as far as they were told.
    device: String,
    /// The address that it came from.
    address: String,
}

impl SignInView {
    fn new(stored: Stored<SignIn>) -> Self {
        let SignIn { id, at, outcome, unusual, device, address, .. } = stored.value;
        Self { id, at, outcome, unusual, device, address }
    }
}

async fn list_sign_ins(cx: &Cx, which: WhichPage) -> Result<List<SignInView>, Failure> {
    let caller = cx.member()?;
    let after: Option<Cursor> = cx.open_page(&caller, which.token())?;
    let range = Query::below(Index::Table, keys::sign_ins(&caller, caller.member)).descending().after(after);
    let page = cx.table().query::<SignIn>(range.limit(which.size())).await?;
    cx.list(&caller, page.items.into_iter().map(SignInView::new).collect(), page.next)
}
