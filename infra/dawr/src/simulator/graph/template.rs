//! Template messages: what they must contain, and what the phone shows of them.

use serde_json::{Map, Value};

use super::error::GraphError;
use super::request::{Shown, array, object, text, wrong_type};

/// The template of the one-machine cloud whose whole text is its one body parameter. Unlike Meta's, it also takes
/// line breaks, so that a clinic's own text arrives as written.
pub(in crate::simulator) const NOTICE: &str = "dawr_notice";

type Object = Map<String, Value>;

// Languages that Meta lists for templates (case-sensitive).
#[rustfmt::skip]
const LANGUAGES: &[&str] = &[
    "af", "sq", "ar", "ar_EG", "ar_AE", "ar_LB", "ar_MA", "ar_QA", "az", "be_BY", "bn", "bn_IN", "bg", "ca", "zh_CN",
    "zh_HK", "zh_TW", "hr", "cs", "da", "prs_AF", "nl", "nl_BE", "en", "en_GB", "en_US", "en_AE", "en_AU", "en_CA",
    "en_GH", "en_IE", "en_IN", "en_JM", "en_MY", "en_NZ", "en_QA", "en_SG", "en_UG", "en_ZA", "et", "fil", "fi", "fr",
    "fr_BE", "fr_CA", "fr_CH", "fr_CI", "fr_MA", "ka", "de", "de_AT", "de_CH", "el", "gu", "ha", "he", "hi", "hu", "id",
    "ga", "it", "ja", "kn", "kk", "rw_RW", "ko", "ky_KG", "lo", "lv", "lt", "mk", "ms", "ml", "mr", "nb", "ps_AF", "fa",
    "pl", "pt_BR", "pt_PT", "pa", "ro", "ru", "sr", "si_LK", "sk", "sl", "es", "es_AR", "es_CL", "es_CO", "es_CR",
    "es_DO", "es_EC", "es_HN", "es_MX", "es_PA", "es_PE", "es_ES", "es_UY", "sw", "sv", "ta", "te", "th", "tr", "uk",
    "ur", "uz", "vi", "zu",
];

pub(super) fn read(template: &Object) -> Result<Shown, GraphError> {
    let name = text(template, "template", "name", 1, 512)?;
    let language = text(object(template, "template", "language")?, "template['language']", "code", 1, 16)?;
    let well_named = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if !well_named || !LANGUAGES.contains(&language) {
        let details = format!("template name ({name}) does not exist in {language}");
        return Err(GraphError::with_details(132_001, details));
    }
    let components = match template.get("components") {
        None => &[],
        Some(_) => array(template, "template", "components", 0, 20)?,
    };
    let mut parameters = Vec::new();
    let mut options = Vec::new();
    for component in components {
        let component =
            component.as_object().ok_or_else(|| wrong_type("template['components']", "a list of JSON objects"))?;
        match text(component, "template['components']", "type", 1, 16)?.to_ascii_lowercase().as_str() {
            "header" | "body" => parameters.extend(shown_parameters(name, component)?),
            "button" => options.extend(button(component)?),
            _ => {
                let details = "Param template['components']['type'] must be one of {BODY, BUTTON, HEADER}.";
                return Err(GraphError::with_details(100, details));
            }
        }
    }
    let shown = match parameters.as_slice() {
        [only] if name == NOTICE => only.clone(),
        _ if name == NOTICE => {
            let details = format!(
                "body: number of localizable_params ({}) does not match the expected number of params (1)",
                parameters.len()
            );
            return Err(GraphError::with_details(132_000, details));
        }
        [] => format!("[{name}]"),
        several => format!("[{name}] {}", several.join(" | ")),
    };
    Ok(Shown { kind: "template", text: shown, options })
}

fn parameters(component: &Object) -> Result<&[Value], GraphError> {
    match component.get("parameters") {
        None => Ok(&[]),
        Some(_) => array(component, "template['components']", "parameters", 0, 100),
    }
}

fn shown_parameters(template: &str, component: &Object) -> Result<Vec<String>, GraphError> {
    const AT: &str = "template['components']['parameters']";
    let mut shown = Vec::new();
    for parameter in parameters(component)? {
        let parameter = parameter.as_object().ok_or_else(|| wrong_type(AT, "a list of JSON objects"))?;
        let kind = text(parameter, AT, "type", 1, 16)?;
        shown.push(match kind {
            "text" => text_parameter(template, parameter)?,
            "currency" | "date_time" => {
                text(object(parameter, AT, kind)?, &format!("{AT}['{kind}']"), "fallback_value", 1, 1024)?.to_owned()
            }
            "image" | "video" | "document" => {
                text(object(parameter, AT, kind)?, &format!("{AT}['{kind}']"), "link", 1, 2048)?.to_owned()
            }
            _ => return Err(GraphError::of(132_012)),
        });
    }
    Ok(shown)
}

fn text_parameter(template: &str, parameter: &Object) -> Result<String, GraphError> {
    let text = match parameter.get("text") {
        Some(Value::String(text)) if !text.trim().is_empty() => text,
        Some(Value::String(_)) | None => {
            return Err(GraphError::with_details(131_008, "Parameter of type text is missing text value"));
        }
        Some(_) => return Err(GraphError::of(132_012)),
    };
    // A body's text may have 32,768 characters when the template has no other part.
    if text.chars().count() > 32_768 {
        return Err(GraphError::of(132_005));
    }
    let broken = text.contains(['\n', '\r', '\t']) || text.contains("     ");
    if broken && template != NOTICE {
        return Err(GraphError::of(132_018));
    }
    Ok(text.clone())
}

/// What a button carries; its own title is in the approved template, which the simulator does not have.
fn button(component: &Object) -> Result<Option<String>, GraphError> {
    const AT: &str = "template['components']";
    let kind = text(component, AT, "sub_type", 1, 32)?;
    if !component.get("index").is_some_and(|index| index.is_string() || index.is_u64()) {
        return Err(GraphError::with_details(131_008, format!("The parameter {AT}['index'] is required.")));
    }
    let Some(parameter) = parameters(component)?.first().and_then(Value::as_object) else {
        return Ok(None);
    };
    let field = match kind.to_ascii_lowercase().as_str() {
        "quick_reply" => "payload",
        "url" => "text",
        _ => return Ok(None),
    };
    text(parameter, AT, field, 1, 2000).map(|carried| Some(carried.to_owned()))
}
