//! `DELETE /api/templates/{templateId}`

use dawr_api::{Cx, Failure, endpoint, function::Access, permission::Permission, reply::Empty};
use dawr_store::Work;

use crate::template_view::{TemplatePath, load_own};

endpoint! {
    /// Deletes a template. Messages that were made from it stay.
    pub const DELETE_TEMPLATE: "delete_template" = Delete "/api/templates/{templateId}";
    requires: Permission(TemplateWrite);
    reach: Shared;
    access: Access::WRITE;
    handler: delete_template(path: TemplatePath) -> 204 Empty;
    errors: [NotFound, StaleVersion];
}

async fn delete_template(cx: &Cx, path: TemplatePath) -> Result<Empty, Failure> {
    let caller = cx.authorize(Permission::TemplateWrite)?;
    let template = load_own(cx, &caller, path.template_id).await?;
    let mut work = Work::new();
    work.delete(&template);
    cx.save(&caller, work).await?;
    Ok(Empty)
}
