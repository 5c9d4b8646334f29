//! Whose a callback is: which of our tenants' numbers it names, and whether each tenant's own secret signed it.
//!
//! Before a signature has proved anything one body costs two reads of the table at the most, however much it names: of its first
//! numbers, and, if it is none of theirs that signed it, of its first account. Besides, it costs the secrets of those of our
//! connections that are found so, each of which is remembered for a minute. Afterwards all that the body names is looked up.

use std::collections::{BTreeMap, BTreeSet};

use dawr_api::{Cx, Failure};
use dawr_kernel::id::TenantId;
use dawr_store::{Ground, Index, Query, Stored, TenantScope, keys};
use jiff::Timestamp;

use crate::{
    account::{BusinessAccountId, PhoneNumberId, ProviderAccount, ProviderNumber},
    credentials::Credentials,
    whatsapp::callback::{Part, Signature},
};

/// So many numbers are looked up on the word of a body that nobody has proved yet. The first one is mostly ours; a clinic may
/// have others in the same account that are not.
const UNPROVED: usize = 8;

/// So many are looked up of a body that is proved: Meta puts up to 1,000 changes into one.
const PROVED: usize = 1_000;

/// So many of our numbers are told what is said of an account that they share.
const IN_ACCOUNT: u32 = 20;

/// Whom a part of a body is for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// One of the provider's numbers.
    Number(String),
    /// One of the provider's accounts, with all of our numbers in it.
    Account(String),
}

impl Place {
    /// Of a part; none if it names nothing that could be ours.
    pub fn of(part: &Part) -> Option<Self> {
        match (&part.number, &part.account) {
            (Some(number), _) => PhoneNumberId::parse(number).ok().map(|id| Self::Number(id.as_str().to_owned())),
            (None, Some(account)) => {
                BusinessAccountId::parse(account).ok().map(|id| Self::Account(id.as_str().to_owned()))
            }
            (None, None) => None,
        }
    }
}

/// One of our tenants' numbers, whose connection's own secret signed the body.
#[derive(Debug, Clone)]
pub struct Addressee {
    /// The number.
    pub number: PhoneNumberId,
    /// Its record, where the body names the number itself.
    pub record: Option<Stored<ProviderNumber>>,
    /// The scope of the tenant whose it is.
    pub scope: TenantScope,
}

/// What has a secret of its own: a tenant, connected like this since a time.
type Connection = (TenantId, Timestamp);

/// Those of our tenants' numbers whose connection's secret signed a body.
pub struct Addressees<'a> {
    cx: &'a Cx,
    bytes: &'a [u8],
    signature: &'a Signature,
    /// Of which connections it is known whether their secret signed it.
    signed: BTreeMap<Connection, bool>,
    found: BTreeMap<Place, Vec<Addressee>>,
}

impl<'a> Addressees<'a> {
    /// Looks up whom a body is for; nobody if none of their secrets signed it.
    ///
    /// # Errors
    /// If the table or Secrets Manager does not answer.
    pub async fn prove(
        cx: &'a Cx,
        places: &[Place],
        bytes: &'a [u8],
        signature: &'a Signature,
    ) -> Result<Option<Self>, Failure> {
        let mut this = Self { cx, bytes, signature, signed: BTreeMap::new(), found: BTreeMap::new() };
        let mut seen = BTreeSet::new();
        let mut places: Vec<&Place> = places.iter().filter(|place| seen.insert(*place)).collect();
        // Numbers first: one trip for several of them.
        places.sort_by_key(|place| matches!(place, Place::Account(_)));
        let numbers = places.iter().take_while(|place| matches!(place, Place::Number(_))).count();
        let first = if numbers == 0 { 1 } else { numbers.min(UNPROVED) };
        let (first, rest) = places.split_at_checked(first).unwrap_or((&places, &[]));
        this.look_up(first).await?;
        if this.found.is_empty() {
            let account = rest.iter().find(|place| matches!(place, Place::Account(_)));
            this.look_up(account.map(std::slice::from_ref).unwrap_or_default()).await?;
        }
        if this.found.is_empty() {
            return Ok(None);
        }
        let rest: Vec<&Place> =
            rest.iter().copied().take(PROVED).filter(|place| !this.found.contains_key(place)).collect();
        this.look_up(&rest).await?;
        Ok(Some(this))
    }

    /// Our numbers at a place.
    pub fn at(&self, place: &Place) -> &[Addressee] {
        self.found.get(place).map(Vec::as_slice).unwrap_or_default()
    }

    async fn look_up(&mut self, places: &[&Place]) -> Result<(), Failure> {
        let numbers = places.iter().filter_map(|place| match place {
            Place::Number(number) => Some((*place, number.as_str())),
            Place::Account(_) => None,
        });
        let numbers: Vec<(&Place, &str)> = numbers.collect();
        let keys: Vec<_> = numbers.iter().map(|(_, number)| keys::provider_number(number)).collect();
        let records = self.cx.table().get_many::<ProviderNumber>(&keys).await?;
        for ((place, _), record) in numbers.into_iter().zip(records) {
            if let Some(record) = record {
                let connection = (record.tenant, record.connected_at);
                self.add(place, record.phone_number_id.clone(), Some(record), connection).await?;
            }
        }
        for place in places {
            let Place::Account(account) = place else { continue };
            let range = Query::below(Index::Table, keys::provider_accounts(account)).limit(IN_ACCOUNT);
            for found in self.cx.table().query::<ProviderAccount>(range).await?.items {
                let ProviderAccount { phone_number_id, tenant, connected_at, .. } = found.value;
                self.add(place, phone_number_id, None, (tenant, connected_at)).await?;
            }
        }
        Ok(())
    }

    /// Adds a number if its connection's own secret signed the body.
    async fn add(
        &mut self,
        place: &Place,
        number: PhoneNumberId,
        record: Option<Stored<ProviderNumber>>,
        connection: Connection,
    ) -> Result<(), Failure> {
        let (tenant, connected_at) = connection;
        // Before the proof it reaches nothing but the secret that proves.
        let scope = TenantScope::on(Ground::Callback, tenant);
        let is_signed = match self.signed.get(&connection) {
            Some(is_signed) => *is_signed,
            None => {
                let credentials = Credentials::load(self.cx, &scope, connected_at).await?;
                let is_signed =
                    credentials.is_some_and(|credentials| self.signature.is_of(&credentials.app_secret, self.bytes));
                self.signed.insert(connection, is_signed);
                is_signed
            }
        };
        if is_signed {
            self.found.entry(place.clone()).or_default().push(Addressee { number, record, scope });
        } else {
            tracing::warn!(%tenant, "a callback is not signed with the secret of a number that it names");
        }
        Ok(())
    }
}
