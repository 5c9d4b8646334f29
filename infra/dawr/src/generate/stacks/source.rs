//! What starts a function: a route of the API, the table's stream, a queue, a clock.

use dawr_api::function::{Function, Queue, Trigger};
use serde_norway::Value;

use super::{
    super::yaml::{attribute, list, map, reference, sub},
    Parameter, Stack,
};

/// How many records of the stream a call gets at the most, and how long Lambda waits for more of them, in seconds.
const STREAM_BATCH: u32 = 100;
const STREAM_WINDOW: u32 = 0;

/// How often a batch of the stream is tried: until it succeeds or the stream forgets it, after a day. The relay
/// fails only while neither a queue nor the table takes its jobs, and no record may be passed over then: nothing else would hand on
/// a callback.
const STREAM_RETRIES: i32 = -1;

/// The age of the oldest record from which the stream counts as stuck, in milliseconds.
const STREAM_AGE: u32 = 60_000;

/// How many calls may read a queue at a time: the sends are held back by the provider's own limits.
const fn concurrency(queue: Queue) -> u32 {
    match queue {
        Queue::Batches => 5,
        Queue::Sends => 20,
        Queue::Callbacks => 10,
        // Those of one tenant take turns.
        Queue::Audits => 4,
        Queue::Resets => 2,
    }
}

/// How many of them may run at a time, and have that much of the account's concurrency to themselves: however many open requests
/// there are, messages go out. None for endpoints, which share the rest.
pub(super) const fn reserved(function: &Function) -> Option<u32> {
    match function.trigger {
        Trigger::Http(_) | Trigger::Unrouted(_) => None,
        Trigger::Queue(queue, _) => Some(concurrency(queue)),
        // A call per shard of the stream, of which a busy table has several.
        Trigger::Stream(_) => Some(10),
        // A tick that takes longer than a minute meets the next one.
        Trigger::Schedule { .. } => Some(2),
    }
}

/// The function's properties that follow from what starts it.
pub(super) fn properties(stack: &mut Stack, function: &Function) -> Vec<(&'static str, Value)> {
    match &function.trigger {
        Trigger::Http(_) | Trigger::Unrouted(_) => Vec::new(),
        Trigger::Stream(_) => vec![("Events", map! { "Stream" => stream(stack) })],
        Trigger::Queue(queue, _) => vec![("Events", map! { "Jobs" => jobs(stack, *queue) })],
        Trigger::Schedule { expression, .. } => {
            let schedule = map! {
                "Type" => "ScheduleV2",
                "Properties" => map! {
                    "ScheduleExpression" => *expression,
                    "RetryPolicy" => map! { "MaximumRetryAttempts" => 0, "MaximumEventAgeInSeconds" => 60 },
                },
            };
            // A tick that is late is worth nothing: the next one does its work.
            let once = map! { "MaximumRetryAttempts" => 0, "MaximumEventAgeInSeconds" => 60 };
            vec![("EventInvokeConfig", once), ("Events", map! { "Clock" => schedule })]
        }
    }
}

fn stream(stack: &mut Stack) -> Value {
    let (stream, dead) = (stack.parameter(Parameter::StreamArn), stack.parameter(Parameter::StreamDeadLettersArn));
    map! {
        "Type" => "DynamoDB",
        "Properties" => map! {
            "Stream" => stream,
            "StartingPosition" => "TRIM_HORIZON",
            "BatchSize" => STREAM_BATCH,
            "MaximumBatchingWindowInSeconds" => STREAM_WINDOW,
            "BisectBatchOnFunctionError" => true,
            "FunctionResponseTypes" => list!["ReportBatchItemFailures"],
            "MaximumRetryAttempts" => STREAM_RETRIES,
            "DestinationConfig" => map! { "OnFailure" => map! { "Type" => "SQS", "Destination" => dead } },
        },
    }
}

fn jobs(stack: &mut Stack, queue: Queue) -> Value {
    let arn = stack.parameter(Parameter::QueueArn(queue));
    map! {
        "Type" => "SQS",
        "Properties" => map! {
            "Queue" => arn,
            "BatchSize" => queue.batch_size(),
            "FunctionResponseTypes" => list!["ReportBatchItemFailures"],
            "ScalingConfig" => map! { "MaximumConcurrency" => concurrency(queue) },
        },
    }
}

