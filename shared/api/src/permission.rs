//! What a member may do.

use dawr_kernel::text::Invalid;
use schemars::json_schema;

/// Where a permission counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whose {
    /// In customers' tenants; what the platform's organisation has in common with them also there.
    Tenants,
    /// In the organisation that runs the platform alone: what is the whole service's is no tenant's.
    Platforms,
}

/// Defines the permissions with their names and where they count.
macro_rules! permissions {
    ($($(#[doc = $summary:literal])* $name:ident = $text:literal, $whose:ident, $arabic:literal;)*) => {
        /// A right to do something: `resource:action`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Permission {
            $($(#[doc = $summary])* $name,)*
        }

        impl Permission {
            /// All permissions.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The names of all permissions.
            pub const NAMES: &'static [&'static str] = &[$($text),*];

            /// Its name.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            const fn whose(self) -> Whose {
                match self { $(Self::$name => Whose::$whose,)* }
            }

            /// What it is, in English and in Arabic.
            pub const fn summary(self) -> (&'static str, &'static str) {
                match self { $(Self::$name => (concat!($($summary)*), $arabic),)* }
            }
        }
    };
}

permissions! {
    /// Own the tenant: appoint and dismiss owners.
    TenantOwn = "tenant:own", Tenants, "امتلاك المنشأة: تعيين المالكين وعزلهم";
    /// Change the tenant's settings and its connections.
    SettingsManage = "settings:manage", Tenants, "تغيير إعدادات المنشأة وربطها";
    /// See the clinics.
    ClinicRead = "clinics:read", Tenants, "عرض الفروع";
    /// Open, change and close clinics.
    ClinicManage = "clinics:manage", Tenants, "فتح الفروع وتعديلها وإغلاقها";
    /// See the members.
    MemberRead = "members:read", Tenants, "عرض الأعضاء";
    /// Invite, change and deactivate members.
    MemberManage = "members:manage", Tenants, "دعوة الأعضاء وتعديلهم وإيقافهم";
    /// Make roles of the tenant's own.
    RoleManage = "roles:manage", Tenants, "إنشاء أدوار وظيفية خاصة بالمنشأة";
    /// See who did what.
    AuditRead = "audit:read", Tenants, "عرض سجل التدقيق";
    /// See queues and their tickets.
    QueueRead = "queues:read", Tenants, "عرض الطوابير وتذاكرها";
    /// Open and change queues.
    QueueWrite = "queues:write", Tenants, "فتح الطوابير وتعديلها";
    /// Delete queues.
    QueueDelete = "queues:delete", Tenants, "حذف الطوابير";
    /// Call patients.
    QueueServe = "queues:serve", Tenants, "نداء المرضى";
    /// Add, change and move tickets.
    TicketWrite = "tickets:write", Tenants, "إضافة التذاكر وتعديلها ونقلها";
    /// See patients.
    PatientRead = "patients:read", Tenants, "عرض المرضى";
    /// Change patients and import them.
    PatientWrite = "patients:write", Tenants, "تعديل المرضى واستيرادهم";
    /// See patients' phone numbers in full.
    PatientContact = "patients:contact", Tenants, "عرض أرقام هواتف المرضى كاملة";
    /// See templates.
    TemplateRead = "templates:read", Tenants, "عرض القوالب";
    /// Write templates.
    TemplateWrite = "templates:write", Tenants, "كتابة القوالب";
    /// See messages and batches.
    MessageRead = "messages:read", Tenants, "عرض الرسائل ودفعاتها";
    /// Send messages.
    MessageSend = "messages:send", Tenants, "إرسال الرسائل";
    /// See failed tasks.
    TaskRead = "tasks:read", Tenants, "عرض المهام المتعثرة";
    /// Retry and dismiss failed tasks.
    TaskManage = "tasks:manage", Tenants, "إعادة المهام المتعثرة أو إهمالها";
    /// See everybody's quotas.
    QuotaRead = "quotas:read", Tenants, "عرض أرصدة الجميع";
    /// Set quotas.
    QuotaManage = "quotas:manage", Tenants, "تحديد الأرصدة";
    /// See the platform's tenants.
    PlatformRead = "platform:read", Platforms, "عرض منشآت المنصة";
    /// Suspend the platform's tenants and set what their plans allow.
    PlatformManage = "platform:manage", Platforms, "إيقاف منشآت المنصة وتحديد ما تسمح به خططها";
    /// Enter the platform's tenants for a time, to help.
    PlatformSupport = "platform:support", Platforms, "دخول منشآت المنصة لمدة محددة لتقديم الدعم";
    /// See and redrive dead-letter queues.
    DeadLetterManage = "dead-letters:manage", Platforms, "عرض الرسائل العالقة وإعادة تشغيلها";
}

impl Permission {
    /// The permission of that name.
    ///
    /// # Errors
    /// [`Invalid::UnknownValue`].
    pub fn parse(name: &str) -> Result<Self, Invalid> {
        let unknown = Invalid::UnknownValue { expected: Self::NAMES };
        Self::ALL.iter().copied().find(|permission| permission.as_str() == name).ok_or(unknown)
    }

    /// Whether it counts in the platform's own organisation alone.
    pub const fn is_platforms(self) -> bool {
        matches!(self.whose(), Whose::Platforms)
    }

    const fn bit(self) -> u64 {
        1 << self as u64
    }
}

dawr_kernel::string_newtype!(Permission, parse, as_str, json_schema!({ "type": "string", "enum": Permission::NAMES }));

/// A set of permissions.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct PermissionSet(u64);

impl PermissionSet {
    /// Nothing.
    pub const NONE: Self = Self(0);

    /// Everything.
    pub const ALL: Self = Self::of(Permission::ALL);

    /// Everything that may count in a customer's tenant.
    pub const OF_TENANTS: Self = {
        let (mut all, mut bits) = (Permission::ALL, 0);
        while let [first, rest @ ..] = all {
            if !first.is_platforms() {
                bits |= first.bit();
            }
            all = rest;
        }
        Self(bits)
    };

    /// These.
    pub const fn of(mut permissions: &[Permission]) -> Self {
        let mut bits = 0;
        while let [first, rest @ ..] = permissions {
            bits |= first.bit();
            permissions = rest;
        }
        Self(bits)
    }

    /// These, too.
    #[must_use]
    pub const fn and(self, permissions: &[Permission]) -> Self {
        Self(self.0 | Self::of(permissions).0)
    }

    /// Those that are also among `other`.
    #[must_use]
    pub const fn among(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether the permission is among them.
    pub const fn has(self, permission: Permission) -> bool {
        self.0 & permission.bit() != 0
    }

    /// Whether all of `other` are among them.
    pub const fn includes(self, other: Self) -> bool {
        other.0 & !self.0 == 0
    }

    /// One after the other, in the order of [`Permission::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.iter().copied().filter(move |permission| self.has(*permission))
    }
}

impl std::fmt::Debug for PermissionSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.iter().map(Permission::as_str)).finish()
    }
}

