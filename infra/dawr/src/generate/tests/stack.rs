use dawr_api::function::{Queue, Secret, Trigger};
use serde_norway::Value;

use super::{super::*, sample::CLINIC};

fn resources() -> Value {
    let stack: Value = serde_norway::from_str(&stacks::stack(&CLINIC).unwrap()).unwrap();
    stack["Resources"].clone()
}

/// The statements of a role's policy.
fn statements(role: &Value) -> Vec<Value> {
    role["Properties"]["Policies"][0]["PolicyDocument"]["Statement"].as_sequence().unwrap().clone()
}

/// What a role may do: action and resources as text.
fn allowed(role: &str) -> Vec<(String, String)> {
    let mut allowed = Vec::new();
    for statement in statements(&resources()[role]).iter().filter(|statement| statement["Effect"] == "Allow") {
        let resources = serde_norway::to_string(&statement["Resource"]).unwrap();
        for action in statement["Action"].as_sequence().unwrap() {
            allowed.push((action.as_str().unwrap().to_owned(), resources.clone()));
        }
    }
    allowed
}

fn actions(role: &str) -> Vec<String> {
    let boilerplate = |action: &String| action.starts_with("logs:") || action.starts_with("xray:");
    allowed(role).into_iter().map(|(action, _)| action).filter(|action| !boilerplate(action)).collect()
}

#[test]
fn nobody_may_scan_or_do_everything() {
    for context in CONTEXTS.iter().chain([&&CLINIC]) {
        let text = stacks::stack(context).unwrap();
        assert!(!text.contains("Scan"), "{}", context.name);
        assert!(!text.contains(":*'") && !text.contains("dynamodb:*"), "{}", context.name);
    }
}

/// Whoever writes may neither change nor delete what was noted, nor write what seals it; the sealer writes seals alone.
#[test]
fn only_the_sealer_seals_and_nobody_unwrites() {
    let (mut sealers, mut writers) = (0, 0);
    for context in CONTEXTS {
        let stack: Value = serde_norway::from_str(&stacks::stack(context).unwrap()).unwrap();
        for function in context.functions {
            let role = &stack["Resources"][format!("{}Role", stacks::logical_id(function.name))];
            let named = |sid: &str| statements(role).into_iter().find(|statement| statement["Sid"] == sid);
            let within = |statement: &Value| {
                statement["Condition"]["ForAnyValue:StringLike"]["dynamodb:LeadingKeys"][0].as_str().unwrap().to_owned()
            };
            let elsewhere = |statement: &Value| {
                assert!(statement["Effect"] == "Deny" && statement["Action"][0] == "dynamodb:PutItem");
                let condition = &statement["Condition"]["ForAnyValue:StringNotLike"];
                condition["dynamodb:LeadingKeys"][0].as_str().unwrap().to_owned()
            };
            if let Some(entries) = named("AuditEntries") {
                assert_eq!(entries["Action"][0], "dynamodb:PutItem");
                assert_eq!(elsewhere(&named("AuditEntriesOnly").unwrap()), "T#*#AUDIT#*", "{}", function.name);
                assert!(named("TableWrites").is_none());
            }
            let writes = |statement: &Value| -> Vec<String> {
                let actions = statement["Action"].as_sequence().unwrap().iter();
                actions.map(|action| action.as_str().unwrap().trim_start_matches("dynamodb:").to_owned()).collect()
            };
            if let Some(seals) = named("AuditSeals") {
                sealers += 1;
                assert_eq!(function.name, "seal_audit");
                assert_eq!(writes(&seals), ["PutItem"]);
                assert_eq!(elsewhere(&named("AuditSealsOnly").unwrap()), "T#*#SEAL#*");
                assert!(named("TableWrites").is_none());
            }
            if named("TableWrites").is_some() {
                writers += 1;
                let (entries, seals) = (named("AuditStays").unwrap(), named("AuditSealsStay").unwrap());
                assert!(entries["Effect"] == "Deny" && seals["Effect"] == "Deny", "{}", function.name);
                assert_eq!((within(&entries), within(&seals)), ("T#*#AUDIT#*".to_owned(), "T#*#SEAL#*".to_owned()));
                assert_eq!(writes(&entries), ["UpdateItem", "DeleteItem"]);
                assert_eq!(writes(&seals), ["PutItem", "UpdateItem", "DeleteItem"]);
            }
        }
    }
    assert!(sealers == 1 && writers > 10);
}

