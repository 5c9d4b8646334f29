//! Roles: named sets of permissions, built in or of a tenant's own, and where a member has them.

use dawr_kernel::{
    id::{BODY_PATTERN, ClinicId, RoleId},
    text::Invalid,
};
use dawr_store::{Entity, Place, TenantScope, keys};
use deserr::{Deserr, IntoValue, Value, ValuePointerRef};
use jiff::Timestamp;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use crate::{
    Fault,
    failure::{FieldErrors, field_path},
    permission::{Permission as P, Permission, PermissionSet},
    tenant::TenantKind,
};

/// To whom a built-in role can be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Given {
    /// To members of customers' tenants.
    Customers,
    /// To members of the platform's own organisation.
    Operators,
    /// To nobody: an elevation brings it.
    Nobody,
}

/// Defines the built-in roles: name, what it is called in English and in Arabic, to whom it can be given, permissions.
macro_rules! roles {
    ($($(#[$meta:meta])* $name:ident = $text:literal, $english:literal, $arabic:literal, $given:ident, $permissions:expr;)*) => {
        /// A built-in role.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Role {
            $($(#[$meta])* $name,)*
        }

        impl Role {
            /// All built-in roles.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The names of all built-in roles.
            pub const NAMES: &'static [&'static str] = &[$($text),*];

            /// Its name in tokens, bodies and stored data.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// What it is called, in English and in Arabic.
            pub const fn title(self) -> (&'static str, &'static str) {
                match self { $(Self::$name => ($english, $arabic),)* }
            }

            const fn given(self) -> Given {
                match self { $(Self::$name => Given::$given,)* }
            }

            /// What it permits.
            pub const fn permissions(self) -> PermissionSet {
                match self { $(Self::$name => $permissions,)* }
            }
        }
    };
}

/// Whoever works where patients wait.
const FLOOR: PermissionSet =
    PermissionSet::of(&[P::ClinicRead, P::QueueRead, P::QueueServe, P::TicketWrite, P::PatientRead]);

/// Whoever treats patients.
const TREATS: PermissionSet = FLOOR.and(&[P::PatientWrite]);

/// Whoever is responsible for patients, and speaks to them.
const RESPONSIBLE: PermissionSet =
    TREATS.and(&[P::QueueWrite, P::PatientContact, P::TemplateRead, P::MessageRead, P::MessageSend]);

/// Whoever keeps the books.
const BOOKS: PermissionSet = PermissionSet::of(&[P::ClinicRead, P::PatientRead, P::QuotaRead]);

/// Whoever leads: people, queues, patients, messages, and what is set for them.
const LEADS: PermissionSet = RESPONSIBLE.and(&[
    P::SettingsManage,
    P::ClinicManage,
    P::MemberRead,
    P::MemberManage,
    P::AuditRead,
    P::QueueDelete,
    P::TemplateWrite,
    P::TaskRead,
    P::TaskManage,
    P::QuotaRead,
    P::QuotaManage,
]);

// Each role lists what it permits: a new permission is nobody's until it stands here.
roles! {
    /// The owner.
    PrimaryAdmin = "primary_admin", "Owner", "المالك", Customers, LEADS.and(&[P::RoleManage, P::TenantOwn]);
    /// An administrator.
    SecondaryAdmin = "secondary_admin", "Administrator", "مدير النظام", Customers, LEADS.and(&[P::RoleManage]);
    /// Leads a clinic and its people.
    Manager = "manager", "Manager", "مدير العيادة", Customers, LEADS;
    /// Leads the work of queues and messages, within quotas.
    Moderator = "moderator", "Moderator", "مشرف", Customers, RESPONSIBLE.and(&[
        P::MemberRead, P::TemplateWrite, P::TaskRead, P::TaskManage, P::QuotaRead,
    ]);
    /// A doctor.
    Doctor = "doctor", "Doctor", "طبيب", Customers, RESPONSIBLE;
    /// A dentist.
    Dentist = "dentist", "Dentist", "طبيب أسنان", Customers, RESPONSIBLE;
    /// A dental hygienist.
    Hygienist = "hygienist", "Hygienist", "أخصائي صحة أسنان", Customers, TREATS;
    /// A nurse.
    Nurse = "nurse", "Nurse", "ممرض", Customers, TREATS;
    /// A doctor's or dentist's assistant.
    Assistant = "assistant", "Assistant", "مساعد", Customers, TREATS;
    /// Receives patients.
    Receptionist = "receptionist", "Receptionist", "موظف استقبال", Customers, RESPONSIBLE.and(&[P::TaskRead]);
    /// Writes bills.
    Billing = "billing", "Billing", "موظف فوترة", Customers, BOOKS.and(&[P::PatientContact]);
    /// Keeps the accounts.
    Accountant = "accountant", "Accountant", "محاسب", Customers, BOOKS;
    /// Gives out medicine.
    Pharmacist = "pharmacist", "Pharmacist", "صيدلي", Customers,
        PermissionSet::of(&[P::ClinicRead, P::QueueRead, P::QueueServe, P::PatientRead]);
    /// Works at the desk.
    User = "user", "User", "مستخدم", Customers,
        TREATS.and(&[P::QueueWrite, P::TemplateRead, P::MessageRead]);
    /// The owner of the platform's own organisation.
    PlatformAdmin = "platform_admin", "Platform administrator", "مدير المنصة", Operators, PermissionSet::of(&[
        P::PlatformRead, P::PlatformManage, P::PlatformSupport, P::DeadLetterManage,
        P::TenantOwn, P::SettingsManage, P::MemberRead, P::MemberManage, P::AuditRead,
    ]);
    /// Helps customers, and sets going again what got stuck.
    PlatformOperator = "platform_operator", "Platform operator", "مشغّل المنصة", Operators,
        PermissionSet::of(&[P::PlatformRead, P::PlatformSupport, P::DeadLetterManage]);
    /// An operator during a stay in a customer's tenant: looks into what goes wrong, and sets it going again.
    Support = "support", "Platform support", "دعم المنصة", Nobody, PermissionSet::of(&[
        P::ClinicRead, P::MemberRead, P::AuditRead, P::QueueRead, P::PatientRead, P::TemplateRead, P::MessageRead,
        P::TaskRead, P::TaskManage, P::QuotaRead,
    ]);
}

impl Role {
    /// The role of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|role| role.as_str() == name)
    }

    /// Whether it administers the tenant.
    pub const fn is_admin(self) -> bool {
        matches!(self, Self::PrimaryAdmin | Self::SecondaryAdmin)
    }

    /// Whether it has nothing of what quotas count until somebody grants it. A quota is a limit that is set to who works under one, the
    /// moderator; whom a role lets send otherwise sends.
    pub const fn lives_on_quotas(self) -> bool {
        matches!(self, Self::Moderator)
    }

    /// Whether it is an owner's.
    pub const fn owns(self) -> bool {
        self.has(Permission::TenantOwn)
    }

    /// Whether it can be given to members of a tenant of this kind.
    pub const fn is_for(self, kind: TenantKind) -> bool {
        match self.given() {
            Given::Customers => !matches!(kind, TenantKind::Platform),
            Given::Operators => matches!(kind, TenantKind::Platform),
            Given::Nobody => false,
        }
    }

    /// The roles that can be given to members of a tenant of this kind.
    pub fn all_for(kind: TenantKind) -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(move |role| role.is_for(kind))
    }

    /// Whether it includes a permission.
    pub const fn has(self, permission: Permission) -> bool {
        self.permissions().has(permission)
    }
}

