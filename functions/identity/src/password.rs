//! Passwords: Argon2id (RFC 9106), at the cost that [`Hashing`] says.

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use dawr_api::{
    Failure, Fault,
    code::Code,
    failure::{FieldErrors, field_path},
    hashing::Hashing,
};
use dawr_kernel::{
    entropy::{Entropy, random},
    text::{Lines, pattern},
};
use deserr::{Deserr, IntoValue, Value, ValuePointerRef};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};

use crate::names::Password;

const LANES: u32 = 1;

/// A hash of no password at all: an unknown user costs the same work as a wrong password.
fn nobody(hashing: Hashing) -> String {
    format!(
        "$argon2id$v=19$m={},t={},p={LANES}$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        hashing.memory_kib(),
        hashing.passes()
    )
}

/// Passwords that are tried first by whoever guesses.
const COMMON: &str = include_str!("common_passwords.txt");

fn argon2(hashing: Hashing) -> Result<Argon2<'static>, Failure> {
    let params = Params::new(hashing.memory_kib(), hashing.passes(), LANES, None);
    let params = params.map_err(|error| Failure::internal(error.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Hashes a password with a new salt.
///
/// # Errors
/// If the parameters are refused.
pub fn hash(password: &Password, hashing: Hashing, entropy: &dyn Entropy) -> Result<String, Failure> {
    hash_text(password.expose(), hashing, entropy)
}

/// The same of any text that is too short to be kept as a plain hash.
///
/// # Errors
/// If the parameters are refused.
pub fn hash_text(text: &str, hashing: Hashing, entropy: &dyn Entropy) -> Result<String, Failure> {
    let salt: [u8; 16] = random(entropy);
    argon2(hashing)?
        .hash_password_with_salt(text.as_bytes(), &salt)
        .map(|hash| hash.to_string())
        .map_err(|error| Failure::internal(error.to_string()))
}

/// Whether the password is the one that was hashed. Takes the same time when there is no hash.
///
/// # Errors
/// If a stored hash cannot be read.
pub fn verify(password: &Password, hash: Option<&str>, hashing: Hashing) -> Result<bool, Failure> {
    verify_text(password.expose(), hash, hashing)
}

/// The same of any text.
///
/// # Errors
/// If a stored hash cannot be read.
pub fn verify_text(text: &str, hash: Option<&str>, hashing: Hashing) -> Result<bool, Failure> {
    let kept = hash.map_or_else(|| nobody(hashing), str::to_owned);
    let parsed = PasswordHash::new(&kept).map_err(|error| Failure::internal(error.to_string()))?;
    // By the parameters of the kept hash, whatever a new one would cost.
    let matches = argon2(hashing)?.verify_password(text.as_bytes(), &parsed).is_ok();
    Ok(matches && hash.is_some())
}

/// A password that somebody chooses: strong as far as can be told without knowing whose it is.
#[derive(Debug, Clone)]
pub struct NewPassword(pub Password);

impl Deserr<FieldErrors> for NewPassword {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef<'_>,
    ) -> Result<Self, FieldErrors> {
        let password = Password::deserialize_from_value(value, location)?;
        if is_weak(&password, &[]) {
            return Err(FieldErrors(vec![Fault::at(Code::WeakPassword, field_path(location))]));
        }
        Ok(Self(password))
    }
}

impl JsonSchema for NewPassword {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "NewPassword".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "Of several kinds of characters, no common password and not made of one's names.",
            "format": "password",
            "minLength": 8,
            "maxLength": Password::MAX,
            "pattern": pattern(Lines::Single, 0),
        })
    }
}

/// Whether a password is too easily guessed: short, of one kind of character, common, or made of the person's names.
pub fn is_weak(password: &Password, names: &[&str]) -> bool {
    let text = password.expose().to_lowercase();
    let length = text.chars().count();
    let kinds = [
        password.expose().chars().any(char::is_lowercase),
        password.expose().chars().any(char::is_uppercase),
        password.expose().chars().any(char::is_numeric),
        password
            .expose()
            .chars()
            .any(|c| !c.is_alphanumeric() || (c.is_alphabetic() && !c.is_lowercase() && !c.is_uppercase())),
    ];
    let distinct = text.chars().collect::<std::collections::BTreeSet<_>>().len();
    let kinds = kinds.into_iter().filter(|kind| *kind).count();
    let named = names.iter().filter(|name| name.chars().count() >= 4).any(|name| text.contains(&name.to_lowercase()));
    let common = COMMON.lines().any(|word| {
        let rest = text.replace(word, "");
        rest.len() < text.len() && rest.chars().count() < 4
    });
    length < 8 || (kinds < 2 && length < 15) || distinct < 5 || named || common
}

