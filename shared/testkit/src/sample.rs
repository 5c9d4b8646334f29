//! The committed sample events: `events/<context>/<function>.json`, in which `{{name}}` stands for a value that each
//! test has its own of.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use data_encoding::BASE64;
use dawr::generate::CONTEXTS;
use dawr_api::function::{Context, Function};
use serde_json::Value;

use crate::{Call, TestCloud, contract::root};

/// What stands for each placeholder.
pub type Values = BTreeMap<&'static str, String>;

/// A sample event of a function.
pub struct Sample {
    /// The function's context.
    pub context: &'static Context,
    /// The function.
    pub function: &'static Function,
    text: String,
}

impl Sample {
    /// The samples of all functions, and which functions have none.
    pub fn all() -> (Vec<Self>, Vec<String>) {
        let (mut samples, mut missing) = (Vec::new(), Vec::new());
        for context in CONTEXTS {
            for function in context.functions {
                match fs::read_to_string(root().join(format!("events/{}/{}.json", context.name, function.name))) {
                    Ok(text) => samples.push(Self { context, function, text }),
                    Err(_) => missing.push(format!("{}/{}", context.name, function.name)),
                }
            }
        }
        (samples, missing)
    }

    /// The samples of all endpoints.
    pub fn endpoints() -> Vec<Self> {
        Self::all().0.into_iter().filter(|sample| sample.function.http().is_some()).collect()
    }

    /// The samples of a context's endpoints.
    pub fn endpoints_of(context: &str) -> Vec<Self> {
        Self::endpoints().into_iter().filter(|sample| sample.context.name == context).collect()
    }

    /// `context/function`.
    pub fn name(&self) -> String {
        format!("{}/{}", self.context.name, self.function.name)
    }

    /// The placeholders of these values that the event has.
    pub fn placeholders(&self, values: &Values) -> BTreeSet<&'static str> {
        values.keys().copied().filter(|name| self.text.contains(&format!("{{{{{name}}}}}"))).collect()
    }

    /// The event with its values. What is no placeholder of these stays: texts have variables of the same form.
    pub fn event(&self, values: &Values) -> Value {
        let filled = values
            .iter()
            .fold(self.text.clone(), |text, (name, value)| text.replace(&format!("{{{{{name}}}}}"), value));
        serde_json::from_str(&filled).unwrap_or_else(|error| panic!("events/{}.json: {error}", self.name()))
    }

    /// The event as the request that it came from.
    pub fn call<'a>(&self, cloud: &'a TestCloud, values: &Values) -> Call<'a> {
        let event = self.event(values);
        let text = |pointer: &str| event.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
        let target = match text("/rawQueryString") {
            "" => text("/rawPath").to_owned(),
            query => format!("{}?{query}", text("/rawPath")),
        };
        let mut call = cloud.call(text("/requestContext/http/method"), &target);
        let body = match event["isBase64Encoded"].as_bool() {
            Some(true) => BASE64.decode(text("/body").as_bytes()).unwrap(),
            _ => text("/body").as_bytes().to_vec(),
        };
        if !body.is_empty() {
            call = call.body("application/octet-stream", body);
        }
        for (name, value) in event["headers"].as_object().into_iter().flatten() {
            call = call.header(name.as_str(), value.as_str().unwrap_or_default());
        }
        let cookies: Vec<&str> = event["cookies"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        if cookies.is_empty() { call } else { call.cookie(&cookies.join("; ")) }
    }

    /// Hands the event to its function, as Lambda would, and gives what the function answers.
    pub async fn invoke(&self, cloud: &TestCloud, values: &Values) -> Value {
        let answer = cloud.inner().functions().invoke(self.function, self.event(values)).await;
        answer.unwrap_or_else(|error| panic!("{}: {error}", self.name()))
    }
}
