//! The simulator from outside: over HTTP, with a receiver of webhooks, on a clock that only the test moves.

mod bed;
mod control;
mod faults;
mod graph;
mod patients;
mod persistence;
mod webhooks;
