//! Doctors' queues and the tickets in them.

mod add_ticket;
mod add_tickets;
mod call_next;
mod correcting;
mod create_queue;
mod delete_queue;
mod delete_ticket;
pub mod error;
mod export_repair;
mod get_import;
mod get_queue;
mod get_ticket;
mod import;
mod list_patient_tickets;
mod list_queues;
mod list_tickets;
pub mod model;
mod newcomer;
mod progress;
pub mod rank;
mod reorder_ticket;
mod set_position;
mod sought;
pub mod store;
mod ticket;
mod update_queue;
mod update_ticket;
pub mod view;

use dawr_api::function::Context;
use dawr_store::{Index, Kind, Query, keys};

/// The functions of this context.
pub const CONTEXT: Context = Context {
    name: "queues",
    summary: "Doctors' queues and the tickets in them.",
    stored: &[
        Kind::of::<model::Queue>().listed(|scope| Query::below(Index::Gsi1, keys::queues(scope))),
        Kind::of::<ticket::Ticket>(),
        Kind::of::<ticket::Visit>(),
        Kind::of::<ticket::ActiveTicket>(),
        Kind::of::<progress::Import>(),
    ],
    functions: &[
        list_queues::LIST_QUEUES,
        get_queue::GET_QUEUE,
        create_queue::CREATE_QUEUE,
        update_queue::UPDATE_QUEUE,
        delete_queue::DELETE_QUEUE,
        set_position::SET_POSITION,
        call_next::CALL_NEXT,
        list_tickets::LIST_TICKETS,
        add_ticket::ADD_TICKET,
        add_tickets::ADD_TICKETS.memory(512),
        get_ticket::GET_TICKET,
        get_import::GET_IMPORT,
        export_repair::EXPORT_REPAIR.memory(512),
        update_ticket::UPDATE_TICKET,
        delete_ticket::DELETE_TICKET,
        reorder_ticket::REORDER_TICKET,
        list_patient_tickets::LIST_PATIENT_TICKETS,
    ],
};
