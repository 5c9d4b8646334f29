//! The whole cloud in one process: the functions as they are deployed, on AWS's look-alikes, with patients' phones.

pub(crate) mod gateway;
pub mod keys;
mod newcomer;
mod phones;
pub mod reach;
mod workers;

use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use anyhow::Context as _;
use aws_sdk_secretsmanager::config::SharedHttpClient;
use axum::Router;
use dawr_api::{
    Services,
    function::{Access, Function, Queue},
    settings::Settings,
};
use dawr_kernel::entropy::Entropy;
use dawr_runtime::{AwsEndpoint, InvokeError, invoke, services};
use serde_json::Value;
use tokio::{net::TcpListener, sync::watch, task::JoinSet};

use crate::{
    aws::{
        Aws, Clock, Endpoints, OpenError, QueueDefinition, REGION, Redrive, Resources, Serving, Storage,
        TableDefinition,
    },
    generate::CONTEXTS,
    simulator::{self, Simulator, SimulatorError},
    web,
};
use gateway::Routes;
use keys::Keys;
use newcomer::Newcomers;
pub use phones::Phones;

/// The table's name here.
const TABLE: &str = "dawr";

/// Where stream records go that nobody could handle.
const STREAM_DEAD_LETTERS: &str = "stream-dead";

/// How long requests under way may take once the end was asked for.
const GRACE: Duration = Duration::from_secs(3);

/// How to run.
pub struct Options {
    /// Where the state is kept.
    pub storage: Storage,
    /// The port; 0 for any free one.
    pub port: u16,
    /// The time.
    pub clock: Clock,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Whether queues, stream and schedule are polled and the phones' webhooks sent. Tests drive them by hand.
    pub poll: bool,
    /// Settings that differ from the ones of a machine.
    pub settings: BTreeMap<String, String>,
    /// The folder of the built web app, if it is served.
    pub web: Option<PathBuf>,
    /// Puts something between the functions and what they reach: tests count their requests there, or disturb them.
    pub between: Option<Between>,
}

/// Changes what a function reaches.
pub type Between = Arc<dyn Fn(Services) -> Services + Send + Sync>;

/// Why the cloud did not start: one line for whoever started it.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The port is taken.
    #[error("port {port} is in use; choose another one with --port")]
    PortInUse {
        /// The port.
        port: u16,
    },
    /// The data folder cannot be used.
    #[error(transparent)]
    Data(#[from] OpenError),
    /// The simulator's part of it cannot be used.
    #[error(transparent)]
    Simulator(#[from] SimulatorError),
    /// Anything else.
    #[error("{0:#}")]
    Other(#[from] anyhow::Error),
}

impl StartError {
    fn of_bind(error: &std::io::Error, port: u16) -> Self {
        match error.kind() {
            std::io::ErrorKind::AddrInUse => Self::PortInUse { port },
            _ => Self::Other(anyhow::anyhow!("port {port} cannot be opened: {error}")),
        }
    }
}

/// The functions, each with the services that it declares and no other.
#[derive(Clone)]
pub struct Functions(Arc<Inner>);

struct Inner {
    routes: Routes,
    newcomers: Newcomers,
    services: Vec<(Access, Arc<Services>)>,
}

impl Functions {
    fn routes(&self) -> &Routes {
        &self.0.routes
    }

    fn newcomers(&self) -> &Newcomers {
        &self.0.newcomers
    }

    /// All functions.
    pub fn all(&self) -> impl Iterator<Item = &'static Function> {
        CONTEXTS.iter().flat_map(|context| context.functions)
    }

    /// The function of that name.
    pub fn named(&self, name: &str) -> Option<&'static Function> {
        self.all().find(|function| function.name == name)
    }

    /// Runs a function on an event, as Lambda would.
    ///
    /// # Errors
    /// [`InvokeError`].
    pub async fn invoke(&self, function: &'static Function, event: Value) -> Result<Value, InvokeError> {
        let services = self.0.services.iter().find(|(access, _)| *access == function.access);
        match services {
            Some((_, services)) => invoke(services, function, event).await,
            None => Err(InvokeError::Function("the function is not of this cloud".into())),
        }
    }
}

