//! `POST /api/webhooks/whatsapp`

use dawr_api::{
    Cx, Failure,
    code::Code,
    endpoint,
    function::{Access, Secret},
    reply::PlainText,
    request::RawRequest,
};
use dawr_store::{Ground, Stored, TenantScope, keys};

use crate::{
    account::ProviderNumber,
    credentials::Credentials,
    inbox,
    whatsapp::callback::{events, is_signed},
};

endpoint! {
    /// Takes a callback of Meta: each event whose signature is its number's is stored once, then merged.
    pub const RECEIVE_WEBHOOK: "receive_webhook" = Post "/api/webhooks/whatsapp";
    requires: Signature;
    access: Access::WRITE.secrets(&[Secret::ReadProviders]);
    handler: receive_webhook(raw: RawRequest) -> 200 PlainText;
    errors: [InvalidSignature, MalformedRequest, PayloadTooLarge];
}

async fn receive_webhook(cx: &Cx, request: RawRequest) -> Result<PlainText, Failure> {
    let signature = request.0.header("x-hub-signature-256").unwrap_or_default();
    let bytes = &request.0.body;
    let mut is_ours = false;
    for (number, contents) in events(bytes).ok_or(Code::MalformedRequest)? {
        let Some(scope) = signed_scope(cx, &number, bytes, signature).await? else {
            tracing::warn!("a callback was refused: its number is not ours, or its signature is wrong");
            continue;
        };
        is_ours = true;
        inbox::keep(cx, &scope, &contents).await?;
    }
    if is_ours { Ok(PlainText(String::new())) } else { Err(Code::InvalidSignature.into()) }
}

/// The scope of the tenant whose number this is, if the body is signed with that tenant's own secret.
async fn signed_scope(cx: &Cx, number: &str, bytes: &[u8], signature: &str) -> Result<Option<TenantScope>, Failure> {
    let found: Option<Stored<ProviderNumber>> = cx.table().get(&keys::provider_number(number)).await?;
    let Some(found) = found else { return Ok(None) };
    let scope = TenantScope::on(Ground::Callback, found.tenant);
    let credentials = Credentials::load(cx, &scope, found.connected_at).await?;
    Ok(credentials.filter(|credentials| is_signed(&credentials.app_secret, bytes, signature)).map(|_| scope))
}
