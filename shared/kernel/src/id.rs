//! Ids: a prefix that names the kind, then a body that sorts by the time of creation.
//!
//! The body is 128 bits, 48 of them milliseconds since 1970, in Crockford's base 32 (lower case, 26 characters).

use std::sync::LazyLock;

use data_encoding::{Encoding, Specification};
use jiff::Timestamp;

use crate::{
    entropy::{Entropy, random},
    text::Invalid,
};

static CROCKFORD: LazyLock<Option<Encoding>> = LazyLock::new(|| {
    let mut specification = Specification::new();
    specification.symbols.push_str("0123456789abcdefghjkmnpqrstvwxyz");
    specification.check_trailing_bits = true;
    specification.encoding().ok()
});

/// The characters of an id's body.
pub const BODY_LENGTH: usize = 26;

/// The texts that are an id's body, as a pattern. The last character carries three bits.
pub const BODY_PATTERN: &str = "[0-9a-hjkmnp-tv-z]{25}[048cgmrw]";

/// The sixteen bytes of an id's body.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Body([u8; 16]);

impl Body {
    /// A body made of a time and ten bytes that tell it from others of that millisecond.
    pub fn from_parts(at: Timestamp, rest: [u8; 10]) -> Self {
        let milliseconds = u64::try_from(at.as_millisecond()).unwrap_or_default();
        let [_, _, time @ ..] = milliseconds.to_be_bytes();
        let mut bytes = [0; 16];
        for (byte, value) in bytes.iter_mut().zip(time.into_iter().chain(rest)) {
            *byte = value;
        }
        Self(bytes)
    }

    /// The time at which it was made, to the millisecond.
    pub fn made_at(&self) -> Timestamp {
        let [a, b, c, d, e, f, ..] = self.0;
        let milliseconds = u64::from_be_bytes([0, 0, a, b, c, d, e, f]);
        i64::try_from(milliseconds)
            .ok()
            .and_then(|milliseconds| Timestamp::from_millisecond(milliseconds).ok())
            .unwrap_or_default()
    }

    /// The same body but for its last two bytes.
    #[must_use]
    pub fn with_tail(self, tail: u16) -> Self {
        let mut bytes = self.0;
        if let Some(last) = bytes.last_chunk_mut() {
            *last = tail.to_be_bytes();
        }
        Self(bytes)
    }

    /// The text of the body.
    pub fn encode(&self) -> String {
        CROCKFORD.as_ref().map(|encoding| encoding.encode(&self.0)).unwrap_or_default()
    }

    /// Reads a body. Only the one text that [`Body::encode`] writes is accepted.
    pub fn decode(text: &str) -> Option<Self> {
        if text.len() != BODY_LENGTH {
            return None;
        }
        let bytes = CROCKFORD.as_ref()?.decode(text.as_bytes()).ok()?;
        Some(Self(bytes.try_into().ok()?))
    }
}

/// An id of one kind of thing.
pub trait Id: Copy + Ord + std::fmt::Display + std::str::FromStr<Err = Invalid> + Send + Sync + 'static {
    /// What the text starts with, for example `que`.
    const PREFIX: &'static str;

    /// The id that has this body.
    fn from_body(body: Body) -> Self;

    /// What follows the prefix.
    fn body(&self) -> Body;

    /// A new id.
    fn generate(now: Timestamp, entropy: &dyn Entropy) -> Self {
        Self::from_body(Body::from_parts(now, random(entropy)))
    }
}

