//! `GET /api/patients?search=`

use dawr_api::{
    Authorized, Cx, endpoint, failure::FieldErrors, function::Access, page::List, permission::Permission,
    request::PageSize, tenant::Tenant,
};
use dawr_kernel::{
    phone::PhoneNumber,
    text::{Invalid, Lines, LocalId, NationalId, clean, pattern, without_invisible_marks},
};
use dawr_store::{Cursor, Page};
use deserr::Deserr;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    error::PatientError,
    index::{Entry, Under},
    model::{Patient, folded},
    store::Patients,
    view::PatientView,
};

endpoint! {
    /// Finds patients by the beginnings of the words of their names, by their phone number in any writing, by file
    /// number or by national id.
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
    /// A name or a part of it, a phone number, a file number or a national id.
    search: SearchText,
    /// The token of the page; the first one unless said.
    #[deserr(default)]
    page: Option<String>,
    #[deserr(default)]
    page_size: Option<PageSize>,
}

/// What was typed into a search box.
#[derive(Clone)]
pub struct SearchText(String);

impl SearchText {
    fn parse(text: &str) -> Result<Self, Invalid> {
        clean(&without_invisible_marks(text), Lines::Single, 1, 200).map(Self)
    }

    fn expose(&self) -> &str {
        &self.0
    }

    /// Whether it may be a phone number: enough digits, and no letter.
    fn may_be_phone(&self) -> bool {
        let folded = folded(&self.0);
        let digits = folded.chars().filter(char::is_ascii_digit).count();
        digits >= 7 && !folded.contains(char::is_alphabetic)
    }

    /// What it is as a file number or a national id: only what has a digit is either.
    fn numbers(&self) -> [Option<Under>; 2] {
        if !folded(&self.0).contains(|c: char| c.is_ascii_digit()) {
            return [None, None];
        }
        let file = LocalId::parse(&self.0).ok().map(Under::FileNumber);
        [file, NationalId::parse(&self.0).ok().map(Under::NationalId)]
    }
}

impl std::fmt::Debug for SearchText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SearchText(…)")
    }
}

dawr_kernel::string_newtype!(
    SearchText,
    parse,
    expose,
    schemars::json_schema!({
        "type": "string", "minLength": 1, "maxLength": 200, "pattern": pattern(Lines::Single, 1),
    })
);

/// Where a page of results ended.
#[derive(Serialize, Deserialize)]
enum PageEnd {
    Phone(Cursor),
    Name(Cursor),
}

async fn search_patients(cx: &Cx, query: SearchPatients) -> Result<List<PatientView>, PatientError> {
    let caller = cx.authorize(Permission::PatientRead)?;
    let end = cx.open_page(&caller, query.page.as_deref())?;
    let size = query.page_size.unwrap_or_default().0;
    let (entries, next) = find(cx, &caller, &query.search, end, size).await?;
    cx.seen::<Patient>(&caller, entries.iter().map(|entry| entry.card.id)).await?;
    let items = entries.into_iter().map(|entry| PatientView::of_card(entry.card, &caller)).collect();
    Ok(cx.list(&caller, items, next)?)
}

type Found = (Vec<Entry>, Option<PageEnd>);

async fn find(
    cx: &Cx,
    caller: &Authorized,
    search: &SearchText,
    end: Option<PageEnd>,
    size: u32,
) -> Result<Found, PatientError> {
    let patients = Patients::new(cx, caller);
    let (phone_end, name_end) = match end {
        Some(PageEnd::Phone(cursor)) => (Some(cursor), None),
        Some(PageEnd::Name(cursor)) => (None, Some(cursor)),
        None => (None, None),
    };
    if name_end.is_none() {
        if search.may_be_phone()
            && let Ok(phone) = PhoneNumber::parse(search.expose(), Tenant::load(cx, caller).await?.region)
        {
            let Page { items, next } = patients.by_phone(&phone, phone_end, size).await?;
            if !items.is_empty() {
                return Ok((items, next.map(PageEnd::Phone)));
            }
        }
        let numbered = patients.by_number(search.numbers()).await?;
        if !numbered.is_empty() {
            return Ok((numbered, None));
        }
    }
    let Page { items, next } = patients.by_name(&folded(search.expose()), name_end, size).await?;
    Ok((items, next.map(PageEnd::Name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_read_as_what_it_may_be() {
        let text = |text: &str| SearchText::parse(text).unwrap();
        for phone in ["٠٥٠ ١٢٣ ٤٥٦٧", "\u{202A}+966 50-123-4567\u{202C}", "00966501234567", "(050) 1234567"] {
            assert!(text(phone).may_be_phone(), "{phone}");
        }
        for other in ["A-1234567", "123456", "محمد", "علي ٠٥٠١٢٣٤٥٦٧"] {
            assert!(!text(other).may_be_phone(), "{other}");
        }
        assert_eq!(text("محمد").numbers(), [None, None]);
        let file = |number: &str| LocalId::parse(number).ok().map(Under::FileNumber);
        assert_eq!(text("A-12").numbers(), [file("A-12"), None]);
        assert_eq!(text("١٠١٢٣٤٥٦٧٨").numbers()[0], file("1012345678"));
        assert!(text("1012345678").numbers()[1].is_some());
        assert!(SearchText::parse(" \u{200F} ").is_err() && SearchText::parse(&"x".repeat(201)).is_err());
    }
}
