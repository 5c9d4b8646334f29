//! Who changes how they sign in, or are reached, shows that they are more than the holder of a token: by the password, and
//! whoever changes a second factor by a code of it, too.

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
    if !password::verify(&proof.password, Some(&identity.password), cx.hashing())? {
        return Err(Fault::at(Code::WrongPassword, "password").into());
    }
    let used = accept(cx, factor, &proof.code, identity.id).await?.ok_or(Code::InvalidCode)?;
    Ok(Proven { identity, used, counted })
}

/// Looks at the password of whoever is signed in. The try is theirs to take back with the work that follows.
///
/// # Errors
/// `WrongPassword` at the field, `TooManyRequests`.
pub async fn prove_password(
    cx: &Cx,
    identity: &Identity,
    password: &Password,
    field: &'static str,
) -> Result<Try, Failure> {
    let counted = Try::begin(cx, Kind::SignIn, Some(&identity.id.to_string()), Work::new()).await?;
    if password::verify(password, Some(&identity.password), cx.hashing())? {
        Ok(counted)
    } else {
        Err(Fault::at(Code::WrongPassword, field).into())
    }
}
