//! `GET /api/queues`

use dawr_api::{
    Cx, endpoint,
    failure::FieldErrors,
    function::Access,
    page::List,
    permission::Permission,
    request::{Flag, PageSize},
    role::Coverage,
};
use dawr_kernel::id::{ClinicId, MemberId};
use dawr_store::{Cursor, Query, keys, query::Index};
use deserr::Deserr;
use schemars::JsonSchema;

use crate::{error::QueueError, model::Queue, view::QueueView};

endpoint! {
    /// The queues of the clinics that the caller covers, the newest first. A page may be short and still have a next one.
    pub const LIST_QUEUES: "list_queues" = Get "/api/queues";
    requires: Permission(QueueRead);
    reach: Clinic;
    access: Access::READ;
    handler: list_queues(query: ListQueues) -> 200 List<QueueView>;
    errors: [];
}

/// Which queues.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListQueues {
    /// The token of the page; the first one unless said.
    #[deserr(default)]
    page: Option<String>,
    #[deserr(default)]
    page_size: Option<PageSize>,
    /// Only those that this member opened.
    #[deserr(default)]
    created_by: Option<MemberId>,
    /// Only those of this clinic.
    #[deserr(default)]
    clinic_id: Option<ClinicId>,
    /// Only open ones, or only closed ones.
    #[deserr(default)]
    active: Option<Flag>,
}

/// With a filter so many queues are looked at in one trip.
const LOOKS: u32 = 500;

async fn list_queues(cx: &Cx, query: ListQueues) -> Result<List<QueueView>, QueueError> {
    let caller = cx.authorize(Permission::QueueRead)?;
    let after = cx.open_page(&caller, query.page.as_deref())?;
    let size = query.page_size.unwrap_or_default().0;
    let clinics = match (&caller.clinics, query.clinic_id) {
        (Coverage::All, None) => None,
        (clinics, Some(clinic)) => Some(if clinics.has(clinic) { vec![clinic] } else { Vec::new() }),
        (Coverage::Only(clinics), None) => Some(clinics.clone()),
    };
    if clinics.as_ref().is_some_and(Vec::is_empty) {
        return Ok(cx.list(&caller, Vec::new(), None::<Cursor>)?);
    }
    let filtered = query.created_by.is_some() || query.active.is_some() || clinics.is_some();
    let looks = if filtered { LOOKS } else { size };
    let range = Query::below(Index::Gsi1, keys::queues(&caller))
        .descending()
        .only("created_by", query.created_by)
        .among("clinic", clinics.as_deref())
        .only_bool("active", query.active.map(|flag| flag.0))
        .after(after);
    let page = cx.table().filtered_page::<Queue>(range, usize::try_from(size).unwrap_or(50), looks).await?;
    let items = page.items.iter().map(QueueView::stored).collect();
    Ok(cx.list(&caller, items, page.next)?)
}
