//! Templates: a text with variables, and what becomes of it for one recipient.

use dawr_api::{Failure, Fault, code::Code};
use dawr_kernel::id::{MemberId, TemplateId};
use dawr_store::{Entity, Place, TenantScope, keys};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::pause::Pause;

dawr_kernel::text_type! {
    /// A template's title.
    pub Title: public, single_line, 1..=200
}

dawr_kernel::text_type! {
    /// A template's text: what WhatsApp takes in one message.
    pub Content: public, multi_line, 1..=4096
}

/// What a text may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "their names say what they stand for")]
pub enum Variable {
    PatientName,
    TicketNumber,
    Position,
    PeopleAhead,
    EstimatedWait,
    DoctorName,
    ClinicName,
}

impl Variable {
    /// All variables.
    pub const ALL: [Self; 7] = [
        Self::PatientName,
        Self::TicketNumber,
        Self::Position,
        Self::PeopleAhead,
        Self::EstimatedWait,
        Self::DoctorName,
        Self::ClinicName,
    ];

    /// Its name in a text.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PatientName => "patientName",
            Self::TicketNumber => "ticketNumber",
            Self::Position => "position",
            Self::PeopleAhead => "peopleAhead",
            Self::EstimatedWait => "estimatedWait",
            Self::DoctorName => "doctorName",
            Self::ClinicName => "clinicName",
        }
    }

    /// The variable of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|variable| variable.as_str() == name)
    }
}

/// What becomes of a message when nobody can tell whether it was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema, deserr::Deserr)]
#[serde(rename_all = "lowercase")]
#[deserr(rename_all = lowercase)]
pub enum OnUnknown {
    /// It fails, and a person decides: nobody gets it twice.
    #[default]
    Hold,
    /// It is sent again: nobody misses it.
    Resend,
}

/// The approved template at Meta that carries a template's values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderTemplate {
    /// Its name at Meta.
    pub name: String,
    /// Its language at Meta.
    pub language: String,
    /// What fills its body's variables, in their order.
    pub parameters: Vec<Variable>,
}

/// A text with variables.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Template {
    /// Its id.
    pub id: TemplateId,
    /// Its title, for staff.
    pub title: Title,
    /// Its text.
    pub content: Content,
    /// Whether all members may use it, not only its author and administrators.
    pub is_shared: bool,
    /// What becomes of a message whose outcome is unknown.
    pub on_unknown: OnUnknown,
    /// The approved template at Meta.
    pub provider_template: Option<ProviderTemplate>,
    /// That WhatsApp has paused it.
    pub pause: Option<Pause>,
    /// Its author.
    pub created_by: MemberId,
    /// Since when it exists.
    pub created_at: Timestamp,
    /// Its last change.
    pub updated_at: Timestamp,
}

impl Entity for Template {
    const KIND: &'static str = "template";

    fn place(&self, scope: &TenantScope) -> Place {
        Place::at(keys::template(scope, self.id))
    }

    fn subject(&self) -> Option<String> {
        Some(self.id.to_string())
    }
}

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Text as it is.
    Text(String),
    /// A variable.
    Variable(Variable),
}

/// A text taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed(Vec<Piece>);

impl Parsed {
    /// Takes a text apart. Names may have spaces around them: `{{ patientName }}`.
    ///
    /// # Errors
    /// All unknown and unclosed variables at once, each with its place: the character at which it opens, from 1.
    pub fn parse(content: &str, field: &str) -> Result<Self, Vec<Fault>> {
        let (mut pieces, mut faults) = (Vec::new(), Vec::new());
        let mut rest = content;
        while let Some((text, opened)) = rest.split_once("{{") {
            let before = content.len() - rest.len() + text.len();
            let place = content.get(..before).unwrap_or_default().chars().count() + 1;
            if !text.is_empty() {
                pieces.push(Piece::Text(text.to_owned()));
            }
            let Some((name, after)) = opened.split_once("}}") else {
                faults.push(Fault::at(Code::UnclosedVariable, field).saying(
                    format!("A variable is opened with {{{{ at character {place} and not closed."),
                    format!("هناك متغير مفتوح بـ {{{{ عند الحرف {place} ولم يُغلق."),
                ));
                rest = "";
                break;
            };
            match Variable::parse(name.trim()) {
                Some(variable) => pieces.push(Piece::Variable(variable)),
                None => faults.push(unknown(name.trim(), place, field)),
            }
            rest = after;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.to_owned()));
        }
        if faults.is_empty() { Ok(Self(pieces)) } else { Err(faults) }
    }

    /// A stored text taken apart: it was checked when it was stored.
    ///
    /// # Errors
    /// If it does not parse after all.
    pub fn stored(content: &str) -> Result<Self, Failure> {
        Self::parse(content, "content").map_err(Failure::of)
    }

    /// The variables that it names.
    pub fn variables(&self) -> impl Iterator<Item = Variable> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Variable(variable) => Some(*variable),
            Piece::Text(_) => None,
        })
    }

    /// The text with the variables' values.
    ///
    /// # Errors
    /// The first variable that has no value here.
    pub fn render(&self, value: impl Fn(Variable) -> Option<String>) -> Result<String, Variable> {
        self.0.iter().try_fold(String::new(), |mut text, piece| {
            match piece {
                Piece::Text(piece) => text.push_str(piece),
                Piece::Variable(variable) => text.push_str(&value(*variable).ok_or(*variable)?),
            }
            Ok(text)
        })
    }
}

fn unknown(name: &str, place: usize, field: &str) -> Fault {
    let known = Variable::ALL.map(Variable::as_str).join(", ");
    let name: String = name.chars().take(60).collect();
    Fault::at(Code::UnknownVariable, field).saying(
        format!("{{{{{name}}}}} at character {place} is not a variable. Known: {known}."),
        format!("{{{{{name}}}}} عند الحرف {place} ليس متغيرًا. المعروف: {known}."),
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_text_is_filled_for_each_recipient() {
        let parsed = Parsed::parse("أهلًا {{patientName}}، رقمك {{ ticketNumber }}.", "content").unwrap();
        let value = |variable| match variable {
            Variable::PatientName => Some("سارة".to_owned()),
            Variable::TicketNumber => Some("7".to_owned()),
            _ => None,
        };
        assert_eq!(parsed.render(value).unwrap(), "أهلًا سارة، رقمك 7.");
        assert_eq!(parsed.render(|_| None), Err(Variable::PatientName));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        let faults = Parsed::parse("أ {{name}} ب {{position}} {{x y}} {{open", "content").unwrap_err();
        let said: Vec<_> = faults.iter().map(|fault| fault.message(dawr_kernel::language::Language::En)).collect();
        assert_eq!(faults.len(), 3);
        assert!(said[0].contains("{{name}} at character 3"), "{said:?}");
        assert!(said[1].contains("{{x y}} at character 27"), "{said:?}");
        assert!(said[2].contains("character 35"), "{said:?}");
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_parser_and_plain_text_stays(text in "[^{}]*", any in ".*") {
            let parsed = Parsed::parse(&text, "content").unwrap();
            prop_assert_eq!(parsed.render(|_| None).unwrap(), text);
            let _ = Parsed::parse(&any, "content");
        }
    }
}