/// A password that is made for somebody: they sign in with it once and choose their own.
#[derive(Clone)]
pub struct TemporaryPassword(Password);

/// No two of these are taken for one another.
const PLAIN: &[u8; 31] = b"abcdefghjkmnpqrstuvwxyz23456789";

impl TemporaryPassword {
    /// Characters in a group, and groups: 20 characters are 99 bits.
    const GROUPS: [usize; 2] = [5, 4];

    /// Makes one.
    ///
    /// # Errors
    /// Never, as long as its characters make a password.
    pub fn generate(entropy: &dyn Entropy) -> Result<Self, Failure> {
        loop {
            let password = Password::parse(&Self::text(entropy)).map_err(Failure::internal)?;
            if !is_weak(&password, &[]) {
                return Ok(Self(password));
            }
        }
    }

    fn text(entropy: &dyn Entropy) -> String {
        let [size, groups] = Self::GROUPS;
        // Bytes beyond the last whole multiple would favour some characters.
        let bytes = std::iter::repeat_with(|| random::<32>(entropy)).flatten().filter(|byte| *byte < 248);
        let mut characters =
            bytes.filter_map(|byte| PLAIN.get(usize::from(byte) % PLAIN.len())).copied().map(char::from);
        let group = |_| characters.by_ref().take(size).collect::<String>();
        (0..groups).map(group).collect::<Vec<_>>().join("-")
    }

    /// The password, to be hashed.
    pub const fn password(&self) -> &Password {
        &self.0
    }
}

impl std::fmt::Debug for TemporaryPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TemporaryPassword(…)")
    }
}

impl Serialize for TemporaryPassword {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.0.expose())
    }
}

impl JsonSchema for TemporaryPassword {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "TemporaryPassword".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({ "type": "string", "minLength": 16, "format": "password" })
    }
}

#[cfg(test)]
mod tests {
    use dawr_kernel::entropy::Seeded;

    use super::*;

    fn password(text: &str) -> Password {
        Password::parse(text).unwrap()
    }

    #[test]
    fn a_hash_matches_its_password_only() {
        for (hashing, starts) in
            [(Hashing::DEPLOYED, "$argon2id$v=19$m=19456,t=2,p=1$"), (Hashing::cheap(), "$argon2id$v=19$m=8,t=1,p=1$")]
        {
            let hash = hash(&password("Correct-horse 9"), hashing, &Seeded::new(1)).unwrap();
            assert!(hash.starts_with(starts) && nobody(hashing).starts_with(starts), "{hash}");
            // What was hashed at one cost is still right when another one has come.
            for now in [Hashing::DEPLOYED, Hashing::cheap()] {
                assert!(verify(&password("Correct-horse 9"), Some(&hash), now).unwrap());
                assert!(!verify(&password("correct-horse 9"), Some(&hash), now).unwrap());
                assert!(!verify(&password("Correct-horse 9"), None, now).unwrap());
            }
        }
    }

    #[test]
    fn a_temporary_password_is_long_plain_strong_and_another_one_each_time() {
        let entropy = Seeded::new(7);
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..500 {
            let made = TemporaryPassword::generate(&entropy).unwrap();
            assert!(!is_weak(made.password(), &[]) && format!("{made:?}") == "TemporaryPassword(…)");
            let text = made.password().expose().to_owned();
            assert!(text.len() == 23 && text.bytes().all(|byte| byte == b'-' || PLAIN.contains(&byte)), "{text}");
            assert!(seen.insert(text));
        }
    }

    #[test]
    fn what_is_easily_guessed_is_weak() {
        for weak in
            ["short1!", "password", "Password1", "12345678", "aaaaaaaa1", "qwertyuiop", "Admin123", "sara.ahmed7"]
        {
            assert!(is_weak(&password(weak), &["sara.ahmed"]), "{weak}");
        }
        for strong in ["Correct-horse 9", "S3cret-Pass!", "كلمة سر طويلة جدا", "Str0ng!Passw0rd", "blue-Kettle7"]
        {
            assert!(!is_weak(&password(strong), &["sara.ahmed"]), "{strong}");
        }
    }
}
