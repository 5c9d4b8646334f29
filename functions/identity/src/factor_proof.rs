//! Who changes their second factor shows both: the password and a code.

use dawr_api::{Authorized, Cx, Failure, Fault, code::Code, failure::FieldErrors};
use dawr_store::{Stored, Work, keys};
use deserr::Deserr;
use schemars::JsonSchema;

use crate::{
    attempts::{Kind, Try},
    model::{Identity, Member, Password},
    password,
    second_factor::{FactorCode, SecondFactor, accept},
};

/// The password, and a code of the app or a recovery code.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct FactorProof {
    password: Password,
    code: FactorCode,
}

/// What was shown.
pub struct Proven {
    /// The person.
    pub identity: Stored<Identity>,
    /// The factor after its code was used.
    pub used: SecondFactor,
    /// The try.
    pub counted: Try,
}

/// Looks at both.
///
/// # Errors
/// `NoSecondFactor`, `WrongPassword`, `InvalidCode`, `TooManyRequests`.
pub async fn prove(cx: &Cx, caller: &Authorized, proof: &FactorProof) -> Result<Proven, Failure> {
    let member: Option<Stored<Member>> = cx.table().get(&keys::member(caller, caller.member)).await?;
    let member = member.ok_or(Code::Unauthenticated)?;
    let identity: Option<Stored<Identity>> = cx.table().get(&keys::identity(member.identity)).await?;
    let identity = identity.ok_or(Code::Unauthenticated)?;
    let factor = identity.factors.active.as_ref().ok_or(Code::NoSecondFactor)?;
    let counted = Try::begin(cx, Kind::Code, Some(&identity.id.to_string()), Work::new()).await?;
    if !password::verify(&proof.password, Some(&identity.password))? {
        return Err(Fault::at(Code::WrongPassword, "password").into());
    }
    let used = accept(cx, factor, &proof.code, identity.id).await?.ok_or(Code::InvalidCode)?;
    Ok(Proven { identity, used, counted })
}
