//! Templates as their endpoints read and answer them.

use dawr_api::{Authorized, Cx, Failure, Fault, code::Code, failure::FieldErrors};
use dawr_kernel::{
    id::{MemberId, TemplateId},
    text::Invalid,
};
use dawr_store::{Key, Stored, TenantScope, keys};
use deserr::Deserr;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    pause::Pause,
    provider_template::LastWord,
    sending::is_visible,
    template::{Content, OnUnknown, Parsed, ProviderTemplate, Template, Title, Variable},
    whatsapp::language::LANGUAGES,
};

/// The id of a template in a path.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase")]
pub struct TemplatePath {
    /// The template.
    pub template_id: TemplateId,
}

/// A template as it shall be.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct TemplateBody {
    title: Title,
    /// The text. It may name `{{patientName}}`, `{{ticketNumber}}`, `{{position}}`, `{{peopleAhead}}`,
    /// `{{estimatedWait}}`, `{{doctorName}}` and `{{clinicName}}`.
    content: Content,
    /// Whether all members may use it; no unless said.
    #[deserr(default)]
    is_shared: Option<bool>,
    /// What becomes of a message whose outcome is unknown; `hold` unless said.
    #[deserr(default)]
    on_unknown: Option<OnUnknown>,
    /// The approved template at Meta that carries the values outside the 24-hour window.
    #[deserr(default)]
    provider_template: Option<ProviderTemplateBody>,
    /// That a template which WhatsApp paused may be used again; only an administrator says so. Naming another approved
    /// template has the same effect.
    #[deserr(default)]
    resume: Option<bool>,
}

/// An approved template at Meta.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProviderTemplateBody {
    name: ProviderTemplateName,
    language: ProviderLanguage,
    /// What fills its body's variables, in their order.
    #[deserr(default)]
    #[schemars(length(max = 20))]
    parameters: Option<Vec<VariableName>>,
}

/// A template's name at Meta: lower-case letters, digits and underscores.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderTemplateName(String);

