//! What Meta's error codes mean for a message. Source: Meta's "Cloud API error codes"; branches on the code, never on
//! the HTTP status or the text.

use jiff::SignedDuration;
use serde::Deserialize;

use crate::{
    delivery::Outcome,
    message::{Cause, Reason},
};

/// For so long WhatsApp takes the same message to a person no more (error 131049).
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// What an error is about beyond its message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Nothing but the message.
    Message,
    /// The whole number waits this long.
    Number(SignedDuration),
    /// The account is stopped until somebody acts; tried again after the deployment's pause.
    Account,
    /// The approved template is not to be used any more.
    Template,
    /// The person does not want messages.
    OptOut,
}

#[derive(Deserialize)]
struct Refused {
    error: RefusedError,
}

#[derive(Deserialize)]
struct RefusedError {
    code: i64,
}

/// The code of an error in Meta's own words; none of anything else.
pub fn error_code(answer: &[u8]) -> Option<i64> {
    serde_json::from_slice::<Refused>(answer).ok().map(|refused| refused.error.code)
}

/// What an error code means: for the message, and beyond it.
///
/// `tries` counts the tries so far, the failed one included; `told` is how long the answer itself says to wait.
pub fn treat(code: i64, tries: u32, told: Option<SignedDuration>) -> (Outcome, Scope) {
    let again = |after: Option<_>| Outcome::Again { after: told.or(after), provider_code: Some(code) };
    let refused = |reason| Outcome::Refused(Cause { reason, provider_code: Some(code) });
    let seconds = |seconds| Some(SignedDuration::from_secs(seconds));
    match code {
        // Too many messages to this person: that person waits, 4^n seconds.
        131_056 => (again(seconds(4_i64.saturating_pow(tries.min(6)))), Scope::Message),
        // Too many messages of this number, app or account: the number waits, a little longer each time.
        130_429 | 4 | 80_007 => {
            let wait = SignedDuration::from_secs(2_i64.saturating_pow(tries.min(6)));
            (again(Some(wait)), Scope::Number(wait))
        }
        1 | 2 | 131_000 | 131_016 | 133_004 => (again(None), Scope::Message),
        131_057 => (again(seconds(60)), Scope::Number(SignedDuration::from_secs(60))),
        133_015 => (again(seconds(300)), Scope::Number(SignedDuration::from_secs(300))),
        134_101 => (again(seconds(600)), Scope::Message),
        // The same to that person not before a day has passed, whatever else is said.
        131_049 => {
            let after = Some(told.map_or(DAY, |told| told.max(DAY)));
            (Outcome::Again { after, provider_code: Some(code) }, Scope::Message)
        }
        130_472 => (refused(Reason::EcosystemLimit), Scope::Message),
        131_050 => (refused(Reason::OptedOut), Scope::OptOut),
        130_403 | 131_026 | 131_021 | 131_062 => (refused(Reason::NotReachable), Scope::Message),
        131_047 => (refused(Reason::WindowClosed), Scope::Message),
        132_015 | 132_016 => (refused(Reason::TemplatePaused), Scope::Template),
        0
        | 3
        | 10
        | 190
        | 200..=299
        | 131_005
        | 33
        | 133_010
        | 131_045
        | 133_000
        | 131_031
        | 131_037
        | 368
        | 130_497
        | 131_042
        | 131_030
        | 131_048 => (refused(Reason::AccountStopped), Scope::Account),
        // Everything else is a request that will not become right by repeating it.
        _ => (refused(Reason::Rejected), Scope::Message),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_group_is_treated_as_the_provider_says() {
        let of = |code| treat(code, 1, None);
        assert_eq!(
            of(131_056),
            (
                Outcome::Again { after: Some(SignedDuration::from_secs(4)), provider_code: Some(131_056) },
                Scope::Message
            )
        );
        assert!(matches!(of(130_429), (Outcome::Again { .. }, Scope::Number(_))));
        for transient in [1, 2, 131_000, 131_016, 133_004] {
            assert!(matches!(of(transient), (Outcome::Again { after: None, .. }, Scope::Message)), "{transient}");
        }
        for (code, expected) in [
            (131_026, Reason::NotReachable),
            (131_047, Reason::WindowClosed),
            (132_001, Reason::Rejected),
            (132_015, Reason::TemplatePaused),
            (999_999, Reason::Rejected),
        ] {
            let (outcome, _) = of(code);
            assert_eq!(outcome, Outcome::Refused(Cause { reason: expected, provider_code: Some(code) }));
        }
        assert!(matches!(of(190), (Outcome::Refused(_), Scope::Account)));
        assert!(matches!(of(131_050), (Outcome::Refused(_), Scope::OptOut)));
        assert!(matches!(of(132_016), (Outcome::Refused(_), Scope::Template)));
    }

    #[test]
    fn what_the_answer_says_of_the_wait_is_obeyed_but_for_the_day_between_two_of_the_same() {
        let wait = |code, told: Option<i64>| match treat(code, 1, told.map(SignedDuration::from_secs)).0 {
            Outcome::Again { after, .. } => after.map(|after| after.as_secs()),
            _ => None,
        };
        assert_eq!((wait(131_056, None), wait(131_056, Some(9)), wait(131_000, Some(9))), (Some(4), Some(9), Some(9)));
        assert_eq!((wait(131_049, None), wait(131_049, Some(9))), (Some(86_400), Some(86_400)));
        assert_eq!(wait(131_049, Some(90_000)), Some(90_000));
    }

    #[test]
    fn waits_stay_bounded() {
        for tries in 0..100 {
            if let (Outcome::Again { after: Some(after), .. }, _) = treat(131_056, tries, None) {
                assert!(after <= SignedDuration::from_secs(4096));
            }
        }
    }
}