/// The cloud while it runs.
pub struct Cloud {
    address: SocketAddr,
    keys: Keys,
    functions: Functions,
    site: web::Site,
    aws: Aws,
    simulator: Simulator,
    serving: Serving,
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

impl Cloud {
    /// Opens the state and starts everything.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn start(options: Options) -> Result<Self, StartError> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port))
            .await
            .map_err(|error| StartError::of_bind(&error, options.port))?;
        let address = listener.local_addr().context("the port")?;
        let aws = Aws::open(&options.storage, options.clock.clone(), &resources())?;
        let phones = phones_storage(&options.storage);
        let seed = u64::from_le_bytes(dawr_kernel::entropy::random(&*options.entropy));
        let simulator = Simulator::open(&phones, options.clock.clone(), seed)?;
        let serving = aws.serve().await.context("the look-alikes of AWS")?;
        let endpoint = aws_endpoint(serving.endpoints(), &plain_http());
        let secrets = endpoint.secrets_client();
        let keys = keys_of(&secrets, &*options.entropy).await.context("the keys")?;
        make_factor_key(&secrets, &*options.entropy).await.context("the key of second factors")?;
        let url = format!("http://{address}");
        let settings = settings(&url, &keys, serving.endpoints(), &options.settings)?;
        let newcomers = Newcomers { phones: simulator.clone(), entropy: options.entropy.clone() };
        let functions = functions(&settings, &endpoint, &options, newcomers)?;

        let (stop, stopped) = watch::channel(false);
        let mut tasks = JoinSet::new();
        let site = web::Site { functions: functions.clone(), folder: options.web.clone(), phones: true };
        let app = front(&site).merge(simulator.router()).into_make_service_with_connect_info::<SocketAddr>();
        let mut ending = stopped.clone();
        tasks.spawn(async move {
            let server = axum::serve(listener, app).with_graceful_shutdown(async move {
                let _ = ending.wait_for(|stop| *stop).await;
            });
            if let Err(error) = server.await {
                tracing::error!(%error, "the server failed");
            }
        });
        simulator.set_callback_base(&url).await?;
        if options.poll {
            let (phones, mut ending) = (simulator.clone(), stopped.clone());
            tasks.spawn(async move {
                phones
                    .run(async move {
                        let _ = ending.wait_for(|stop| *stop).await;
                    })
                    .await;
            });
            workers::spawn(&mut tasks, &functions, &aws, &stopped);
            tasks.spawn(aws.upkeep(stopped.clone()));
        }
        Ok(Self { address, keys, functions, site, aws, simulator, serving, stop, tasks })
    }

    /// Where it answers.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The web app and the API as they are served beyond this machine: without the patients' phones, which show what nobody else is to read.
    pub fn front(&self) -> Router {
        front(&web::Site { phones: false, ..self.site.clone() })
    }

    /// Where the look-alikes of AWS answer.
    pub fn endpoints(&self) -> &Endpoints {
        self.serving.endpoints()
    }

    /// The keys of this data folder.
    pub const fn keys(&self) -> &Keys {
        &self.keys
    }

    /// The functions.
    pub const fn functions(&self) -> &Functions {
        &self.functions
    }

    /// AWS's state here.
    pub const fn aws(&self) -> &Aws {
        &self.aws
    }

    /// The patients' phones.
    pub const fn simulator(&self) -> &Simulator {
        &self.simulator
    }

    /// Writes the whole state to a folder of its own, for [`Storage::Copy`]. Nothing may be under way.
    ///
    /// # Errors
    /// If the folder holds a state already or cannot be written.
    pub fn save(&self, folder: &Path) -> Result<(), StartError> {
        self.aws.save(folder)?;
        Ok(self.simulator.save(folder)?)
    }

    /// Ends: what is under way is finished, for some seconds.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        let all = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(GRACE, all).await.is_err() {
            tracing::warn!("requests were cut off by the end");
            self.tasks.shutdown().await;
        }
        self.serving.shutdown().await;
    }
}

fn front(site: &web::Site) -> Router {
    Router::new().fallback(web::front).with_state(site.clone())
}

/// Where the simulator keeps its state.
pub fn phones_storage(storage: &Storage) -> simulator::Storage {
    match storage {
        Storage::Folder(path) => simulator::Storage::Folder(path.clone()),
        Storage::Memory => simulator::Storage::Memory,
        Storage::Copy(saved) => simulator::Storage::Copy(saved.clone()),
    }
}

fn resources() -> Resources {
    let dead = |queue: &Queue| format!("{}-dead", queue.as_str());
    let plain = |name: String| QueueDefinition { name, visibility_timeout: 30, redrive: None };
    let mut queues: Vec<_> = Queue::ALL.iter().map(|queue| plain(dead(queue))).collect();
    queues.push(plain(STREAM_DEAD_LETTERS.to_owned()));
    queues.extend(Queue::ALL.iter().map(|queue| QueueDefinition {
        name: queue.as_str().to_owned(),
        visibility_timeout: queue.visibility(),
        redrive: Some(Redrive { dead_letter: dead(queue), max_receive_count: queue.max_receives() }),
    }));
    Resources { table: TableDefinition::single(TABLE), queues }
}

/// Makes the key of second factors at the first start of this data folder.
async fn make_factor_key(secrets: &aws_sdk_secretsmanager::Client, entropy: &dyn Entropy) -> anyhow::Result<()> {
    let made = secrets.create_secret().name("dawr/factor-key").secret_string(keys::random_text(entropy)).send().await;
    match made {
        Err(error) if !error.as_service_error().is_some_and(|error| error.is_resource_exists_exception()) => {
            Err(error.into())
        }
        _ => Ok(()),
    }
}

