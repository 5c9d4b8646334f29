//! `POST /api/webhooks/whatsapp`

use std::collections::BTreeMap;

use dawr_api::{
    Cx, Failure,
    code::Code,
    endpoint,
    function::{Access, Secret},
    reply::PlainText,
    request::RawRequest,
};
use dawr_store::Stored;
use serde_json::Value;

use crate::{
    account::{BusinessAccountId, ProviderNumber},
    addressee::{Addressee, Addressees, Place},
    inbox::{self, Delivery},
    whatsapp::callback::{Body, Content, Signature},
};

endpoint! {
    /// Takes a callback of Meta: each event of a body that its tenant's own secret signed is stored once, then merged. What is unreadable in it is passed over; what asks for nothing is taken, too.
    pub const RECEIVE_WEBHOOK: "receive_webhook" = Post "/api/webhooks/whatsapp";
    requires: Signature;
    access: Access::WRITE.secrets(&[Secret::ReadProviders]);
    handler: receive_webhook(raw: RawRequest) -> 200 PlainText;
    errors: [InvalidSignature, MalformedRequest, PayloadTooLarge];
}

async fn receive_webhook(cx: &Cx, request: RawRequest) -> Result<PlainText, Failure> {
    let taken = || Ok(PlainText(String::new()));
    let bytes = &request.0.body;
    let body = Body::read(bytes).ok_or(Code::MalformedRequest)?;
    if body.skipped > 0 {
        tracing::warn!(skipped = body.skipped, "parts of a callback are unreadable");
    }
    if body.parts.is_empty() {
        // Nothing is said of anybody: it would come again if it were refused, with nothing in it still.
        return taken();
    }
    let signature = request.0.header("x-hub-signature-256").and_then(Signature::parse);
    let signature = signature.ok_or(Code::InvalidSignature)?;
    let places: Vec<Place> = body.parts.iter().filter_map(Place::of).collect();
    let Some(addressees) = Addressees::prove(cx, &places, bytes, &signature).await? else {
        tracing::warn!("a callback was refused: what it names is not ours, or its signature is wrong");
        return Err(Code::InvalidSignature.into());
    };
    for delivery in deliveries(body, &addressees).into_values() {
        inbox::keep(cx, &delivery).await?;
    }
    taken()
}

/// What is delivered to each tenant.
fn deliveries(body: Body, addressees: &Addressees<'_>) -> BTreeMap<dawr_kernel::id::TenantId, Delivery> {
    let mut deliveries = BTreeMap::new();
    for part in body.parts {
        let Some(place) = Place::of(&part) else { continue };
        let account = part.account.as_deref().and_then(|account| BusinessAccountId::parse(account).ok());
        for addressee in addressees.at(&place) {
            let scope = addressee.scope;
            let delivery = deliveries.entry(scope.tenant()).or_insert_with(|| Delivery::to(scope));
            delivery.contents.extend(part.contents.iter().filter_map(|content| about(content, addressee)));
            if let (Some(record), Some(account)) = (&addressee.record, &account) {
                delivery.learnt = delivery.learnt.take().or_else(|| learnt(record, account));
            }
        }
    }
    deliveries
}

/// An event as it concerns one of our numbers; none if it does not. What is said of an account is said of each number in it,
/// what was said to a number only to that one.
fn about(content: &Content, addressee: &Addressee) -> Option<Content> {
    let mut content = content.clone();
    match &mut content {
        Content::Template(Value::Object(event)) | Content::Account(Value::Object(event)) => {
            event.insert("phone_number_id".to_owned(), Value::String(addressee.number.as_str().to_owned()));
            Some(content)
        }
        _ => addressee.record.is_some().then_some(content),
    }
}

/// The number's record once it is known to which account it belongs; none if that was known.
fn learnt(
    record: &Stored<ProviderNumber>,
    account: &BusinessAccountId,
) -> Option<(Stored<ProviderNumber>, ProviderNumber)> {
    let is_known = record.account.as_ref() == Some(account);
    (!is_known).then(|| (record.clone(), ProviderNumber { account: Some(account.clone()), ..record.value.clone() }))
}
