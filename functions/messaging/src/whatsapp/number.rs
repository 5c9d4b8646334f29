//! Whether a number at Meta is somebody's: who has a token that reaches it.

use std::time::Duration;

use dawr_api::{Cx, Failure, Fault, code::Code};
use serde::Deserialize;

use crate::{account::PhoneNumberId, whatsapp::outcome::error_code};

/// Somebody waits for the answer, and two may be asked for.
const PATIENCE: Duration = Duration::from_secs(8);

/// What Meta says to whoever asks about a number with a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberProof {
    /// The token reaches the number.
    Given,
    /// The token is no token, or no longer one.
    TokenRefused,
    /// The token is good for something else.
    NotReachable,
    /// Nobody can tell now.
    Unknown,
}

#[derive(Deserialize)]
struct Shown {
    id: String,
}

/// Asks Meta about a number.
///
/// # Errors
/// If the function has no client for providers.
pub async fn prove(cx: &Cx, number: &PhoneNumberId, token: &str) -> Result<NumberProof, Failure> {
    let settings = cx.settings();
    let base = format!("{}/{}/{}", settings.graph_url, settings.graph_version, number.as_str());
    let url = format!("{base}?fields=id,display_phone_number,verified_name");
    let patience = PATIENCE.min(settings.provider_timeout);
    let asked = cx.http()?.get(url).bearer_auth(token).timeout(patience);
    let Ok(response) = asked.send().await else { return Ok(NumberProof::Unknown) };
    let is_success = response.status().is_success();
    let Ok(answer) = response.bytes().await else { return Ok(NumberProof::Unknown) };
    Ok(read(is_success, &answer, number))
}

fn read(is_success: bool, answer: &[u8], number: &PhoneNumberId) -> NumberProof {
    if is_success {
        return match serde_json::from_slice::<Shown>(answer) {
            Ok(shown) if shown.id == number.as_str() => NumberProof::Given,
            _ => NumberProof::Unknown,
        };
    }
    match error_code(answer) {
        // No token, an expired one, one of a session that was ended.
        Some(0 | 102 | 104 | 190 | 463 | 467 | 2500) => NumberProof::TokenRefused,
        // No such object for this token, no permission, a deleted number.
        Some(3 | 10 | 33 | 100 | 110 | 200..=299 | 803 | 131_005 | 133_010) => NumberProof::NotReachable,
        _ => NumberProof::Unknown,
    }
}

impl NumberProof {
    /// The proof that whoever connects a number owes.
    ///
    /// # Errors
    /// `AccessTokenRefused`, `NumberNotReachable`; `Unavailable` if nobody can tell now.
    pub fn required(self) -> Result<(), Failure> {
        match self {
            Self::Given => Ok(()),
            Self::TokenRefused => Err(Fault::at(Code::AccessTokenRefused, "accessToken").into()),
            Self::NotReachable => Err(Fault::at(Code::NumberNotReachable, "phoneNumberId").into()),
            Self::Unknown => Err(Code::Unavailable.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_by_its_code_and_never_taken_for_a_proof_of_something_else() {
        let number = PhoneNumberId::parse("106540352242922").unwrap();
        let of = |is_success, answer: &str| read(is_success, answer.as_bytes(), &number);
        let error = |code: i64| format!(r#"{{"error":{{"message":"x","type":"OAuthException","code":{code}}}}}"#);
        assert_eq!(of(true, r#"{"id":"106540352242922","verified_name":"x"}"#), NumberProof::Given);
        for other in [r#"{"id":"206540352242922"}"#, "{}", "", "<h1>ok</h1>"] {
            assert_eq!(of(true, other), NumberProof::Unknown, "{other}");
        }
        for (code, proof) in [
            (190, NumberProof::TokenRefused),
            (0, NumberProof::TokenRefused),
            (100, NumberProof::NotReachable),
            (10, NumberProof::NotReachable),
            (200, NumberProof::NotReachable),
            (4, NumberProof::Unknown),
            (2, NumberProof::Unknown),
            (131_000, NumberProof::Unknown),
            (80_007, NumberProof::Unknown),
        ] {
            assert_eq!(of(false, &error(code)), proof, "{code}");
        }
        assert_eq!(of(false, "<h1>502</h1>"), NumberProof::Unknown);
    }
}
