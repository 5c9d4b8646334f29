//! Speaks TLS before HTTP. Whoever takes long over it holds up nobody else.

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use axum::{
    Router,
    extract::{ConnectInfo, Request, connect_info::Connected},
    middleware::map_request,
    serve::{IncomingStream, Listener},
};
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::aws_lc_rs::default_provider,
        server::{ClientHello, ResolvesServerCert},
        sign::CertifiedKey,
    },
    server::TlsStream,
};

/// How long a handshake may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// How many may be under way at once.
const AT_ONCE: usize = 256;

/// What this machine shows of itself, changed while it is served.
#[derive(Debug)]
pub(super) struct Shown(RwLock<Arc<CertifiedKey>>);

impl Shown {
    pub(super) fn new(key: CertifiedKey) -> Arc<Self> {
        Arc::new(Self(RwLock::new(Arc::new(key))))
    }

    pub(super) fn change(&self, key: CertifiedKey) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(key);
    }
}

impl ResolvesServerCert for Shown {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

/// A listener of TLS.
pub(super) struct Tls {
    tcp: TcpListener,
    acceptor: TlsAcceptor,
    shaking: JoinSet<Option<(TlsStream<TcpStream>, SocketAddr)>>,
}

impl Tls {
    pub(super) fn new(tcp: TcpListener, shown: Arc<Shown>) -> anyhow::Result<Self> {
        let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(shown);
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self { tcp, acceptor: TlsAcceptor::from(Arc::new(config)), shaking: JoinSet::new() })
    }

    fn shake(&mut self, stream: TcpStream, peer: SocketAddr) {
        let hands = self.acceptor.accept(stream);
        self.shaking.spawn(async move {
            // Most that fail here are devices that do not trust the authority yet.
            Some((timeout(PATIENCE, hands).await.ok()?.ok()?, peer))
        });
    }
}

impl Listener for Tls {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            tokio::select! {
                accepted = self.tcp.accept(), if self.shaking.len() < AT_ONCE => match accepted {
                    Ok((stream, peer)) => self.shake(stream, peer),
                    // Out of files, as a rule: others are closed meanwhile.
                    Err(_) => sleep(Duration::from_millis(100)).await,
                },
                Some(done) = self.shaking.join_next(), if !self.shaking.is_empty() => {
                    if let Ok(Some(shaken)) = done {
                        return shaken;
                    }
                }
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.tcp.local_addr()
    }
}

/// Who a connection is from.
#[derive(Clone)]
struct Peer(SocketAddr);

impl Connected<IncomingStream<'_, Tls>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Tls>) -> Self {
        Self(*stream.remote_addr())
    }
}

/// Serves what is served without TLS, until it is told to end.
pub(super) async fn serve(
    listener: Tls,
    app: Router,
    ending: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let app = app
        .layer(map_request(|ConnectInfo(Peer(peer)): ConnectInfo<Peer>, mut request: Request| async move {
            request.extensions_mut().insert(ConnectInfo(peer));
            request
        }))
        .into_make_service_with_connect_info::<Peer>();
    axum::serve(listener, app).with_graceful_shutdown(ending).await
}
