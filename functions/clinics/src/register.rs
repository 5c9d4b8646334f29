//! The register of a tenant's clinics: how many there are, which names are taken, and which one is in use.
//!
//! Clinics are opened and closed one after the other: each time the register is replaced in the version that was read. So no
//! two have the same slug, the plan's limit holds, and one is always left.

use dawr_api::{
    Authorized, Cx, Failure, Fault,
    code::Code,
    role::Coverage,
    slug::Slug,
    tenant::{Tenant, ZoneName},
};
use dawr_kernel::id::ClinicId;
use dawr_store::{Entity, Place, Slot, Stored, TenantScope, Update, Work, keys};
use serde::{Deserialize, Serialize};

use crate::model::Clinic;

/// So many clinics a tenant has at the most, whatever its plan says.
pub const MOST: usize = 300;

/// A change of the register is tried so often.
pub const MAX_TRIES: u32 = 24;

/// A clinic in the register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Registered {
    id: ClinicId,
    slug: Slug,
    timezone: Option<ZoneName>,
}

impl Registered {
    fn of(clinic: &Clinic) -> Self {
        Self { id: clinic.id, slug: clinic.slug.clone(), timezone: clinic.timezone.clone() }
    }
}

/// All clinics of a tenant, the oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Register {
    clinics: Vec<Registered>,
}

impl Entity for Register {
    const KIND: &'static str = "register";

    fn place(&self, scope: &TenantScope) -> Place {
        Place::at(keys::clinic_register(scope))
    }
}

impl Register {
    /// The register and the tenant, in one trip.
    ///
    /// # Errors
    /// If the table does not answer.
    pub async fn load(cx: &Cx, caller: &Authorized) -> Result<(Stored<Self>, Stored<Tenant>), Failure> {
        let keys = [keys::clinic_register(caller), keys::tenant(caller)];
        let mut items = cx.table().get_items(&keys).await?;
        let [register, tenant] = keys.map(|key| items.remove(&key));
        let gone = || Failure::internal("a tenant without clinics");
        let (register, tenant) = register.zip(tenant).ok_or_else(gone)?;
        Ok((Stored::decode(register)?, Stored::decode(tenant)?))
    }

    /// The first clinic of a tenant that is being founded.
    pub fn found(scope: &TenantScope, clinic: &Clinic, work: &mut Work) {
        work.create(scope, &Self { clinics: vec![Registered::of(clinic)] });
        Self::open(scope, clinic, work);
    }

    /// Writes a clinic that the register has from now on.
    pub fn open(scope: &TenantScope, clinic: &Clinic, work: &mut Work) {
        work.create(scope, clinic);
        work.create(scope, &Use { clinic: clinic.id, queues: 0 });
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.clinics.len()
    }

    /// The register with one more clinic.
    ///
    /// # Errors
    /// `SlugTaken`, `LimitReached`.
    pub fn with(&self, clinic: &Clinic, limit: Option<u32>) -> Result<Self, Failure> {
        let limit = limit.and_then(|limit| usize::try_from(limit).ok()).map_or(MOST, |limit| limit.min(MOST));
        if self.clinics.len() >= limit {
            return Err(Code::LimitReached.into());
        }
        let mut register = self.changed(clinic)?;
        register.clinics.push(Registered::of(clinic));
        Ok(register)
    }

    /// The register in which a clinic stands as it is now.
    ///
    /// # Errors
    /// `SlugTaken`.
    pub fn changed(&self, clinic: &Clinic) -> Result<Self, Failure> {
        if self.clinics.iter().any(|other| other.id != clinic.id && other.slug == clinic.slug) {
            return Err(Fault::at(Code::SlugTaken, "slug").into());
        }
        let now = |other: &Registered| if other.id == clinic.id { Registered::of(clinic) } else { other.clone() };
        Ok(Self { clinics: self.clinics.iter().map(now).collect() })
    }

    /// Where something new is: in the clinic that is asked for, else in the tenant's first one if it is covered, else in the
    /// first that is; and the time zone there. None if there is no such clinic among those covered.
    pub fn place(&self, asked: Option<ClinicId>, covered: &Coverage, tenant: &Tenant) -> Option<(ClinicId, ZoneName)> {
        let mut open = self.clinics.iter().filter(|clinic| covered.has(clinic.id));
        let wanted = asked.unwrap_or(tenant.first_clinic);
        let clinic = match open.clone().find(|clinic| clinic.id == wanted) {
            None if asked.is_none() => open.next(),
            found => found,
        }?;
        Some((clinic.id, clinic.timezone.clone().unwrap_or_else(|| tenant.timezone.clone())))
    }

