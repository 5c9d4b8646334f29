//! `PUT /api/templates/{templateId}`

use dawr_api::{Cx, Failure, code::Code, endpoint, function::Access, permission::Permission};
use dawr_store::{Stored, Work, keys};

use crate::{
    provider_template::LastWord,
    template::Template,
    template_view::{TemplateBody, TemplatePath, TemplateView, own},
};

/// WhatsApp may say something else of the provider template at the same time: so often it is tried.
const MAX_TRIES: u32 = 12;

endpoint! {
    /// Changes a template. Messages that were sent before keep their text. One that names another provider template is paused if
    /// WhatsApp has paused that one.
    pub const UPDATE_TEMPLATE: "update_template" = Put "/api/templates/{templateId}";
    requires: Permission(TemplateWrite);
    reach: Shared;
    access: Access::WRITE;
    handler: update_template(path: TemplatePath, body: TemplateBody) -> 200 TemplateView;
    errors: [NotFound, StaleVersion, UnknownVariable, UnclosedVariable, TooMany];
}

async fn update_template(cx: &Cx, path: TemplatePath, body: TemplateBody) -> Result<TemplateView, Failure> {
    let caller = cx.authorize(Permission::TemplateWrite)?;
    let key = keys::template(&caller, path.template_id);
    let last_word = body.last_word(&caller);
    let wanted: Vec<_> = last_word.iter().flatten().chain([&key]).cloned().collect();
    for round in 0..MAX_TRIES {
        cx.table().pause(round).await;
        let items = cx.table().get_items(&wanted).await?;
        let template = own(cx, &caller, items.get(&key).cloned().map(Stored::decode).transpose()?)?;
        if body.resumes() && !caller.administers() {
            return Err(Code::Forbidden.into());
        }
        let said = match last_word.clone().filter(|_| body.names_another(&template)) {
            Some(keys) => LastWord::of(keys, &items)?,
            None => LastWord::unasked(),
        };
        let changed = body.apply(Template { updated_at: cx.now(), ..template.value.clone() }, &said)?;
        let mut work = Work::new();
        work.replace(&caller, &template, &changed);
        let relied = said.rely_on(&mut work);
        match cx.save(&caller, work).await {
            Ok(()) => return TemplateView::new(&changed, template.version + 1),
            Err(error) if relied.is_some_and(|slot| error.refusal(slot).is_some()) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Failure::new(Code::Unavailable).after(1))
}
