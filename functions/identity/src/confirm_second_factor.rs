//! `POST /api/auth/second-factor/confirm`

use dawr_api::{
    Cx, Failure,
    code::Code,
    endpoint,
    failure::FieldErrors,
    function::{Access, Secret as Reads},
    reply::WithCookies,
};
use dawr_store::{Stored, Work, keys, work::What};
use deserr::Deserr;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    attempts::{Kind, Try},
    elsewhere::{Everywhere, News},
    everywhere::begin_anew,
    me::load,
    model::Identity,
    second_factor::{FactorCode, FactorKey, Factors, RecoveryCodes, SecondFactor},
    session::SessionView,
};

endpoint! {
    /// Confirms a second factor by a code of the app: from now on a sign-in asks for one. Ends all sessions of the caller,
    /// which were begun without it, opens a new one, and gives recovery codes, which are shown this once.
    pub const CONFIRM_SECOND_FACTOR: "confirm_second_factor" = Post "/api/auth/second-factor/confirm";
    requires: Account;
    access: Access::WRITE.secrets(&[Reads::SigningKey, Reads::FactorKey]).notices();
    handler: confirm_second_factor(body: ConfirmSecondFactor) -> 200 WithCookies<ConfirmedFactorView>;
    errors: [NoSecondFactor, SecondFactorActive, InvalidCode, UnknownBrowser, TooManyRequests];
}

/// The code that the app shows.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConfirmSecondFactor {
    code: FactorCode,
}

/// The recovery codes and the new session.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConfirmedFactorView {
    /// Each is good once in place of a code of the app.
    recovery_codes: Vec<String>,
    session: SessionView,
}

async fn confirm_second_factor(
    cx: &Cx,
    body: ConfirmSecondFactor,
) -> Result<WithCookies<ConfirmedFactorView>, Failure> {
    let caller = cx.member()?;
    let (member, tenant) = load(cx, &caller).await?;
    let identity: Option<Stored<Identity>> = cx.table().get(&keys::identity(member.identity)).await?;
    let identity = identity.ok_or(Code::Unauthenticated)?;
    let sealed = match &identity.factors {
        Factors { active: Some(_), .. } => return Err(Code::SecondFactorActive.into()),
        Factors { staged: None, .. } => return Err(Code::NoSecondFactor.into()),
        Factors { staged: Some(sealed), .. } => sealed.clone(),
    };
    let everywhere = Everywhere::load(cx, &identity).await?;
    everywhere.know_browser(cx, caller.tenant())?;
    let counted = Try::begin(cx, Kind::Code, Some(&identity.id.to_string()), Work::new()).await?;
    let secret = FactorKey::of(cx).await?.open(&sealed, identity.id)?;
    let step = secret.step_of(body.code.expose(), cx.now(), None).ok_or(Code::InvalidCode)?;

    let codes = RecoveryCodes::generate(cx.entropy());
    let factors = Factors { active: Some(SecondFactor::confirmed(sealed, step, &codes)), staged: None };
    let changed = Identity { factors, ..identity.value.clone() };
    let mut work = Work::new();
    counted.succeed(&mut work);
    work.replace(&caller, &identity, &changed);
    work.about("member", member.id, What::Changed(vec!["second_factor".to_owned()]));
    everywhere.tell(cx, News::FactorSetUp, &mut work).await?;
    let answer = begin_anew(cx, &caller, &tenant, &changed, &mut work).await?;
    cx.save(&caller, work).await?;
    Ok(answer.map(|session| ConfirmedFactorView { recovery_codes: codes.shown(), session }))
}