/// The keys of this data folder; made at its first start.
async fn keys_of(secrets: &aws_sdk_secretsmanager::Client, entropy: &dyn Entropy) -> anyhow::Result<Keys> {
    const NAME: &str = "dawr/keys";
    match secrets.get_secret_value().secret_id(NAME).send().await {
        Ok(found) => Ok(serde_json::from_str(found.secret_string().unwrap_or_default())?),
        Err(error) if error.as_service_error().is_some_and(|error| error.is_resource_not_found_exception()) => {
            let keys = Keys::generate(entropy)?;
            let signing = secrets.create_secret().name("dawr/signing-key").secret_string(keys.signing_secret());
            // A start that was cut off after this leaves it behind.
            if let Err(error) = signing.send().await
                && !error.as_service_error().is_some_and(|error| error.is_resource_exists_exception())
            {
                return Err(error.into());
            }
            secrets
                .put_secret_value()
                .secret_id("dawr/signing-key")
                .secret_string(keys.signing_secret())
                .send()
                .await?;
            secrets.create_secret().name(NAME).secret_string(serde_json::to_string(&keys)?).send().await?;
            Ok(keys)
        }
        Err(error) => Err(error.into()),
    }
}

/// One pool of connections for all clients: AWS's look-alikes speak without TLS.
fn plain_http() -> SharedHttpClient {
    aws_smithy_http_client::Builder::new().build_http()
}

fn aws_endpoint(endpoints: &Endpoints, plain: &SharedHttpClient) -> AwsEndpoint {
    AwsEndpoint {
        region: REGION.to_owned(),
        credentials: ("local".to_owned(), "local".to_owned(), None),
        dynamodb: Some(endpoints.dynamodb.clone()),
        sqs: Some(endpoints.sqs.clone()),
        secrets: Some(endpoints.secrets_manager.clone()),
        http_client: Some(plain.clone()),
    }
}

fn settings(
    url: &str,
    keys: &Keys,
    endpoints: &Endpoints,
    others: &BTreeMap<String, String>,
) -> anyhow::Result<Settings> {
    let mut values = BTreeMap::from([
        ("DAWR_TABLE".to_owned(), TABLE.to_owned()),
        ("DAWR_PUBLIC_KEYS".to_owned(), keys.public_keys()?),
        ("DAWR_GRAPH_URL".to_owned(), format!("{url}/simulator/graph")),
        ("DAWR_PUBLIC_URL".to_owned(), url.to_owned()),
        // Nobody waits a quarter of an hour for what goes wrong on one machine.
        ("DAWR_PROVIDER_TIMEOUT_SECONDS".to_owned(), "5".to_owned()),
        ("DAWR_SEND_LEASE_SECONDS".to_owned(), "12".to_owned()),
        ("DAWR_UNKNOWN_HOLD_SECONDS".to_owned(), "30".to_owned()),
        ("DAWR_ACCOUNT_HOLD_SECONDS".to_owned(), "15".to_owned()),
        ("DAWR_STRAGGLER_SECONDS".to_owned(), "60".to_owned()),
    ]);
    values.insert("DAWR_STREAM_DEAD_LETTERS".to_owned(), endpoints.queue_url(STREAM_DEAD_LETTERS));
    for queue in Queue::ALL {
        let name = queue.as_str();
        values.insert(format!("DAWR_QUEUE_{}", name.to_uppercase()), endpoints.queue_url(name));
        values
            .insert(format!("DAWR_DEAD_LETTERS_{}", name.to_uppercase()), endpoints.queue_url(&format!("{name}-dead")));
    }
    values.extend(others.clone());
    let settings = Settings::read(|name| values.get(name).cloned().or_else(|| std::env::var(name).ok()))?;
    Ok(Settings { page_key: Some(keys.page_key.clone()), ..settings })
}

fn functions(
    settings: &Settings,
    aws: &AwsEndpoint,
    options: &Options,
    newcomers: Newcomers,
) -> anyhow::Result<Functions> {
    let mut built: Vec<(Access, Arc<Services>)> = Vec::new();
    // One process is one sandbox: what one function has read of a tenant's standing, all go by.
    let standings = Arc::default();
    for function in CONTEXTS.iter().flat_map(|context| context.functions) {
        if !built.iter().any(|(access, _)| *access == function.access) {
            let entropy = options.entropy.clone();
            let services = services(
                settings.clone(),
                &function.access,
                aws,
                Arc::clone(&standings),
                options.clock.clone(),
                entropy,
            )?;
            let services = options.between.iter().fold(services, |services, between| between(services));
            built.push((function.access, Arc::new(services)));
        }
    }
    Ok(Functions(Arc::new(Inner { routes: Routes::new(CONTEXTS)?, newcomers, services: built })))
}
