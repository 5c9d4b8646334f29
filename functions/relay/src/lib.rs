//! The relay: what items want of the queues gets there, and again until it moves. It knows no kind of thing: what an item wants, its
//! wake says ([`dawr_store::Wake`]).
//!
//! Nothing blocks and nothing is lost: what a queue refuses, and what cannot be read, is parked in the table and tried again by
//! itself, while everything else goes on.

mod back_off;
mod hand_on_due;
mod parked;
mod record;
mod relay;
mod sending;

use dawr_api::function::Context;
use dawr_store::Kind;

/// The functions of this context.
pub const CONTEXT: Context = Context {
    name: "relay",
    summary: "Hands the jobs that items want on to the queues, from the table's stream and when they come due.",
    stored: &[Kind::of::<parked::Parked>()],
    functions: &[relay::RELAY, hand_on_due::HAND_ON_DUE],
};
