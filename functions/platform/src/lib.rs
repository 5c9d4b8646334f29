//! What the platform's operators do with its tenants: see them, suspend them, set what their plans allow, and enter them for
//! a time to help.

mod begin_elevation;
mod customer;
mod customer_view;
mod end_elevation;
mod health;
mod list_elevations;
mod list_tenants;
mod no_route;
mod resume_tenant;
mod set_limits;
mod show_tenant;
mod suspend_tenant;

use dawr_api::function::Context;

/// The functions of this context.
pub const CONTEXT: Context = Context {
    name: "platform",
    summary: "The platform's tenants, its operators' stays in them, and its health.",
    stored: &[],
    functions: &[
        list_tenants::LIST_TENANTS,
        show_tenant::SHOW_TENANT,
        suspend_tenant::SUSPEND_TENANT,
        resume_tenant::RESUME_TENANT,
        set_limits::SET_LIMITS,
        begin_elevation::BEGIN_ELEVATION,
        list_elevations::LIST_ELEVATIONS,
        end_elevation::END_ELEVATION,
        health::HEALTH,
        no_route::NO_ROUTE,
    ],
};
