//! `GET /api/templates/{templateId}`

use dawr_api::{Cx, Failure, endpoint, function::Access, permission::Permission};

use crate::template_view::{TemplatePath, TemplateView, load};

endpoint! {
    /// A template.
    pub const GET_TEMPLATE: "get_template" = Get "/api/templates/{templateId}";
    requires: Permission(TemplateRead);
    reach: Shared;
    access: Access::READ;
    handler: get_template(path: TemplatePath) -> 200 TemplateView;
    errors: [NotFound];
}

async fn get_template(cx: &Cx, path: TemplatePath) -> Result<TemplateView, Failure> {
    let caller = cx.authorize(Permission::TemplateRead)?;
    let template = load(cx, &caller, path.template_id).await?;
    TemplateView::new(&template, template.version)
}
