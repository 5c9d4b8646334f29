//! `POST /api/templates`

use dawr_api::{Cx, Failure, endpoint, function::Access, permission::Permission};
use dawr_store::Work;

use crate::template_view::{TemplateBody, TemplateView};

endpoint! {
    /// Writes a template.
    pub const CREATE_TEMPLATE: "create_template" = Post "/api/templates";
    requires: Permission(TemplateWrite);
    reach: Shared;
    access: Access::WRITE;
    handler: create_template(body: TemplateBody) -> 201 TemplateView;
    errors: [UnknownVariable, UnclosedVariable, TooMany];
    idempotent;
}

async fn create_template(cx: &Cx, body: TemplateBody) -> Result<TemplateView, Failure> {
    let caller = cx.authorize(Permission::TemplateWrite)?;
    let template = body.create(cx, &caller)?;
    let view = TemplateView::new(&template, 1)?;
    let mut work = Work::new();
    work.create(&caller, &template);
    cx.commit(&caller, work, &view).await?;
    Ok(view)
}
