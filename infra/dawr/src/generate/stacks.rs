//! `infra/stacks/<context>.yaml`: a nested SAM stack per context. A function has a role, an alarm and what starts it.

mod environment;
mod parameter;
mod policy;
mod source;

use std::collections::BTreeSet;

use dawr_api::function::{Context, Function};
use serde_norway::{Mapping, Value};

pub use parameter::Parameter;

use super::yaml::{attribute, equals, list, map, not, only_if, reference, sub, text};

/// How many resources CloudFormation takes in one stack.
const MAX_RESOURCES: usize = 500;

/// The condition of a stack that there is a key of the customer's own.
const OWN_KEY: &str = "HasKmsKey";

/// The condition that workers have concurrency to themselves.
const RESERVES: &str = "ReservesConcurrency";

/// A stack in the making: its resources, and the parameters that they turned out to need.
struct Stack {
    context: &'static str,
    /// Whether messages are worked on here, so that whoever writes must know the times that the workers know.
    works: bool,
    parameters: BTreeSet<Parameter>,
    resources: Mapping,
}

impl Stack {
    fn of(context: &Context) -> Self {
        let works = context.functions.iter().any(environment::works_on_messages);
        let mut stack = Self { context: context.name, works, parameters: BTreeSet::new(), resources: Mapping::new() };
        stack.log_group();
        for function in context.functions {
            stack.function(function);
        }
        stack
    }

    /// `!Ref` to a parameter, which the stack then has.
    fn parameter(&mut self, parameter: Parameter) -> Value {
        self.parameters.insert(parameter);
        reference(&parameter.name())
    }

    /// A parameter within a `!Sub` text.
    fn within(&mut self, parameter: Parameter) -> String {
        self.parameters.insert(parameter);
        format!("${{{}}}", parameter.name())
    }

    fn conditions(&self) -> Value {
        let mut conditions = map! { OWN_KEY => not(equals("KmsKeyArn", "")) };
        if self.parameters.contains(&Parameter::ReserveConcurrency) {
            conditions = super::yaml::merge(conditions, map! { RESERVES => equals("ReserveConcurrency", "true") });
        }
        conditions
    }

    fn add(&mut self, name: String, kind: &str, properties: Value) {
        self.resources.insert(name.into(), map! { "Type" => kind, "Properties" => properties });
    }

    fn log_group(&mut self) {
        let name = format!("/dawr/{}/{}", self.within(Parameter::Prefix), self.context);
        let retention = self.parameter(Parameter::LogRetentionDays);
        let key = only_if(OWN_KEY, self.parameter(Parameter::KmsKeyArn));
        let properties = map! { "LogGroupName" => sub(name), "RetentionInDays" => retention, "KmsKeyId" => key };
        let group = map! {
            "Type" => "AWS::Logs::LogGroup",
            "DeletionPolicy" => "Retain",
            "UpdateReplacePolicy" => "Retain",
            "Properties" => properties,
        };
        self.resources.insert("Logs".into(), group);
    }

    fn function(&mut self, function: &Function) {
        let id = logical_id(function.name);
        let role = policy::role(self, function);
        self.add(format!("{id}Role"), "AWS::IAM::Role", role);
        let name = sub(format!("{}-{}", self.within(Parameter::Prefix), function.name));
        let environment = environment::own(self, function);
        let reserved = source::reserved(function).map(|count| {
            self.parameters.insert(Parameter::ReserveConcurrency);
            only_if(RESERVES, count)
        });
        let mut properties = Mapping::new();
        let mut set = |key: &str, value: Value| properties.insert(key.into(), value);
        set("FunctionName", name);
        set("Description", description(function.summary).into());
        set("CodeUri", format!("../../target/lambda/{}", self.context).into());
        set("Handler", function.name.into());
        set("MemorySize", function.memory.into());
        set("Timeout", function.timeout.into());
        set("Role", attribute(&format!("{id}Role"), "Arn"));
        if let Some(reserved) = reserved {
            set("ReservedConcurrentExecutions", reserved);
        }
        if let Some(environment) = environment {
            set("Environment", map! { "Variables" => environment });
        }
        for (key, value) in source::properties(self, function) {
            properties.insert(key.into(), value);
        }
        self.add(format!("{id}Function"), "AWS::Serverless::Function", Value::Mapping(properties));
        source::resources(self, function, &id);
        self.alarm(function, &id, "Errors", &map! { "MetricName" => "Errors", "Statistic" => "Sum", "Threshold" => 1 });
    }

    /// An alarm on a metric of a function, over five minutes.
    fn alarm(&mut self, function: &Function, id: &str, what: &str, metric: &Value) {
        let topic = self.parameter(Parameter::AlarmTopicArn);
        let name = format!("{}-{}-{}", self.within(Parameter::Prefix), function.name, what.to_lowercase());
        let properties = map! {
            "AlarmName" => sub(name),
            "Namespace" => "AWS/Lambda",
            "Dimensions" => list![map! { "Name" => "FunctionName", "Value" => reference(&format!("{id}Function")) }],
            "Period" => 300,
            "EvaluationPeriods" => 1,
            "ComparisonOperator" => "GreaterThanOrEqualToThreshold",
            "TreatMissingData" => "notBreaching",
            "AlarmActions" => list![topic],
        };
        self.add(format!("{id}{what}Alarm"), "AWS::CloudWatch::Alarm", super::yaml::merge(properties, metric.clone()));
    }
}

/// The stack of a context.
///
/// # Errors
/// If it has more resources than a stack may have.
pub(super) fn stack(context: &Context) -> anyhow::Result<String> {
    let mut stack = Stack::of(context);
    let variables = environment::common(&mut stack);
    let parameters: Mapping =
        stack.parameters.iter().map(|parameter| (parameter.name().into(), parameter.definition())).collect();
    anyhow::ensure!(
        stack.resources.len() <= MAX_RESOURCES,
        "{} resources are more than a stack takes: divide the context",
        stack.resources.len()
    );
    let document = map! {
        "AWSTemplateFormatVersion" => "2010-09-09",
        "Transform" => "AWS::Serverless-2016-10-31",
        "Description" => format!("Dawr, {}: {}", context.name, context.summary),
        "Parameters" => parameters,
        "Conditions" => stack.conditions(),
        "Globals" => map! {
            "Function" => map! {
                "Runtime" => "provided.al2023",
                "Architectures" => list!["x86_64"],
                "Tracing" => "Active",
                "LoggingConfig" => map! { "LogFormat" => "JSON", "LogGroup" => reference("Logs") },
                "Environment" => map! { "Variables" => variables },
            },
        },
        "Resources" => stack.resources,
    };
    text(&document)
}

/// The names of the parameters that the stack of a context has.
pub fn parameters(context: &Context) -> Vec<String> {
    let mut stack = Stack::of(context);
    environment::common(&mut stack);
    stack.parameters.iter().map(|parameter| parameter.name()).collect()
}

/// `create_queue` as CloudFormation names resources: `CreateQueue`.
pub(super) fn logical_id(name: &str) -> String {
    let words = name.split(|character: char| !character.is_ascii_alphanumeric());
    words
        .flat_map(|word| {
            let mut letters = word.chars();
            letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters)
        })
        .collect()
}

/// Lambda takes 256 characters; a summary's first sentence says enough.
fn description(summary: &str) -> String {
    let summary = summary.split_whitespace().collect::<Vec<_>>().join(" ");
    let sentence = summary.split_inclusive(". ").next().unwrap_or_default().trim();
    sentence.chars().take(256).collect()
}
