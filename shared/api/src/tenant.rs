//! The tenant's own record, which every context reads: its name, region, time zone and language.

use dawr_kernel::{
    id::{ClinicId, TenantId},
    language::Language,
    phone::Region,
    text::Invalid,
};
use dawr_store::{Entity, Place, Stored, TenantScope, keys};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};

use crate::{Cx, Failure};

dawr_kernel::text_type! {
    /// A clinic's or an organisation's name, as patients read it.
    pub ClinicName: public, single_line, 1..=120
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
    /// Its first branch.
    pub first_clinic: ClinicId,
    /// Since when it exists.
    pub created_at: Timestamp,
}

impl Entity for Tenant {
    const KIND: &'static str = "tenant";

    fn place(&self, scope: &TenantScope) -> Place {
        Place::at(keys::tenant(scope))
    }
}

impl Tenant {
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
        at.to_zoned(TimeZone::get(&self.0).unwrap_or(TimeZone::UTC)).date()
    }
}

dawr_kernel::string_newtype!(
    ZoneName,
    parse,
    as_str,
    schemars::json_schema!({
        "type": "string",
        "examples": ["Asia/Riyadh", "Africa/Cairo"],
    })
);
