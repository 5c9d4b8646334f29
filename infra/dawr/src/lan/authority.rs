//! An authority of this data folder's own: phones and tablets in the house are told once to trust it, and then this machine is to them a
//! site like any other. It can vouch for addresses and names within houses alone.

use std::{
    fs::{self, OpenOptions, Permissions},
    io::{ErrorKind, Write},
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::Path,
};

use anyhow::{Context as _, ensure};
use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::BASE64;
use dawr_kernel::entropy::{Entropy, random};
use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date, tz::TimeZone};
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DistinguishedName, DnType, ExtendedKeyUsagePurpose,
    GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose, NameConstraints, SanType, date_time_ymd,
};
use serde::{Deserialize, Serialize};
use tokio_rustls::rustls::{
    crypto::aws_lc_rs::sign::any_supported_type,
    pki_types::{CertificateDer, PrivateKeyDer},
    sign::CertifiedKey,
};

/// How long the authority is good for: nobody wants to go through the house with this twice.
const YEARS: i32 = 10;

/// How long a certificate of this machine is good for, in days.
const LEAF_DAYS: i64 = 60;

/// After so long it is made anew.
pub(super) const RENEWED_AFTER: SignedDuration = SignedDuration::from_hours(24 * 30);

/// The networks that are nobody's on the internet, and this machine itself.
const NETWORKS: [(IpAddr, u8); 8] = [
    (IpAddr::V4(Ipv4Addr::new(10, 0, 0, 0)), 8),
    (IpAddr::V4(Ipv4Addr::new(172, 16, 0, 0)), 12),
    (IpAddr::V4(Ipv4Addr::new(192, 168, 0, 0)), 16),
    (IpAddr::V4(Ipv4Addr::new(169, 254, 0, 0)), 16),
    (IpAddr::V4(Ipv4Addr::new(127, 0, 0, 0)), 8),
    (IpAddr::V6(Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0)), 7),
    (IpAddr::V6(Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0)), 10),
    (IpAddr::V6(Ipv6Addr::LOCALHOST), 128),
];

/// The domains that are nobody's on the internet.
const DOMAINS: [&str; 2] = ["local", "internal"];

/// What is kept of it.
#[derive(Serialize, Deserialize)]
struct Kept {
    /// What devices call it.
    name: String,
    made: Date,
    /// DER, base64.
    certificate: String,
    /// PKCS#8, PEM.
    key: String,
}

/// The authority.
pub struct Authority {
    name: String,
    made: Date,
    certificate: CertificateDer<'static>,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    /// That of a folder; made if there is none yet, or if its time is over.
    ///
    /// # Errors
    /// If it cannot be read, made or written.
    pub fn open(folder: &Path, machine: &str, entropy: &dyn Entropy, now: Timestamp) -> anyhow::Result<Self> {
        let path = folder.join("authority.json");
        match fs::read(&path) {
            Ok(text) => {
                let kept = serde_json::from_slice(&text).map_err(anyhow::Error::from).and_then(|kept| Self::of(&kept));
                let kept = kept.with_context(|| format!("{} is damaged", path.display()))?;
                // Whoever copied the folder may have lost this.
                fs::set_permissions(&path, Permissions::from_mode(0o600))
                    .with_context(|| format!("protecting {}", path.display()))?;
                if day(now) < kept.ends()? {
                    return Ok(kept);
                }
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error).with_context(|| format!("reading {}", path.display())),
        }
        let (authority, kept) = Self::make(machine, entropy, now)?;
        write(folder, &path, &serde_json::to_vec_pretty(&kept)?)
            .with_context(|| format!("writing {}", path.display()))?;
        Ok(authority)
    }

    /// One that nobody keeps.
    ///
    /// # Errors
    /// If it cannot be made.
    pub fn passing(machine: &str, entropy: &dyn Entropy, now: Timestamp) -> anyhow::Result<Self> {
        Self::make(machine, entropy, now).map(|(authority, _)| authority)
    }

