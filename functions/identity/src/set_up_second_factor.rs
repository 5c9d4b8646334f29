//! `POST /api/auth/second-factor`

use dawr_api::{
    Cx, Failure,
    code::Code,
    endpoint,
    failure::FieldErrors,
    function::{Access, Secret as Reads},
    tenant::Tenant,
};
use dawr_store::{Stored, Work, keys, work::What};
use deserr::Deserr;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use qrcode::{EcLevel, QrCode, render::svg};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    elsewhere::Everywhere,
    me::load,
    model::{Identity, Member, Password},
    proof::prove_password,
    second_factor::{FactorKey, Factors},
    totp::{DIGITS, Secret},
};

endpoint! {
    /// Begins to set up a second factor, on the password: gives a secret for an authenticator app, in place of one that was not confirmed.
    /// Nothing is asked for at sign-in before a code of the app confirms it.
    pub const SET_UP_SECOND_FACTOR: "set_up_second_factor" = Post "/api/auth/second-factor";
    requires: Account;
    access: Access::WRITE.secrets(&[Reads::FactorKey]);
    handler: set_up_second_factor(body: SetUpSecondFactor) -> 200 StagedFactorView;
    errors: [SecondFactorActive, WrongPassword, UnknownBrowser, TooManyRequests];
}

/// Who holds a token only must not lock its owner out.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct SetUpSecondFactor {
    password: Password,
}

/// What an authenticator app must know, in three forms.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StagedFactorView {
    /// To be typed: base 32.
    secret: String,
    /// To be opened on the phone itself.
    otpauth_uri: String,
    /// To be scanned: an SVG picture.
    qr: String,
}

async fn set_up_second_factor(cx: &Cx, body: SetUpSecondFactor) -> Result<StagedFactorView, Failure> {
    let caller = cx.member()?;
    let (member, tenant) = load(cx, &caller).await?;
    let identity: Option<Stored<Identity>> = cx.table().get(&keys::identity(member.identity)).await?;
    let identity = identity.ok_or(Code::Unauthenticated)?;
    if identity.factors.active.is_some() {
        return Err(Code::SecondFactorActive.into());
    }
    Everywhere::load(cx, &identity).await?.know_browser(cx, caller.tenant())?;
    let counted = prove_password(cx, &identity, &body.password, "password").await?;
    let secret = Secret::generate(cx.entropy());
    let sealed = FactorKey::of(cx).await?.seal(&secret, identity.id)?;
    let staged = Identity { factors: Factors { active: None, staged: Some(sealed) }, ..identity.value.clone() };
    let mut work = Work::new();
    counted.succeed(&mut work);
    work.replace(&caller, &identity, &staged);
    work.about("member", member.id, What::Changed(vec!["staged_factor".to_owned()]));
    cx.save(&caller, work).await?;
    view(&secret, &member, &tenant)
}

/// The form of the address is Google Authenticator's ("Key Uri Format"), which the other apps read, too.
fn view(secret: &Secret, member: &Member, tenant: &Tenant) -> Result<StagedFactorView, Failure> {
    let account = format!("{}/{}", tenant.slug, member.username.expose());
    let account = utf8_percent_encode(&account, NON_ALPHANUMERIC);
    let typed = secret.base32();
    let otpauth_uri =
        format!("otpauth://totp/Dawr:{account}?secret={typed}&issuer=Dawr&algorithm=SHA1&digits={DIGITS}&period=30");
    let qr = QrCode::with_error_correction_level(&otpauth_uri, EcLevel::L).map_err(Failure::internal)?;
    let qr = qr.render::<svg::Color<'_>>().min_dimensions(240, 240).build();
    Ok(StagedFactorView { secret: typed, otpauth_uri, qr })
}
