//! The web app on one machine: built with npm when that is due, and served beside the API on the same origin.

mod build;
mod headers;
mod serve;
#[cfg(test)]
mod tests;

pub use build::{Built, Node, alone, build, chromium, install, prepare};
pub(crate) use serve::{Site, front};
