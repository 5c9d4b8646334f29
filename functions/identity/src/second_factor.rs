//! The second factor of a person: an authenticator app, and recovery codes for when it is lost.

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey},
    digest,
};
use data_encoding::{BASE32_NOPAD, BASE64URL_NOPAD};
use dawr_api::{Cx, Failure, idempotency::hash};
use dawr_kernel::{
    entropy::{Entropy, random},
    id::IdentityId,
    text::{ANY_DIGIT, Invalid, ascii_digit},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::totp::{DIGITS, Secret};

/// How many recovery codes a person gets.
const RECOVERY_CODES: usize = 10;

/// The characters of a recovery code: 80 bits.
const RECOVERY_LENGTH: usize = 16;

const NONCE: usize = 12;

/// A code as it was typed: of an app, or a recovery code. Spaces and hyphens are for the eye.
#[derive(Clone, PartialEq, Eq)]
pub struct FactorCode(String);

impl FactorCode {
    /// Accepts a code.
    ///
    /// # Errors
    /// [`Invalid`].
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let typed: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).map(ascii_digit).take(100).collect();
        let code = typed.to_ascii_lowercase();
        let of_app =
            code.len() == usize::try_from(DIGITS).unwrap_or_default() && code.bytes().all(|b| b.is_ascii_digit());
        let recovery = code.len() == RECOVERY_LENGTH && code.bytes().all(|b| matches!(b, b'a'..=b'z' | b'2'..=b'7'));
        match code.is_empty() {
            true => Err(Invalid::Empty),
            false if of_app || recovery => Ok(Self(code)),
            false => Err(Invalid::InvalidFormat { expected: "123456" }),
        }
    }

    /// The code.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for FactorCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FactorCode(…)")
    }
}

dawr_kernel::string_newtype!(
    FactorCode,
    parse,
    expose,
    schemars::json_schema!({
        "type": "string",
        "description": "Six digits of the app, or a recovery code; blanks and hyphens do not count.",
        "pattern": format!("^[ -]*(([{ANY_DIGIT}][ -]*){{{DIGITS}}}|([A-Za-z2-7][ -]*){{{RECOVERY_LENGTH}}})$"),
        "examples": ["123456"],
    })
);

/// A secret of an app, encrypted for one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed(String);

/// What encrypts the secrets of apps. Only the functions that check codes may read it.
pub struct FactorKey(RandomizedNonceKey);

impl FactorKey {
    /// The deployment's key.
    ///
    /// # Errors
    /// If it cannot be had.
    pub async fn of(cx: &Cx) -> Result<Self, Failure> {
        let name = &cx.settings().factor_key_secret;
        let text = cx.secret(name).await?;
        Self::new(&text.ok_or_else(|| Failure::internal("the key of second factors is not set"))?)
    }

    /// The secret is a text of more randomness than a key has.
    fn new(text: &str) -> Result<Self, Failure> {
        let bytes = digest::digest(&digest::SHA256, text.as_bytes());
        let key = RandomizedNonceKey::new(&AES_256_GCM, bytes.as_ref());
        key.map(Self).map_err(|_| Failure::internal("the key of second factors is none"))
    }

    /// Encrypts a secret for a person.
    ///
    /// # Errors
    /// If there is no randomness.
    pub fn seal(&self, secret: &Secret, person: IdentityId) -> Result<Sealed, Failure> {
        let mut bytes = secret.expose().to_vec();
        let nonce = self.0.seal_in_place_append_tag(Aad::from(person.to_string()), &mut bytes);
        let nonce = nonce.map_err(|_| Failure::internal("a secret cannot be sealed"))?;
        bytes.splice(..0, nonce.as_ref().iter().copied());
        Ok(Sealed(BASE64URL_NOPAD.encode(&bytes)))
    }

    /// The secret of a person.
    ///
    /// # Errors
    /// If it was encrypted for somebody else, or by another key.
    pub fn open(&self, sealed: &Sealed, person: IdentityId) -> Result<Secret, Failure> {
        let broken = || Failure::internal("the secret of a second factor cannot be opened");
        let bytes = BASE64URL_NOPAD.decode(sealed.0.as_bytes()).map_err(|_| broken())?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE).ok_or_else(broken)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| broken())?;
        let mut sealed = sealed.to_vec();
        let plain = self.0.open_in_place(nonce, Aad::from(person.to_string()), &mut sealed).map_err(|_| broken())?;
        Secret::from_bytes(plain).ok_or_else(broken)
    }
}

/// The second factor that somebody signs in with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondFactor {
    secret: Sealed,
    /// The step of the last code that was used: neither it nor an earlier one is good again.
    used: u64,
    /// The hashes of the recovery codes that were not used.
    recovery: Vec<String>,
}

/// Second factors of a person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Factors {
    /// The one that they sign in with.
    pub active: Option<SecondFactor>,
    /// The secret of one that was not confirmed by a code yet.
    pub staged: Option<Sealed>,
}

