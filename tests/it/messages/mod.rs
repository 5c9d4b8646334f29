//! `/api/templates`, `/api/messages`, `/api/tasks`, `/api/dead-letters`, `/api/quotas`, `/api/webhooks`, `/api/settings`

mod anew;
mod dead_letters;
mod quotas;
mod sending;
mod settings;
mod tasks;
mod templates;
mod webhooks;
