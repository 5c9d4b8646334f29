//! `GET /api/auth/history`

use dawr_api::{Cx, Failure, endpoint, failure::FieldErrors, function::Access, page::List, request::PageSize};
use dawr_kernel::id::SignInId;
use dawr_store::{Cursor, Index, Query, Stored, keys};
use deserr::Deserr;
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
    handler: list_sign_ins(query: ListSignIns) -> 200 List<SignInView>;
    errors: [];
}

/// Which page.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase")]
pub struct ListSignIns {
    #[deserr(default)]
    page: Option<String>,
    #[deserr(default)]
    page_size: Option<PageSize>,
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

async fn list_sign_ins(cx: &Cx, query: ListSignIns) -> Result<List<SignInView>, Failure> {
    let caller = cx.member()?;
    let after: Option<Cursor> = cx.open_page(&caller, query.page.as_deref())?;
    let range = Query::below(Index::Table, keys::sign_ins(&caller, caller.member)).descending().after(after);
    let page = cx.table().query::<SignIn>(range.limit(query.page_size.unwrap_or_default().0)).await?;
    cx.list(&caller, page.items.into_iter().map(SignInView::new).collect(), page.next)
}
