//! `POST /api/auth/forgot-password`

use dawr_api::{Cx, Failure, endpoint, failure::FieldErrors, function::Access, slug::Slug};
use dawr_store::{Ground, TenantScope, Work};
use deserr::Deserr;
use jiff::SignedDuration;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    account::Account,
    attempts::{Kind, Try},
    device, habits,
    model::Username,
    reset_request::{AccountName, ResetRequest},
    sent_code::Purpose,
};

endpoint! {
    /// Asks for a new password: a code comes to the phone of the account's member, if there is such an account, it has a
    /// phone, and the clinic can write to it. The answer is the same and takes the same time in any case.
    pub const FORGOT_PASSWORD: "forgot_password" = Post "/api/auth/forgot-password";
    requires: Nothing;
    access: Access::WRITE;
    handler: forgot_password(body: ForgotPassword) -> 202 ForgottenView;
    errors: [TooManyRequests];
}

/// Whose.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct ForgotPassword {
    /// The clinic's slug. May be left out when the username is an e-mail address: then a code comes for each account of it.
    #[deserr(default)]
    clinic: Option<Slug>,
    username: Username,
}

/// What is said to whoever asks.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ForgottenView {
    /// For how many minutes a code is good, if one comes.
    code_minutes: i64,
}

async fn forgot_password(cx: &Cx, body: ForgotPassword) -> Result<ForgottenView, Failure> {
    let clinic = body.clinic.clone();
    let account = Account::new(body.clinic, body.username)?;
    let browser = habits::browser(cx);
    let request = ResetRequest {
        id: cx.new_id(),
        clinic,
        username: AccountName::parse(account.username.expose()).map_err(Failure::internal)?,
        device: device::name(cx.header("user-agent").unwrap_or_default()),
        browser: browser.clone(),
        address: cx.address.clone(),
        correlation: cx.correlation.clone(),
        ends_at: cx.now().checked_add(SignedDuration::from_mins(Purpose::Reset.minutes())).unwrap_or(cx.now()),
    };
    let mut work = Work::new();
    // Nobody looks whose it is, so it is nobody's.
    work.create(&TenantScope::on(Ground::SignIn, cx.new_id()), &request);
    // Whether the account's member knows the browser, the worker looks; what one of them asks for closes no other one.
    let account = match &browser {
        Some(browser) => format!("{}\0{browser}", account.bucket()),
        None => account.bucket(),
    };
    Try::begin(cx, Kind::Forgot, Some(&account), work).await?;
    Ok(ForgottenView { code_minutes: Purpose::Reset.minutes() })
}