/// Names a role: a built-in one, or one of the tenant's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RoleName {
    /// A built-in one.
    BuiltIn(Role),
    /// One of the tenant's own.
    Own(RoleId),
}

impl RoleName {
    /// Whether it is an owner's.
    pub const fn owns(self) -> bool {
        matches!(self, Self::BuiltIn(role) if role.owns())
    }

    /// Whether it can be given to members of a tenant of this kind, as far as it is built in.
    pub const fn is_for(self, kind: TenantKind) -> bool {
        match self {
            Self::BuiltIn(role) => role.is_for(kind),
            Self::Own(_) => true,
        }
    }
}

impl RoleName {
    /// Whether it administers the tenant.
    pub const fn is_admin(&self) -> bool {
        matches!(self, Self::BuiltIn(role) if role.is_admin())
    }

    /// Whether it has nothing of what quotas count until somebody grants it.
    pub const fn lives_on_quotas(&self) -> bool {
        matches!(self, Self::BuiltIn(role) if role.lives_on_quotas())
    }
}

impl From<Role> for RoleName {
    fn from(role: Role) -> Self {
        Self::BuiltIn(role)
    }
}

impl std::fmt::Display for RoleName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::BuiltIn(role) => f.write_str(role.as_str()),
            Self::Own(id) => id.fmt(f),
        }
    }
}

impl std::str::FromStr for RoleName {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let own = || text.parse().map(Self::Own).map_err(|_| Invalid::UnknownValue { expected: Role::NAMES });
        Role::parse(text).map_or_else(own, |role| Ok(Self::BuiltIn(role)))
    }
}

