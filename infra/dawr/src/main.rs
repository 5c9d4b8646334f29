//! `cargo run`: the whole of Dawr on this machine, and the tools around it.

use std::{
    collections::BTreeMap,
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
    sync::Arc,
};

use anyhow::Context as _;
use bitflags as _;
use clap::{Parser, Subcommand};
use dawr::{
    audit::{AuditCommand, Verify},
    aws::{Endpoints, Storage},
    cloud::{
        Cloud, Options, Phones, StartError,
        keys::{Keys, edge_proof},
        phones_storage,
    },
    lan::{self, Authority, Lan},
    migrate::Migrate,
    operator::{Add, AddError, OperatorCommand},
    web::{Built, Upload},
};
use dawr_runtime::{SystemEntropy, system_clock};
use getrandom as _;
use memchr as _;
use regex_syntax as _;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

/// Dawr on one machine.
#[derive(Parser)]
#[command(version, about = "Runs the whole of Dawr on this machine, or one of the tools around it.")]
struct Arguments {
    #[command(flatten)]
    run: Run,
    /// Serves the API alone, without the web app.
    #[arg(long)]
    api: bool,
    /// Also prints where the look-alikes of AWS answer. They ask for no credentials: any will do.
    #[arg(long)]
    endpoints: bool,
    #[command(flatten)]
    house: House,
    #[command(subcommand)]
    command: Option<Command>,
}

/// What is served beyond this machine.
#[derive(clap::Args)]
struct House {
    /// Also serves phones and tablets in the house, over TLS. Each is told once to trust this machine; how is on a page of its own.
    #[arg(long)]
    lan: bool,
    /// The port in the house.
    #[arg(long, default_value_t = 8443, requires = "lan")]
    lan_port: u16,
    /// The port of the page that tells devices how to trust this machine.
    #[arg(long, default_value_t = 8081, requires = "lan")]
    page_port: u16,
}

#[derive(clap::Args)]
struct Run {
    /// The port on 127.0.0.1; 0 for any free one.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// The folder that keeps the state.
    #[arg(long, default_value = ".dawr", conflicts_with = "memory")]
    data: PathBuf,
    /// Keeps nothing.
    #[arg(long)]
    memory: bool,
}

#[derive(Subcommand)]
enum Command {
    /// Writes the generated files: stacks, openapi.yaml, the authorization matrix, the web app's types.
    Generate,
    /// Builds the bootstraps of all contexts into target/lambda and checks them.
    Build,
    /// Builds the web app and puts it into a deployment's bucket.
    Upload(Upload),
    /// Runs every test and check there is.
    Test(dawr::test::Selection),
    /// Writes what older programs stored as this one writes it, kind by kind; goes on where a run before ended. Exit code 0 if all
    /// could be read, 1 if something could not, 2 if the table cannot be reached.
    Migrate(Migrate),
    /// The audit trail.
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Those who run the platform.
    #[command(subcommand)]
    Operator(OperatorCommand),
    /// Prints new keys for a deployment, as parameters of template.yaml.
    Keys,
    /// Runs the patients' phones alone, for a deployed stack to try out.
    Simulator(Run),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // The table warns of every condition that does not hold, which is how those who are slower learn of it.
    let filter = EnvFilter::try_from_env("DAWR_LOG").unwrap_or_else(|_| EnvFilter::new("warn,dynoxide=error"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).init();
    let done = match arguments.command {
        None => {
            let web = if arguments.api { None } else { web_app() };
            return block_on(run(arguments.run, web, arguments.endpoints, arguments.house));
        }
        Some(Command::Simulator(options)) => return block_on(simulate(options)),
        Some(Command::Audit(AuditCommand::Verify(options))) => return audit(&options),
        Some(Command::Migrate(options)) => return migrate(&options),
        Some(Command::Operator(OperatorCommand::Add(options))) => return add(&options),
        Some(Command::Upload(options)) => return upload(&options),
        Some(Command::Generate) => generate(),
        Some(Command::Build) => dawr::build::run(&root()),
        Some(Command::Test(selection)) => dawr::test::run(&root(), &selection),
        Some(Command::Keys) => print_keys(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&format!("{error:#}"), 1),
    }
}

/// The root of the workspace.
fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

fn fail(line: &str, code: u8) -> ExitCode {
    // Nothing is left to be done if even this cannot be written.
    let _ = writeln!(io::stderr(), "dawr: {line}");
    ExitCode::from(code)
}

fn block_on(work: impl Future<Output = Result<(), StartError>>) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&format!("threads cannot be started: {error}"), 2),
    };
    let result = runtime.block_on(work);
    // A handler that still waits for a provider does not hold up the end.
    runtime.shutdown_background();
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error.to_string(), 2),
    }
}

/// Exit code 0 if the trail is whole, 1 if something does not fit.
fn migrate(options: &Migrate) -> ExitCode {
    let mut all_read = false;
    let ended = block_on(async {
        all_read = options.run(&mut io::stdout()).await?;
        Ok(())
    });
    if ended == ExitCode::SUCCESS && !all_read { ExitCode::from(1) } else { ended }
}

fn audit(options: &Verify) -> ExitCode {
    let mut whole = false;
    let ended = block_on(async {
        whole = options.run(&mut io::stdout()).await?;
        Ok(())
    });
    if ended == ExitCode::SUCCESS && !whole { ExitCode::from(1) } else { ended }
}

