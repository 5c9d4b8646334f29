//! A clinic as a request says it.

use dawr_api::{
    Failure, Fault,
    code::Code,
    failure::FieldErrors,
    slug::Slug,
    tenant::{ClinicName, ZoneName},
};
use dawr_kernel::phone::{PhoneInput, Region};
use deserr::Deserr;
use schemars::JsonSchema;

use crate::model::{Address, Clinic, Holiday};

/// So many holidays a clinic names at the most.
const MOST_HOLIDAYS: usize = 100;

/// A clinic as it shall be.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct ClinicInput {
    name: ClinicName,
    /// Its name in addresses; unique in the tenant.
    slug: Slug,
    /// Left out or null: none.
    #[deserr(default)]
    address: Option<Address>,
    /// Left out or null: none.
    #[deserr(default)]
    phone: Option<PhoneInput>,
    /// Days and spans of days on which it is closed, up to 100 of them.
    #[deserr(default)]
    #[schemars(length(max = 100))]
    holidays: Vec<Holiday>,
    /// An IANA time zone; left out or null: the tenant's.
    #[deserr(default)]
    timezone: Option<ZoneName>,
}

impl ClinicInput {
    /// The clinic that `clinic` becomes.
    ///
    /// # Errors
    /// `InvalidPhoneNumber`, `TooMany`.
    pub fn apply(&self, region: Region, clinic: Clinic) -> Result<Clinic, Failure> {
        let mut faults = Vec::new();
        let phone = self.phone.as_ref().map(|phone| phone.resolve(region)).transpose();
        let phone = phone.unwrap_or_else(|invalid| {
            faults.push(Fault::invalid("phone", invalid));
            None
        });
        if self.holidays.len() > MOST_HOLIDAYS {
            faults.push(Fault::at(Code::TooMany, "holidays"));
        }
        if !faults.is_empty() {
            return Err(Failure::of(faults));
        }
        let mut holidays = self.holidays.clone();
        holidays.sort_unstable();
        holidays.dedup();
        Ok(Clinic {
            name: self.name.clone(),
            slug: self.slug.clone(),
            address: self.address.clone(),
            phone,
            holidays,
            timezone: self.timezone.clone(),
            ..clinic
        })
    }

    /// The clinic that it founds.
    ///
    /// # Errors
    /// As [`ClinicInput::apply`].
    pub fn found(
        &self,
        region: Region,
        id: dawr_kernel::id::ClinicId,
        now: jiff::Timestamp,
    ) -> Result<Clinic, Failure> {
        self.apply(region, Clinic::new(id, self.name.clone(), self.slug.clone(), now))
    }
}