    fn make(machine: &str, entropy: &dyn Entropy, now: Timestamp) -> anyhow::Result<(Self, Kept)> {
        // Two of one machine can be told apart in a list of authorities.
        let mark: String = random::<2>(entropy).iter().map(|byte| format!("{byte:02x}")).collect();
        let (name, made) = (format!("Dawr {machine} {mark}"), day(now));
        let key = KeyPair::generate()?;
        let certificate = authority_of(&name, made)?.self_signed(&key)?;
        let kept = Kept { name, made, certificate: BASE64.encode(certificate.der()), key: key.serialize_pem() };
        Ok((Self::of(&kept)?, kept))
    }

    fn of(kept: &Kept) -> anyhow::Result<Self> {
        let key = KeyPair::from_pem(&kept.key)?;
        let issuer = Issuer::new(authority_of(&kept.name, kept.made)?, key);
        let certificate = CertificateDer::from(BASE64.decode(kept.certificate.as_bytes())?);
        Ok(Self { name: kept.name.clone(), made: kept.made, certificate, issuer })
    }

    fn ends(&self) -> anyhow::Result<Date> {
        Ok(self.made.checked_add(YEARS.years())?)
    }

    /// What devices call it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its certificate, which holds nothing secret.
    pub fn certificate(&self) -> &CertificateDer<'static> {
        &self.certificate
    }

    /// The SHA-256 hash of the certificate, as devices show it.
    pub fn fingerprint(&self) -> String {
        let hash = digest(&SHA256, &self.certificate);
        hash.as_ref().iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(":")
    }

    /// A certificate and key for these addresses and names, from yesterday on: clocks in a house differ.
    ///
    /// # Errors
    /// If one of them is not what the authority vouches for.
    pub fn vouch(&self, addresses: &[IpAddr], names: &[String], now: Timestamp) -> anyhow::Result<CertifiedKey> {
        for address in addresses {
            ensure!(is_private(*address), "{address} is no address within a house");
        }
        for name in names {
            ensure!(is_within(name), "{name} is no name within a house");
        }
        let addresses = addresses.iter().map(|address| Ok(SanType::IpAddress(*address)));
        let names = names.iter().map(|name| Ok(SanType::DnsName(name.as_str().try_into()?)));
        self.sign(addresses.chain(names).collect::<anyhow::Result<_>>()?, now)
    }

    fn sign(&self, subjects: Vec<SanType>, now: Timestamp) -> anyhow::Result<CertifiedKey> {
        let today = day(now);
        let mut params = CertificateParams::default();
        let until = today.checked_add(LEAF_DAYS.days())?.min(self.ends()?);
        lasts(&mut params, today.checked_sub(1.day())?, until)?;
        params.distinguished_name = named("Dawr");
        params.subject_alt_names = subjects;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate()?;
        let leaf = params.signed_by(&key, &self.issuer)?;
        let signing = any_supported_type(&PrivateKeyDer::try_from(key.serialize_der()).map_err(anyhow::Error::msg)?)?;
        Ok(CertifiedKey::new(vec![leaf.der().clone()], signing))
    }
}

/// Whether an address is within the networks.
pub(super) fn is_private(address: IpAddr) -> bool {
    NETWORKS.iter().any(|(network, prefix)| match (address, network) {
        (IpAddr::V4(address), IpAddr::V4(network)) => {
            (address.to_bits() ^ network.to_bits()).leading_zeros() >= (*prefix).into()
        }
        (IpAddr::V6(address), IpAddr::V6(network)) => {
            (address.to_bits() ^ network.to_bits()).leading_zeros() >= (*prefix).into()
        }
        _ => false,
    })
}

fn is_within(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(host, domain)| !host.is_empty() && DOMAINS.contains(&domain))
}