impl FromIterator<Permission> for PermissionSet {
    fn from_iter<T: IntoIterator<Item = Permission>>(permissions: T) -> Self {
        permissions.into_iter().fold(Self::NONE, |set, permission| set.and(&[permission]))
    }
}

impl serde::Serialize for PermissionSet {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.iter())
    }
}

impl<'de> serde::Deserialize<'de> for PermissionSet {
    /// A permission that exists no more is nothing that anybody has.
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let names = Vec::<String>::deserialize(from)?;
        Ok(names.iter().filter_map(|name| Permission::parse(name).ok()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_has_what_it_was_made_of() {
        let set = PermissionSet::of(&[Permission::QueueRead, Permission::QuotaManage]);
        assert!(set.has(Permission::QueueRead) && set.has(Permission::QuotaManage) && !set.has(Permission::TenantOwn));
        assert!(PermissionSet::ALL.includes(set) && !set.includes(PermissionSet::ALL));
        assert_eq!(set.iter().count(), 2);
        assert_eq!(PermissionSet::ALL.iter().count(), Permission::ALL.len());
        assert_eq!(
            set.among(PermissionSet::of(&[Permission::QuotaManage])),
            PermissionSet::of(&[Permission::QuotaManage])
        );
    }

    /// Dead letters are the whole service's: jobs of every tenant.
    #[test]
    fn what_is_the_whole_services_is_no_tenants() {
        let platforms: Vec<_> =
            Permission::ALL.iter().filter(|one| one.is_platforms()).map(|one| one.as_str()).collect();
        assert_eq!(platforms, ["platform:read", "platform:manage", "platform:support", "dead-letters:manage"]);
        for permission in Permission::ALL {
            assert_eq!(
                PermissionSet::OF_TENANTS.has(*permission),
                !permission.is_platforms(),
                "{}",
                permission.as_str()
            );
        }
    }

    #[test]
    fn what_is_stored_of_a_set_outlives_its_permissions() {
        let read: PermissionSet = serde_json::from_str(r#"["queues:read","levers:pull"]"#).unwrap();
        assert_eq!(read, PermissionSet::of(&[Permission::QueueRead]));
        assert_eq!(serde_json::to_string(&read).unwrap(), r#"["queues:read"]"#);
    }
}
