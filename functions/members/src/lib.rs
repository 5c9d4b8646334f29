//! The people of a tenant and what they may do.

mod accept_invite;
mod create_role;
mod create_user;
mod deactivate_user;
mod delete_role;
mod get_role;
mod get_user;
pub mod grants;
mod invitation;
mod invitation_token;
mod invitation_view;
mod invite;
mod invited;
mod join;
mod joining;
mod list_invitations;
mod list_permissions;
mod list_roles;
mod list_users;
mod look_at_invitation;
mod people;
mod remove_user_second_factor;
mod resend_invitation;
mod reset_user_password;
mod revoke_invitation;
mod role_view;
mod update_role;
mod update_user;
mod user_view;

use dawr_api::function::Context;
use dawr_store::{Index, Kind, Query, keys};

/// The functions of this context.
pub const CONTEXT: Context = Context {
    name: "members",
    summary: "The people of a tenant, their roles and what these permit.",
    stored: &[Kind::of::<invitation::Invitation>().listed(|scope| Query::below(Index::Table, keys::invitations(scope)))],
    functions: &[
        list_users::LIST_USERS,
        get_user::GET_USER,
        create_user::CREATE_USER.memory(1024),
        update_user::UPDATE_USER,
        deactivate_user::DEACTIVATE_USER,
        reset_user_password::RESET_USER_PASSWORD.memory(1024),
        remove_user_second_factor::REMOVE_USER_SECOND_FACTOR,
        invite::INVITE,
        list_invitations::LIST_INVITATIONS,
        resend_invitation::RESEND_INVITATION,
        revoke_invitation::REVOKE_INVITATION,
        look_at_invitation::LOOK_AT_INVITATION,
        accept_invite::ACCEPT_INVITE.memory(1024),
        join::JOIN,
        list_permissions::LIST_PERMISSIONS,
        list_roles::LIST_ROLES,
        get_role::GET_ROLE,
        create_role::CREATE_ROLE,
        update_role::UPDATE_ROLE,
        delete_role::DELETE_ROLE,
    ],
};
