//! The house on loopback: what a device gets that trusts the authority, and one that does not.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex},
};

use axum::{Router, extract::ConnectInfo, routing::get};
use dawr_runtime::SystemEntropy;
use jiff::{SignedDuration, Timestamp};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tokio_rustls::{
    TlsConnector,
    rustls::{
        ClientConfig, RootCertStore,
        crypto::aws_lc_rs::default_provider,
        pki_types::{CertificateDer, ServerName},
    },
};

use super::*;

/// A machine whose addresses and clock a test moves.
struct House {
    lan: Lan,
    trusted: CertificateDer<'static>,
    addresses: Arc<Mutex<Vec<IpAddr>>>,
    clock: Arc<Mutex<Timestamp>>,
}

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn options(addresses: &Arc<Mutex<Vec<IpAddr>>>, clock: &Arc<Mutex<Timestamp>>) -> Options {
    let (addresses, clock) = (Arc::clone(addresses), Arc::clone(clock));
    let now = *clock.lock().unwrap();
    let who = |ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { format!("to {}", peer.ip()) };
    Options {
        authority: Authority::passing("desk", &SystemEntropy::default(), now).unwrap(),
        addresses: Box::new(move || Ok(addresses.lock().unwrap().clone())),
        names: vec!["desk.local".to_owned()],
        port: 0,
        page_port: 0,
        app: Router::new().route("/", get(who)),
        clock: Arc::new(move || *clock.lock().unwrap()),
    }
}

async fn house(at: &[&str]) -> House {
    let addresses = Arc::new(Mutex::new(at.iter().map(|text| address(text)).collect()));
    // Handshakes go by the real clock.
    let clock = Arc::new(Mutex::new(dawr_runtime::system_clock()));
    let options = options(&addresses, &clock);
    let trusted = options.authority.certificate().clone();
    House { lan: Lan::start(options).await.unwrap(), trusted, addresses, clock }
}

impl House {
    /// Asks as a device does; what it is answered, and the certificate that it is shown.
    async fn ask(&self, url: &str, name: &str, trusted: bool) -> io::Result<(String, CertificateDer<'static>)> {
        let mut roots = RootCertStore::empty();
        if trusted {
            roots.add(self.trusted.clone()).unwrap();
        }
        let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let tcp = TcpStream::connect(url.trim_start_matches("https://")).await?;
        let name = ServerName::try_from(name.to_owned()).unwrap();
        let mut stream = TlsConnector::from(Arc::new(config)).connect(name, tcp).await?;
        let shown = stream.get_ref().1.peer_certificates().unwrap()[0].clone().into_owned();
        stream.write_all(b"GET / HTTP/1.1\r\nhost: house\r\nconnection: close\r\n\r\n").await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        Ok((answer, shown))
    }
}

async fn page(url: &str) -> reqwest::Response {
    reqwest::Client::builder().no_proxy().build().unwrap().get(url).send().await.unwrap()
}

#[tokio::test]
async fn a_device_that_trusts_the_authority_is_served_and_another_is_not() {
    let house = house(&["127.0.0.1"]).await;
    let url = &house.lan.apps()[0];
    for name in ["127.0.0.1", "desk.local"] {
        let (answer, _) = house.ask(url, name, true).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        // Who asks is known to what is behind, as it is without TLS.
        assert!(answer.ends_with("to 127.0.0.1"), "{answer}");
    }
    let refused = house.ask(url, "127.0.0.1", false).await.unwrap_err().to_string();
    assert!(refused.contains("UnknownIssuer"), "{refused}");
    let refused = house.ask(url, "127.0.0.9", true).await.unwrap_err().to_string();
    assert!(refused.contains("not valid for name"), "{refused}");
    house.lan.stop().await;
}

#[tokio::test]
async fn who_does_not_shake_hands_holds_up_nobody() {
    let house = house(&["127.0.0.1"]).await;
    let url = &house.lan.apps()[0];
    let mut silent = Vec::new();
    for _ in 0..20 {
        silent.push(TcpStream::connect(url.trim_start_matches("https://")).await.unwrap());
    }
    let mut plain = TcpStream::connect(url.trim_start_matches("https://")).await.unwrap();
    plain.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    assert!(house.ask(url, "127.0.0.1", false).await.is_err());
    assert!(house.ask(url, "127.0.0.1", true).await.is_ok());
    house.lan.stop().await;
}

