//! The harness of every test that looks at Dawr from outside: the whole cloud in memory, a clock that stands still
//! until it is moved, repeatable randomness, and nothing that runs unless the test says so.
//!
//! Requests take the gateway's own way, without a socket. Each answer is held against what the endpoint's description
//! and the committed contract promise, whatever the test itself looks at.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test ends where something is not as it should be"
)]

mod answer;
mod call;
mod clinic;
mod clock;
mod cloud;
mod contract;
mod drive;
mod dump;
mod faults;
mod logs;
mod phones;
pub mod sample;

pub use answer::Answer;
pub use call::Call;
pub use clinic::{Clinic, PASSWORD, Person, Stay};
pub use clock::TestClock;
pub use cloud::{Kept, TestCloud, TestOptions};
pub use contract::{documented, foreign_words};
pub use drive::dead_letter_arn;
pub use dump::Items;
pub use faults::{Faults, Rates};
pub use logs::Logs;
pub use phones::{Received, WhatsApp};