/// Adds the resources beside the function that start it or watch its source.
pub(super) fn resources(stack: &mut Stack, function: &Function, id: &str) {
    match &function.trigger {
        Trigger::Http(http) => {
            let method = http.method.as_str();
            route(stack, &format!("{method} {}", http.path), &format!("{method}{}", any_value(http.path)), id);
        }
        Trigger::Unrouted(_) => route(stack, UNROUTED, UNROUTED, id),
        Trigger::Stream(_) => {
            let age = map! { "MetricName" => "IteratorAge", "Statistic" => "Maximum", "Threshold" => STREAM_AGE };
            stack.alarm(function, id, "Age", &age);
            parked(stack, id);
        }
        Trigger::Queue(..) | Trigger::Schedule { .. } => {}
    }
}

/// An alarm on what the functions of this stack say of jobs that they had to park. Each of them says it again with every try.
fn parked(stack: &mut Stack, id: &str) {
    let namespace = sub(stack.within(Parameter::Prefix));
    let metric = map! {
        "MetricNamespace" => namespace.clone(),
        "MetricName" => PARKED,
        "MetricValue" => "1",
        "DefaultValue" => 0,
    };
    let filter = map! {
        "LogGroupName" => reference("Logs"),
        "FilterPattern" => "{ $.fields.parked = \"*\" }",
        "MetricTransformations" => list![metric],
    };
    stack.add(format!("{id}{PARKED}Filter"), "AWS::Logs::MetricFilter", filter);
    let topic = stack.parameter(Parameter::AlarmTopicArn);
    let name = format!("{}-parked", stack.within(Parameter::Prefix));
    let alarm = map! {
        "AlarmName" => sub(name),
        "AlarmDescription" => "Jobs are parked: a queue refuses them, or what they are about cannot be read. See docs/operations/failures.md.",
        "Namespace" => namespace,
        "MetricName" => PARKED,
        "Statistic" => "Sum",
        "Period" => 300,
        "EvaluationPeriods" => 1,
        "Threshold" => 1,
        "ComparisonOperator" => "GreaterThanOrEqualToThreshold",
        "TreatMissingData" => "notBreaching",
        "AlarmActions" => list![topic],
    };
    stack.add(format!("{id}{PARKED}Alarm"), "AWS::CloudWatch::Alarm", alarm);
}

/// The metric of what is parked.
const PARKED: &str = "Parked";

/// The route of what no other takes, as API Gateway calls it.
const UNROUTED: &str = "$default";

/// Adds a route of this key; the function may be called for requests that match the pattern.
fn route(stack: &mut Stack, key: &str, pattern: &str, id: &str) {
    let api = stack.parameter(Parameter::ApiId);
    let function = attribute(&format!("{id}Function"), "Arn");
    let integration = map! {
        "ApiId" => api.clone(),
        "IntegrationType" => "AWS_PROXY",
        "IntegrationUri" => function.clone(),
        "PayloadFormatVersion" => "2.0",
    };
    stack.add(format!("{id}Integration"), "AWS::ApiGatewayV2::Integration", integration);
    let route = map! {
        "ApiId" => api,
        "RouteKey" => key,
        "Target" => sub(format!("integrations/${{{id}Integration}}")),
    };
    stack.add(format!("{id}Route"), "AWS::ApiGatewayV2::Route", route);
    let source = format!(
        "arn:${{AWS::Partition}}:execute-api:${{AWS::Region}}:${{AWS::AccountId}}:{}/*/{pattern}",
        stack.within(Parameter::ApiId),
    );
    let permission = map! {
        "Action" => "lambda:InvokeFunction",
        "FunctionName" => function,
        "Principal" => "apigateway.amazonaws.com",
        "SourceArn" => sub(source),
    };
    stack.add(format!("{id}Permission"), "AWS::Lambda::Permission", permission);
}

/// A path with `*` for its parameters, as ARNs of routes have them.
fn any_value(path: &str) -> String {
    let part = |part: &str| {
        if part.starts_with('{') { "*".to_owned() } else { part.to_owned() }
    };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}
