//! `cargo run -- --lan`: Dawr for the phones and tablets in the house, over TLS. Without it nothing here listens beyond this machine.
//!
//! Over plain HTTP a browser keeps no `Secure` cookie, no screen awake and no lock between tabs; so this machine has an authority of its
//! own ([`Authority`]), which each device is told once to trust, by a page without TLS. Its certificate follows the machine's addresses.

mod authority;
mod listen;
mod page;
#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, BTreeSet},
    io::ErrorKind,
    net::{IpAddr, SocketAddr},
    process::{Command, Stdio},
    sync::Arc,
    time::Duration,
};

use anyhow::{Context as _, anyhow, ensure};
use axum::Router;
use jiff::Timestamp;
use qrcode::{EcLevel, QrCode, render::unicode::Dense1x2};
use tokio::{
    net::TcpListener,
    sync::watch,
    task::{JoinHandle, JoinSet},
    time::{Instant, interval_at},
};

pub use authority::Authority;
use listen::{Shown, Tls};
use page::Told;

use crate::aws::Clock;

/// How often the machine's addresses are looked at.
const LOOKS_EVERY: Duration = Duration::from_secs(20);

/// The addresses of this machine, as somebody knows them.
pub type Addresses = Box<dyn Fn() -> anyhow::Result<Vec<IpAddr>> + Send + Sync>;

/// What to serve and where.
pub struct Options {
    /// Who vouches.
    pub authority: Authority,
    /// Where this machine is reached.
    pub addresses: Addresses,
    /// Its names in the house.
    pub names: Vec<String>,
    /// The port of the app; 0 for any free one.
    pub port: u16,
    /// The port of the page that tells how to trust it; 0 for any free one.
    pub page_port: u16,
    /// What is served.
    pub app: Router,
    /// The time.
    pub clock: Clock,
}

/// The house while it is served.
pub struct Lan {
    options: Options,
    shown: Arc<Shown>,
    /// For what and when the present certificate was made.
    vouched: (BTreeSet<IpAddr>, Timestamp),
    doors: BTreeMap<IpAddr, Door>,
}

/// An address that is served. Dropped, it is so no more.
struct Door {
    app: SocketAddr,
    page: SocketAddr,
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

impl Lan {
    /// Begins to serve at every address that this machine has now and that can be opened; at the others when they can be.
    ///
    /// # Errors
    /// If there is none, or none can be opened: a port is taken.
    pub async fn start(options: Options) -> anyhow::Result<Self> {
        let now = (options.clock)();
        let addresses = found(&options)?;
        ensure!(!addresses.is_empty(), "this machine has no address in a house's network (such as 192.168.1.5)");
        let shown = Shown::new(vouch(&options, &addresses, now)?);
        let mut lan = Self { options, shown, vouched: (addresses.clone(), now), doors: BTreeMap::new() };
        let mut failures = Vec::new();
        for address in addresses {
            match lan.open(address).await {
                Ok(door) => drop(lan.doors.insert(address, door)),
                Err(error) => failures.push(error),
            }
        }
        if lan.doors.is_empty()
            && let Some(error) = failures.pop()
        {
            return Err(error);
        }
        failures.iter().for_each(|error| tracing::warn!("{error:#}"));
        Ok(lan)
    }

    /// Goes with what has changed: serves at new addresses, no more at old ones, and renews the certificate when that is due.
    ///
    /// # Errors
    /// If the addresses cannot be read, or no certificate can be made. What was served is served on.
    pub async fn look(&mut self) -> anyhow::Result<()> {
        let now = (self.options.clock)();
        let addresses = found(&self.options)?;
        let (known, since) = &self.vouched;
        if *known != addresses || now.duration_since(*since) >= authority::RENEWED_AFTER {
            self.shown.change(vouch(&self.options, &addresses, now)?);
            self.vouched = (addresses.clone(), now);
        }
        let (stay, gone): (BTreeMap<_, _>, BTreeMap<_, _>) =
            std::mem::take(&mut self.doors).into_iter().partition(|(address, _)| addresses.contains(address));
        self.doors = stay;
        for door in gone.into_values() {
            door.close().await;
        }
        for address in addresses {
            if !self.doors.contains_key(&address) {
                // The next look tries again.
                match self.open(address).await {
                    Ok(door) => drop(self.doors.insert(address, door)),
                    Err(error) => tracing::warn!("{error:#}"),
                }
            }
        }
        Ok(())
    }

    /// Looks again and again.
    pub fn keep(mut self) -> Kept {
        let (stop, mut stopped) = watch::channel(false);
        let task = tokio::spawn(async move {
            let mut looks = interval_at(Instant::now() + LOOKS_EVERY, LOOKS_EVERY);
            loop {
                tokio::select! {
                    _ = looks.tick() => {}
                    _ = stopped.changed() => break,
                }
                if let Err(error) = self.look().await {
                    tracing::warn!("{error:#}");
                }
            }
            self.stop().await;
        });
        Kept { stop, task }
    }

    /// Ends: what is under way is finished.
    pub async fn stop(self) {
        for (_, door) in self.doors {
            door.close().await;
        }
    }

    /// Where the app is, at each address; first where it is looked for first.
    pub fn apps(&self) -> Vec<String> {
        self.sorted().map(|door| format!("https://{}", door.app)).collect()
    }