#[tokio::test]
async fn the_certificate_follows_the_addresses_and_the_time() {
    let mut house = house(&["127.0.0.1"]).await;
    let url = house.lan.apps().remove(0);
    let (_, first) = house.ask(&url, "127.0.0.1", true).await.unwrap();
    house.lan.look().await.unwrap();
    assert_eq!(house.ask(&url, "127.0.0.1", true).await.unwrap().1, first, "nothing has changed");

    *house.clock.lock().unwrap() += SignedDuration::from_hours(24 * 31);
    house.lan.look().await.unwrap();
    // It begins in a month, by the test's clock: a device would not take it yet.
    let refused = house.ask(&url, "127.0.0.1", true).await.unwrap_err().to_string();
    assert!(refused.contains("not valid yet"), "{refused}");
    *house.clock.lock().unwrap() = dawr_runtime::system_clock();

    // The machine moves to another network.
    *house.addresses.lock().unwrap() = vec![address("127.0.0.2"), address("127.0.0.3")];
    house.lan.look().await.unwrap();
    let apps = house.lan.apps();
    assert_eq!(apps.len(), 2);
    for (url, name) in apps.iter().zip(["127.0.0.2", "127.0.0.3"]) {
        assert!(url.starts_with(&format!("https://{name}:")), "{url}");
        let (_, now) = house.ask(url, name, true).await.unwrap();
        assert_ne!(now, first);
    }
    assert!(house.ask(&url, "127.0.0.1", true).await.is_err(), "it is not there any more");
    house.lan.stop().await;
}

#[tokio::test]
async fn the_page_tells_how_to_trust_it_and_gives_the_certificate_alone() {
    let house = house(&["127.0.0.1"]).await;
    let url = house.lan.pages().remove(0);
    let answer = page(&url).await;
    let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    let text = answer.text().await.unwrap();
    let app = format!("{}/", house.lan.apps()[0]);
    for part in [house.lan.fingerprint().as_str(), &app, "نزّل الشهادة", "Download the certificate", "Dawr desk "]
    {
        // Once in Arabic, once in English: what belongs to both.
        assert!(text.contains(part), "{part}");
    }
    assert!(!text.contains('{') && !text.contains("style=") && !text.contains("<script"));
    for system in ["آيفون", "أندرويد", "ويندوز", "iPhone", "Android", "Windows"] {
        assert!(text.contains(system), "{system}");
    }

    let answer = page(&format!("{url}{}", page::CERTIFICATE)).await;
    assert_eq!(answer.headers()["content-type"], "application/x-x509-ca-cert");
    assert_eq!(answer.bytes().await.unwrap().as_ref(), house.trusted.as_ref());
    assert_eq!(page(&format!("{url}/page.css")).await.headers()["content-type"], "text/css; charset=utf-8");
    for other in ["/api/me", "/index.html", "/authority.json", "/health"] {
        assert_eq!(page(&format!("{url}{other}")).await.status(), 404, "{other}");
    }
    house.lan.stop().await;
}

#[tokio::test]
async fn it_serves_a_house_or_says_that_there_is_none() {
    let clock = Arc::new(Mutex::new(dawr_runtime::system_clock()));
    let start = |at: &[&str], port: u16| {
        let addresses = Arc::new(Mutex::new(at.iter().map(|text| address(text)).collect()));
        Lan::start(Options { port, ..options(&addresses, &clock) })
    };
    // What is reached from the internet is not served there.
    let problem = start(&["203.0.113.7", "2001:db8::7"], 0).await.err().unwrap().to_string();
    assert!(problem.contains("no address in a house's network"), "{problem}");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let problem = start(&["127.0.0.1"], port).await.err().unwrap().to_string();
    assert_eq!(problem, format!("port {port} of 127.0.0.1 is in use; choose another one with --lan-port"));
    // One address that cannot be opened does not end what is reached at another.
    let lan = start(&["127.0.0.1", "127.0.0.2"], port).await.unwrap();
    assert_eq!(lan.apps(), [format!("https://127.0.0.2:{port}")]);
    lan.stop().await;
}

#[test]
fn the_usual_network_is_named_first() {
    let ranked = ["192.168.1.5", "10.0.0.5", "172.17.0.1", "fd00::5"].map(|text| rank(address(text)));
    assert!(ranked.is_sorted() && ranked[0] < ranked[1]);
}

#[test]
fn an_address_is_a_picture() {
    let picture = picture("http://192.168.1.5:8081").unwrap();
    let lines: Vec<_> = picture.lines().collect();
    assert!(lines.len() > 10 && lines.iter().all(|line| line.chars().count() == lines[0].chars().count()));
    assert!(picture.chars().all(|letter| " ▀▄█\n".contains(letter)), "{picture}");
}
