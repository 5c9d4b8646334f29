//! Template messages: what they must contain, and what the phone shows of them.

use std::collections::BTreeSet;

use dawr_messaging::whatsapp::{language::LANGUAGES, value::LONGEST_BODY};
use serde_json::Value;

use super::attachment;
use super::error::GraphError;
use super::fields::{Object, object, objects, text};
use super::request::Shown;
use crate::simulator::store::messages::{Choice, ChoiceKind};
use crate::simulator::store::templates::Template;

/// The longest text of a header, filled in.
const LONGEST_HEADER: usize = 60;

/// A use of an approved template.
#[derive(Debug)]
pub(in crate::simulator) struct Sent {
    pub(in crate::simulator) name: String,
    pub(in crate::simulator) language: String,
    header: Vec<Filling>,
    body: Vec<Filling>,
    /// What quick replies carry, by the button's place.
    payloads: Vec<(usize, String)>,
}

/// What fills one variable.
#[derive(Debug)]
struct Filling {
    /// The variable's name, where the template names them.
    name: Option<String>,
    text: String,
}

pub(super) fn read(template: &Object) -> Result<Shown, GraphError> {
    let name = text(template, "template", "name", 1, 512)?;
    let language = text(object(template, "template", "language")?, "template['language']", "code", 1, 16)?;
    let well_named = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if !well_named || !LANGUAGES.contains(&language) {
        return Err(does_not_exist(name, language));
    }
    let components = match template.get("components") {
        None => Vec::new(),
        Some(_) => objects(template, "template", "components", 0, 20)?,
    };
    let mut sent = Sent {
        name: name.to_owned(),
        language: language.to_owned(),
        header: Vec::new(),
        body: Vec::new(),
        payloads: Vec::new(),
    };
    let mut media = Vec::new();
    for component in components {
        match text(component, "template['components']", "type", 1, 16)?.to_ascii_lowercase().as_str() {
            "header" => sent.header.extend(fillings(component, &mut media)?),
            "body" => sent.body.extend(fillings(component, &mut media)?),
            "button" => sent.payloads.extend(payload(component)?),
            // What a card shows and carries is not looked at here.
            "carousel" | "limited_time_offer" | "order_status" => {}
            _ => {
                let details = "Param template['components']['type'] must be one of {BODY, BUTTON, CAROUSEL, HEADER}.";
                return Err(GraphError::with_details(100, details));
            }
        }
    }
    sent.fits(LONGEST_BODY)?;
    let shown = sent.alone();
    Ok(Shown { media, options: sent.options(None), template: Some(sent), ..Shown::of("template", shown) })
}

fn does_not_exist(name: &str, language: &str) -> GraphError {
    GraphError::with_details(132_001, format!("template name ({name}) does not exist in {language}"))
}

