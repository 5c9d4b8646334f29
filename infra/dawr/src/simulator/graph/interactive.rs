//! Interactive messages: buttons, lists, links, flows, products, carousels.
//!
//! Source: Meta, "Interactive messages" of the Cloud API; limits in characters.

use super::attachment;
use super::error::GraphError;
use super::fields::{Object, object, objects, one_of, required, text, text_if_there, unique};
use super::request::Shown;
use crate::simulator::store::messages::{Choice, ChoiceKind};

const AT: &str = "interactive";
const ACTION: &str = "interactive['action']";

const KINDS: &str = "ADDRESS_MESSAGE, BUTTON, CALL_PERMISSION_REQUEST, CAROUSEL, CATALOG_MESSAGE, CTA_URL, FLOW, LIST, \
                     LOCATION_REQUEST_MESSAGE, ORDER_DETAILS, ORDER_STATUS, PRODUCT, PRODUCT_LIST, VOICE_CALL";

fn link(title: &str) -> Vec<Choice> {
    vec![Choice { title: title.to_owned(), id: title.to_owned(), kind: ChoiceKind::Link, description: None }]
}

pub(super) fn read(content: &Object) -> Result<Shown, GraphError> {
    let kind = text(content, AT, "type", 1, 64)?;
    let action = object(content, AT, "action")?;
    let options = match kind {
        "button" => buttons(action, ACTION, 3)?,
        "list" => rows(action)?,
        "cta_url" => call_to_action(action, ACTION)?,
        "flow" => flow(action)?,
        "product" => {
            for field in ["catalog_id", "product_retailer_id"] {
                text(action, ACTION, field, 1, 256)?;
            }
            link("🛒")
        }
        "product_list" => products(action)?,
        "carousel" => return carousel(content, action),
        "catalog_message" | "location_request_message" | "address_message" | "voice_call"
        | "call_permission_request" | "order_details" | "order_status" => {
            text(action, ACTION, "name", 1, 64)?;
            link("↗")
        }
        _ => return Err(one_of("interactive['type']", KINDS)),
    };
    let (mut parts, media) = header(content)?;
    let limit = if kind == "list" { 4096 } else { 1024 };
    // A single product speaks for itself.
    if kind != "product" || content.contains_key("body") {
        parts.push(text(object(content, AT, "body")?, "interactive['body']", "text", 1, limit)?.to_owned());
    }
    if content.contains_key("footer") {
        parts.push(text(object(content, AT, "footer")?, "interactive['footer']", "text", 1, 60)?.to_owned());
    }
    Ok(Shown { options, media, ..Shown::of("interactive", parts.join("\n")) })
}

