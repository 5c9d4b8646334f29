//! The single table: every key, every read and every write of Dawr's data.
//!
//! Invariants:
//! * keys are built by [`keys`] alone, from typed parts, escaped;
//! * a tenant's data is reached only with a [`TenantScope`], which stands for an authorization;
//! * each write is conditional and goes through [`Work`], which commits in one transaction with a client token;
//! * a write keeps what it does not know, and each kind has a schema ([`upgrade`]): programs of two versions run side by side;
//! * there is no Scan.

mod carry;
pub mod entity;
pub mod error;
pub mod instant;
mod key;
pub mod keys;
pub mod kind;
pub mod meter;
pub mod query;
mod scope;
#[cfg(feature = "describe")]
pub mod shape;
pub mod table;
pub mod upgrade;
pub mod wake;
pub mod work;

pub use entity::{Entity, Place, Stored};
pub use error::{CommitError, Refusal, StoreError, plain};
pub use key::Key;
pub use kind::Kind;
pub use query::{Cursor, Index, Page, Query};
pub use scope::{Ground, TenantScope};
pub use table::Table;
pub use wake::{Handed, Wake};
pub use work::{Slot, Update, Work};
