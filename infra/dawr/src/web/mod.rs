//! The web app on one machine: built with npm when that is due, and served beside the API on the same origin.

mod bucket;
mod build;
mod files;
mod headers;
mod release;
mod serve;
#[cfg(test)]
mod tests;
mod upload;

/// What CloudFront runs before it looks for a file: CloudFront Functions' JavaScript.
pub(crate) const EDGE: &str = include_str!("edge.js");

/// The folder of the bucket in which the app is.
pub(crate) const SHELF: &str = "/app";

pub use build::{Built, Node, alone, build, chromium, install, prepare};
pub(crate) use headers::{HEADERS, secure};
#[cfg(test)]
pub(crate) use serve::page;
pub(crate) use serve::{Site, front};
pub use upload::Upload;
