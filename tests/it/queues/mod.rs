//! `/api/queues` and `/api/tickets`

mod bulk;
mod calling;
mod finding;
mod queue;
mod tickets;
