//! From a spreadsheet to the ticks on a message, with and without everything that can go wrong in between.

mod concurrency;
mod costs;
mod faults;
mod flow;
mod given_up;
mod policies;
mod relay;
