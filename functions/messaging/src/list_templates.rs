//! `GET /api/templates`

use dawr_api::{
    Cx, Failure, endpoint, failure::FieldErrors, function::Access, page::List, permission::Permission,
    request::PageSize,
};
use dawr_store::{Cursor, Index, Query, keys};
use deserr::Deserr;
use schemars::JsonSchema;

use crate::{sending::is_visible, template::Template, template_view::TemplateView};

endpoint! {
    /// The templates that the caller may use, the oldest first.
    pub const LIST_TEMPLATES: "list_templates" = Get "/api/templates";
    requires: Permission(TemplateRead);
    access: Access::READ;
    handler: list_templates(query: ListTemplates) -> 200 List<TemplateView>;
    errors: [];
}

/// Which page.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase")]
pub struct ListTemplates {
    #[deserr(default)]
    page: Option<String>,
    #[deserr(default)]
    page_size: Option<PageSize>,
}

async fn list_templates(cx: &Cx, query: ListTemplates) -> Result<List<TemplateView>, Failure> {
    let caller = cx.authorize(Permission::TemplateRead)?;
    let after: Option<Cursor> = cx.open_page(&caller, query.page.as_deref())?;
    let size = query.page_size.unwrap_or_default().0;
    let range = Query::below(Index::Table, keys::templates(&caller)).after(after).limit(size);
    let page = cx.table().query::<Template>(range).await?;
    let visible = page.items.iter().filter(|template| is_visible(&caller, template));
    let items = visible.map(|template| TemplateView::new(template, template.version)).collect::<Result<_, _>>()?;
    cx.list(&caller, items, page.next)
}
