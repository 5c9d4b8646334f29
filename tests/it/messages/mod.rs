//! `/api/templates`, `/api/messages`, `/api/tasks`, `/api/dead-letters`, `/api/quotas`, `/api/webhooks`, `/api/settings`,
//! `/api/patients/{patientId}/consent`, `/api/patients/{patientId}/conversation`, `/api/patients/{patientId}/messages`, `/api/conversations`

mod account;
mod anew;
mod consent;
mod conversation;
mod dead_letters;
mod inbound;
mod meta;
mod patient;
mod quotas;
mod sending;
mod settings;
mod stopping;
mod tasks;
mod templates;
mod values;
mod webhooks;
