//! `DELETE /api/auth/second-factor`

use dawr_api::{
    Cx, Failure, endpoint,
    function::{Access, Secret},
    reply::WithCookies,
    tenant::Tenant,
};
use dawr_store::{Work, work::What};

use crate::{
    elsewhere::{Everywhere, News},
    everywhere::begin_anew,
    model::Identity,
    proof::{FactorProof, Proven, prove},
    second_factor::Factors,
    session::SessionView,
};

endpoint! {
    /// Removes the second factor, on the password and a code. Ends all sessions of the caller and opens a new one; where the
    /// role asks for a factor, it must be set up again before anything else.
    pub const REMOVE_SECOND_FACTOR: "remove_second_factor" = Delete "/api/auth/second-factor";
    requires: Account;
    access: Access::WRITE.secrets(&[Secret::SigningKey, Secret::FactorKey]).notices();
    handler: remove_second_factor(body: FactorProof) -> 200 WithCookies<SessionView>;
    errors: [NoSecondFactor, WrongPassword, InvalidCode, TooManyRequests];
}

async fn remove_second_factor(cx: &Cx, body: FactorProof) -> Result<WithCookies<SessionView>, Failure> {
    let caller = cx.member()?;
    let Proven { identity, counted, .. } = prove(cx, &caller, &body).await?;
    let tenant = Tenant::load(cx, &caller).await?;
    let changed = Identity { factors: Factors::default(), ..identity.value.clone() };
    let mut work = Work::new();
    counted.succeed(&mut work);
    work.replace(&caller, &identity, &changed);
    work.about("member", caller.member, What::Changed(vec!["second_factor".to_owned()]));
    Everywhere::load(cx, &identity).await?.tell(cx, News::FactorRemoved, &mut work).await?;
    let answer = begin_anew(cx, &caller, &tenant, &changed, &mut work).await?;
    cx.save(&caller, work).await?;
    Ok(answer)
}
