//! Reading the fields of a body as Meta does: what is missing, of the wrong type or too long is named by its path.

use serde_json::{Map, Value};

use super::error::GraphError;

pub(super) type Object = Map<String, Value>;

pub(super) fn path(at: &str, field: &str) -> String {
    if at.is_empty() { field.to_owned() } else { format!("{at}['{field}']") }
}

/// An object that must be there.
pub(super) fn object<'a>(parent: &'a Object, at: &str, field: &str) -> Result<&'a Object, GraphError> {
    let value = parent.get(field).ok_or_else(|| required(&path(at, field)))?;
    value.as_object().ok_or_else(|| wrong_type(&path(at, field), "a JSON object"))
}

/// A list that must be there, with `least` to `most` entries.
pub(super) fn array<'a>(
    parent: &'a Object,
    at: &str,
    field: &str,
    least: usize,
    most: usize,
) -> Result<&'a [Value], GraphError> {
    let value = parent.get(field).ok_or_else(|| required(&path(at, field)))?;
    let items = value.as_array().ok_or_else(|| wrong_type(&path(at, field), "a list"))?;
    if (least..=most).contains(&items.len()) {
        return Ok(items);
    }
    let bound = if items.len() < least { format!("at least {least}") } else { format!("at most {most}") };
    Err(GraphError::with_details(131_009, format!("Param {} must have {bound} items.", path(at, field))))
}

/// The entries of such a list, each of which must be an object.
pub(super) fn objects<'a>(
    parent: &'a Object,
    at: &str,
    field: &str,
    least: usize,
    most: usize,
) -> Result<Vec<&'a Object>, GraphError> {
    let items = array(parent, at, field, least, most)?.iter();
    let object = |item: &'a Value| {
        item.as_object().ok_or_else(|| wrong_type(&path(at, field), "a list of JSON objects"))
    };
    items.map(object).collect()
}

/// A text that must be there, with `least` to `most` characters, not all of them blank or invisible.
pub(super) fn text<'a>(
    parent: &'a Object,
    at: &str,
    field: &str,
    least: usize,
    most: usize,
) -> Result<&'a str, GraphError> {
    let value = parent.get(field).ok_or_else(|| required(&path(at, field)))?;
    let text = value.as_str().ok_or_else(|| wrong_type(&path(at, field), "a string"))?;
    let count = text.chars().count();
    let bound = if count < least || (least > 0 && !dawr_kernel::text::is_seen(text)) {
        format!("at least {} characters long", least.max(1))
    } else if count > most {
        format!("at most {most} characters long")
    } else {
        return Ok(text);
    };
    Err(GraphError::with_details(100, format!("Param {} must be {bound}.", path(at, field))))
}

/// The same for a text that may be absent.
pub(super) fn text_if_there<'a>(
    parent: &'a Object,
    at: &str,
    field: &str,
    most: usize,
) -> Result<Option<&'a str>, GraphError> {
    parent.contains_key(field).then(|| text(parent, at, field, 0, most)).transpose()
}

/// A number that must be there, within its limits; Meta takes it as a string, too.
pub(super) fn number(parent: &Object, at: &str, field: &str, limit: f64) -> Result<f64, GraphError> {
    let value = parent.get(field).ok_or_else(|| required(&path(at, field)))?;
    let number = value.as_f64().or_else(|| value.as_str()?.trim().parse().ok());
    let number = number.ok_or_else(|| wrong_type(&path(at, field), "a number"))?;
    if number.is_finite() && number.abs() <= limit {
        return Ok(number);
    }
    Err(GraphError::with_details(131_009, format!("Param {} is out of range.", path(at, field))))
}

/// Nothing may stand twice where each must be told from the others.
pub(super) fn unique<'a>(at: &str, what: &str, values: impl Iterator<Item = &'a str>) -> Result<(), GraphError> {
    let mut seen = std::collections::HashSet::new();
    for value in values {
        if !seen.insert(value) {
            return Err(GraphError::with_details(131_009, format!("Param {at} has duplicated {what}.")));
        }
    }
    Ok(())
}

pub(super) fn required(path: &str) -> GraphError {
    // Meta answers 100 for a missing top-level parameter and 131008 for one inside the message.
    let code = if path.contains('[') { 131_008 } else { 100 };
    GraphError::with_details(code, format!("The parameter {path} is required."))
}

pub(super) fn wrong_type(path: &str, expected: &str) -> GraphError {
    GraphError::with_details(100, format!("Param {path} must be {expected}."))
}

pub(super) fn one_of(path: &str, values: &str) -> GraphError {
    GraphError::with_details(100, format!("Param {path} must be one of {{{values}}}."))
}