impl SecondFactor {
    /// The one whose first code was that of a step.
    pub fn confirmed(secret: Sealed, step: u64, codes: &RecoveryCodes) -> Self {
        Self { secret, used: step, recovery: codes.hashes() }
    }

    /// The sealed secret.
    pub const fn secret(&self) -> &Sealed {
        &self.secret
    }

    /// The factor after the code was used; none if the code is not good.
    pub fn accept(&self, secret: &Secret, code: &FactorCode, now: Timestamp) -> Option<Self> {
        if let Some(step) = secret.step_of(code.expose(), now, Some(self.used)) {
            return Some(Self { used: step, ..self.clone() });
        }
        let hash = hash(code.expose().as_bytes());
        let rest: Vec<String> = self.recovery.iter().filter(|code| **code != hash).cloned().collect();
        (rest.len() < self.recovery.len()).then(|| Self { recovery: rest, ..self.clone() })
    }

    /// The same with new recovery codes in place of the old ones.
    #[must_use]
    pub fn with(self, codes: &RecoveryCodes) -> Self {
        Self { recovery: codes.hashes(), ..self }
    }
}

/// A person's factor after a code was used; none if the code is not good.
///
/// # Errors
/// If the secret cannot be had.
pub async fn accept(
    cx: &Cx,
    factor: &SecondFactor,
    code: &FactorCode,
    person: IdentityId,
) -> Result<Option<SecondFactor>, Failure> {
    let secret = FactorKey::of(cx).await?.open(factor.secret(), person)?;
    Ok(factor.accept(&secret, code, cx.now()))
}

/// Recovery codes, to be shown once.
pub struct RecoveryCodes(Vec<String>);

impl RecoveryCodes {
    /// New ones.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        let code = |_| BASE32_NOPAD.encode(&random::<10>(entropy)).to_ascii_lowercase();
        Self((0..RECOVERY_CODES).map(code).collect())
    }

    /// As a person writes them down: `abcd-efgh-ijkl-mnop`.
    pub fn shown(&self) -> Vec<String> {
        let grouped = |code: &String| {
            let (groups, _) = code.as_bytes().as_chunks::<4>();
            groups.iter().map(|group| String::from_utf8_lossy(group)).collect::<Vec<_>>().join("-")
        };
        self.0.iter().map(grouped).collect()
    }

    fn hashes(&self) -> Vec<String> {
        self.0.iter().map(|code| hash(code.as_bytes())).collect()
    }
}

#[cfg(test)]
mod tests {
    use dawr_kernel::{
        entropy::Seeded,
        id::{Body, Id},
    };

    use super::*;

    fn person(n: u8) -> IdentityId {
        IdentityId::from_body(Body::from_parts(Timestamp::UNIX_EPOCH, [n; 10]))
    }

    fn code(text: &str) -> FactorCode {
        FactorCode::parse(text).unwrap()
    }

    #[test]
    fn a_sealed_secret_opens_for_its_person_with_its_key() {
        let (key, other) = (FactorKey::new("a key").unwrap(), FactorKey::new("another").unwrap());
        let secret = Secret::generate(&Seeded::new(1));
        let sealed = key.seal(&secret, person(1)).unwrap();
        assert_eq!(key.open(&sealed, person(1)).unwrap(), secret);
        assert!(key.open(&sealed, person(2)).is_err() && other.open(&sealed, person(1)).is_err());
        assert!(key.open(&Sealed("x".into()), person(1)).is_err());
        assert!(!sealed.0.contains(&secret.base32()) && !format!("{secret:?}").contains(&secret.base32()));
    }

    #[test]
    fn each_code_is_good_once() {
        let entropy = Seeded::new(1);
        let (secret, codes) = (Secret::generate(&entropy), RecoveryCodes::generate(&entropy));
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        let sealed = FactorKey::new("a key").unwrap().seal(&secret, person(1)).unwrap();
        let factor = SecondFactor::confirmed(sealed, 0, &codes);
        let once = factor.accept(&secret, &code(&secret.code(now)), now).unwrap();
        assert_eq!(once.accept(&secret, &code(&secret.code(now)), now), None);
        let mut left = once;
        for shown in codes.shown() {
            left = left.accept(&secret, &code(&shown.to_uppercase()), now).unwrap();
            assert_eq!(left.accept(&secret, &code(&shown), now), None, "{shown}");
        }
        let renewed = RecoveryCodes::generate(&entropy);
        assert!(left.with(&renewed).accept(&secret, &code(&renewed.shown()[3]), now).is_some());
    }

    #[test]
    fn codes_are_typed_in_many_ways() {
        for (typed, meant) in [("123 456", "123456"), ("١٢٣٤٥٦", "123456"), ("ABCD-efgh-2345-ijkl", "abcdefgh2345ijkl")]
        {
            assert_eq!(code(typed).expose(), meant);
        }
        for wrong in ["", "12345", "1234567", "12345a", "abcd-efgh-ijkl-mno1", "abcd", "💥23456"] {
            assert!(FactorCode::parse(wrong).is_err(), "{wrong}");
        }
    }
}
