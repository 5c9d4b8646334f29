//! `GET /api/webhooks/whatsapp`

use dawr_api::{Cx, Failure, code::Code, endpoint, function::Access, reply::PlainText, request::RawRequest};

use crate::account::VerifyToken;

endpoint! {
    /// Meta verifies a callback's address: it repeats a clinic's verify token and gets its challenge back.
    pub const VERIFY_WEBHOOK: "verify_webhook" = Get "/api/webhooks/whatsapp";
    requires: Signature;
    access: Access::READ;
    handler: verify_webhook(raw: RawRequest) -> 200 PlainText;
    errors: [Forbidden, MalformedRequest];
}

async fn verify_webhook(cx: &Cx, request: RawRequest) -> Result<PlainText, Failure> {
    let query = request.0.query_pairs();
    let value = |name: &str| query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let (Some("subscribe"), Some(challenge), Some(token)) =
        (value("hub.mode"), value("hub.challenge"), value("hub.verify_token"))
    else {
        return Err(Code::MalformedRequest.into());
    };
    match cx.table().get::<VerifyToken>(&VerifyToken::key(token)).await? {
        Some(_) => Ok(PlainText(challenge.to_owned())),
        None => Err(Code::Forbidden.into()),
    }
}