fn authority_of(name: &str, made: Date) -> anyhow::Result<CertificateParams> {
    let mut params = CertificateParams::default();
    lasts(&mut params, made.checked_sub(1.day())?, made.checked_add(YEARS.years())?)?;
    params.distinguished_name = named(name);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let networks =
        NETWORKS.map(|(network, prefix)| GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(network, prefix)));
    let domains = DOMAINS.map(|domain| GeneralSubtree::DnsName(domain.to_owned()));
    params.name_constraints = Some(NameConstraints {
        permitted_subtrees: networks.into_iter().chain(domains).collect(),
        excluded_subtrees: Vec::new(),
    });
    Ok(params)
}

fn named(name: &str) -> DistinguishedName {
    let mut distinguished = DistinguishedName::new();
    distinguished.push(DnType::CommonName, name);
    distinguished
}

fn day(now: Timestamp) -> Date {
    now.to_zoned(TimeZone::UTC).date()
}

/// From when to when a certificate is good.
fn lasts(params: &mut CertificateParams, from: Date, until: Date) -> anyhow::Result<()> {
    let parts = |day: Date| anyhow::Ok((day.year().into(), u8::try_from(day.month())?, u8::try_from(day.day())?));
    let (year, month, day) = parts(from)?;
    params.not_before = date_time_ymd(year, month, day);
    let (year, month, day) = parts(until)?;
    params.not_after = date_time_ymd(year, month, day);
    Ok(())
}

/// Whole or not at all, and for its owner alone.
fn write(folder: &Path, path: &Path, content: &[u8]) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    let draft = path.with_extension("draft");
    match fs::remove_file(&draft) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(&draft, path)
}

#[cfg(test)]
mod tests {
    use std::{sync::Arc, time::Duration};

    use dawr_runtime::SystemEntropy;
    use tokio_rustls::rustls::{
        Error, RootCertStore,
        client::{WebPkiServerVerifier, danger::ServerCertVerifier},
        crypto::aws_lc_rs::default_provider,
        pki_types::{ServerName, UnixTime},
    };

    use super::*;

    const NOW: &str = "2026-11-28T10:00:00Z";

    fn now() -> Timestamp {
        NOW.parse().unwrap()
    }

    fn after(days: i64) -> Timestamp {
        now() + SignedDuration::from_hours(24 * days)
    }

    fn authority() -> Authority {
        Authority::passing("desk", &SystemEntropy::default(), now()).unwrap()
    }

    /// What a device that trusts the authority makes of a certificate when it asks for a name.
    fn seen(trusted: &Authority, shown: &CertifiedKey, asked: &str, at: Timestamp) -> Result<(), Error> {
        let mut roots = RootCertStore::empty();
        roots.add(trusted.certificate().clone()).unwrap();
        let provider = Arc::new(default_provider());
        let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build().unwrap();
        let seconds = Duration::from_secs(at.as_second().try_into().unwrap());
        let name = ServerName::try_from(asked).unwrap();
        let leaf = shown.cert.first().unwrap();
        verifier.verify_server_cert(leaf, &[], &name, &[], UnixTime::since_unix_epoch(seconds)).map(drop)
    }

    #[test]
    fn it_vouches_for_what_was_asked_and_for_nothing_else() {
        let authority = authority();
        let addresses = ["192.168.1.5", "fd00::5"].map(|address| address.parse().unwrap());
        let shown = authority.vouch(&addresses, &["desk.local".to_owned()], now()).unwrap();
        for good in ["192.168.1.5", "fd00::5", "desk.local"] {
            assert_eq!(seen(&authority, &shown, good, now()), Ok(()), "{good}");
        }
        for other in ["192.168.1.6", "fd00::6", "other.local", "desk.internal", "localhost"] {
            assert!(seen(&authority, &shown, other, now()).is_err(), "{other}");
        }
        assert!(seen(&self::authority(), &shown, "desk.local", now()).is_err(), "another authority");
    }

