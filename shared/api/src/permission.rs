//! What a member may do.

/// Defines the permissions with their names.
macro_rules! permissions {
    ($($(#[$meta:meta])* $name:ident = $text:literal;)*) => {
        /// A right to do something: `resource:action`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Permission {
            $($(#[$meta])* $name,)*
        }

        impl Permission {
            /// All permissions.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// Its name.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

permissions! {
    /// See queues and their tickets.
    QueueRead = "queues:read";
    /// Open and change queues.
    QueueWrite = "queues:write";
    /// Delete queues.
    QueueDelete = "queues:delete";
    /// Call patients.
    QueueServe = "queues:serve";
    /// Add, change and move tickets.
    TicketWrite = "tickets:write";
    /// See patients.
    PatientRead = "patients:read";
    /// Change patients and import them.
    PatientWrite = "patients:write";
    /// See patients' phone numbers in full.
    PatientContact = "patients:contact";
    /// See templates.
    TemplateRead = "templates:read";
    /// Write templates.
    TemplateWrite = "templates:write";
    /// See messages and batches.
    MessageRead = "messages:read";
    /// Send messages.
    MessageSend = "messages:send";
    /// See failed tasks.
    TaskRead = "tasks:read";
    /// Retry and dismiss failed tasks.
    TaskManage = "tasks:manage";
    /// See and redrive dead-letter queues.
    DeadLetterManage = "dead-letters:manage";
    /// See everybody's quotas.
    QuotaRead = "quotas:read";
    /// Set quotas.
    QuotaManage = "quotas:manage";
    /// Change the tenant's settings.
    SettingsManage = "settings:manage";
}

/// A named set of permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// The owner.
    PrimaryAdmin,
    /// An administrator.
    SecondaryAdmin,
    /// Leads the work of queues and messages, within quotas.
    Moderator,
    /// Works at the desk.
    User,
}

impl Role {
    /// All built-in roles.
    pub const ALL: &'static [Self] = &[Self::PrimaryAdmin, Self::SecondaryAdmin, Self::Moderator, Self::User];

    /// Its name in tokens, bodies and stored data.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PrimaryAdmin => "primary_admin",
            Self::SecondaryAdmin => "secondary_admin",
            Self::Moderator => "moderator",
            Self::User => "user",
        }
    }

    /// The role of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|role| role.as_str() == name)
    }

    /// Whether it administers the tenant: its quotas are unlimited unless set.
    pub const fn is_admin(self) -> bool {
        matches!(self, Self::PrimaryAdmin | Self::SecondaryAdmin)
    }

    /// Whether it includes a permission.
    pub const fn has(self, permission: Permission) -> bool {
        use Permission as P;
        match self {
            Self::PrimaryAdmin | Self::SecondaryAdmin => true,
            Self::Moderator => {
                !matches!(permission, P::QueueDelete | P::DeadLetterManage | P::QuotaManage | P::SettingsManage)
            }
            Self::User => matches!(
                permission,
                P::QueueRead
                    | P::QueueWrite
                    | P::QueueServe
                    | P::TicketWrite
                    | P::PatientRead
                    | P::PatientWrite
                    | P::TemplateRead
                    | P::MessageRead
            ),
        }
    }
}

impl serde::Serialize for Role {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.as_str())
    }
}

impl<'de> serde::Deserialize<'de> for Role {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let name = String::deserialize(from)?;
        Self::parse(&name).ok_or_else(|| serde::de::Error::custom("unknown role"))
    }
}

impl schemars::JsonSchema for Role {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Role".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let names: Vec<&str> = Self::ALL.iter().map(|role| role.as_str()).collect();
        schemars::json_schema!({ "type": "string", "enum": names })
    }
}
