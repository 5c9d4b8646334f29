//! A clinic: a branch of a tenant.

use dawr_api::{
    slug::Slug,
    tenant::{ClinicName, ZoneName},
};
use dawr_kernel::{id::ClinicId, phone::PhoneNumber, text::Invalid};
use dawr_store::{Entity, Place, TenantScope, keys};
use jiff::{Timestamp, civil::Date};
use schemars::json_schema;
use serde::{Deserialize, Serialize};

dawr_kernel::text_type! {
    /// Where a clinic is, as a letter to it says.
    pub Address: public, multi_line, 1..=300
}

/// A branch of a tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clinic {
    /// Its id.
    pub id: ClinicId,
    /// Its name.
    pub name: ClinicName,
    /// Its name in addresses; unique in the tenant.
    pub slug: Slug,
    /// Where it is.
    pub address: Option<Address>,
    /// Where it is called.
    pub phone: Option<PhoneNumber>,
    /// When it is closed.
    pub holidays: Vec<Holiday>,
    /// The time zone in which its days begin, where that is not the tenant's.
    pub timezone: Option<ZoneName>,
    /// Since when it exists.
    pub created_at: Timestamp,
}

impl Clinic {
    /// A clinic of which no more than its names is known.
    pub const fn new(id: ClinicId, name: ClinicName, slug: Slug, now: Timestamp) -> Self {
        Self { id, name, slug, address: None, phone: None, holidays: Vec::new(), timezone: None, created_at: now }
    }
}

impl Entity for Clinic {
    const KIND: &'static str = "clinic";

    fn place(&self, scope: &TenantScope) -> Place {
        Place::at(keys::clinic(scope, self.id))
    }

    fn subject(&self) -> Option<String> {
        Some(self.id.to_string())
    }
}

/// A day, or the days from one to another, on which a clinic is closed: `2026-09-23` or `2026-03-20/2026-03-24`
/// (ISO 8601-1, 5.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Holiday {
    first: Date,
    last: Date,
}

impl Holiday {
    const FORM: Invalid = Invalid::InvalidFormat { expected: "2026-09-23 | 2026-03-20/2026-03-24" };

    /// Whether a day is one of them.
    pub fn has(&self, day: Date) -> bool {
        (self.first..=self.last).contains(&day)
    }
}

impl std::fmt::Display for Holiday {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.first.fmt(f)?;
        if self.last == self.first { Ok(()) } else { write!(f, "/{}", self.last) }
    }
}

impl std::str::FromStr for Holiday {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let day = |text: &str| if text.len() == 10 { text.parse::<Date>().ok() } else { None };
        let (first, last) = text.split_once('/').unwrap_or((text, text));
        let (first, last) = day(first).zip(day(last)).ok_or(Self::FORM)?;
        if first <= last { Ok(Self { first, last }) } else { Err(Self::FORM) }
    }
}

dawr_kernel::json_string!(
    Holiday,
    json_schema!({
        "type": "string",
        "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])(/[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01]))?$",
        "examples": ["2026-09-23", "2026-03-20/2026-03-24"],
    })
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_holiday_is_a_day_or_some_days() {
        for text in ["2026-09-23", "2026-03-20/2026-03-24"] {
            assert_eq!(text.parse::<Holiday>().unwrap().to_string(), text);
        }
        let eid: Holiday = "2026-03-20/2026-03-24".parse().unwrap();
        let day = |text: &str| text.parse::<Date>().unwrap();
        assert!(eid.has(day("2026-03-20")) && eid.has(day("2026-03-24")) && !eid.has(day("2026-03-25")));
        for wrong in ["", "2026", "2026-02-30", "2026-03-24/2026-03-20", "20260923", "2026-09-23/", "2026-09-23T00:00"]
        {
            assert!(wrong.parse::<Holiday>().is_err(), "{wrong}");
        }
    }
}