fn fillings(component: &Object, media: &mut Vec<(&'static str, String)>) -> Result<Vec<Filling>, GraphError> {
    const AT: &str = "template['components']['parameters']";
    let mut found = Vec::new();
    for parameter in parameters(component)? {
        let kind = text(parameter, AT, "type", 1, 16)?;
        let name = parameter.get("parameter_name").and_then(Value::as_str).map(str::to_owned);
        let at = format!("{AT}['{kind}']");
        let text = match kind {
            "text" => value(parameter)?,
            "currency" | "date_time" => {
                text(object(parameter, AT, kind)?, &at, "fallback_value", 1, LONGEST_BODY)?.to_owned()
            }
            "image" | "video" | "document" => {
                let known = attachment::named(kind).ok_or_else(|| GraphError::of(132_012))?;
                let (uploaded, link) = attachment::source(object(parameter, AT, kind)?, &at, known.name)?;
                media.extend(uploaded);
                link.unwrap_or_else(|| format!("[{kind}]"))
            }
            "location" => "📍".to_owned(),
            _ => return Err(GraphError::of(132_012)),
        };
        found.push(Filling { name, text });
    }
    Ok(found)
}

fn parameters(component: &Object) -> Result<Vec<&Object>, GraphError> {
    match component.get("parameters") {
        None => Ok(Vec::new()),
        Some(_) => objects(component, "template['components']", "parameters", 0, 100),
    }
}

/// What the clinic fills in. No template is exempt from Meta's rules.
fn value(parameter: &Object) -> Result<String, GraphError> {
    let text = match parameter.get("text") {
        Some(Value::String(text)) if dawr_kernel::text::is_seen(text) => text,
        Some(Value::String(_)) | None => {
            return Err(GraphError::with_details(131_008, "Parameter of type text is missing text value"));
        }
        Some(_) => return Err(GraphError::of(132_012)),
    };
    if is_broken(text) { Err(GraphError::of(132_018)) } else { Ok(text.clone()) }
}

/// Whether a value has a line break, a tab, or more than four blanks in a row, of whatever width.
fn is_broken(text: &str) -> bool {
    let mut blanks = 0;
    text.chars().any(|c| {
        blanks = if c.is_whitespace() { blanks + 1 } else { 0 };
        let breaks = matches!(c, '\t' | '\n' | '\u{B}' | '\u{C}' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}');
        breaks || blanks > 4
    })
}

/// What a button carries.
fn payload(component: &Object) -> Result<Option<(usize, String)>, GraphError> {
    const AT: &str = "template['components']";
    let kind = text(component, AT, "sub_type", 1, 32)?.to_ascii_lowercase();
    let index = component.get("index");
    let index = index.and_then(|index| index.as_u64().or_else(|| index.as_str()?.parse().ok()));
    let index = index
        .and_then(|index| usize::try_from(index).ok())
        .ok_or_else(|| GraphError::with_details(131_008, format!("The parameter {AT}['index'] is required.")))?;
    let Some(parameter) = parameters(component)?.into_iter().next() else {
        return Ok(None);
    };
    // Meta's own samples carry a quick reply's payload as its text, too.
    let field = match kind.as_str() {
        "quick_reply" if parameter.contains_key("payload") => "payload",
        "quick_reply" if parameter.get("text").is_some_and(|text| !text.is_string()) => return Ok(None),
        "quick_reply" | "url" => "text",
        _ => return Ok(None),
    };
    let carried = text(parameter, AT, field, 1, 2000)?.to_owned();
    Ok((kind == "quick_reply").then_some((index, carried)))
}

fn length(fillings: &[Filling]) -> usize {
    fillings.iter().map(|filling| filling.text.chars().count()).sum()
}

impl Sent {
    fn fits(&self, body: usize) -> Result<(), GraphError> {
        if length(&self.body) > body { Err(GraphError::of(132_005)) } else { Ok(()) }
    }

    /// What is shown of a template that the simulator was not told of.
    fn alone(&self) -> String {
        let texts: Vec<_> = self.header.iter().chain(&self.body).map(|filling| filling.text.as_str()).collect();
        if texts.is_empty() { format!("[{}]", self.name) } else { format!("[{}] {}", self.name, texts.join(" | ")) }
    }

    /// The quick replies under it; their titles are in the approved template.
    fn options(&self, template: Option<&Template>) -> Vec<Choice> {
        let titles = template.map(titles).unwrap_or_default();
        let mut options: Vec<Choice> = Vec::new();
        for (index, title) in titles.iter().enumerate() {
            let carried = self.payloads.iter().find(|(place, _)| *place == index).map(|(_, payload)| payload.as_str());
            let kind = if title.1 { ChoiceKind::QuickReply } else { ChoiceKind::Link };
            let id = carried.unwrap_or(&title.0).to_owned();
            options.push(Choice { title: title.0.clone(), id, kind, description: None });
        }
        let beyond = self.payloads.iter().filter(|(place, _)| *place >= titles.len());
        options.extend(beyond.map(|(_, payload)| Choice {
            title: payload.clone(),
            id: payload.clone(),
            kind: ChoiceKind::QuickReply,
            description: None,
        }));
        options
    }

    /// What the phone shows, given the approved templates of that name; as it was written if there is none.
    pub(in crate::simulator) fn fill(&self, known: &[Template]) -> Result<Option<(String, Vec<Choice>)>, GraphError> {
        let of_language = known.iter().find(|template| template.language == self.language);
        let template = match of_language {
            Some(template) => template,
            None if known.is_empty() => return Ok(None),
            None => return Err(does_not_exist(&self.name, &self.language)),
        };
        match template.status.as_str() {
            "PAUSED" => return Err(GraphError::of(132_015)),
            "DISABLED" => return Err(GraphError::of(132_016)),
            "APPROVED" => {}
            _ => return Err(does_not_exist(&self.name, &self.language)),
        }
        if template.components.is_none() {
            return Ok(None);
        }
        let header = fill("header", &part(template, "HEADER"), &self.header)?;
        let body = fill("body", &part(template, "BODY"), &self.body)?;
        if header.chars().count() > LONGEST_HEADER || body.chars().count() > LONGEST_BODY {
            return Err(GraphError::of(132_005));
        }
        let parts = [header, body, part(template, "FOOTER")];
        let shown: Vec<_> = parts.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
        Ok(Some((shown.join("\n"), self.options(Some(template)))))
    }
}

fn component<'a>(template: &'a Template, kind: &str) -> Option<&'a Value> {
    let components = template.components.as_ref()?.as_array()?.iter();
    components.into_iter().find(|component| has(component, "type", kind))
}