/// Defines an id type: `id_type!(/// A doctor's queue. QueueId, "que");`
#[macro_export]
macro_rules! id_type {
    ($(#[doc = $doc:literal])+ $name:ident, $prefix:literal) => {
        $(#[doc = $doc])+
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name($crate::id::Body);

        impl $crate::id::Id for $name {
            const PREFIX: &'static str = $prefix;

            fn from_body(body: $crate::id::Body) -> Self {
                Self(body)
            }

            fn body(&self) -> $crate::id::Body {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!($prefix, "_{}"), self.0.encode())
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(self, f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::text::Invalid;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.strip_prefix(concat!($prefix, "_"))
                    .and_then($crate::id::Body::decode)
                    .map(Self)
                    .ok_or($crate::text::Invalid::InvalidFormat { expected: concat!($prefix, "_…") })
            }
        }

        $crate::json_string!($name, $crate::__private::schemars::json_schema!({
            "type": "string",
            "description": concat!("The id of:", $($doc),+),
            "pattern": format!("^{}_{}$", $prefix, $crate::id::BODY_PATTERN),
        }));
    };
}

id_type!(
    /// An organisation: a solo doctor, a clinic, a group of clinics, a hospital.
    TenantId, "ten"
);
id_type!(
    /// A branch of a tenant.
    ClinicId, "cli"
);
id_type!(
    /// A person who can sign in, in whichever tenants.
    IdentityId, "idn"
);
id_type!(
    /// An identity in one tenant.
    MemberId, "mem"
);
id_type!(
    /// One sign-in: the family of refresh tokens that follow from it.
    SessionId, "ses"
);

id_type!(
    /// A try to sign in, as the member's history lists it.
    SignInId, "sgn"
);
id_type!(
    /// A role that a tenant made for itself.
    RoleId, "rol"
);
id_type!(
    /// That somebody is asked to become a member.
    InvitationId, "inv"
);
id_type!(
    /// One entry of the audit trail.
    AuditId, "aud"
);
id_type!(
    /// An operator's stay in a tenant, for support.
    ElevationId, "elv"
);
id_type!(
    /// A doctor's queue.
    QueueId, "que"
);
id_type!(
    /// A person's record.
    PatientId, "pat"
);
id_type!(
    /// A staged spreadsheet.
    UploadId, "upl"
);
id_type!(
    /// A text with variables.
    TemplateId, "tpl"
);
id_type!(
    /// One request to send to many.
    BatchId, "bat"
);
id_type!(
    /// One text to one person.
    MessageId, "msg"
);
impl BatchId {
    /// A new batch. Its last two bytes are zero: there its messages count (see [`MessageId::of`]).
    pub fn generate_for_messages(now: Timestamp, entropy: &dyn Entropy) -> Self {
        let [a, b, c, d, e, f, g, h] = random(entropy);
        Self::from_body(Body::from_parts(now, [a, b, c, d, e, f, g, h, 0, 0]))
    }
}

impl MessageId {
    /// The message to a batch's recipient of that number, counted from 0. The same batch and number always give the
    /// same id, so that a batch expanded twice makes no second message.
    pub fn of(batch: BatchId, recipient: u16) -> Self {
        Self::from_body(batch.body().with_tail(recipient))
    }

    /// The batch that the message belongs to.
    pub fn batch(&self) -> BatchId {
        BatchId::from_body(self.0.with_tail(0))
    }
}

id_type!(
    /// Something that a person wrote to the clinic.
    InboundId, "inb"
);
id_type!(
    /// What a person must decide on.
    TaskId, "tsk"
);
id_type!(
    /// What ties together all that one request caused.
    RequestId, "req"
);

/// A patient's place in one queue.
///
/// Its text carries the queue's body behind its own, so that a ticket is found in its queue's partition with one
/// consistent read (docs/adr/0003).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TicketId {
    body: Body,
    queue: QueueId,
}

impl TicketId {
    /// A new ticket of a queue.
    pub fn generate(queue: QueueId, now: Timestamp, entropy: &dyn Entropy) -> Self {
        Self::from_body(queue, Body::from_parts(now, random(entropy)))
    }

    /// The ticket of a queue that has this body.
    pub const fn from_body(queue: QueueId, body: Body) -> Self {
        Self { body, queue }
    }

    /// The queue that the ticket belongs to.
    pub const fn queue(&self) -> QueueId {
        self.queue
    }

    /// What tells it from the other tickets of its queue.
    pub const fn body(&self) -> Body {
        self.body
    }
}

impl std::fmt::Display for TicketId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "tkt_{}{}", self.body.encode(), self.queue.body().encode())
    }
}

impl std::fmt::Debug for TicketId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

impl std::str::FromStr for TicketId {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts = text.strip_prefix("tkt_").and_then(|body| body.split_at_checked(BODY_LENGTH));
        parts
            .and_then(|(body, queue)| {
                Some(Self { body: Body::decode(body)?, queue: QueueId::from_body(Body::decode(queue)?) })
            })
            .ok_or(Invalid::InvalidFormat { expected: "tkt_…" })
    }
}

crate::json_string!(
    TicketId,
    schemars::json_schema!({
        "type": "string",
        "description": "The id of: A patient's place in one queue.",
        "pattern": format!("^tkt_({BODY_PATTERN}){{2}}$"),
    })
);

#[cfg(test)]
mod tests {
    use proptest::{prelude::*, string::string_regex};

    use super::*;
    use crate::entropy::Seeded;

    #[test]
    fn ids_round_trip_and_sort_by_time() {
        let entropy = Seeded::new(1);
        let at = |second| Timestamp::from_second(second).unwrap();
        let early = QueueId::generate(at(1_700_000_000), &entropy);
        let late = QueueId::generate(at(1_700_000_001), &entropy);
        assert_eq!(early.to_string().parse(), Ok(early));
        assert!(early < late && early.to_string() < late.to_string());
        assert_eq!(early.body().made_at(), at(1_700_000_000));
        let ticket = TicketId::generate(late, at(1_700_000_002), &entropy);
        assert_eq!(ticket.to_string().parse(), Ok(ticket));
        assert_eq!(ticket.queue(), late);
    }

    proptest! {
        #[test]
        fn what_fits_the_pattern_is_an_id(
            message in string_regex(&format!("msg_{BODY_PATTERN}")).unwrap(),
            ticket in string_regex(&format!("tkt_({BODY_PATTERN}){{2}}")).unwrap(),
        ) {
            prop_assert_eq!(message.parse::<MessageId>().unwrap().to_string(), message);
            prop_assert_eq!(ticket.parse::<TicketId>().unwrap().to_string(), ticket);
        }
    }

    #[test]
    fn only_the_canonical_text_is_an_id() {
        let id = MessageId::from_body(Body::from_parts(Timestamp::UNIX_EPOCH, [7; 10])).to_string();
        for wrong in [
            id.to_uppercase(),
            id.replace("msg_", "tsk_"),
            format!("{id}0"),
            id.replace('0', "o"),
            format!(" {id}"),
            "msg_".into(),
            "msg_مممممممممممممممممممممممممم".into(),
        ] {
            assert!(wrong.parse::<MessageId>().is_err(), "{wrong}");
        }
        assert!("tkt_ممممممممممممممممممم".parse::<TicketId>().is_err());
    }
}
