//! The `main` of a context's bootstrap: starts the function that the template names as the handler.

use std::{env, process::ExitCode, sync::Arc};

use dawr_api::{
    function::{Context, Function},
    settings::Settings,
};
use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::Value;
use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    fmt,
    layer::SubscriberExt as _,
    util::SubscriberInitExt as _,
};

use crate::{AwsEndpoint, SystemEntropy, invoke, services, services::read_page_key, system_clock};

/// Starts the function whose name Lambda passes as `_HANDLER`, and serves until the sandbox ends. A function that is
/// not known, or a setting that is absent, ends the process during init with one line that says so.
pub fn start(context: &Context) -> ExitCode {
    match run(context) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            #[allow(clippy::print_stderr, reason = "there is no log yet")]
            {
                eprintln!("dawr-{}: {error}", context.name);
            }
            ExitCode::FAILURE
        }
    }
}

fn run(context: &Context) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let name = env::var("_HANDLER").map_err(|_| "_HANDLER is not set: this program is started by Lambda")?;
    let function: &Function = context.functions.iter().find(|function| function.name == name).ok_or_else(|| {
        let known: Vec<_> = context.functions.iter().map(|function| function.name).collect();
        format!("there is no function {name:?}; known: {}", known.join(", "))
    })?;
    let level = env::var("DAWR_LOG").ok().and_then(|text| text.parse().ok());
    tracing_subscriber::registry()
        // CloudWatch has the time of each line.
        .with(fmt::layer().json().with_current_span(false).with_target(false).without_time())
        // No EnvFilter: its regular expressions are a twentieth of a bootstrap.
        .with(level.unwrap_or_else(|| Targets::new().with_default(LevelFilter::INFO)))
        .init();
    let mut settings = Settings::read(|name| env::var(name).ok())?;
    let aws = AwsEndpoint::of_environment()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(read_page_key(&mut settings, &aws))?;
    let services = Arc::new(services(
        settings,
        &function.access,
        &aws,
        Arc::default(),
        Arc::new(system_clock),
        Arc::new(SystemEntropy::default()),
    )?);
    let function = *function;
    runtime.block_on(lambda_runtime::run(service_fn(move |event: LambdaEvent<Value>| {
        let services = services.clone();
        async move { invoke(&services, &function, event.payload).await.map_err(Failed::from) }
    })))
}

/// What Lambda is told of a failed event: its kind and text, neither of which has personal data.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Failed(#[from] crate::InvokeError);

impl From<Failed> for lambda_runtime::Diagnostic {
    fn from(failed: Failed) -> Self {
        Self { error_type: "EventFailed".into(), error_message: failed.to_string() }
    }
}