type Header = (Vec<String>, Vec<(&'static str, String)>);

fn header(content: &Object) -> Result<Header, GraphError> {
    const HEADER: &str = "interactive['header']";
    if !content.contains_key("header") {
        return Ok((Vec::new(), Vec::new()));
    }
    let header = object(content, AT, "header")?;
    let kind = text(header, HEADER, "type", 1, 16)?;
    if kind == "text" {
        return Ok((vec![text(header, HEADER, "text", 1, 60)?.to_owned()], Vec::new()));
    }
    let known = attachment::named(kind).filter(|known| ["image", "video", "document"].contains(&known.name));
    let known = known.ok_or_else(|| one_of(&format!("{HEADER}['type']"), "DOCUMENT, IMAGE, TEXT, VIDEO"))?;
    let at = format!("{HEADER}['{kind}']");
    let (media, link) = attachment::source(object(header, HEADER, kind)?, &at, known.name)?;
    Ok((link.into_iter().collect(), media))
}

fn buttons(action: &Object, at: &str, most: usize) -> Result<Vec<Choice>, GraphError> {
    let at_buttons = format!("{at}['buttons']");
    let at_reply = format!("{at_buttons}['reply']");
    let mut choices = Vec::new();
    for button in objects(action, at, "buttons", 1, most)? {
        match button.get("type").and_then(|kind| kind.as_str()) {
            Some("reply") => {}
            Some("quick_reply") if at != ACTION => {}
            _ => return Err(one_of(&format!("{at_buttons}['type']"), "REPLY")),
        }
        let reply = object(button, &at_buttons, if button.contains_key("quick_reply") { "quick_reply" } else { "reply" })?;
        choices.push(Choice {
            id: text(reply, &at_reply, "id", 1, 256)?.to_owned(),
            title: text(reply, &at_reply, "title", 1, 20)?.to_owned(),
            kind: ChoiceKind::Button,
            description: None,
        });
    }
    unique(&at_buttons, "ids", choices.iter().map(|choice| choice.id.as_str()))?;
    unique(&at_buttons, "titles", choices.iter().map(|choice| choice.title.as_str()))?;
    Ok(choices)
}

fn rows(action: &Object) -> Result<Vec<Choice>, GraphError> {
    const SECTIONS: &str = "interactive['action']['sections']";
    const ROWS: &str = "interactive['action']['sections']['rows']";
    text(action, ACTION, "button", 1, 20)?;
    let sections = objects(action, ACTION, "sections", 1, 10)?;
    let mut choices = Vec::new();
    for section in &sections {
        // Sections are told apart by their titles; a single one needs none.
        if sections.len() > 1 {
            text(section, SECTIONS, "title", 1, 24)?;
        } else {
            text_if_there(section, SECTIONS, "title", 24)?;
        }
        for row in objects(section, SECTIONS, "rows", 1, 10)? {
            choices.push(Choice {
                id: text(row, ROWS, "id", 1, 200)?.to_owned(),
                title: text(row, ROWS, "title", 1, 24)?.to_owned(),
                kind: ChoiceKind::Row,
                description: text_if_there(row, ROWS, "description", 72)?.map(str::to_owned),
            });
        }
    }
    if choices.len() > 10 {
        let details = format!("Total row count exceeds the limit of 10 in {SECTIONS}.");
        return Err(GraphError::with_details(131_009, details));
    }
    unique(ROWS, "ids", choices.iter().map(|choice| choice.id.as_str()))?;
    Ok(choices)
}

fn call_to_action(action: &Object, at: &str) -> Result<Vec<Choice>, GraphError> {
    let parameters = object(action, at, "parameters")?;
    let at = format!("{at}['parameters']");
    let url = text(parameters, &at, "url", 1, 2000)?;
    if !(url.starts_with("https://") || url.starts_with("http://")) {
        return Err(GraphError::with_details(131_009, format!("Param {at}['url'] is not a valid URL.")));
    }
    Ok(link(text(parameters, &at, "display_text", 1, 20)?))
}

fn flow(action: &Object) -> Result<Vec<Choice>, GraphError> {
    const PARAMETERS: &str = "interactive['action']['parameters']";
    let parameters = object(action, ACTION, "parameters")?;
    text(parameters, PARAMETERS, "flow_message_version", 1, 8)?;
    if !parameters.contains_key("flow_id") && !parameters.contains_key("flow_name") {
        return Err(required(&format!("{PARAMETERS}['flow_id']")));
    }
    Ok(link(text(parameters, PARAMETERS, "flow_cta", 1, 30)?))
}

fn products(action: &Object) -> Result<Vec<Choice>, GraphError> {
    const SECTIONS: &str = "interactive['action']['sections']";
    text(action, ACTION, "catalog_id", 1, 256)?;
    let mut count = 0;
    for section in objects(action, ACTION, "sections", 1, 10)? {
        for item in objects(section, SECTIONS, "product_items", 1, 30)? {
            text(item, &format!("{SECTIONS}['product_items']"), "product_retailer_id", 1, 256)?;
            count += 1;
        }
    }
    if count > 30 {
        let details = format!("Total product count exceeds the limit of 30 in {SECTIONS}.");
        return Err(GraphError::with_details(131_009, details));
    }
    Ok(link("🛒"))
}

fn carousel(content: &Object, action: &Object) -> Result<Shown, GraphError> {
    const CARDS: &str = "interactive['action']['cards']";
    let mut parts =
        vec![text(object(content, AT, "body")?, "interactive['body']", "text", 1, 1024)?.to_owned()];
    let (mut options, mut media) = (Vec::new(), Vec::new());
    for card in objects(action, ACTION, "cards", 2, 10)? {
        if card.get("card_index").and_then(serde_json::Value::as_u64).is_none() {
            return Err(required(&format!("{CARDS}['card_index']")));
        }
        if card.contains_key("header") {
            let (links, uploaded) = header(card)?;
            parts.extend(links);
            media.extend(uploaded);
        }
        if card.contains_key("body") {
            parts.push(text(object(card, CARDS, "body")?, &format!("{CARDS}['body']"), "text", 1, 160)?.to_owned());
        }
        let (action, at) = (object(card, CARDS, "action")?, format!("{CARDS}['action']"));
        options.extend(match card.get("type").and_then(serde_json::Value::as_str) {
            Some("cta_url") => call_to_action(action, &at)?,
            _ if action.contains_key("buttons") => buttons(action, &at, 2)?,
            _ => link("🛒"),
        });
    }
    unique(CARDS, "ids", options.iter().filter(|c| c.kind == ChoiceKind::Button).map(|c| c.id.as_str()))?;
    Ok(Shown { options, media, ..Shown::of("interactive", parts.join("\n")) })
}
