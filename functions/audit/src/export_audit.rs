//! `GET /api/audit/export`

use dawr_api::{
    Cx, Failure,
    audit::{ALL, Entry},
    endpoint,
    failure::FieldErrors,
    function::Access,
    permission::Permission,
    reply::Csv,
    request::Instant,
    table::Table,
};
use deserr::Deserr;
use schemars::JsonSchema;

use crate::{
    trail::{self, About, Action, By, End, Filter},
    view::{EntryView, effect, views},
};

/// So many entries are in one part: what they take at the most fits in an answer of Lambda.
const ENTRIES: u32 = 1_000;

/// With filters, so many entries are looked at for one part.
const LOOKS: u32 = 5_000;

const COLUMNS: [&str; 11] =
    ["at", "actor", "name", "support", "action", "kind", "entity", "effect", "fields", "address", "correlationId"];

endpoint! {
    /// The audit trail as comma-separated values, the newest first, a row for each thing that an entry is about. One
    /// answer has up to 1,000 entries; when there are more, the header `X-Next-Page` has the `page` of the next part.
    pub const EXPORT_AUDIT: "export_audit" = Get "/api/audit/export";
    requires: Permission(AuditRead);
    access: Access::APPEND;
    handler: export_audit(query: ExportAudit) -> 200 Csv;
    errors: [OutOfRange];
}

/// Which entries.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExportAudit {
    /// What they are about: an id, or a kind such as `patient`.
    #[deserr(default)]
    entity: Option<About>,
    /// Who did it.
    #[deserr(default)]
    actor: Option<By>,
    /// The function that did it.
    #[deserr(default)]
    action: Option<Action>,
    /// Done at this time or later.
    #[deserr(default)]
    from: Option<Instant>,
    /// Done before this time.
    #[deserr(default)]
    to: Option<Instant>,
    /// The token of the page; the first one unless said.
    #[deserr(default)]
    page: Option<String>,
}

async fn export_audit(cx: &Cx, query: ExportAudit) -> Result<Csv, Failure> {
    let caller = cx.authorize(Permission::AuditRead)?;
    cx.seen_in_stay::<Entry>(&caller, ALL).await?;
    let end: Option<End> = cx.open_page(&caller, query.page.as_deref())?;
    let ExportAudit { entity: about, actor: by, action, from, to, .. } = query;
    let filter = Filter { about, by, action, from, to };
    let found = trail::page(cx, &caller, &filter, end, ENTRIES, LOOKS).await?;
    let entries = views(cx, &caller, found.entries).await?;
    let next_page = cx.list(&caller, Vec::<()>::new(), found.next)?.next_page;
    table(&entries)?.part(next_page)
}

fn table(entries: &[EntryView]) -> Result<Table, Failure> {
    let mut table = Table::new(COLUMNS)?;
    for entry in entries {
        let actor = entry.actor.member_id.map(|id| id.to_string());
        let actor = actor.or_else(|| entry.actor.elevation_id.map(|id| id.to_string()));
        let actor = actor.or_else(|| entry.actor.operator_id.map(|id| id.to_string())).unwrap_or_default();
        let (at, support) = (entry.at.to_string(), entry.support.to_string());
        for subject in &entry.subjects {
            let cells = [
                at.as_str(),
                &actor,
                entry.actor.name.as_deref().unwrap_or_default(),
                &support,
                &entry.action,
                &subject.kind,
                &subject.id,
                effect(subject.effect),
                &subject.fields.join(" "),
                &entry.address,
                &entry.correlation_id,
            ];
            table.row(cells)?;
        }
    }
    Ok(table)
}