dawr_kernel::json_string!(
    RoleName,
    json_schema!({
        "description": "A built-in role, or the id of a role of the tenant's own.",
        "type": "string",
        "pattern": format!("^({}|rol_{BODY_PATTERN})$", Role::NAMES.join("|")),
    })
);

/// A role with what it permits: what a token says of its bearer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant {
    /// The role.
    pub role: RoleName,
    /// What it permits.
    pub permissions: PermissionSet,
}

impl Grant {
    /// Of a built-in role.
    pub const fn built_in(role: Role) -> Self {
        Self { role: RoleName::BuiltIn(role), permissions: role.permissions() }
    }

    /// Whether it administers the tenant.
    pub const fn is_admin(&self) -> bool {
        self.role.is_admin()
    }
}

dawr_kernel::text_type! {
    /// What a role of the tenant's own is called.
    pub RoleTitle: public, single_line, 1..=60
}

/// A role of the tenant's own.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OwnRole {
    /// Its id.
    pub id: RoleId,
    /// What it is called.
    pub title: RoleTitle,
    /// What it permits. Nothing of the platform's is among it, whatever was stored.
    #[serde(deserialize_with = "of_tenants")]
    pub permissions: PermissionSet,
    /// Since when it exists.
    pub created_at: Timestamp,
}

fn of_tenants<'de, D: serde::Deserializer<'de>>(from: D) -> Result<PermissionSet, D::Error> {
    Ok(PermissionSet::deserialize(from)?.among(PermissionSet::OF_TENANTS))
}

impl Entity for OwnRole {
    const KIND: &'static str = "role";

    fn place(&self, scope: &TenantScope) -> Place {
        Place::at(keys::role(scope, self.id))
    }

    fn subject(&self) -> Option<String> {
        Some(self.id.to_string())
    }
}

/// How many members have a role of the tenant's own: only one that nobody has can be deleted, and only one that exists can
/// be given.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RoleUse {
    /// The role.
    pub role: RoleId,
    /// The members that have it, also those who may not sign in; once for each clinic in which they do.
    pub holders: i64,
}

impl Entity for RoleUse {
    const KIND: &'static str = "role_use";

    fn place(&self, scope: &TenantScope) -> Place {
        Place::at(keys::role_use(scope, self.role))
    }
}

/// The clinics in which a role is somebody's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Coverage {
    /// All, also those that are opened later.
    All,
    /// These.
    Only(Vec<ClinicId>),
}

impl Coverage {
    /// Whether a clinic is among them.
    pub fn has(&self, clinic: ClinicId) -> bool {
        match self {
            Self::All => true,
            Self::Only(clinics) => clinics.contains(&clinic),
        }
    }

    /// Whether any of `other` is among them, or may come to be.
    pub fn meets(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::All, _) | (_, Self::All) => true,
            (Self::Only(_), Self::Only(clinics)) => clinics.iter().any(|clinic| self.has(*clinic)),
        }
    }

    /// Whether all of `other` are among them.
    pub fn includes(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::All, _) => true,
            (Self::Only(_), Self::All) => false,
            (Self::Only(_), Self::Only(clinics)) => clinics.iter().all(|clinic| self.has(*clinic)),
        }
    }
}

/// What stands for all clinics in JSON.
const ALL_CLINICS: &str = "all";

impl Serialize for Coverage {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::All => to.serialize_str(ALL_CLINICS),
            Self::Only(clinics) => clinics.serialize(to),
        }
    }
}

impl<'de> Deserialize<'de> for Coverage {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Form {
            Word(String),
            List(Vec<ClinicId>),
        }
        match Form::deserialize(from)? {
            Form::List(clinics) => Ok(Self::Only(clinics)),
            Form::Word(word) if word == ALL_CLINICS => Ok(Self::All),
            Form::Word(_) => Err(serde::de::Error::custom("neither all clinics nor a list")),
        }
    }
}

impl Deserr<FieldErrors> for Coverage {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef<'_>,
    ) -> Result<Self, FieldErrors> {
        match value {
            Value::String(word) if word == ALL_CLINICS => Ok(Self::All),
            Value::String(_) => {
                let unknown = Invalid::UnknownValue { expected: &[ALL_CLINICS] };
                Err(FieldErrors(vec![Fault::invalid(field_path(location), unknown)]))
            }
            value => Vec::deserialize_from_value(value, location).map(Self::Only),
        }
    }
}

impl JsonSchema for Coverage {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Coverage".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let clinics = generator.subschema_for::<Vec<ClinicId>>();
        json_schema!({
            "description": "All clinics, also those that are opened later, or these.",
            "anyOf": [{ "type": "string", "enum": [ALL_CLINICS] }, clinics],
        })
    }
}

#[cfg(test)]
mod tests;
