//! The clients that a function declares, built once at start.

use std::{env, sync::Arc, time::Duration};

use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_sdk_dynamodb::config::{BehaviorVersion, SharedHttpClient};
use aws_types::{SdkConfig, region::Region};
use dawr_api::{
    Services,
    audit::NotedReads,
    auth::{TokenError, Verifier},
    function::{Access, DeadLetterAccess},
    hashing::Hashing,
    page::PageSealer,
    secrets::SecretCache,
    settings::Settings,
    standing::StandingCache,
};
use dawr_kernel::entropy::Entropy;
use dawr_store::Table;
use jiff::Timestamp;

/// Without a connection within this time nothing was sent, which is worth knowing.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// Where AWS is.
#[derive(Debug, Clone)]
pub struct AwsEndpoint {
    /// The region.
    pub region: String,
    /// Access key id, secret access key and session token.
    pub credentials: (String, String, Option<String>),
    /// Another address than AWS's own for DynamoDB.
    pub dynamodb: Option<String>,
    /// Another address than AWS's own for SQS.
    pub sqs: Option<String>,
    /// Another address than AWS's own for Secrets Manager.
    pub secrets: Option<String>,
    /// Another HTTP client than the SDK's own, which checks certificates: for addresses without TLS.
    pub http_client: Option<SharedHttpClient>,
}

impl AwsEndpoint {
    /// What the usual environment variables say.
    ///
    /// # Errors
    /// Names the first one that is not set.
    pub fn of_environment() -> Result<Self, String> {
        let required = |name: &str| env::var(name).map_err(|_| format!("{name} is not set"));
        let endpoint = |service: &str| {
            let own = env::var(format!("AWS_ENDPOINT_URL_{service}")).ok();
            own.or_else(|| env::var("AWS_ENDPOINT_URL").ok()).filter(|url| !url.is_empty())
        };
        Ok(Self {
            region: required("AWS_REGION")?,
            credentials: (
                required("AWS_ACCESS_KEY_ID")?,
                required("AWS_SECRET_ACCESS_KEY")?,
                env::var("AWS_SESSION_TOKEN").ok().filter(|token| !token.is_empty()),
            ),
            dynamodb: endpoint("DYNAMODB"),
            sqs: endpoint("SQS"),
            secrets: endpoint("SECRETS_MANAGER"),
            http_client: None,
        })
    }

    fn config(&self) -> SdkConfig {
        let (id, secret, session) = self.credentials.clone();
        let mut config = SdkConfig::builder();
        config.set_http_client(self.http_client.clone());
        config
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(self.region.clone()))
            .credentials_provider(SharedCredentialsProvider::new(Credentials::new(
                id,
                secret,
                session,
                None,
                "environment",
            )))
            .build()
    }

    /// A client of DynamoDB.
    pub fn dynamodb_client(&self) -> aws_sdk_dynamodb::Client {
        let mut builder = aws_sdk_dynamodb::config::Builder::from(&self.config());
        builder.set_endpoint_url(self.dynamodb.clone());
        aws_sdk_dynamodb::Client::from_conf(builder.build())
    }

    /// A client of SQS.
    pub fn sqs_client(&self) -> aws_sdk_sqs::Client {
        let mut builder = aws_sdk_sqs::config::Builder::from(&self.config());
        builder.set_endpoint_url(self.sqs.clone());
        aws_sdk_sqs::Client::from_conf(builder.build())
    }

    /// A client of Secrets Manager.
    pub fn secrets_client(&self) -> aws_sdk_secretsmanager::Client {
        let mut builder = aws_sdk_secretsmanager::config::Builder::from(&self.config());
        builder.set_endpoint_url(self.secrets.clone());
        aws_sdk_secretsmanager::Client::from_conf(builder.build())
    }
}

/// Services that cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// A public key is none.
    #[error("DAWR_PUBLIC_KEYS: {0}")]
    PublicKeys(#[from] TokenError),
    /// The page key is none.
    #[error("the key of page tokens is too short")]
    PageKey,
    /// The page key cannot be read.
    #[error("the key of page tokens: {0}")]
    NoPageKey(String),
    /// The client for providers cannot be built.
    #[error("the client for providers: {0}")]
    Http(#[from] reqwest::Error),
}

/// Reads the key of page tokens, where the function hands out pages: once at start, so that no request waits for it, and no
/// environment holds it.
///
/// # Errors
/// [`ServiceError::NoPageKey`].
pub async fn read_page_key(settings: &mut Settings, aws: &AwsEndpoint) -> Result<(), ServiceError> {
    let Some(name) = &settings.page_key_secret else { return Ok(()) };
    let read = aws.secrets_client().get_secret_value().secret_id(name).send().await;
    let read = read.map_err(|error| ServiceError::NoPageKey(dawr_store::plain(&error)))?;
    settings.page_key = read.secret_string;
    Ok(())
}

/// Builds what `access` declares.
///
/// # Errors
/// [`ServiceError`].
pub fn services(
    settings: Settings,
    access: &Access,
    aws: &AwsEndpoint,
    standings: Arc<StandingCache>,
    clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    entropy: Arc<dyn Entropy>,
) -> Result<Services, ServiceError> {
    let sqs = (!access.sends_to.is_empty() || access.dead_letters != DeadLetterAccess::None).then(|| aws.sqs_client());
    let secrets = (!access.secrets.is_empty()).then(|| aws.secrets_client());
    let http = access
        .providers
        .then(|| {
            let client = reqwest::Client::builder()
                .connect_timeout(CONNECT_TIMEOUT)
                .timeout(settings.provider_timeout)
                // A redirect would repeat the request.
                .redirect(reqwest::redirect::Policy::none());
            // Without TLS nobody shows a certificate, and to read those that the machine trusts takes long.
            let client = if settings.graph_url.starts_with("http://") { client.tls_certs_only([]) } else { client };
            client.build()
        })
        .transpose()?;
    Ok(Services {
        table: Table::new(aws.dynamodb_client(), &settings.table, clock.clone(), entropy.clone()),
        sqs,
        secrets,
        secret_cache: SecretCache::default(),
        http,
        verifier: Verifier::new(&settings.public_keys)?,
        standings,
        noted: NotedReads::default(),
        pages: settings.page_key.as_deref().map(|key| PageSealer::new(key).ok_or(ServiceError::PageKey)).transpose()?,
        // In every process that starts by itself; only a harness can put another in its place.
        hashing: Hashing::DEPLOYED,
        settings,
        clock,
        entropy,
    })
}
