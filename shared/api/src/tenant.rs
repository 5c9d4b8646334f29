//! The tenant's own record, which every context reads: its name, region, time zone and language.

use dawr_kernel::{
    id::{ClinicId, TenantId},
    language::Language,
    phone::Region,
    text::Invalid,
};
use dawr_store::{Entity, Place, Stored, TenantScope, keys};
use deserr::Deserr;
use jiff::{Timestamp, Zoned, civil::Date, tz::TimeZone};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Cx, Failure, branding::Branding, network::Network, role::RoleName};

dawr_kernel::text_type! {
    /// A clinic's or an organisation's name, as patients read it.
    pub ClinicName: public, single_line, 1..=120
}

dawr_kernel::text_type! {
    /// Why something was done that its people will ask about.
    pub GivenReason: public, single_line, 3..=300
}

/// What kind of organisation a tenant is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TenantKind {
    /// One doctor.
    SoloDoctor,
    /// One clinic.
    Clinic,
    /// Several clinics of one owner.
    MultiClinic,
    /// A hospital.
    Hospital,
    /// One clinic in several places.
    MultiBranch,
    /// The one that runs the platform. It has no clinics, and its members are the operators (docs/adr/0010).
    Platform,
}

/// The kinds that a customer can be, by their names.
const CUSTOMERS: [(TenantKind, &str); 5] = [
    (TenantKind::SoloDoctor, "solo_doctor"),
    (TenantKind::Clinic, "clinic"),
    (TenantKind::MultiClinic, "multi_clinic"),
    (TenantKind::Hospital, "hospital"),
    (TenantKind::MultiBranch, "multi_branch"),
];

/// What kind of organisation a customer is: any but the platform's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CustomerKind(TenantKind);

impl CustomerKind {
    /// The names of all kinds.
    pub const NAMES: &'static [&'static str] = &["solo_doctor", "clinic", "multi_clinic", "hospital", "multi_branch"];

    /// The kind of that name.
    ///
    /// # Errors
    /// [`Invalid::UnknownValue`].
    pub fn parse(name: &str) -> Result<Self, Invalid> {
        let unknown = Invalid::UnknownValue { expected: Self::NAMES };
        CUSTOMERS.iter().find(|(_, text)| *text == name).map(|(kind, _)| Self(*kind)).ok_or(unknown)
    }

    /// Its name.
    pub fn as_str(&self) -> &'static str {
        CUSTOMERS.iter().find(|(kind, _)| *kind == self.0).map_or("", |(_, name)| name)
    }

    /// The kind.
    pub const fn kind(self) -> TenantKind {
        self.0
    }
}

dawr_kernel::string_newtype!(
    CustomerKind,
    parse,
    as_str,
    schemars::json_schema!({ "type": "string", "enum": CustomerKind::NAMES })
);

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema, Deserr)]
#[serde(rename_all = "lowercase")]
#[deserr(rename_all = lowercase)]
#[allow(missing_docs, reason = "they are what they are called")]
pub enum Day {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Day {
    /// The days on which most clinics of a country are closed.
    pub fn weekend(region: Region) -> Vec<Self> {
        const FRIDAY_AND_SATURDAY: [&str; 14] =
            ["BH", "DZ", "EG", "IQ", "JO", "KW", "LY", "OM", "PS", "QA", "SA", "SD", "SY", "YE"];
        if FRIDAY_AND_SATURDAY.contains(&region.as_str()) {
            vec![Self::Friday, Self::Saturday]
        } else {
            vec![Self::Saturday, Self::Sunday]
        }
    }
}

/// How a tenant's people sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecurityRules {
    /// A session that is not used for so many minutes ends.
    pub idle_minutes: u32,
    /// A session ends after so many hours, however much it is used.
    pub absolute_hours: u32,
    /// From where the tenant may be used; empty for everywhere.
    pub allowed_addresses: Vec<Network>,
    /// The roles whose members must have a second factor.
    pub second_factor_roles: Vec<RoleName>,
    /// Whether a sign-in that is out of the ordinary asks for a second factor.
    pub watches_sign_ins: bool,
}

impl Default for SecurityRules {
    fn default() -> Self {
        Self {
            idle_minutes: 14 * 24 * 60,
            absolute_hours: 30 * 24,
            allowed_addresses: Vec::new(),
            second_factor_roles: Vec::new(),
            watches_sign_ins: true,
        }
    }
}