    /// Where a device learns to trust it.
    pub fn pages(&self) -> Vec<String> {
        self.sorted().map(|door| format!("http://{}", door.page)).collect()
    }

    /// The authority's fingerprint, to compare with the page's.
    pub fn fingerprint(&self) -> String {
        self.options.authority.fingerprint()
    }

    fn sorted(&self) -> impl Iterator<Item = &Door> {
        let mut doors: Vec<_> = self.doors.iter().collect();
        doors.sort_by_key(|(address, _)| rank(**address));
        doors.into_iter().map(|(_, door)| door)
    }

    async fn open(&self, address: IpAddr) -> anyhow::Result<Door> {
        let (app, page) = (
            bind(address, self.options.port, "--lan-port").await?,
            bind(address, self.options.page_port, "--page-port").await?,
        );
        let (stop, stopped) = watch::channel(false);
        let ending = |mut stopped: watch::Receiver<bool>| async move {
            let _ = stopped.wait_for(|stop| *stop).await;
        };
        let mut door = Door { app: app.local_addr()?, page: page.local_addr()?, stop, tasks: JoinSet::new() };
        let told = page::router(Told {
            app: format!("https://{}/", door.app),
            name: self.options.authority.name().to_owned(),
            fingerprint: self.fingerprint(),
            certificate: self.options.authority.certificate().to_vec(),
        });
        let serving =
            listen::serve(Tls::new(app, Arc::clone(&self.shown))?, self.options.app.clone(), ending(stopped.clone()));
        let telling = axum::serve(page, told).with_graceful_shutdown(ending(stopped));
        door.tasks.spawn(said(serving));
        door.tasks.spawn(said(telling.into_future()));
        Ok(door)
    }
}

impl Door {
    async fn close(mut self) {
        const GRACE: Duration = Duration::from_secs(2);
        self.stop.send_replace(true);
        let all = async { while self.tasks.join_next().await.is_some() {} };
        // Browsers keep connections open of which they expect nothing.
        let _ = tokio::time::timeout(GRACE, all).await;
    }
}

/// The house while somebody else looks after it.
pub struct Kept {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Kept {
    /// Ends it.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        let _ = self.task.await;
    }
}

async fn said(serving: impl Future<Output = std::io::Result<()>>) {
    if let Err(error) = serving.await {
        tracing::error!(%error, "the house is not served");
    }
}

async fn bind(address: IpAddr, port: u16, option: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind((address, port)).await.map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => anyhow!("port {port} of {address} is in use; choose another one with {option}"),
        _ => anyhow!("port {port} of {address} cannot be opened: {error}"),
    })
}

fn found(options: &Options) -> anyhow::Result<BTreeSet<IpAddr>> {
    let addresses = (options.addresses)()?;
    Ok(addresses.into_iter().filter(|address| authority::is_private(*address)).collect())
}

fn vouch(
    options: &Options,
    addresses: &BTreeSet<IpAddr>,
    now: Timestamp,
) -> anyhow::Result<tokio_rustls::rustls::sign::CertifiedKey> {
    let addresses: Vec<_> = addresses.iter().copied().collect();
    options.authority.vouch(&addresses, &options.names, now).context("the certificate of this machine")
}

/// What people look for first: a house's usual network, and IPv4, which is shorter to type.
fn rank(address: IpAddr) -> u8 {
    match address {
        IpAddr::V4(address) => match address.octets() {
            [192, 168, ..] => 0,
            [10, ..] => 1,
            _ => 2,
        },
        IpAddr::V6(_) => 3,
    }
}

/// The addresses of this machine in the networks that it is in. Those that hold only on one wire need the wire's name, which no browser takes.
///
/// # Errors
/// If they cannot be read.
pub fn addresses() -> anyhow::Result<Vec<IpAddr>> {
    let interfaces = if_addrs::get_if_addrs().context("the addresses of this machine")?;
    let reached = |interface: &if_addrs::Interface| !interface.is_loopback() && !interface.is_link_local();
    Ok(interfaces.into_iter().filter(reached).map(|interface| interface.ip()).collect())
}

/// Where the app is looked for first; nowhere if there is no address in a house, or the port is any.
pub fn usual(addresses: &[IpAddr], port: u16) -> Option<String> {
    let inside = addresses.iter().copied().filter(|address| authority::is_private(*address));
    let first = inside.min_by_key(|address| (rank(*address), *address)).filter(|_| port != 0)?;
    Some(format!("https://{}", SocketAddr::new(first, port)))
}

/// What this machine is called, if it says so: letters, digits and hyphens.
pub fn machine() -> Option<String> {
    let output = Command::new("hostname").stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    let name = String::from_utf8_lossy(&output.stdout).trim().to_ascii_lowercase();
    let name = name.split('.').next().unwrap_or_default();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let is_name = !name.is_empty() && name.len() <= 63 && name.bytes().all(plain) && !name.starts_with('-');
    is_name.then(|| name.to_owned())
}

/// An address as a picture of letters, for the cameras of phones.
///
/// # Errors
/// If it is too long.
pub fn picture(url: &str) -> anyhow::Result<String> {
    let code = QrCode::with_error_correction_level(url, EcLevel::L)?;
    // Terminals are dark as a rule, and cameras read light on dark less well.
    Ok(code.render::<Dense1x2>().dark_color(Dense1x2::Light).light_color(Dense1x2::Dark).build())
}
