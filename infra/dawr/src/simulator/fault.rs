//! Faults on demand: what goes wrong, for whom, how often.

use std::{fmt, str::FromStr};

/// One way in which WhatsApp, or the way to it, fails. The text form is the control API's `kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// `error:<code>`: the request is refused with that Meta error.
    Error(u32),
    /// `http:<status>`: the request is refused with that HTTP status (400 to 599).
    Http(u16),
    /// `timeout_after_accept`: the phone gets the message, the caller never gets an answer.
    TimeoutAfterAccept,
    /// `drop_before_accept`: the connection closes without an answer; the phone gets nothing.
    DropBeforeAccept,
    /// `failed:<code>`: accepted, then a `failed` webhook with that code; the phone gets nothing.
    Failed(u32),
    /// `duplicate_webhooks`: every webhook of the message comes twice.
    DuplicateWebhooks,
    /// `reorder_webhooks`: read comes before delivered, delivered before sent.
    ReorderWebhooks,
    /// `no_webhooks`: no webhook ever comes.
    NoWebhooks,
    /// `lookup:<code>`: whoever asks about the number itself is refused with that Meta error.
    Lookup(u32),
}

impl FaultKind {
    /// The kinds that the control API takes, as a person reads them.
    pub const WRITINGS: &str = "error:<code>, http:<status 400-599>, failed:<code>, timeout_after_accept, \
                                drop_before_accept, duplicate_webhooks, reorder_webhooks, no_webhooks, lookup:<code>";

    /// Whether it decides the answer to the request (one such fault per request at most).
    pub(super) fn decides_answer(self) -> bool {
        matches!(self, Self::Error(_) | Self::Http(_) | Self::TimeoutAfterAccept | Self::DropBeforeAccept)
    }

    /// Whether it decides what becomes of a message that was taken.
    pub(super) fn decides_delivery(self) -> bool {
        !self.decides_answer() && !self.decides_lookup()
    }

    /// Whether it decides the answer to who asks about a number.
    pub(super) fn decides_lookup(self) -> bool {
        matches!(self, Self::Lookup(_))
    }
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error(code) => write!(f, "error:{code}"),
            Self::Http(status) => write!(f, "http:{status}"),
            Self::Failed(code) => write!(f, "failed:{code}"),
            Self::TimeoutAfterAccept => f.write_str("timeout_after_accept"),
            Self::DropBeforeAccept => f.write_str("drop_before_accept"),
            Self::DuplicateWebhooks => f.write_str("duplicate_webhooks"),
            Self::ReorderWebhooks => f.write_str("reorder_webhooks"),
            Self::NoWebhooks => f.write_str("no_webhooks"),
            Self::Lookup(code) => write!(f, "lookup:{code}"),
        }
    }
}

/// The text names no kind of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is none of {}", FaultKind::WRITINGS)]
pub struct UnknownFault;

impl FromStr for FaultKind {
    type Err = UnknownFault;

    fn from_str(text: &str) -> Result<Self, UnknownFault> {
        match text {
            "timeout_after_accept" => return Ok(Self::TimeoutAfterAccept),
            "drop_before_accept" => return Ok(Self::DropBeforeAccept),
            "duplicate_webhooks" => return Ok(Self::DuplicateWebhooks),
            "reorder_webhooks" => return Ok(Self::ReorderWebhooks),
            "no_webhooks" => return Ok(Self::NoWebhooks),
            _ => {}
        }
        let (kind, number) = text.split_once(':').ok_or(UnknownFault)?;
        if number.len() > 7 || !number.bytes().all(|b| b.is_ascii_digit()) {
            return Err(UnknownFault);
        }
        let number: u32 = number.parse().map_err(|_| UnknownFault)?;
        match kind {
            "error" => Ok(Self::Error(number)),
            "failed" => Ok(Self::Failed(number)),
            "lookup" => Ok(Self::Lookup(number)),
            "http" => match u16::try_from(number) {
                Ok(status @ 400..=599) => Ok(Self::Http(status)),
                _ => Err(UnknownFault),
            },
            _ => Err(UnknownFault),
        }
    }
}

/// The faults that bear on one message, each already counted down.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Effects {
    /// Decides the answer.
    pub(super) answer: Option<FaultKind>,
    /// Makes the message fail with this code after it was accepted.
    pub(super) failed: Option<u32>,
    /// Each webhook twice.
    pub(super) duplicate: bool,
    /// Webhooks in falling order.
    pub(super) reorder: bool,
    /// No webhook at all.
    pub(super) silent: bool,
}

impl Effects {
    /// Takes a fault in, unless one of its sort already works on this message. True when taken.
    pub(super) fn take(&mut self, kind: FaultKind) -> bool {
        let free = match kind {
            FaultKind::Failed(code) => {
                let free = self.failed.is_none();
                self.failed.get_or_insert(code);
                return free;
            }
            FaultKind::DuplicateWebhooks => &mut self.duplicate,
            FaultKind::ReorderWebhooks => &mut self.reorder,
            FaultKind::NoWebhooks => &mut self.silent,
            kind => {
                let free = self.answer.is_none();
                self.answer.get_or_insert(kind);
                return free;
            }
        };
        !std::mem::replace(free, true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_reads_back_what_it_writes() {
        for text in [
            "error:131056",
            "error:0",
            "http:500",
            "failed:131026",
            "timeout_after_accept",
            "drop_before_accept",
            "duplicate_webhooks",
            "reorder_webhooks",
            "no_webhooks",
            "lookup:190",
        ] {
            assert_eq!(text.parse::<FaultKind>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn other_texts_are_no_kind() {
        for text in [
            "",
            "error",
            "error:",
            "error:x",
            "error:-1",
            "error:12345678",
            "http:200",
            "http:99999",
            "slow",
            "NO_WEBHOOKS",
        ] {
            assert_eq!(text.parse::<FaultKind>(), Err(UnknownFault), "{text}");
        }
    }

    #[test]
    fn one_fault_of_each_sort_works_at_a_time() {
        let mut effects = Effects::default();
        assert!(effects.take(FaultKind::Error(1)));
        assert!(!effects.take(FaultKind::Http(500)));
        assert!(effects.take(FaultKind::DuplicateWebhooks));
        assert!(!effects.take(FaultKind::DuplicateWebhooks));
        assert_eq!(effects.answer, Some(FaultKind::Error(1)));
    }
}
