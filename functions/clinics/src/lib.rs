//! The tenant's settings and its clinics.

mod clinic_input;
mod clinic_view;
mod create_clinic;
mod delete_clinic;
mod end_stay;
mod get_clinic;
mod get_tenant;
mod list_clinics;
mod list_stays;
pub mod model;
pub mod register;
mod tenant_view;
mod update_clinic;
mod update_tenant;

use dawr_api::function::Context;
use dawr_store::{Index, Kind, Query, keys};

/// The functions of this context.
pub const CONTEXT: Context = Context {
    name: "clinics",
    summary: "The tenant's settings and its clinics.",
    stored: &[
        Kind::of::<model::Clinic>().listed(|scope| Query::below(Index::Table, keys::clinics(scope))),
        Kind::of::<register::Register>(),
        Kind::of::<register::Use>(),
    ],
    functions: &[
        get_tenant::GET_TENANT,
        update_tenant::UPDATE_TENANT,
        list_clinics::LIST_CLINICS,
        get_clinic::GET_CLINIC,
        create_clinic::CREATE_CLINIC,
        update_clinic::UPDATE_CLINIC,
        delete_clinic::DELETE_CLINIC,
        list_stays::LIST_STAYS,
        end_stay::END_STAY,
    ],
};
