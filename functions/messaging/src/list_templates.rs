//! `GET /api/templates`

use dawr_api::{Cx, Failure, endpoint, function::Access, page::List, permission::Permission, request::WhichPage};
use dawr_store::{Cursor, Index, Query, keys};

use crate::{sending::is_visible, template::Template, template_view::TemplateView};

endpoint! {
    /// The templates that the caller may use, the oldest first.
    pub const LIST_TEMPLATES: "list_templates" = Get "/api/templates";
    requires: Permission(TemplateRead);
    reach: Shared;
    access: Access::READ;
    handler: list_templates(query: WhichPage) -> 200 List<TemplateView>;
    errors: [];
}

async fn list_templates(cx: &Cx, which: WhichPage) -> Result<List<TemplateView>, Failure> {
    let caller = cx.authorize(Permission::TemplateRead)?;
    let after: Option<Cursor> = cx.open_page(&caller, which.token())?;
    let size = which.size();
    let range = Query::below(Index::Table, keys::templates(&caller)).after(after).limit(size);
    let page = cx.table().query::<Template>(range).await?;
    let visible = page.items.iter().filter(|template| is_visible(&caller, template));
    let items = visible.map(|template| TemplateView::new(template, template.version)).collect::<Result<_, _>>()?;
    cx.list(&caller, items, page.next)
}
