//! The root template is written by hand: here it is held against the code.

use std::collections::BTreeSet;

use dawr_api::function::{Queue, Trigger};
use serde_norway::Value;

use super::{super::*, root};

fn template() -> Value {
    serde_norway::from_str(&std::fs::read_to_string(root().join("template.yaml")).unwrap()).unwrap()
}

fn capitalized(name: &str) -> String {
    name[..1].to_uppercase() + &name[1..]
}

#[test]
fn the_queues_are_those_of_the_code() {
    let resources = &template()["Resources"];
    for queue in Queue::ALL {
        let name = capitalized(queue.as_str());
        let properties = &resources[format!("{name}Queue")]["Properties"];
        assert_eq!(properties["VisibilityTimeout"], queue.visibility(), "{name}");
        assert_eq!(properties["RedrivePolicy"]["maxReceiveCount"], queue.max_receives(), "{name}");
        assert_eq!(properties["SqsManagedSseEnabled"], true, "{name}");
        let dead = &resources[format!("{name}DeadLetters")];
        assert_eq!(dead["Type"], "AWS::SQS::Queue", "{name}");
        assert_eq!(dead["DeletionPolicy"], "Retain", "{name}");
        assert!(dead["Properties"]["MessageRetentionPeriod"].as_u64() > properties["MessageRetentionPeriod"].as_u64());
        assert_eq!(resources[format!("{name}DeadLettersAlarm")]["Type"], "AWS::CloudWatch::Alarm", "{name}");
    }
}

#[test]
fn a_reader_has_time_for_six_tries_within_its_visibility() {
    for function in CONTEXTS.iter().flat_map(|context| context.functions) {
        if let Trigger::Queue(queue, _) = function.trigger {
            assert!(function.timeout * 6 <= queue.visibility(), "{}", function.name);
        }
    }
}

#[test]
fn every_context_has_its_stack_with_exactly_its_parameters() {
    let template = template();
    let stacks: Vec<_> = template["Resources"]
        .as_mapping()
        .unwrap()
        .iter()
        .filter(|(_, resource)| resource["Type"] == "AWS::CloudFormation::Stack")
        .map(|(name, _)| name.as_str().unwrap().to_owned())
        .collect();
    let contexts: Vec<_> = CONTEXTS.iter().map(|context| capitalized(context.name)).collect();
    // The web app's comes first: the others are told where it is.
    assert_eq!(stacks.split_first().unwrap(), (&"Web".to_owned(), contexts.as_slice()));
    for context in CONTEXTS {
        let properties = &template["Resources"][capitalized(context.name)]["Properties"];
        assert_eq!(properties["TemplateURL"], format!("infra/stacks/{}.yaml", context.name));
        let given = properties["Parameters"].as_mapping().unwrap();
        let given: BTreeSet<_> = given.iter().map(|(name, _)| name.as_str().unwrap().to_owned()).collect();
        let wanted: BTreeSet<_> = parameters(context).into_iter().collect();
        let absent: Vec<_> = wanted.difference(&given).collect();
        let idle: Vec<_> = given.difference(&wanted).collect();
        assert!(absent.is_empty() && idle.is_empty(), "{}: absent {absent:?}, idle {idle:?}", context.name);
    }
}

#[test]
fn the_web_apps_stack_gets_exactly_its_parameters() {
    let stack: Value = serde_norway::from_str(&super::super::web::stack().unwrap()).unwrap();
    let template = template();
    let names = |value: &Value| -> BTreeSet<_> {
        value.as_mapping().unwrap().keys().map(|name| name.as_str().unwrap().to_owned()).collect()
    };
    let given = &template["Resources"]["Web"]["Properties"]["Parameters"];
    assert_eq!(names(given), names(&stack["Parameters"]));
}

/// Without the proof the API would count what many viewers do as one edge's, and hold them all back together.
#[test]
fn there_is_no_distribution_without_its_proof() {
    let rules = &template()["Rules"];
    let yaml = |text: &str| serde_norway::from_str::<Value>(text).unwrap();
    for (rule, condition, assertion) in [
        ("AWebAppHasItsProof", r#"!Equals [!Ref WebApp, "true"]"#, r#"!Not [!Equals [!Ref EdgeProof, ""]]"#),
        (
            "AProofIsKnownToTheApi",
            r#"!Not [!Equals [!Ref EdgeProof, ""]]"#,
            r#"!Not [!Equals [!Ref EdgeProofSha256, ""]]"#,
        ),
    ] {
        assert_eq!(rules[rule]["RuleCondition"], yaml(condition), "{rule}");
        assert_eq!(rules[rule]["Assertions"][0]["Assert"], yaml(assertion), "{rule}");
    }
}

/// One machine and AWS have the same indexes, which show as much.
#[test]
fn the_table_is_that_of_one_machine() {
    let table = template()["Resources"]["Table"]["Properties"].clone();
    let asked = crate::aws::TableDefinition::single("dawr").create_request();
    let text = |value: &Value| serde_json::to_value(value).unwrap();
    for part in ["GlobalSecondaryIndexes", "LocalSecondaryIndexes", "KeySchema"] {
        assert_eq!(text(&table[part]), asked[part], "{part}");
    }
}

#[test]
fn the_table_is_protected() {
    let table = &template()["Resources"]["Table"];
    assert_eq!(table["DeletionPolicy"], "Retain");
    let properties = &table["Properties"];
    assert_eq!(properties["DeletionProtectionEnabled"], true);
    assert_eq!(properties["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"], true);
    assert_eq!(properties["SSESpecification"]["SSEEnabled"], true);
    assert_eq!(properties["StreamSpecification"]["StreamViewType"], "NEW_AND_OLD_IMAGES");
    assert_eq!(properties["TimeToLiveSpecification"]["AttributeName"], "expires_at");
}
