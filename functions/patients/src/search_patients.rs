//! `GET /api/patients`

use dawr_api::{
    Authorized, Cx, endpoint, failure::FieldErrors, function::Access, page::List, permission::Permission,
    request::PageSize,
};
use dawr_store::{Cursor, Page};
use deserr::Deserr;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    error::PatientError,
    index::{Card, Entry},
    model::{Patient, folded},
    search_text::SearchText,
    store::{NameEnd, Patients},
    view::PatientView,
};

endpoint! {
    /// Finds patients by the beginnings of the words of their names, by their phone number in any writing, by file
    /// number, by national id or by the last four digits of the phone. Without a search all of them are listed, the newest first.
    pub const SEARCH_PATIENTS: "search_patients" = Get "/api/patients";
    requires: Permission(PatientRead);
    reach: Shared;
    access: Access::APPEND;
    handler: search_patients(query: SearchPatients) -> 200 List<PatientView>;
    errors: [];
}

/// What is searched for.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct SearchPatients {
    /// A name or a part of it, a phone number or its last four digits, a file number or a national id; all patients unless said.
    #[deserr(default)]
    search: Option<SearchText>,
    /// The token of the page; the first one unless said.
    #[deserr(default)]
    page: Option<String>,
    #[deserr(default)]
    page_size: Option<PageSize>,
}

/// Where a page of results ended.
#[derive(Serialize, Deserialize)]
enum PageEnd {
    Phone(Cursor),
    PhoneEnd(Cursor),
    Name(NameEnd),
    All(Cursor),
}

async fn search_patients(cx: &Cx, query: SearchPatients) -> Result<List<PatientView>, PatientError> {
    let caller = cx.authorize(Permission::PatientRead)?;
    let end = cx.open_page(&caller, query.page.as_deref())?;
    let size = query.page_size.unwrap_or_default().0;
    let (cards, next) = match &query.search {
        Some(search) => find(cx, &caller, search, end, size).await?,
        None => list(cx, &caller, end, size).await?,
    };
    cx.seen::<Patient>(&caller, cards.iter().map(|card| card.id)).await?;
    let items = cards.into_iter().map(|card| PatientView::of_card(card, &caller)).collect();
    Ok(cx.list(&caller, items, next)?)
}

type Found = (Vec<Card>, Option<PageEnd>);

async fn list(cx: &Cx, caller: &Authorized, end: Option<PageEnd>, size: u32) -> Result<Found, PatientError> {
    let after = match end {
        Some(PageEnd::All(cursor)) => Some(cursor),
        _ => None,
    };
    let Page { items, next } = Patients::new(cx, caller).newest(after, size).await?;
    Ok((items, next.map(PageEnd::All)))
}

async fn find(
    cx: &Cx,
    caller: &Authorized,
    search: &SearchText,
    end: Option<PageEnd>,
    size: u32,
) -> Result<Found, PatientError> {
    let patients = Patients::new(cx, caller);
    let cards = |entries: Vec<Entry>| entries.into_iter().map(|entry| entry.card).collect();
    let name = |(entries, next): (Vec<Entry>, Option<NameEnd>)| (cards(entries), next.map(PageEnd::Name));
    let phone_end = |page: Page<Entry>| (cards(page.items), page.next.map(PageEnd::PhoneEnd));
    let (folded, end_digits) = (folded(search.expose()), search.phone_end());
    match end {
        Some(PageEnd::Phone(cursor)) => {
            if let Some(phone) = search.phone(cx, caller).await? {
                let page = patients.by_phone(&phone, Some(cursor), size).await?;
                return Ok((cards(page.items), page.next.map(PageEnd::Phone)));
            }
        }
        Some(PageEnd::PhoneEnd(cursor)) => {
            if let Some(digits) = &end_digits {
                return Ok(phone_end(patients.by_phone_end(digits, Some(cursor), size).await?));
            }
        }
        Some(PageEnd::Name(end)) => return Ok(name(patients.by_name(&folded, Some(end), size).await?)),
        Some(PageEnd::All(_)) | None => {}
    }
    if let Some(phone) = search.phone(cx, caller).await? {
        let page = patients.by_phone(&phone, None, size).await?;
        if !page.items.is_empty() {
            return Ok((cards(page.items), page.next.map(PageEnd::Phone)));
        }
    }
    let mut numbered: Vec<Card> = cards(patients.by_number(search.numbers()).await?);
    if let Some(digits) = &end_digits {
        // Four digits may be a file number as well: whose it is comes before whose phones end in them.
        let room = size.saturating_sub(u32::try_from(numbered.len()).unwrap_or(size)).max(1);
        let (others, next) = phone_end(patients.by_phone_end(digits, None, room).await?);
        let known: Vec<_> = numbered.iter().map(|card| card.id).collect();
        numbered.extend(others.into_iter().filter(|card| !known.contains(&card.id)));
        if !numbered.is_empty() {
            return Ok((numbered, next));
        }
    }
    if !numbered.is_empty() {
        return Ok((numbered, None));
    }
    Ok(name(patients.by_name(&folded, None, size).await?))
}
