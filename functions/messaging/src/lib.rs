//! Templates, messages, their delivery, and what failed.

pub mod account;
mod addressee;
mod again;
pub mod batch;
mod cancel_redrive;
mod compose;
mod confirmation;
pub mod consent;
pub mod contact;
pub mod conversation;
mod coverage;
mod create_template;
pub mod credentials;
mod dead_letters;
mod delete_quota;
mod delete_template;
pub mod delivery;
mod dismiss_task;
mod expand_batch;
mod get_batch;
mod get_consent;
mod get_conversation;
mod get_message;
mod get_redrive;
mod get_template;
mod get_whatsapp;
mod hearing;
mod holder;
mod holds;
pub mod identity;
mod inbox;
mod last_send;
mod list_dead_letters;
mod list_failed_tasks;
mod list_messages;
mod list_patient_messages;
mod list_quotas;
mod list_templates;
mod list_unknown;
pub mod message;
mod message_view;
mod moves;
mod news;
pub mod notice;
mod pause;
mod preview_send;
mod process_callback;
mod provider_template;
mod quota_view;
mod read_conversation;
mod receive_webhook;
mod recompose;
mod redrive;
mod retry_task;
mod retry_tasks;
mod retrying;
mod send;
mod send_message;
mod sending;
mod set_consent;
mod set_quota;
mod set_whatsapp;
pub mod starters;
mod stop_batch;
mod stopping;
mod takeover;
pub mod task;
pub mod template;
mod template_view;
mod update_template;
pub mod validity;
mod verify_webhook;
pub mod whatsapp;
mod wish;

use dawr_api::function::Context;
use dawr_store::{Index, Kind, Query, keys};

/// The functions of this context.
pub const CONTEXT: Context = Context {
    name: "messaging",
    summary: "Templates, messages, their delivery, and what failed.",
    stored: &[
        Kind::of::<template::Template>().listed(|scope| Query::below(Index::Table, keys::templates(scope))),
        Kind::of::<batch::Batch>(),
        Kind::of::<batch::Part>(),
        Kind::of::<message::Message>().listed(|scope| Query::below(Index::Gsi1, keys::messages(scope))),
        Kind::of::<task::FailedTask>().listed(|scope| Query::below(Index::Table, keys::tasks(scope))),
        Kind::of::<last_send::LastSend>(),
        Kind::of::<inbox::InboxEvent>(),
        Kind::of::<contact::Contact>(),
        Kind::of::<consent::Consent>(),
        Kind::of::<conversation::InboundMessage>(),
        Kind::of::<conversation::Conversation>(),
        Kind::of::<identity::WhatsAppId>(),
        Kind::of::<identity::WhatsAppUser>(),
        Kind::of::<identity::WhatsAppMessage>(),
        Kind::of::<account::WhatsAppAccount>(),
        Kind::of::<account::ProviderNumber>(),
        Kind::of::<account::ProviderAccount>(),
        Kind::of::<account::VerifyToken>(),
        Kind::of::<credentials::Loose>(),
        Kind::of::<provider_template::ProviderTemplateStatus>(),
        Kind::of::<news::AccountStatus>(),
        Kind::view::<holder::Holder>(),
    ],
    functions: &[
        list_templates::LIST_TEMPLATES,
        get_template::GET_TEMPLATE,
        create_template::CREATE_TEMPLATE,
        update_template::UPDATE_TEMPLATE,
        delete_template::DELETE_TEMPLATE,
        preview_send::PREVIEW_SEND.memory(512),
        send::SEND.memory(512),
        get_batch::GET_BATCH,
        stop_batch::STOP_BATCH.memory(512),
        list_messages::LIST_MESSAGES,
        list_patient_messages::LIST_PATIENT_MESSAGES,
        get_message::GET_MESSAGE,
        list_failed_tasks::LIST_FAILED_TASKS,
        retry_task::RETRY_TASK,
        retry_tasks::RETRY_TASKS,
        dismiss_task::DISMISS_TASK,
        list_dead_letters::LIST_DEAD_LETTERS,
        redrive::REDRIVE,
        get_redrive::GET_REDRIVE,
        cancel_redrive::CANCEL_REDRIVE,
        list_quotas::LIST_QUOTAS,
        set_quota::SET_QUOTA,
        delete_quota::DELETE_QUOTA,
        get_conversation::GET_CONVERSATION,
        read_conversation::READ_CONVERSATION,
        list_unknown::LIST_UNKNOWN,
        get_consent::GET_CONSENT,
        set_consent::SET_CONSENT,
        get_whatsapp::GET_WHATSAPP,
        set_whatsapp::SET_WHATSAPP,
        verify_webhook::VERIFY_WEBHOOK,
        receive_webhook::RECEIVE_WEBHOOK,
        expand_batch::EXPAND_BATCH,
        send_message::SEND_MESSAGE,
        process_callback::PROCESS_CALLBACK,
    ],
};
