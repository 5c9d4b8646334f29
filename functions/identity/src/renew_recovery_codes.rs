//! `POST /api/auth/second-factor/recovery-codes`

use dawr_api::{
    Cx, Failure, endpoint,
    function::{Access, Secret},
};
use dawr_store::{Work, work::What};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    model::Identity,
    proof::{FactorProof, Proven, prove},
    second_factor::{Factors, RecoveryCodes},
};

endpoint! {
    /// Gives new recovery codes in place of all old ones, on the password and a code. They are shown this once.
    pub const RENEW_RECOVERY_CODES: "renew_recovery_codes" = Post "/api/auth/second-factor/recovery-codes";
    requires: Account;
    access: Access::WRITE.secrets(&[Secret::FactorKey]);
    handler: renew_recovery_codes(body: FactorProof) -> 200 RecoveryCodesView;
    errors: [NoSecondFactor, WrongPassword, InvalidCode, TooManyRequests];
}

/// Recovery codes.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecoveryCodesView {
    /// Each is good once in place of a code of the app.
    recovery_codes: Vec<String>,
}

async fn renew_recovery_codes(cx: &Cx, body: FactorProof) -> Result<RecoveryCodesView, Failure> {
    let caller = cx.member()?;
    let Proven { identity, used, counted } = prove(cx, &caller, &body).await?;
    let codes = RecoveryCodes::generate(cx.entropy());
    let factors = Factors { active: Some(used.with(&codes)), staged: None };
    let mut work = Work::new();
    counted.succeed(&mut work);
    work.replace(&caller, &identity, &Identity { factors, ..identity.value.clone() });
    work.about("member", caller.member, What::Changed(vec!["recovery_codes".to_owned()]));
    cx.save(&caller, work).await?;
    Ok(RecoveryCodesView { recovery_codes: codes.shown() })
}
