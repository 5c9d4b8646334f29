//! Time-based one-time passwords (RFC 6238) as authenticator apps make them: SHA-1, six digits, a new one every 30 seconds.

use aws_lc_rs::hmac;
use data_encoding::BASE32_NOPAD;
use dawr_kernel::entropy::{Entropy, random};
use jiff::Timestamp;

/// How long a code is shown, in seconds.
const PERIOD: i64 = 30;

/// The digits of a code.
pub const DIGITS: u32 = 6;

/// What an app and we share: 160 bits, as RFC 4226 recommends.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret([u8; 20]);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The step of time in which a moment lies.
fn step(now: Timestamp) -> u64 {
    u64::try_from(now.as_second().div_euclid(PERIOD)).unwrap_or_default()
}

impl Secret {
    /// A new one.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self(random(entropy))
    }

    /// The one of these bytes; none unless there are 20.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// Its bytes.
    pub const fn expose(&self) -> &[u8] {
        &self.0
    }

    /// As it is typed into an app that cannot read the picture.
    pub fn base32(&self) -> String {
        BASE32_NOPAD.encode(&self.0)
    }

    /// The code of a step with so many digits (RFC 4226, section 5.3).
    fn code_of(&self, step: u64, digits: u32) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.0);
        let tag = hmac::sign(&key, &step.to_be_bytes());
        let offset = usize::from(tag.as_ref().last().copied().unwrap_or_default() & 0xf);
        let bytes = tag.as_ref().iter().skip(offset).take(4);
        let number = bytes.fold(0_u32, |number, byte| number << 8 | u32::from(*byte)) & 0x7fff_ffff;
        format!("{:0width$}", number % 10_u32.pow(digits), width = usize::try_from(digits).unwrap_or_default())
    }

    /// The code of a moment.
    pub fn code(&self, at: Timestamp) -> String {
        self.code_of(step(at), DIGITS)
    }

    /// The step whose code this is, if it is the present one or a neighbour, and later than the one that was used last.
    pub fn step_of(&self, code: &str, now: Timestamp, used: Option<u64>) -> Option<u64> {
        let now = step(now);
        let near = now.saturating_sub(1)..=now.saturating_add(1);
        // Every step is looked at, so that the time tells nothing.
        near.filter(|step| same(code, &self.code_of(*step, DIGITS)))
            .filter(|step| used.is_none_or(|used| *step > used))
            .max()
    }
}

fn same(a: &str, b: &str) -> bool {
    aws_lc_rs::constant_time::verify_slices_are_equal(a.as_bytes(), b.as_bytes()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    /// RFC 6238, appendix B, SHA-1.
    #[test]
    fn the_vectors_of_the_standard() {
        let secret = Secret::from_bytes(b"12345678901234567890").unwrap();
        for (second, code) in [
            (59, "94287082"),
            (1_111_111_109, "07081804"),
            (1_111_111_111, "14050471"),
            (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"),
            (20_000_000_000, "65353130"),
        ] {
            assert_eq!(secret.code_of(step(at(second)), 8), code, "{second}");
            assert_eq!(secret.code(at(second)), code[2..], "the last six digits of the same");
        }
        assert_eq!(secret.base32(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    }

    #[test]
    fn a_code_is_good_for_a_step_before_and_after_and_once() {
        let secret = Secret::from_bytes(&[7; 20]).unwrap();
        let now = at(1_800_000_000);
        let shown = |seconds: i64| secret.code(at(1_800_000_000 + seconds));
        for (seconds, good) in [(-60, false), (-30, true), (0, true), (30, true), (60, false)] {
            assert_eq!(secret.step_of(&shown(seconds), now, None).is_some(), good, "{seconds}");
        }
        let used = secret.step_of(&shown(0), now, None);
        assert_eq!(secret.step_of(&shown(0), now, used), None, "not twice");
        assert_eq!(secret.step_of(&shown(-30), now, used), None, "nor an older one after it");
        assert!(secret.step_of(&shown(30), now, used).is_some());
        assert_eq!(secret.step_of("", now, None), None);
    }
}