#[test]
fn a_role_has_what_its_function_declares_and_no_more() {
    let reads = ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"];
    let writes = ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:ConditionCheckItem"];
    // Its query takes a page token.
    assert_eq!(actions("ListBedsRole"), [reads.as_slice(), &["secretsmanager:GetSecretValue"]].concat());
    assert_eq!(actions("ChangeBedRole"), [reads.as_slice(), &writes].concat());
    assert_eq!(actions("ReceiveHookRole"), ["secretsmanager:GetSecretValue"]);
    assert_eq!(actions("TickRole"), reads);
    assert_eq!(
        actions("SendRole"),
        [reads.as_slice(), &writes, &["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]].concat()
    );
    assert_eq!(
        actions("RelayRole"),
        [
            "sqs:SendMessage",
            "dynamodb:DescribeStream",
            "dynamodb:GetRecords",
            "dynamodb:GetShardIterator",
            "dynamodb:ListStreams",
            "sqs:SendMessage",
        ]
    );
}

#[test]
fn a_secret_is_reached_by_those_who_declare_it() {
    let secrets = |role: &str| -> Vec<_> {
        allowed(role).into_iter().filter(|(action, _)| action.starts_with("secretsmanager:")).collect()
    };
    let sign_in = secrets("SignInRole");
    let resource = |action: &str| &sign_in.iter().find(|(name, _)| name == action).unwrap().1;
    assert!(resource("secretsmanager:GetSecretValue").contains("SigningKeyArn"));
    assert!(resource("secretsmanager:CreateSecret").contains("secret:${Prefix}/whatsapp/*"));
    assert!(secrets("ChangeBedRole").is_empty());
}

#[test]
fn only_the_named_queues_are_reached() {
    let sends: Vec<_> = allowed("RelayRole").into_iter().filter(|(action, _)| action == "sqs:SendMessage").collect();
    assert!(sends[0].1.contains("SendsQueueArn") && !sends[0].1.contains("BatchesQueueArn"));
    let redrive = allowed("RedriveRole");
    let on = |action: &str| &redrive.iter().find(|(name, _)| name == action).unwrap().1;
    assert!(on("sqs:StartMessageMoveTask").contains("SendsQueueDeadLettersArn"));
    assert!(on("sqs:SendMessage").contains("SendsQueueArn") && !on("sqs:SendMessage").contains("DeadLetters"));
    assert_eq!(actions("LookRole"), ["sqs:ReceiveMessage", "sqs:GetQueueAttributes"]);
    assert!(allowed("LookRole").iter().any(|(_, resources)| resources.contains("StreamDeadLettersArn")));
}

#[test]
fn an_endpoint_has_its_route_and_the_api_may_call_it() {
    let resources = resources();
    assert_eq!(resources["ChangeBedRoute"]["Properties"]["RouteKey"], "POST /api/beds/{bedId}");
    assert_eq!(resources["ChangeBedIntegration"]["Properties"]["PayloadFormatVersion"], "2.0");
    let permission = serde_norway::to_string(&resources["ChangeBedPermission"]["Properties"]["SourceArn"]).unwrap();
    assert!(permission.contains("${ApiId}/*/POST/api/beds/*"), "{permission}");
}

#[test]
fn what_has_no_route_is_answered_by_a_function_too() {
    let resources = resources();
    assert_eq!(resources["StrayRoute"]["Properties"]["RouteKey"], "$default");
    let permission = serde_norway::to_string(&resources["StrayPermission"]["Properties"]["SourceArn"]).unwrap();
    assert!(permission.contains("${ApiId}/*/$default"), "{permission}");
}

#[test]
fn sources_report_single_failures_and_dead_letters() {
    let resources = resources();
    let stream = &resources["RelayFunction"]["Properties"]["Events"]["Stream"]["Properties"];
    assert_eq!(stream["BisectBatchOnFunctionError"], true);
    assert_eq!(stream["FunctionResponseTypes"][0], "ReportBatchItemFailures");
    assert_eq!(stream["DestinationConfig"]["OnFailure"]["Type"], "SQS");
    let jobs = &resources["SendFunction"]["Properties"]["Events"]["Jobs"]["Properties"];
    assert_eq!(jobs["FunctionResponseTypes"][0], "ReportBatchItemFailures");
    assert_eq!(jobs["BatchSize"], Queue::Sends.batch_size());
    assert_eq!(stream["MaximumRetryAttempts"], -1, "no record is passed over");
    assert_eq!(resources["TickFunction"]["Properties"]["Events"]["Clock"]["Type"], "ScheduleV2");
    let filter = &resources["RelayParkedFilter"]["Properties"];
    assert_eq!(filter["FilterPattern"], "{ $.fields.parked = \"*\" }");
    let metric = &filter["MetricTransformations"][0]["MetricName"];
    assert_eq!(&resources["RelayParkedAlarm"]["Properties"]["MetricName"], metric, "what is parked is told of");
}

#[test]
fn a_function_is_told_what_it_needs() {
    let resources = resources();
    let told = |function: &str| -> Vec<String> {
        let variables = &resources[function]["Properties"]["Environment"]["Variables"];
        let names = variables.as_mapping().into_iter().flatten();
        names.map(|(name, _)| name.as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(told("ListBedsFunction"), ["DAWR_PAGE_KEY_SECRET"]);
    assert_eq!(told("ReceiveHookFunction"), ["DAWR_SECRET_PREFIX"]);
    assert!(told("RelayFunction").contains(&"DAWR_QUEUE_SENDS".to_owned()));
    assert!(!told("RelayFunction").contains(&"DAWR_QUEUE_BATCHES".to_owned()));
    assert!(!told("RedriveFunction").iter().any(|name| name.starts_with("DAWR_QUEUE_")));
    assert!(told("SendFunction").contains(&"DAWR_GRAPH_URL".to_owned()));
    // Whoever writes where messages are worked on must count with the same times as the workers.
    for function in ["TickFunction", "ChangeBedFunction"] {
        assert!(told(function).contains(&"DAWR_STRAGGLER_SECONDS".to_owned()), "{function}");
    }
}

#[test]
fn every_setting_reaches_some_function() {
    let asked = std::cell::RefCell::new(Vec::new());
    let settings = dawr_api::settings::Settings::read(|name| {
        asked.borrow_mut().push(name.to_owned());
        match name {
            "DAWR_PUBLIC_KEYS" => Some("{}".to_owned()),
            "DAWR_TABLE" => Some(name.to_owned()),
            _ => None,
        }
    });
    assert!(settings.is_ok());
    let text: String = CONTEXTS.iter().map(|context| stacks::stack(context).unwrap()).collect();
    for name in asked.into_inner() {
        assert!(text.contains(&format!("{name}:")), "{name} is set for no function");
    }
}

/// What is a secret is read from where secrets are, by those who need it.
#[test]
fn only_what_hands_out_pages_reads_their_key_and_no_environment_holds_it() {
    let mut readers = Vec::new();
    for context in CONTEXTS {
        let text = stacks::stack(context).unwrap();
        assert!(!text.contains("NoEcho"), "{}: a secret is a parameter", context.name);
        let stack: Value = serde_norway::from_str(&text).unwrap();
        for function in context.functions {
            let id = stacks::logical_id(function.name);
            let may = statements(&stack["Resources"][format!("{id}Role")]).iter().any(|one| one["Sid"] == "PageKey");
            let variables = &stack["Resources"][format!("{id}Function")]["Properties"]["Environment"]["Variables"];
            assert_eq!(may, !variables["DAWR_PAGE_KEY_SECRET"].is_null(), "{}", function.name);
            readers.extend(may.then_some(function.name));
        }
    }
    for name in ["list_users", "list_queues", "list_tickets", "search_patients", "list_messages", "list_tenants"] {
        assert!(readers.contains(&name), "{name}: {readers:?}");
    }
    for name in ["log_in", "send", "send_message", "get_patient", "list_dead_letters", "relay"] {
        assert!(!readers.contains(&name), "{name}");
    }
}

/// However many open requests there are, what messages pass through runs.
#[test]
fn workers_have_as_much_concurrency_as_their_sources_may_ask_for() {
    let mut sum = 0;
    for context in CONTEXTS {
        let stack: Value = serde_norway::from_str(&stacks::stack(context).unwrap()).unwrap();
        for function in context.functions {
            let properties =
                &stack["Resources"][format!("{}Function", stacks::logical_id(function.name))]["Properties"];
            let reserved = properties["ReservedConcurrentExecutions"][1].as_u64();
            let answers = matches!(function.trigger, Trigger::Http(_) | Trigger::Unrouted(_));
            assert_eq!(reserved.is_none(), answers, "{}", function.name);
            let most = &properties["Events"]["Jobs"]["Properties"]["ScalingConfig"]["MaximumConcurrency"];
            assert!(most.is_null() || most.as_u64() == reserved, "{}", function.name);
            sum += reserved.unwrap_or_default();
        }
    }
    let template = std::fs::read_to_string(super::root().join("template.yaml")).unwrap();
    assert!(
        template.contains(&format!("{sum} in all")) && template.contains(&format!("less than {}", sum + 100)),
        "{sum}"
    );
}

/// Sign-up is open to anybody: it reaches no provider, and no provider's secret. Only who changes the settings makes one, and
/// nobody overwrites one.
#[test]
fn only_the_settings_write_the_secrets_of_providers() {
    let mut writers = Vec::new();
    for context in CONTEXTS {
        let stack: Value = serde_norway::from_str(&stacks::stack(context).unwrap()).unwrap();
        for function in context.functions {
            let role = &stack["Resources"][format!("{}Role", stacks::logical_id(function.name))];
            let actions = statements(role).into_iter().flat_map(|statement| statement["Action"].as_sequence().cloned());
            let of_secrets: Vec<String> = actions
                .flatten()
                .filter_map(|action| action.as_str()?.strip_prefix("secretsmanager:").map(str::to_owned))
                .collect();
            assert!(!of_secrets.iter().any(|action| action == "PutSecretValue"), "{}", function.name);
            if of_secrets.iter().any(|action| action != "GetSecretValue") {
                writers.push((function.name, of_secrets));
            }
        }
    }
    let expected = ["GetSecretValue", "CreateSecret", "DeleteSecret"].map(str::to_owned).to_vec();
    assert_eq!(writers, [("set_whatsapp", expected)]);
    let sign_up = CONTEXTS.iter().flat_map(|context| context.functions).find(|function| function.name == "sign_up");
    assert!(
        sign_up.is_some_and(|function| !function.access.providers && function.access.secrets == [Secret::SigningKey])
    );
}
