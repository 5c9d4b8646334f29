//! `GET /api/messages/{messageId}`

use dawr_api::{Cx, Failure, code::Code, endpoint, failure::FieldErrors, function::Access, permission::Permission};
use dawr_kernel::id::MessageId;
use dawr_patients::model::Patient;
use dawr_store::{Stored, keys};
use deserr::Deserr;
use schemars::JsonSchema;

use crate::{coverage::ensure_within, message::Message, message_view::MessageDetailView};

endpoint! {
    /// A message with its tries.
    pub const GET_MESSAGE: "get_message" = Get "/api/messages/{messageId}";
    requires: Permission(MessageRead);
    reach: Clinic;
    access: Access::APPEND;
    handler: get_message(path: MessagePath) -> 200 MessageDetailView;
    errors: [NotFound];
}

/// The id of a message in a path.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase")]
pub struct MessagePath {
    message_id: MessageId,
}

async fn get_message(cx: &Cx, path: MessagePath) -> Result<MessageDetailView, Failure> {
    let caller = cx.authorize(Permission::MessageRead)?;
    let found: Option<Stored<Message>> = cx.table().get(&keys::message(&caller, path.message_id)).await?;
    let message = found.ok_or(Code::NotFound)?;
    ensure_within(cx, &caller, message.queue_id, message.id).await?;
    let view = MessageDetailView::new(cx, &caller, &message).ok_or(Code::NotFound)?;
    if let Some(about) = &message.about {
        cx.seen_lately::<Patient>(&caller, about.patient_id).await?;
    }
    Ok(view)
}
