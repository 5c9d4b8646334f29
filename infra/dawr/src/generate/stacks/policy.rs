//! A role per function, which may do what the function declares and nothing else. No action of it can Scan.

use dawr_api::function::{Access, DeadLetterAccess, Function, Queue, Secret, TableAccess, Trigger};
use serde_norway::Value;

use super::{
    super::yaml::{attribute, list, map, merge, only_if, sub},
    OWN_KEY, Parameter, Stack,
    environment::hands_out_pages,
};

/// Item access for reading; TransactGetItems is covered by GetItem.
const READS: &[&str] = &["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"];

/// TransactWriteItems is covered by the actions that it holds.
const WRITES: &[&str] =
    &["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:ConditionCheckItem"];

/// What AWS asks for on the dead-letter queue of a move task ("Configuring queue permissions for dead-letter queue
/// redrive", Amazon SQS developer guide).
const MOVES: &[&str] = &[
    "sqs:StartMessageMoveTask",
    "sqs:ListMessageMoveTasks",
    "sqs:CancelMessageMoveTask",
    "sqs:ReceiveMessage",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
];

/// What it takes to count the messages of a queue and to see since when they wait.
const LOOKS: &[&str] = &["sqs:ReceiveMessage", "sqs:GetQueueAttributes"];

/// The properties of a function's role.
pub(super) fn role(stack: &mut Stack, function: &Function) -> Value {
    let mut statements = vec![logs(), traces()];
    table(stack, &function.access, &mut statements);
    queues(stack, &function.access, &mut statements);
    secrets(stack, function, &mut statements);
    own_key(stack, &function.access, &mut statements);
    source(stack, &function.trigger, &mut statements);
    map! {
        "AssumeRolePolicyDocument" => map! {
            "Version" => "2012-10-17",
            "Statement" => list![map! {
                "Effect" => "Allow",
                "Principal" => map! { "Service" => "lambda.amazonaws.com" },
                "Action" => "sts:AssumeRole",
            }],
        },
        "Policies" => list![map! {
            "PolicyName" => function.name,
            "PolicyDocument" => map! { "Version" => "2012-10-17", "Statement" => statements },
        }],
    }
}

fn allow(sid: &str, actions: &[&str], resources: Vec<Value>) -> Value {
    let actions: Vec<Value> = actions.iter().map(|action| Value::from(*action)).collect();
    map! { "Sid" => sid, "Effect" => "Allow", "Action" => actions, "Resource" => resources }
}

fn logs() -> Value {
    allow("Logs", &["logs:CreateLogStream", "logs:PutLogEvents"], vec![attribute("Logs", "Arn")])
}

fn traces() -> Value {
    // X-Ray knows no resources to name here.
    allow("Traces", &["xray:PutTraceSegments", "xray:PutTelemetryRecords"], vec!["*".into()])
}

fn table(stack: &mut Stack, access: &Access, statements: &mut Vec<Value>) {
    if access.table == TableAccess::None {
        return;
    }
    let table = stack.parameter(Parameter::TableArn);
    let indexes = sub(format!("{}/index/*", stack.within(Parameter::TableArn)));
    statements.push(allow("TableReads", READS, vec![table.clone(), indexes]));
    match access.table {
        TableAccess::None | TableAccess::Read => {}
        TableAccess::Append => puts(ENTRIES, "AuditEntries", table, statements),
        TableAccess::Seal => puts(SEALS, "AuditSeals", table, statements),
        TableAccess::Write => {
            statements.push(allow("TableWrites", WRITES, vec![table.clone()]));
            // What was noted stays: nobody changes or deletes it.
            let changes = ["dynamodb:UpdateItem", "dynamodb:DeleteItem"];
            statements.push(within(ENTRIES, deny("AuditStays", &changes, vec![table.clone()])));
            let writes = ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"];
            statements.push(within(SEALS, deny("AuditSealsStay", &writes, vec![table])));
        }
    }
}

/// The partitions of the audit trail, and of what seals it (`dawr_store::keys`).
const ENTRIES: &str = "T#*#AUDIT#*";
const SEALS: &str = "T#*#SEAL#*";

fn deny(sid: &str, actions: &[&str], resources: Vec<Value>) -> Value {
    merge(allow(sid, actions, resources), map! { "Effect" => "Deny" })
}

/// PutItem in these partitions and nowhere else. It is allowed and then denied elsewhere, because one put of a transaction
/// that lies within them must not carry the others along.
fn puts(partitions: &str, sid: &str, table: Value, statements: &mut Vec<Value>) {
    let put = ["dynamodb:PutItem"];
    statements.push(allow(sid, &put, vec![table.clone()]));
    let condition = map! { "ForAnyValue:StringNotLike" => map! { "dynamodb:LeadingKeys" => list![partitions] } };
    let elsewhere = deny(&format!("{sid}Only"), &put, vec![table]);
    statements.push(merge(elsewhere, map! { "Condition" => condition }));
}

