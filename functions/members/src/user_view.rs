//! Members as their endpoints read and answer them. In paths and bodies they are called users.

use std::collections::HashSet;

use dawr_api::{
    Authorized, Fault,
    code::Code,
    failure::FieldErrors,
    role::{Coverage, RoleName},
};
use dawr_identity::{
    model::{ClinicRole, EmailAddress, Member},
    password::TemporaryPassword,
};
use dawr_kernel::{
    id::{ClinicId, MemberId},
    phone::{PhoneInput, PhoneNumber, Region},
};
use deserr::Deserr;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::grants::Assignment;

/// In so many clinics somebody may be named one by one.
const MOST_CLINICS: usize = 100;

/// So many roles in single clinics somebody may have: each is an action of the transaction.
const MOST_CLINIC_ROLES: usize = 30;

/// The id of a member in a path.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase")]
pub struct UserPath {
    /// The member.
    pub user_id: MemberId,
}

/// Another role that a member has in one clinic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserr, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
pub struct RoleInClinic {
    /// The clinic.
    pub clinic_id: ClinicId,
    /// The role there.
    pub role: RoleName,
}

impl From<RoleInClinic> for ClinicRole {
    fn from(there: RoleInClinic) -> Self {
        Self { clinic: there.clinic_id, role: there.role }
    }
}

/// The roles in single clinics as a body names them.
///
/// # Errors
/// `TooMany`.
pub fn clinic_roles(named: Vec<RoleInClinic>) -> Result<Vec<ClinicRole>, Fault> {
    if named.len() > MOST_CLINIC_ROLES {
        return Err(Fault::at(Code::TooMany, "clinicRoles"));
    }
    Ok(named.into_iter().map(ClinicRole::from).collect())
}

/// The clinics that a body names, each once.
///
/// # Errors
/// `TooMany`.
pub fn clinics(named: Coverage) -> Result<Coverage, Fault> {
    let Coverage::Only(mut clinics) = named else { return Ok(named) };
    if clinics.len() > MOST_CLINICS {
        return Err(Fault::at(Code::TooMany, "clinics"));
    }
    let mut seen = HashSet::new();
    clinics.retain(|clinic| seen.insert(*clinic));
    Ok(Coverage::Only(clinics))
}

/// What a body says that somebody shall be, and by which phone they are reached.
pub struct Wanted {
    /// The role.
    pub role: RoleName,
    /// The clinics in which it is theirs; the caller's own unless said.
    pub clinics: Option<Coverage>,
    /// Other roles in single clinics.
    pub clinic_roles: Option<Vec<RoleInClinic>>,
    /// The phone.
    pub phone: Option<PhoneInput>,
}

impl Wanted {
    /// Reads it, and tells all that is wrong with it.
    pub fn read(
        self,
        caller: &Authorized,
        region: Region,
        faults: &mut Vec<Fault>,
    ) -> (Assignment, Option<PhoneNumber>) {
        let phone = self.phone.map(|phone| phone.resolve(region)).transpose();
        let phone = phone.map_err(|invalid| faults.push(Fault::invalid("phone", invalid))).unwrap_or_default();
        let clinics = clinics(self.clinics.unwrap_or_else(|| caller.clinics.clone()));
        let clinics = clinics.map_err(|fault| faults.push(fault)).unwrap_or(Coverage::Only(Vec::new()));
        let elsewhere = clinic_roles(self.clinic_roles.unwrap_or_default());
        let elsewhere = elsewhere.map_err(|fault| faults.push(fault)).unwrap_or_default();
        (Assignment { role: self.role, clinics, elsewhere }, phone)
    }
}

/// A member.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MemberView {
    id: MemberId,
    username: String,
    full_name: String,
    role: RoleName,
    /// The clinics in which the role is theirs.
    clinics: Coverage,
    /// Other roles that they have in single clinics.
    clinic_roles: Vec<RoleInClinic>,
    phone: Option<PhoneNumber>,
    email: Option<EmailAddress>,
    /// Whether they may sign in.
    active: bool,
    #[schemars(with = "String")]
    created_at: Timestamp,
    version: u64,
    /// The password with which they sign in once, to choose their own. Told once, in the answer that set it.
    #[serde(skip_serializing_if = "Option::is_none")]
    temporary_password: Option<TemporaryPassword>,
}

impl MemberView {
    /// A member at this version.
    pub fn new(member: &Member, version: u64) -> Self {
        let elsewhere = member.elsewhere.iter();
        Self {
            id: member.id,
            username: member.username.expose().to_owned(),
            full_name: member.full_name.expose().to_owned(),
            role: member.role,
            clinics: member.clinics.clone(),
            clinic_roles: elsewhere.map(|there| RoleInClinic { clinic_id: there.clinic, role: there.role }).collect(),
            phone: member.phone.clone(),
            email: member.email.clone(),
            active: member.active,
            created_at: member.created_at,
            version,
            temporary_password: None,
        }
    }

    /// The same with the password that is told once.
    pub fn telling(self, temporary_password: Option<TemporaryPassword>) -> Self {
        Self { temporary_password, ..self }
    }
}