impl ProviderTemplateName {
    /// Accepts a name.
    ///
    /// # Errors
    /// [`Invalid`].
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        match text.len() {
            0 => Err(Invalid::Empty),
            513.. => Err(Invalid::TooLong { max: 512 }),
            _ if text.bytes().all(plain) => Ok(Self(text.to_owned())),
            _ => Err(Invalid::InvalidFormat { expected: "queue_update_1" }),
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

dawr_kernel::string_newtype!(
    ProviderTemplateName,
    parse,
    as_str,
    schemars::json_schema!({
        "type": "string", "minLength": 1, "maxLength": 512, "pattern": "^[a-z0-9_]+$",
    })
);

/// A template's language at Meta, one of those that it has: `ar`, `en_US`; case matters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderLanguage(String);

impl ProviderLanguage {
    /// Accepts a code.
    ///
    /// # Errors
    /// [`Invalid`].
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        match text.trim() {
            "" => Err(Invalid::Empty),
            text if LANGUAGES.contains(&text) => Ok(Self(text.to_owned())),
            _ => Err(Invalid::UnknownValue { expected: LANGUAGES }),
        }
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

dawr_kernel::string_newtype!(
    ProviderLanguage,
    parse,
    as_str,
    schemars::json_schema!({ "type": "string", "enum": LANGUAGES })
);

/// The name of a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VariableName(pub Variable);

const NAMES: &[&str] =
    &["patientName", "ticketNumber", "position", "peopleAhead", "estimatedWait", "doctorName", "clinicName"];

impl VariableName {
    /// Accepts a name.
    ///
    /// # Errors
    /// [`Invalid::UnknownValue`].
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        Variable::parse(text).map(Self).ok_or(Invalid::UnknownValue { expected: NAMES })
    }

    /// The name.
    pub const fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

dawr_kernel::string_newtype!(VariableName, parse, as_str, schemars::json_schema!({ "type": "string", "enum": NAMES }));

impl TemplateBody {
    /// Whether it asks for what only an administrator may do.
    pub fn resumes(&self) -> bool {
        self.resume == Some(true)
    }

    /// Whether another provider template, or none, carries it than carries this template.
    pub fn names_another(&self, template: &Template) -> bool {
        let named = self.provider_template.as_ref().map(|own| (own.name.as_str(), own.language.as_str()));
        named != template.provider_template.as_ref().map(|own| (own.name.as_str(), own.language.as_str()))
    }

    /// The keys of what WhatsApp said last of the provider template that it names.
    pub fn last_word(&self, scope: &TenantScope) -> Option<[Key; 2]> {
        let named = self.provider_template.as_ref()?;
        Some(LastWord::keys(scope, named.name.as_str(), named.language.as_str()))
    }

    /// The template that this makes of another one. `said` is what WhatsApp said last of the provider template that it names.
    ///
    /// # Errors
    /// What is wrong with the text, and too many parameters.
    pub fn apply(&self, to: Template, said: &LastWord) -> Result<Template, Failure> {
        let mut faults = Parsed::parse(self.content.as_str(), "content").err().unwrap_or_default();
        let provider_template = self.provider_template.as_ref().map(|template| ProviderTemplate {
            name: template.name.as_str().to_owned(),
            language: template.language.as_str().to_owned(),
            parameters: template.parameters.iter().flatten().map(|name| name.0).collect(),
        });
        if provider_template.as_ref().is_some_and(|template| template.parameters.len() > 20) {
            faults.push(Fault::at(Code::TooMany, "providerTemplate.parameters"));
        }
        if !faults.is_empty() {
            return Err(Failure::of(faults));
        }
        let pause = match self.resumes() {
            true => None,
            false if self.names_another(&to) => said.pause(),
            false => to.pause.clone(),
        };
        Ok(Template {
            title: self.title.clone(),
            content: self.content.clone(),
            is_shared: self.is_shared.unwrap_or(false),
            on_unknown: self.on_unknown.unwrap_or_default(),
            provider_template,
            pause,
            ..to
        })
    }

    /// A new template of this member.
    ///
    /// # Errors
    /// As [`TemplateBody::apply`].
    pub fn create(&self, cx: &Cx, caller: &Authorized, said: &LastWord) -> Result<Template, Failure> {
        let empty = Template {
            id: cx.new_id(),
            title: self.title.clone(),
            content: self.content.clone(),
            is_shared: false,
            on_unknown: OnUnknown::Hold,
            provider_template: None,
            pause: None,
            created_by: caller.member,
            created_at: cx.now(),
            updated_at: cx.now(),
        };
        self.apply(empty, said)
    }
}

/// A template as it is answered.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TemplateView {
    id: TemplateId,
    title: String,
    content: String,
    is_shared: bool,
    on_unknown: OnUnknown,
    provider_template: Option<ProviderTemplateView>,
    /// That WhatsApp has paused it: nothing is sent with it until it is changed or resumed.
    paused: Option<Pause>,
    /// The variables that the text names.
    variables: Vec<&'static str>,
    created_by: MemberId,
    #[schemars(with = "String")]
    created_at: Timestamp,
    #[schemars(with = "String")]
    updated_at: Timestamp,
    version: u64,
}

#[derive(Debug, Serialize, JsonSchema)]
struct ProviderTemplateView {
    name: String,
    language: String,
    parameters: Vec<&'static str>,
}

impl TemplateView {
    /// The view of a template at this version.
    ///
    /// # Errors
    /// If its stored text does not parse.
    pub fn new(template: &Template, version: u64) -> Result<Self, Failure> {
        let mut variables: Vec<_> = Parsed::stored(template.content.as_str())?.variables().collect();
        variables.sort_unstable();
        variables.dedup();
        Ok(Self {
            id: template.id,
            title: template.title.to_string(),
            content: template.content.to_string(),
            is_shared: template.is_shared,
            on_unknown: template.on_unknown,
            provider_template: template.provider_template.as_ref().map(|template| ProviderTemplateView {
                name: template.name.clone(),
                language: template.language.clone(),
                parameters: template.parameters.iter().map(|variable| variable.as_str()).collect(),
            }),
            paused: template.pause.clone(),
            variables: variables.into_iter().map(Variable::as_str).collect(),
            created_by: template.created_by,
            created_at: template.created_at,
            updated_at: template.updated_at,
            version,
        })
    }
}

/// The template, if the caller may see it.
///
/// # Errors
/// `NotFound`.
pub async fn load(cx: &Cx, caller: &Authorized, id: TemplateId) -> Result<Stored<Template>, Failure> {
    seen(caller, cx.table().get(&keys::template(caller, id)).await?)
}

fn seen(caller: &Authorized, found: Option<Stored<Template>>) -> Result<Stored<Template>, Failure> {
    found.filter(|template| is_visible(caller, template)).ok_or_else(|| Code::NotFound.into())
}

/// The template, if the caller may change it: its author, or an administrator.
///
/// # Errors
/// `NotFound`, `Forbidden`, `StaleVersion`.
pub async fn load_own(cx: &Cx, caller: &Authorized, id: TemplateId) -> Result<Stored<Template>, Failure> {
    own(cx, caller, cx.table().get(&keys::template(caller, id)).await?)
}

/// The same of what was found.
///
/// # Errors
/// As [`load_own`].
pub fn own(cx: &Cx, caller: &Authorized, found: Option<Stored<Template>>) -> Result<Stored<Template>, Failure> {
    let template = seen(caller, found)?;
    if template.created_by != caller.member && !caller.administers() {
        return Err(Code::Forbidden.into());
    }
    cx.expect(&template)?;
    Ok(template)
}