/// The statement, for these partitions only.
fn within(partitions: &str, statement: Value) -> Value {
    let partitions = map! { "dynamodb:LeadingKeys" => list![partitions] };
    merge(statement, map! { "Condition" => map! { "ForAnyValue:StringLike" => partitions } })
}

fn queues(stack: &mut Stack, access: &Access, statements: &mut Vec<Value>) {
    let mut arns = |queues: &[Queue], parameter: fn(Queue) -> Parameter| -> Vec<Value> {
        queues.iter().map(|queue| stack.parameter(parameter(*queue))).collect()
    };
    if !access.sends_to.is_empty() {
        statements.push(allow("Sends", &["sqs:SendMessage"], arns(access.sends_to, Parameter::QueueArn)));
    }
    match access.dead_letters {
        DeadLetterAccess::None => {}
        DeadLetterAccess::Look => {
            let mut dead = arns(Queue::ALL, Parameter::DeadLettersArn);
            dead.push(stack.parameter(Parameter::StreamDeadLettersArn));
            statements.push(allow("DeadLetters", LOOKS, dead));
        }
        DeadLetterAccess::Redrive => {
            let sources = arns(Queue::ALL, Parameter::QueueArn);
            statements.push(allow("DeadLetters", MOVES, arns(Queue::ALL, Parameter::DeadLettersArn)));
            statements.push(allow("Redrive", &["sqs:SendMessage", "sqs:GetQueueAttributes"], sources));
        }
    }
}

/// Where what is stored is encrypted by the customer's own key, whoever reaches it uses that.
fn own_key(stack: &mut Stack, access: &Access, statements: &mut Vec<Value>) {
    if access.table != TableAccess::None || !access.secrets.is_empty() {
        let key = stack.parameter(Parameter::KmsKeyArn);
        statements.push(only_if(OWN_KEY, allow("OwnKey", &["kms:Decrypt", "kms:GenerateDataKey"], vec![key])));
    }
}

fn secrets(stack: &mut Stack, function: &Function, statements: &mut Vec<Value>) {
    if hands_out_pages(function) {
        let key = stack.parameter(Parameter::PageKeyArn);
        statements.push(allow("PageKey", &["secretsmanager:GetSecretValue"], vec![key]));
    }
    for secret in function.access.secrets {
        let statement = match secret {
            Secret::SigningKey => {
                let key = stack.parameter(Parameter::SigningKeyArn);
                allow("SigningKey", &["secretsmanager:GetSecretValue"], vec![key])
            }
            Secret::FactorKey => {
                let key = stack.parameter(Parameter::FactorKeyArn);
                allow("FactorKey", &["secretsmanager:GetSecretValue"], vec![key])
            }
            Secret::ReadProviders => {
                let secrets = provider_secrets(stack);
                allow("ReadProviders", &["secretsmanager:GetSecretValue"], vec![secrets])
            }
            Secret::WriteProviders => {
                let secrets = provider_secrets(stack);
                // One is never overwritten: each change of the settings makes one of its own.
                let actions = ["secretsmanager:CreateSecret", "secretsmanager:DeleteSecret"];
                allow("WriteProviders", &actions, vec![secrets])
            }
        };
        statements.push(statement);
    }
}

fn provider_secrets(stack: &mut Stack) -> Value {
    let prefix = stack.within(Parameter::Prefix);
    sub(format!(
        "arn:${{AWS::Partition}}:secretsmanager:${{AWS::Region}}:${{AWS::AccountId}}:secret:{prefix}/whatsapp/*"
    ))
}

fn source(stack: &mut Stack, trigger: &Trigger, statements: &mut Vec<Value>) {
    match trigger {
        Trigger::Http(_) | Trigger::Unrouted(_) | Trigger::Schedule { .. } => {}
        Trigger::Stream(_) => {
            let stream = stack.parameter(Parameter::StreamArn);
            let reads = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"];
            statements.push(allow("Stream", &reads, vec![stream]));
            statements.push(allow("Streams", &["dynamodb:ListStreams"], vec!["*".into()]));
            let dead = stack.parameter(Parameter::StreamDeadLettersArn);
            statements.push(allow("StreamDeadLetters", &["sqs:SendMessage"], vec![dead]));
        }
        Trigger::Queue(queue, _) => {
            let arn = stack.parameter(Parameter::QueueArn(*queue));
            let reads = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];
            statements.push(allow("Jobs", &reads, vec![arn]));
        }
    }
}
