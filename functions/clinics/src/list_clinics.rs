//! `GET /api/clinics`

use dawr_api::{
    Cx, Failure, endpoint, function::Access, page::List, permission::Permission, request::WhichPage, role::Coverage,
};
use dawr_store::{Page, Query, keys, query::Index};

use crate::{clinic_view::ClinicView, model::Clinic};

endpoint! {
    /// The clinics that the caller covers, the oldest first. Who covers single ones gets them on one page.
    pub const LIST_CLINICS: "list_clinics" = Get "/api/clinics";
    requires: Permission(ClinicRead);
    reach: Clinic;
    access: Access::READ;
    handler: list_clinics(query: WhichPage) -> 200 List<ClinicView>;
    errors: [];
}

async fn list_clinics(cx: &Cx, which: WhichPage) -> Result<List<ClinicView>, Failure> {
    let caller = cx.authorize(Permission::ClinicRead)?;
    let after = cx.open_page(&caller, which.token())?;
    let page = match &caller.clinics {
        Coverage::All => {
            let range = Query::below(Index::Table, keys::clinics(&caller)).after(after);
            cx.table().query::<Clinic>(range.limit(which.size())).await?
        }
        Coverage::Only(clinics) => {
            let mut clinics = clinics.clone();
            clinics.sort_unstable();
            let keys: Vec<_> = clinics.iter().map(|clinic| keys::clinic(&caller, *clinic)).collect();
            Page { items: cx.table().get_many::<Clinic>(&keys).await?.into_iter().flatten().collect(), next: None }
        }
    };
    let items = page.items.iter().map(ClinicView::stored).collect();
    cx.list(&caller, items, page.next)
}
