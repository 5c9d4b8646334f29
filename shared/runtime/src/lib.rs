//! The only crate that knows of Lambda: start-up, clients, telemetry, and the way from an event to a handler and back.

mod http;
mod invoke;
mod origin;
mod services;
mod start;
mod system;
mod viewer;

pub use http::handle;
pub use invoke::{InvokeError, invoke};
pub use services::{AwsEndpoint, ServiceError, services};
pub use start::start;
pub use system::{SystemEntropy, system_clock};
pub use viewer::PROOF as EDGE_PROOF;
