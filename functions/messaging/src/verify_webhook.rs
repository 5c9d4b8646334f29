//! `GET /api/webhooks/whatsapp`

use dawr_api::{Cx, Failure, code::Code, endpoint, failure::FieldErrors, function::Access, reply::PlainText};
use deserr::Deserr;
use schemars::JsonSchema;

use crate::account::VerifyToken;

endpoint! {
    /// Meta verifies a callback's address: it repeats a clinic's verify token and gets its challenge back.
    pub const VERIFY_WEBHOOK: "verify_webhook" = Get "/api/webhooks/whatsapp";
    requires: Nothing;
    access: Access::READ;
    handler: verify_webhook(query: VerifyWebhook) -> 200 PlainText;
    errors: [Forbidden];
}

dawr_kernel::text_type! {
    /// A word that Meta says.
    pub Word: personal, single_line, 1..=2000
}

/// What Meta asks with.
#[derive(Deserr, JsonSchema)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
#[allow(dead_code, reason = "there is one mode")]
pub struct VerifyWebhook {
    /// What is asked for.
    #[deserr(rename = "hub.mode")]
    #[schemars(rename = "hub.mode")]
    mode: Mode,
    /// What is to be answered.
    #[deserr(rename = "hub.challenge")]
    #[schemars(rename = "hub.challenge")]
    challenge: Word,
    /// The clinic's verify token.
    #[deserr(rename = "hub.verify_token")]
    #[schemars(rename = "hub.verify_token")]
    verify_token: Word,
}

#[derive(Deserr, JsonSchema)]
#[deserr(rename_all = lowercase)]
#[schemars(rename_all = "lowercase")]
enum Mode {
    Subscribe,
}

async fn verify_webhook(cx: &Cx, query: VerifyWebhook) -> Result<PlainText, Failure> {
    match cx.table().get::<VerifyToken>(&VerifyToken::key(query.verify_token.expose())).await? {
        Some(_) => Ok(PlainText(query.challenge.expose().to_owned())),
        None => Err(Code::Forbidden.into()),
    }
}
