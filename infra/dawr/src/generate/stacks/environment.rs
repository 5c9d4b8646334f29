//! The environment of functions: `dawr_api::settings::Settings` reads it.

use dawr_api::function::{DeadLetterAccess, Function, Queue, Secret, Source, TableAccess, Trigger};
use schemars::SchemaGenerator;
use serde_norway::{Mapping, Value};

use super::{Parameter, Stack};

/// What every function is told.
pub(super) fn common(stack: &mut Stack) -> Value {
    let mut variables = Variables { stack, mapping: Mapping::new() };
    variables.set("DAWR_TABLE", Parameter::TableName);
    variables.set("DAWR_PUBLIC_KEYS", Parameter::PublicKeys);
    variables.set("DAWR_EDGE_PROOF_SHA256", Parameter::EdgeProofSha256);
    // No secret, and what tells it is not to be seen from what a function may reach.
    variables.set("DAWR_PUBLIC_URL", Parameter::PublicUrl);
    variables.set("DAWR_LOG", Parameter::LogLevel);
    Value::Mapping(variables.mapping)
}

/// Whether it is one of the workers that messages pass through.
pub(super) fn works_on_messages(function: &Function) -> bool {
    match function.trigger {
        Trigger::Http(_) | Trigger::Unrouted(_) | Trigger::Stream(_) | Trigger::Schedule { .. } => false,
        Trigger::Queue(queue, _) => !matches!(queue, Queue::Audits | Queue::Resets),
    }
}

/// Whether it takes page tokens: they are asked for in its query.
pub(super) fn hands_out_pages(function: &Function) -> bool {
    let queries = function.http().into_iter().flat_map(|http| http.inputs);
    queries.filter(|input| input.source == Source::Query).any(|input| {
        let mut generator = SchemaGenerator::default();
        let schema = (input.schema)(&mut generator);
        let defined = generator.take_definitions(true);
        defined.values().chain([schema.as_value()]).any(|schema| schema.pointer("/properties/page").is_some())
    })
}

/// What a function is told beyond that; none if there is nothing.
pub(super) fn own(stack: &mut Stack, function: &Function) -> Option<Value> {
    let access = &function.access;
    let works = works_on_messages(function) || stack.works && access.table == TableAccess::Write;
    let keeps_providers =
        access.secrets.iter().any(|secret| matches!(secret, Secret::ReadProviders | Secret::WriteProviders));
    let mut variables = Variables { stack, mapping: Mapping::new() };
    if access.secrets.contains(&Secret::SigningKey) {
        variables.set("DAWR_SIGNING_KEY_SECRET", Parameter::SigningKeyArn);
    }
    if access.secrets.contains(&Secret::FactorKey) {
        variables.set("DAWR_FACTOR_KEY_SECRET", Parameter::FactorKeyArn);
    }
    if hands_out_pages(function) {
        variables.set("DAWR_PAGE_KEY_SECRET", Parameter::PageKeyArn);
    }
    if keeps_providers {
        variables.set("DAWR_SECRET_PREFIX", Parameter::Prefix);
    }
    if access.secrets.contains(&Secret::WriteProviders) {
        variables.set("DAWR_KMS_KEY", Parameter::KmsKeyArn);
    }
    for queue in Queue::ALL {
        if access.sends_to.contains(queue) {
            variables.set(&format!("DAWR_QUEUE_{}", upper(*queue)), Parameter::QueueUrl(*queue));
        }
        if access.dead_letters != DeadLetterAccess::None {
            variables.set(&format!("DAWR_DEAD_LETTERS_{}", upper(*queue)), Parameter::DeadLettersUrl(*queue));
        }
    }
    if access.dead_letters == DeadLetterAccess::Look {
        variables.set("DAWR_STREAM_DEAD_LETTERS", Parameter::StreamDeadLettersUrl);
    }
    if access.providers {
        variables.set("DAWR_GRAPH_URL", Parameter::GraphUrl);
        variables.set("DAWR_GRAPH_VERSION", Parameter::GraphVersion);
        variables.set("DAWR_PROVIDER_TIMEOUT_SECONDS", Parameter::ProviderTimeoutSeconds);
    }
    let hands_on_due = matches!(function.trigger, Trigger::Schedule { .. });
    if works || access.notices || hands_on_due {
        // Whoever hands in a message says when it is handed on again, and what does not move after that waits as long.
        variables.set("DAWR_STRAGGLER_SECONDS", Parameter::StragglerSeconds);
    }
    if works {
        variables.set("DAWR_SEND_LEASE_SECONDS", Parameter::SendLeaseSeconds);
        variables.set("DAWR_UNKNOWN_HOLD_SECONDS", Parameter::UnknownHoldSeconds);
        variables.set("DAWR_ACCOUNT_HOLD_SECONDS", Parameter::AccountHoldSeconds);
        variables.set("DAWR_MAX_ATTEMPTS", Parameter::MaxAttempts);
    }
    (!variables.mapping.is_empty()).then_some(Value::Mapping(variables.mapping))
}

struct Variables<'a> {
    stack: &'a mut Stack,
    mapping: Mapping,
}

impl Variables<'_> {
    fn set(&mut self, name: &str, parameter: Parameter) {
        let value = self.stack.parameter(parameter);
        self.mapping.insert(name.into(), value);
    }
}

fn upper(queue: Queue) -> String {
    queue.as_str().to_uppercase()
}
