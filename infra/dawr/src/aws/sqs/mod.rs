//! SQS on one machine: standard queues with visibility, delay, dead letters, fair groups and
//! move tasks, spoken to in the AWS JSON 1.0 protocol.
//!
//! Unlike SQS, a message is kept until it is deleted: the retention period is stored and
//! reported, and not applied.

mod digest;
mod error;
mod fair;
mod messages;
mod moves;
mod settings;
mod store;
mod wire;

pub use error::QueueError;
pub use messages::{Attribute, Message, NewMessage, ReceiveOptions};
pub use moves::{MoveStatus, MoveTask};
pub use settings::{QueueDefinition, Redrive};
pub use store::{Depth, Queues};
pub(crate) use wire::call;

/// The longest message, and the longest batch (SQS Developer Guide, "Message quotas").
const MAX_BYTES: u32 = 1_048_576;