    /// The register without a clinic, and the first of the others.
    ///
    /// # Errors
    /// `LastClinic`.
    pub fn without(&self, clinic: ClinicId) -> Result<(Self, ClinicId), Failure> {
        let others: Vec<_> = self.clinics.iter().filter(|other| other.id != clinic).cloned().collect();
        let first = others.first().ok_or(Code::LastClinic)?.id;
        Ok((Self { clinics: others }, first))
    }
}

/// A clinic that the caller covers, with all that its change touches.
pub struct Entry {
    /// The register.
    pub register: Stored<Register>,
    /// The tenant.
    pub tenant: Stored<Tenant>,
    /// The clinic.
    pub clinic: Stored<Clinic>,
    /// What it has.
    pub used: Stored<Use>,
}

impl Entry {
    /// A clinic's entry, in one trip.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn load(cx: &Cx, caller: &Authorized, id: ClinicId) -> Result<Self, Failure> {
        caller.at(id)?;
        let keys = [
            keys::clinic_register(caller),
            keys::tenant(caller),
            keys::clinic(caller, id),
            keys::clinic_use(caller, id),
        ];
        let mut items = cx.table().get_items(&keys).await?;
        let [register, tenant, clinic, used] = keys.map(|key| items.remove(&key).ok_or(Code::NotFound));
        Ok(Self {
            register: Stored::decode(register?)?,
            tenant: Stored::decode(tenant?)?,
            clinic: Stored::decode(clinic?)?,
            used: Stored::decode(used?)?,
        })
    }
}

/// What a clinic has: while it has anything it cannot be closed, and once it is closed it gets nothing more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Use {
    clinic: ClinicId,
    queues: u32,
}

impl Entity for Use {
    const KIND: &'static str = "use";

    fn place(&self, scope: &TenantScope) -> Place {
        Place::at(keys::clinic_use(scope, self.clinic))
    }
}

impl Use {
    /// Whether the clinic has nothing.
    pub const fn is_none(&self) -> bool {
        self.queues == 0
    }

    /// Counts a queue that is opened in the clinic. Refused if there is no such clinic.
    pub fn opened_queue(scope: &TenantScope, clinic: ClinicId, work: &mut Work) -> Slot {
        work.update(Update::of(keys::clinic_use(scope, clinic)).add("queues", 1))
    }

    /// Counts a queue that is deleted.
    pub fn deleted_queue(scope: &TenantScope, clinic: ClinicId, work: &mut Work) -> Slot {
        work.update(Update::of(keys::clinic_use(scope, clinic)).add("queues", -1).at_least("queues", 1))
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn clinic(n: u8, slug: &str) -> Clinic {
        let name = dawr_api::tenant::ClinicName::parse("فرع").unwrap();
        let id = format!("cli_{n:026}").parse().unwrap();
        Clinic::new(id, name, Slug::parse(slug).unwrap(), Timestamp::UNIX_EPOCH)
    }

    fn code<T: std::fmt::Debug>(result: Result<T, Failure>) -> Code {
        result.unwrap_err().code()
    }

    #[test]
    fn a_slug_is_one_clinics_and_the_plan_holds() {
        let one = Register { clinics: Vec::new() }.with(&clinic(0, "olaya"), None).unwrap();
        assert_eq!(code(one.with(&clinic(4, "olaya"), None)), Code::SlugTaken);
        assert_eq!(code(one.with(&clinic(4, "malaz"), Some(1))), Code::LimitReached);
        let two = one.with(&clinic(4, "malaz"), Some(2)).unwrap();
        assert_eq!(code(two.changed(&clinic(4, "olaya"))), Code::SlugTaken);
        assert_eq!(two.changed(&clinic(4, "malaz")).unwrap(), two);
        assert_ne!(two.changed(&clinic(4, "narjis")).unwrap(), two);
    }

    #[test]
    fn one_is_always_left() {
        let (first, second) = (clinic(0, "olaya"), clinic(4, "malaz"));
        let one = Register { clinics: Vec::new() }.with(&first, None).unwrap();
        let two = one.with(&second, None).unwrap();
        assert_eq!(two.without(first.id).unwrap().1, second.id);
        assert_eq!(two.without(second.id).unwrap(), (one.clone(), first.id));
        assert_eq!(code(one.without(first.id)), Code::LastClinic);
    }
}