/// For how long a tenant's data is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retention {
    /// Days for which entries of the audit trail are kept.
    pub audit_days: u32,
}

impl Default for Retention {
    /// Six years: what HIPAA asks for its documentation (45 CFR 164.316(b)(2)(i)).
    fn default() -> Self {
        Self { audit_days: 6 * 365 }
    }
}

/// What a tenant's plan allows; none is no limit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Active members.
    pub members: Option<u32>,
    /// Clinics.
    pub clinics: Option<u32>,
}

/// That nobody may work in a tenant for now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspension {
    /// Why.
    pub reason: GivenReason,
    /// Since when.
    pub at: Timestamp,
}

/// An organisation.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Tenant {
    /// Its id.
    pub id: TenantId,
    /// Its name.
    pub name: ClinicName,
    /// Its name in addresses.
    pub slug: String,
    /// The language of its texts.
    pub locale: Language,
    /// The time zone in which its days begin.
    pub timezone: ZoneName,
    /// The country whose way of writing phone numbers it uses.
    pub region: Region,
    /// What kind of organisation it is.
    pub organisation: TenantKind,
    /// The days on which it is closed.
    pub weekend: Vec<Day>,
    /// How it shows itself.
    pub branding: Branding,
    /// How its people sign in.
    pub security: SecurityRules,
    /// For how long its data is kept.
    pub retention: Retention,
    /// What its plan allows.
    pub limits: Limits,
    /// That nobody may work in it for now.
    pub suspended: Option<Suspension>,
    /// Its first branch.
    pub first_clinic: ClinicId,
    /// Since when it exists.
    pub created_at: Timestamp,
}

impl Entity for Tenant {
    const KIND: &'static str = "tenant";

    fn place(&self, scope: &TenantScope) -> Place {
        Place::at(keys::tenant(scope)).gsi1(keys::tenant_listed(scope))
    }

    fn subject(&self) -> Option<String> {
        Some(self.id.to_string())
    }
}

impl Tenant {
    /// Whether it is the organisation that runs the platform.
    pub const fn is_platforms(&self) -> bool {
        matches!(self.organisation, TenantKind::Platform)
    }

    /// Whether who works in this role must have a second factor. Operators must, whatever the rules say.
    pub fn asks_second_factor(&self, role: RoleName) -> bool {
        let operators = matches!(role, RoleName::BuiltIn(role) if role.is_for(TenantKind::Platform));
        operators || self.security.second_factor_roles.contains(&role)
    }

    /// The tenant of a scope.
    ///
    /// # Errors
    /// If the table does not answer, or has no such tenant.
    pub async fn load(cx: &Cx, scope: &TenantScope) -> Result<Stored<Self>, Failure> {
        cx.table().get(&keys::tenant(scope)).await?.ok_or_else(|| Failure::internal("a token of a tenant that is gone"))
    }
}

/// The name of a time zone in the IANA database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZoneName(String);

impl ZoneName {
    /// Accepts a name that the database has.
    ///
    /// # Errors
    /// [`Invalid::InvalidFormat`].
    pub fn parse(name: &str) -> Result<Self, Invalid> {
        match TimeZone::get(name) {
            Ok(_) if name.contains('/') || name == "UTC" => Ok(Self(name.to_owned())),
            _ => Err(Invalid::InvalidFormat { expected: "Asia/Riyadh" }),
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The day on which a time falls.
    pub fn day(&self, at: Timestamp) -> Date {
        self.zoned(at).date()
    }

    /// When the day ends on which a time falls.
    pub fn end_of_day(&self, at: Timestamp) -> Timestamp {
        let tomorrow = self.zoned(at).tomorrow().and_then(|tomorrow| tomorrow.start_of_day());
        tomorrow.map_or(at, |tomorrow| tomorrow.timestamp())
    }

    fn zoned(&self, at: Timestamp) -> Zoned {
        at.to_zoned(TimeZone::get(&self.0).unwrap_or(TimeZone::UTC))
    }
}

dawr_kernel::string_newtype!(
    ZoneName,
    parse,
    as_str,
    schemars::json_schema!({
        "type": "string",
        "description": "A zone of the IANA database.",
        "pattern": "^([A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)+|UTC)$",
        "examples": ["Asia/Riyadh", "Africa/Cairo"],
    })
);
