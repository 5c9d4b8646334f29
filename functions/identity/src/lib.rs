//! Sign-up, sign-in and members.

mod attempts;
pub mod enrolment;
mod get_me;
mod log_in;
mod log_out;
mod me;
pub mod model;
pub mod names;
mod password;
mod refresh;
mod session;
mod sign_up;
mod update_me;

use dawr_api::function::Context;

/// The functions of this context.
pub const CONTEXT: Context = Context {
    name: "identity",
    summary: "Sign-up, sign-in and members.",
    functions: &[
        sign_up::SIGN_UP.memory(1024),
        log_in::LOG_IN.memory(1024),
        refresh::REFRESH,
        log_out::LOG_OUT,
        get_me::GET_ME,
        update_me::UPDATE_ME,
    ],
};
