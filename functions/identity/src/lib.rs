//! Sign-up, sign-in and members.

mod account;
mod answer_reset;
pub mod attempts;
mod change_password;
mod confirm_second_factor;
mod device;
mod elevate;
mod elsewhere;
mod end_session;
mod end_sessions;
pub mod enrolment;
mod everywhere;
mod forgot_password;
mod get_me;
mod habits;
mod history;
mod list_memberships;
mod list_sessions;
mod list_sign_ins;
mod log_in;
mod log_out;
mod me;
mod membership;
pub mod model;
pub mod names;
mod one_time_code;
pub mod password;
pub mod proof;
mod refresh;
mod remove_second_factor;
mod renew_recovery_codes;
mod reset_password;
mod reset_request;
pub mod second_factor;
mod sent_code;
mod session;
pub mod sessions;
mod set_up_second_factor;
mod sign_up;
mod switch;
pub mod totp;
mod update_me;
mod vigil;

use dawr_api::function::Context;
use dawr_store::{Index, Kind, Query, keys};

/// The functions of this context.
pub const CONTEXT: Context = Context {
    name: "identity",
    summary: "Sign-up, sign-in and members.",
    stored: &[
        Kind::of::<history::SignIn>(),
        Kind::of::<model::SlugClaim>(),
        Kind::of::<model::Identity>(),
        Kind::of::<model::Login>(),
        Kind::of::<model::EmailLogin>(),
        Kind::of::<model::Member>().listed(|scope| Query::below(Index::Gsi1, keys::members(scope))),
        Kind::of::<model::Session>(),
        Kind::of::<habits::Habits>(),
        Kind::of::<sent_code::SentCode>(),
        Kind::of::<attempts::Attempts>(),
        Kind::of::<reset_request::ResetRequest>(),
    ],
    functions: &[
        sign_up::SIGN_UP.memory(1024),
        log_in::LOG_IN.memory(1024),
        refresh::REFRESH,
        log_out::LOG_OUT,
        forgot_password::FORGOT_PASSWORD,
        answer_reset::ANSWER_RESET,
        reset_password::RESET_PASSWORD.memory(1024),
        list_sessions::LIST_SESSIONS,
        end_sessions::END_SESSIONS,
        end_session::END_SESSION,
        list_sign_ins::LIST_SIGN_INS,
        set_up_second_factor::SET_UP_SECOND_FACTOR.memory(1024),
        confirm_second_factor::CONFIRM_SECOND_FACTOR,
        remove_second_factor::REMOVE_SECOND_FACTOR.memory(1024),
        renew_recovery_codes::RENEW_RECOVERY_CODES.memory(1024),
        list_memberships::LIST_MEMBERSHIPS,
        switch::SWITCH,
        elevate::ELEVATE,
        get_me::GET_ME,
        update_me::UPDATE_ME,
        change_password::CHANGE_PASSWORD.memory(1024),
    ],
};