/// Whether a field has this value, in whatever case.
fn has(value: &Value, field: &str, expected: &str) -> bool {
    value.get(field).and_then(Value::as_str).is_some_and(|found| found.eq_ignore_ascii_case(expected))
}

/// The text of one part of a template.
fn part(template: &Template, kind: &str) -> String {
    component(template, kind).and_then(|part| part.get("text")?.as_str()).unwrap_or_default().to_owned()
}

/// The titles of a template's buttons, and whether each is a quick reply.
fn titles(template: &Template) -> Vec<(String, bool)> {
    let buttons = component(template, "BUTTONS").and_then(|part| part.get("buttons")?.as_array());
    let title = |button: &Value| button.get("text").and_then(Value::as_str).unwrap_or("↗").to_owned();
    buttons.into_iter().flatten().map(|button| (title(button), has(button, "type", "quick_reply"))).collect()
}

/// The variables of a text, each once: `{{1}}`, `{{name}}`.
pub(super) fn variables(text: &str) -> BTreeSet<&str> {
    text.split("{{").skip(1).filter_map(|rest| rest.split_once("}}")).map(|(name, _)| name.trim()).collect()
}

fn fill(place: &str, text: &str, fillings: &[Filling]) -> Result<String, GraphError> {
    let wanted = variables(text);
    // A header that is a picture has no text, and one parameter.
    if text.is_empty() && place == "header" && fillings.len() <= 1 {
        return Ok(fillings.first().map(|filling| filling.text.clone()).unwrap_or_default());
    }
    if wanted.len() != fillings.len() {
        let details = format!(
            "{place}: number of localizable_params ({}) does not match the expected number of params ({})",
            fillings.len(),
            wanted.len()
        );
        return Err(GraphError::with_details(132_000, details));
    }
    let names: Vec<String> =
        fillings.iter().zip(1..).map(|(filling, n)| filling.name.clone().unwrap_or_else(|| format!("{n}"))).collect();
    if let Some(unknown) = names.iter().find(|name| !wanted.contains(name.as_str())) {
        return Err(GraphError::with_details(100, format!("Parameter name is missing or empty: {unknown}")));
    }
    let value = |name: &str| {
        let found = names.iter().zip(fillings).find(|(known, _)| *known == name);
        found.map_or("", |(_, filling)| filling.text.as_str())
    };
    let (mut filled, mut rest) = (String::new(), text);
    while let Some((before, (name, after))) =
        rest.split_once("{{").and_then(|(before, opened)| Some((before, opened.split_once("}}")?)))
    {
        filled.push_str(before);
        filled.push_str(value(name.trim()));
        rest = after;
    }
    Ok(filled + rest)
}