    #[test]
    fn it_vouches_for_nothing_on_the_internet() {
        let authority = authority();
        for address in ["8.8.8.8", "172.32.0.1", "100.64.0.1", "2001:db8::1", "::"] {
            assert!(authority.vouch(&[address.parse().unwrap()], &[], now()).is_err(), "{address}");
        }
        for name in ["example.com", "local", ".local", "desk", "desk.local.example.com"] {
            assert!(authority.vouch(&[], &[name.to_owned()], now()).is_err(), "{name}");
        }
    }

    /// Whoever takes the key away with them can be no bank.
    #[test]
    fn devices_believe_it_of_houses_alone() {
        let authority = authority();
        let signed = |subject: SanType| authority.sign(vec![subject], now()).unwrap();
        let named = |name: &str| signed(SanType::DnsName(name.try_into().unwrap()));
        let addressed = |address: &str| signed(SanType::IpAddress(address.parse().unwrap()));
        for (good, shown) in [("10.1.2.3", addressed("10.1.2.3")), ("tv.internal", named("tv.internal"))] {
            assert_eq!(seen(&authority, &shown, good, now()), Ok(()), "{good}");
        }
        for (bad, shown) in [
            ("bank.example", named("bank.example")),
            ("notlocal", named("notlocal")),
            ("9.9.9.9", addressed("9.9.9.9")),
            ("2001:db8::9", addressed("2001:db8::9")),
        ] {
            let refused = seen(&authority, &shown, bad, now()).unwrap_err().to_string();
            assert!(refused.contains("NameConstraintViolation"), "{bad}: {refused}");
        }
    }

    #[test]
    fn a_certificate_is_good_for_sixty_days_and_made_anew_long_before() {
        let authority = authority();
        let address = "10.0.0.2".parse().unwrap();
        let shown = authority.vouch(&[address], &[], now()).unwrap();
        assert_eq!(seen(&authority, &shown, "10.0.0.2", after(59)), Ok(()));
        assert!(seen(&authority, &shown, "10.0.0.2", after(61)).is_err());
        // A clock that is half a day slow.
        assert_eq!(seen(&authority, &shown, "10.0.0.2", now() - SignedDuration::from_hours(12)), Ok(()));
        assert!(RENEWED_AFTER < SignedDuration::from_hours(24 * (LEAF_DAYS - 20)));
    }

    #[test]
    fn it_is_made_once_and_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("lan");
        let entropy = SystemEntropy::default();
        let open = |now| Authority::open(&place, "desk", &entropy, now);
        let first = open(now()).unwrap();
        assert!(first.name().starts_with("Dawr desk "), "{}", first.name());
        assert_eq!(first.fingerprint().len(), 32 * 3 - 1);
        let file = place.join("authority.json");
        let mode = || fs::metadata(&file).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(), 0o600);

        // Devices that trust it go on trusting what it says later.
        fs::set_permissions(&file, Permissions::from_mode(0o644)).unwrap();
        let again = open(after(300)).unwrap();
        assert_eq!((again.fingerprint(), mode()), (first.fingerprint(), 0o600));
        let shown = again.vouch(&["10.0.0.2".parse().unwrap()], &[], after(300)).unwrap();
        assert_eq!(seen(&first, &shown, "10.0.0.2", after(300)), Ok(()));

        // Near its end no certificate outlives it, and after it there is another one.
        let late = after(3_640);
        let shown = open(late).unwrap().vouch(&["10.0.0.2".parse().unwrap()], &[], late).unwrap();
        assert_eq!(seen(&first, &shown, "10.0.0.2", late), Ok(()));
        assert_ne!(open(after(3_700)).unwrap().fingerprint(), first.fingerprint());

        fs::write(&file, "{").unwrap();
        let problem = format!("{:#}", open(now()).err().unwrap());
        assert!(problem.contains("authority.json is damaged"), "{problem}");
    }
}
