//! `/api/queues` and `/api/tickets`

mod bulk;
mod calling;
mod queue;
mod tickets;
