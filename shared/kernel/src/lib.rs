//! The words of Dawr's domain: ids, time, people's names and phone numbers, localized text.
//!
//! Pure: nothing here does I/O, reads a clock or knows of AWS or HTTP.

pub mod entropy;
pub mod id;
pub mod language;
pub mod phone;
pub mod text;

/// What the exported macros expand to; not an interface.
#[doc(hidden)]
pub mod __private {
    pub use deserr;
    pub use schemars;
    pub use serde;
}
