//! `PUT /api/templates/{templateId}`

use dawr_api::{Cx, Failure, code::Code, endpoint, function::Access, permission::Permission};
use dawr_store::Work;

use crate::{
    template::Template,
    template_view::{TemplateBody, TemplatePath, TemplateView, load_own},
};

endpoint! {
    /// Changes a template. Messages that were sent before keep their text.
    pub const UPDATE_TEMPLATE: "update_template" = Put "/api/templates/{templateId}";
    requires: Permission(TemplateWrite);
    reach: Shared;
    access: Access::WRITE;
    handler: update_template(path: TemplatePath, body: TemplateBody) -> 200 TemplateView;
    errors: [NotFound, StaleVersion, UnknownVariable, UnclosedVariable, TooMany];
}

async fn update_template(cx: &Cx, path: TemplatePath, body: TemplateBody) -> Result<TemplateView, Failure> {
    let caller = cx.authorize(Permission::TemplateWrite)?;
    let template = load_own(cx, &caller, path.template_id).await?;
    if body.resumes() && !caller.administers() {
        return Err(Code::Forbidden.into());
    }
    let changed = body.apply(Template { updated_at: cx.now(), ..template.value.clone() })?;
    let mut work = Work::new();
    work.replace(&caller, &template, &changed);
    cx.save(&caller, work).await?;
    TemplateView::new(&changed, template.version + 1)
}
