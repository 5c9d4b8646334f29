//! The kinds of things that are stored, as data: what each context declares of its own.

use crate::{Entity, Query, TenantScope, upgrade};
#[cfg(feature = "describe")]
use crate::{
    StoreError, Stored, Work,
    entity::Item,
    shape::{Shape, shape_of},
};

/// A kind of stored thing.
#[derive(Clone, Copy)]
pub struct Kind {
    /// Its name in stored data.
    pub name: &'static str,
    /// The schema that this program writes.
    pub schema: usize,
    /// Whether it is another context's, of which this one reads a part and writes nothing.
    pub is_view: bool,
    /// The range in which a tenant's items of this kind lie; none of what is found through something else. Others may lie in it, too.
    pub listed: Option<fn(&TenantScope) -> Query>,
    /// Reads an item and adds to the work that it is written as this program writes it, at the place where this program has it; tells
    /// whether there was anything to do.
    #[cfg(feature = "describe")]
    pub renew: fn(&TenantScope, Item, &mut Work) -> Result<bool, StoreError>,
    /// Reads an item: as this program would write it at its place, and what this program looks for in it.
    #[cfg(feature = "describe")]
    pub examine: Examine,
}

/// How an item is examined.
#[cfg(feature = "describe")]
pub type Examine = fn(&TenantScope, Item) -> Result<(Item, Shape), StoreError>;

impl Kind {
    /// Of an entity.
    pub const fn of<T: Entity>() -> Self {
        Self {
            name: T::KIND,
            schema: upgrade::schema::<T>(),
            is_view: false,
            listed: None,
            #[cfg(feature = "describe")]
            renew: renew::<T>,
            #[cfg(feature = "describe")]
            examine: examine::<T>,
        }
    }

    /// Whose items lie in this range.
    pub const fn listed(self, range: fn(&TenantScope) -> Query) -> Self {
        Self { listed: Some(range), ..self }
    }

    /// Of what is read of another context's entity.
    pub const fn view<T: Entity>() -> Self {
        Self { is_view: true, ..Self::of::<T>() }
    }
}

#[cfg(feature = "describe")]
fn renew<T: Entity>(scope: &TenantScope, item: Item, work: &mut Work) -> Result<bool, StoreError> {
    let (had, before) = (upgrade::schema_of(&item), item.clone());
    let read = Stored::<T>::decode(item)?;
    // A newer program's is its own business.
    if had > upgrade::schema::<T>() {
        return Ok(false);
    }
    let key = read.value.place(scope).key;
    let mut next = read.replacement(scope, &read.value, &key)?.item;
    next.extend(before.get_key_value("version").map(|(name, version)| (name.clone(), version.clone())));
    let differs = next != before;
    if differs {
        work.renew(scope, &read);
    }
    Ok(differs)
}

#[cfg(feature = "describe")]
fn examine<T: Entity>(scope: &TenantScope, item: Item) -> Result<(Item, Shape), StoreError> {
    let read = Stored::<T>::decode(item)?;
    let shape = shape_of::<T>(read.whole()).map_err(|error| StoreError::Malformed(error.to_string()))?;
    Ok((read.known(scope)?, shape))
}
