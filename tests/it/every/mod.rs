//! What is true of every function there is: these tests go through the functions' own list, so that a new one is tested
//! from its first day.

mod arabic;
mod audit;
mod authorization;
mod bad_input;
mod budgets;
mod drift;
mod idempotency;
mod isolation;
mod privacy;
mod samples;
mod scopes;