/// Exit code 1 if what was asked for cannot be.
fn add(options: &Add) -> ExitCode {
    let mut refusal = None;
    let ended = block_on(async {
        match options.run(&mut io::stdout()).await {
            Ok(()) => Ok(()),
            Err(AddError::Refused(why)) => {
                refusal = Some(why);
                Ok(())
            }
            Err(AddError::Failed(error)) => Err(error.into()),
        }
    });
    match refusal {
        Some(why) => fail(&why, 1),
        None => ended,
    }
}

/// Exit code 2 if it did not get there.
fn upload(options: &Upload) -> ExitCode {
    block_on(async { Ok(options.run(&root(), Arc::new(system_clock), &mut io::stdout()).await?) })
}

impl Run {
    fn storage(&self) -> Storage {
        if self.memory { Storage::Memory } else { Storage::Folder(self.data.clone()) }
    }
}

/// The folder of the web app, built if that is due; none if it cannot be had, which is said.
fn web_app() -> Option<PathBuf> {
    // Nobody is left to be told if even this cannot be written.
    let say = |line: &str| drop(writeln!(io::stderr(), "dawr: {line}"));
    match dawr::web::prepare(&root(), say) {
        Built::App(folder) => Some(folder),
        Built::Nothing(why) => {
            say(&format!("the API is served without the web app: {why}"));
            None
        }
    }
}

async fn run(options: Run, web: Option<PathBuf>, with_endpoints: bool, house: House) -> Result<(), StartError> {
    let settings = if house.lan { house.settings()? } else { BTreeMap::new() };
    let cloud = Cloud::start(Options {
        storage: options.storage(),
        port: options.port,
        clock: Arc::new(system_clock),
        entropy: Arc::new(SystemEntropy::default()),
        poll: true,
        settings,
        web,
        between: None,
    })
    .await?;
    let lan = if house.lan { Some(house.start(&cloud, &options).await?) } else { None };
    ready(&cloud.url())?;
    if with_endpoints {
        print_endpoints(cloud.endpoints())?;
    }
    let lan = match lan {
        Some(lan) => {
            print_house(&lan)?;
            Some(lan.keep())
        }
        None => None,
    };
    ended().await?;
    if let Some(lan) = lan {
        lan.stop().await;
    }
    cloud.stop().await;
    Ok(())
}

impl House {
    /// Links that are sent to phones name the machine as the house knows it.
    fn settings(&self) -> anyhow::Result<BTreeMap<String, String>> {
        let url = lan::usual(&lan::addresses()?, self.lan_port);
        Ok(url.into_iter().map(|url| ("DAWR_PUBLIC_URL".to_owned(), url)).collect())
    }

    async fn start(&self, cloud: &Cloud, options: &Run) -> anyhow::Result<Lan> {
        let (entropy, machine) = (SystemEntropy::default(), lan::machine());
        let name = machine.as_deref().unwrap_or("machine");
        let authority = match options.storage() {
            Storage::Folder(folder) => Authority::open(&folder.join("lan"), name, &entropy, system_clock())?,
            Storage::Memory | Storage::Copy(_) => Authority::passing(name, &entropy, system_clock())?,
        };
        Lan::start(lan::Options {
            authority,
            addresses: Box::new(lan::addresses),
            names: machine.iter().map(|name| format!("{name}.local")).collect(),
            port: self.lan_port,
            page_port: self.page_port,
            app: cloud.front(),
            clock: Arc::new(system_clock),
        })
        .await
    }
}

fn print_house(lan: &Lan) -> anyhow::Result<()> {
    let mut out = io::stdout();
    for url in lan.apps() {
        writeln!(out, "house {url}")?;
    }
    for url in lan.pages() {
        writeln!(out, "trust {url}")?;
    }
    writeln!(out, "fingerprint {}", lan.fingerprint())?;
    if let Some(page) = lan.pages().first() {
        writeln!(out, "{}", lan::picture(page)?)?;
    }
    out.flush().context("standard output")
}

async fn simulate(options: Run) -> Result<(), StartError> {
    let seed = u64::from_le_bytes(dawr_kernel::entropy::random(&SystemEntropy::default()));
    let storage = phones_storage(&options.storage());
    let simulator = Phones::start(&storage, options.port, Arc::new(system_clock), seed).await?;
    ready(&simulator.url())?;
    ended().await?;
    simulator.stop().await;
    Ok(())
}

fn ready(url: &str) -> anyhow::Result<()> {
    let mut out = io::stdout();
    writeln!(out, "ready {url}").and_then(|()| out.flush()).context("standard output")
}

fn print_endpoints(endpoints: &Endpoints) -> anyhow::Result<()> {
    let mut out = io::stdout();
    for (service, url) in
        [("dynamodb", &endpoints.dynamodb), ("sqs", &endpoints.sqs), ("secretsmanager", &endpoints.secrets_manager)]
    {
        writeln!(out, "{service} {url}").context("standard output")?;
    }
    out.flush().context("standard output")
}

/// Waits for Ctrl-C or SIGTERM.
async fn ended() -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}

fn generate() -> anyhow::Result<()> {
    let mut out = io::stdout();
    for path in dawr::generate::write(&root())? {
        writeln!(out, "wrote {path}")?;
    }
    Ok(())
}

fn print_keys() -> anyhow::Result<()> {
    let entropy = SystemEntropy::default();
    let keys = Keys::generate(&entropy)?;
    let (proof, hash) = edge_proof(&entropy);
    let mut out = io::stdout();
    writeln!(out, "SigningKey={}", keys.signing_secret())?;
    writeln!(out, "PublicKeys={}", keys.public_keys()?)?;
    writeln!(out, "EdgeProof={proof}")?;
    writeln!(out, "EdgeProofSha256={hash}")?;
    Ok(())
}
