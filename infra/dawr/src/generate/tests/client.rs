use super::{super::*, sample::CLINIC};

fn module(contexts: &[&Context]) -> String {
    typescript::module(&openapi::document(contexts).unwrap()).unwrap()
}

/// The lines of a declaration, from its first one to the one that closes it.
fn declared(module: &str, start: &str) -> String {
    let from = module.lines().skip_while(|line| !line.starts_with(start));
    let mut lines = Vec::new();
    for line in from {
        lines.push(line);
        if line.starts_with('}') || line.ends_with(';') && !line.starts_with(' ') {
            break;
        }
    }
    lines.join("\n")
}

#[test]
fn an_endpoint_says_what_it_takes_and_gives() {
    let module = module(&[&CLINIC]);
    let change = declared(&module, "export interface ChangeBedSignature");
    assert!(change.contains("  path: {\n    /** Which bed. */\n    bedId: string;\n  };"), "{change}");
    assert!(change.contains("  query: Record<never, never>;\n  body: BedInput;\n  answer: Bed;"), "{change}");
    assert!(change.contains("\"QueueEmpty\"") && change.contains("\"StaleVersion\""), "{change}");
    assert!(!change.contains("\"SlugTaken\""), "an error of others: {change}");
    let list = declared(&module, "export interface ListBedsSignature");
    assert!(list.contains("    free: boolean;"), "{list}");
    assert!(list.contains("    pageSize?: number;") && list.contains("answer: Bed[];"), "{list}");
}

#[test]
fn a_call_says_what_may_be_repeated_and_what_takes_a_version() {
    let module = module(&[&CLINIC]);
    let call = "export const changeBed: Endpoint<ChangeBedSignature> = { method: \"POST\", path: \"/api/beds/{bedId}\", \
                idempotent: true, versioned: true };";
    assert!(module.contains(call), "{module}");
    let list = "export const listBeds: Endpoint<ListBedsSignature> = { method: \"GET\", path: \"/api/beds\" };";
    assert!(module.contains(list), "{module}");
}

#[test]
fn what_may_be_absent_and_what_may_be_null_are_told_apart() {
    let module = module(&[&CLINIC]);
    assert_eq!(declared(&module, "export interface Ward "), "export interface Ward {\n  number: number;\n}");
    assert_eq!(declared(&module, "export interface WardInput "), "export interface WardInput {\n  number?: number;\n}");
    assert!(declared(&module, "export interface Bed ").contains("ward: Ward | null;"));
    assert!(declared(&module, "export interface BedInput ").contains("ward?: WardInput | null;"));
}

#[test]
fn every_endpoint_and_every_type_is_there() {
    let module = module(CONTEXTS);
    let document = openapi::document(CONTEXTS).unwrap();
    for (_, methods) in document["paths"].as_mapping().unwrap() {
        for (_, operation) in methods.as_mapping().unwrap() {
            let id = operation["operationId"].as_str().unwrap();
            // `switch` is a word of the language.
            let constants = ["", "_"].map(|end| format!("export const {id}{end}: "));
            assert!(constants.iter().any(|constant| module.contains(constant)), "{id}");
        }
    }
    assert!(module.contains("export type TicketStatus = \"waiting\" | \"called\""));
    assert!(module.contains("export type Coverage = \"all\" | ClinicId[];"));
    assert!(module.contains("counts: Record<string, number>;"));
    assert!(module.contains("    \"hub.mode\""));
    assert!(module.contains("export const switch_: Endpoint<SwitchSignature>"));
}
