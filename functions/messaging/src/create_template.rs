//! `POST /api/templates`

use dawr_api::{Cx, Failure, code::Code, endpoint, function::Access, permission::Permission};
use dawr_store::Work;

use crate::{
    provider_template::LastWord,
    template_view::{TemplateBody, TemplateView},
};

/// WhatsApp may say something else of the provider template at the same time: so often it is tried.
const MAX_TRIES: u32 = 12;

endpoint! {
    /// Writes a template. One whose provider template WhatsApp has paused begins paused.
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
    for round in 0..MAX_TRIES {
        cx.table().pause(round).await;
        let said = match body.last_word(&caller) {
            Some(keys) => LastWord::of(keys.clone(), &cx.table().get_items(&keys).await?)?,
            None => LastWord::unasked(),
        };
        let template = body.create(cx, &caller, &said)?;
        let view = TemplateView::new(&template, 1)?;
        let mut work = Work::new();
        work.create(&caller, &template);
        let relied = said.rely_on(&mut work);
        match cx.commit(&caller, work, &view).await {
            Ok(()) => return Ok(view),
            Err(error) if relied.is_some_and(|slot| error.refusal(slot).is_some()) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Failure::new(Code::Unavailable).after(1))
}
