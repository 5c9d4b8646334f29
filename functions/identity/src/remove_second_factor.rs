//! `DELETE /api/auth/second-factor`

use dawr_api::{
    Cx, Failure, endpoint,
    function::{Access, Secret},
    reply::Empty,
};
use dawr_store::{Work, work::What};

use crate::{
    factor_proof::{FactorProof, Proven, prove},
    model::Identity,
    second_factor::Factors,
};

endpoint! {
    /// Removes the second factor, on the password and a code. Where the role asks for one, it must be set up again at the
    /// next sign-in.
    pub const REMOVE_SECOND_FACTOR: "remove_second_factor" = Delete "/api/auth/second-factor";
    requires: Account;
    access: Access::WRITE.secrets(&[Secret::FactorKey]);
    handler: remove_second_factor(body: FactorProof) -> 204 Empty;
    errors: [NoSecondFactor, WrongPassword, InvalidCode, TooManyRequests];
}

async fn remove_second_factor(cx: &Cx, body: FactorProof) -> Result<Empty, Failure> {
    let caller = cx.member()?;
    let Proven { identity, counted, .. } = prove(cx, &caller, &body).await?;
    let mut work = Work::new();
    counted.succeed(&mut work);
    work.replace(&caller, &identity, &Identity { factors: Factors::default(), ..identity.value.clone() });
    work.about("member", caller.member, What::Changed(vec!["second_factor".to_owned()]));
    cx.save(&caller, work).await?;
    Ok(Empty)
}
