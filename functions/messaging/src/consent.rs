//! Whether a patient wants messages over a channel: with its proof, its words, its time and who set it. Its history is the
//! audit trail's.
//!
//! It is the person's. It goes with them to another number, and does not bind whoever has their number after them.

use dawr_api::{Cx, audit::Actor, tenant::Tenant};
use dawr_kernel::id::{InboundId, MemberId, PatientId};
use dawr_store::{CommitError, Entity, Key, Place, StoreError, Stored, TenantScope, Work, keys};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{contact::Contact, sending::Channel, whatsapp::callback::Words, wish::Wish};

dawr_kernel::text_type! {
    /// Why a member sets somebody's consent.
    pub ConsentReason: personal, multi_line, 3..=500
}

/// Whether somebody wants messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, deserr::Deserr)]
#[serde(rename_all = "snake_case")]
pub enum ConsentState {
    /// They do.
    #[deserr(rename = "opted_in")]
    OptedIn,
    /// They do not.
    #[deserr(rename = "opted_out")]
    OptedOut,
}

impl ConsentState {
    /// What a wish makes of it.
    pub const fn after(wish: Wish) -> Self {
        match wish {
            Wish::Stop => Self::OptedOut,
            Wish::Start => Self::OptedIn,
        }
    }
}

/// How it is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Proof {
    /// The person wrote it.
    Message {
        /// What they wrote.
        inbound: InboundId,
        /// Their words.
        words: Option<Words>,
    },
    /// A member says so.
    Member {
        /// Who.
        member: MemberId,
        /// Why.
        reason: ConsentReason,
    },
    /// The provider says so: the person told it.
    Provider,
}

/// That somebody said what they want.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// When.
    pub at: Timestamp,
    /// How it is known.
    pub proof: Proof,
}

/// Whether a patient wants messages over a channel: what was said last for it and against it, so that it is the same in
/// whatever order it comes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// The patient.
    pub patient: PatientId,
    /// The channel.
    pub channel: Channel,
    /// That they want messages.
    pub opted_in: Option<Mark>,
    /// That they want none.
    pub opted_out: Option<Mark>,
}

impl Entity for Consent {
    const KIND: &'static str = "consent";

    fn place(&self, scope: &TenantScope) -> Place {
        Place::at(Self::key(scope, self.patient, self.channel))
    }

    fn subject(&self) -> Option<String> {
        Some(self.patient.to_string())
    }
}

impl Consent {
    /// Where it is.
    pub fn key(scope: &TenantScope, patient: PatientId, channel: Channel) -> Key {
        keys::consent(scope, patient, channel.as_str())
    }

    /// What is stored of a patient who has said nothing yet.
    pub const fn none(patient: PatientId, channel: Channel) -> Self {
        Self { patient, channel, opted_in: None, opted_out: None }
    }

    /// What was said last, and when. Of two at one time the one against messages counts.
    pub fn state(&self) -> Option<(ConsentState, &Mark)> {
        match (&self.opted_in, &self.opted_out) {
            (Some(into), Some(out)) if into.at > out.at => Some((ConsentState::OptedIn, into)),
            (_, Some(out)) => Some((ConsentState::OptedOut, out)),
            (Some(into), None) => Some((ConsentState::OptedIn, into)),
            (None, None) => None,
        }
    }

    /// The consent after somebody said what they want; none if something later of the kind is known.
    #[must_use]
    pub fn with(&self, wish: Wish, mark: Mark) -> Option<Self> {
        let mut next = self.clone();
        let place = match wish {
            Wish::Stop => &mut next.opted_out,
            Wish::Start => &mut next.opted_in,
        };
        if place.as_ref().is_some_and(|known| known.at >= mark.at) {
            return None;
        }
        *place = Some(mark);
        Some(next)
    }
}

/// Whether a patient wants no messages. Where nothing is known of the patient, what is known of the number counts: somebody
/// wrote from it before any patient had it.
pub fn is_opted_out(consent: Option<&Consent>, contact: Option<&Contact>) -> bool {
    match consent.and_then(Consent::state) {
        Some((state, _)) => state == ConsentState::OptedOut,
        None => contact.is_some_and(Contact::is_opted_out),
    }
}

/// Stores what the provider said at this time of a patient's wish, with its entry in the audit trail.
///
/// # Errors
/// If the table does not answer.
pub async fn told_by_provider(
    cx: &Cx,
    scope: &TenantScope,
    patient: PatientId,
    wish: Wish,
    at: Timestamp,
) -> Result<(), StoreError> {
    let mark = Mark { at, proof: Proof::Provider };
    for round in 0.. {
        cx.table().pause(round).await;
        let keys = [Consent::key(scope, patient, Channel::Whatsapp), keys::tenant(scope)];
        let mut items = cx.table().get_items(&keys).await?;
        let [consent, tenant] = keys.map(|key| items.remove(&key));
        let consent = consent.map(Stored::<Consent>::decode).transpose()?;
        let Some(tenant) = tenant.map(Stored::<Tenant>::decode).transpose()? else { return Ok(()) };
        let mut work = Work::new();
        if !change(scope, consent.as_ref(), patient, wish, mark.clone(), &mut work) {
            return Ok(());
        }
        match cx.save_as(scope, Actor::nobody(&tenant), work).await {
            Ok(()) => return Ok(()),
            Err(CommitError::Refused(_)) => {}
            Err(CommitError::Store(error)) => return Err(error),
        }
    }
    Ok(())
}

/// Adds to the work what somebody said they want; false if something later of the kind is known.
pub fn change(
    scope: &TenantScope,
    read: Option<&Stored<Consent>>,
    patient: PatientId,
    wish: Wish,
    mark: Mark,
    work: &mut Work,
) -> bool {
    let none = Consent::none(patient, Channel::Whatsapp);
    let Some(next) = read.map_or(&none, |read| &read.value).with(wish, mark) else { return false };
    match read {
        Some(read) => work.replace(scope, read, &next),
        None => work.create(scope, &next),
    };
    true
}

#[cfg(test)]
mod tests {
    use dawr_kernel::{entropy::Seeded, id::Id, phone::PhoneNumber};

    use super::*;

    fn none() -> Consent {
        Consent::none(PatientId::generate(Timestamp::UNIX_EPOCH, &Seeded::new(1)), Channel::Whatsapp)
    }

    fn said(second: i64) -> Mark {
        Mark { at: Timestamp::from_second(second).unwrap(), proof: Proof::Provider }
    }

    fn state(consent: &Consent) -> Option<ConsentState> {
        consent.state().map(|(state, _)| state)
    }

    #[test]
    fn what_was_said_last_counts_in_whatever_order_it_comes() {
        let stop_first = none().with(Wish::Stop, said(10)).unwrap().with(Wish::Start, said(20)).unwrap();
        let start_first = none().with(Wish::Start, said(20)).unwrap().with(Wish::Stop, said(10)).unwrap();
        assert_eq!(stop_first, start_first);
        assert_eq!(state(&stop_first), Some(ConsentState::OptedIn));
        assert_eq!(stop_first.with(Wish::Stop, said(10)), None, "a repetition");
        assert_eq!(stop_first.with(Wish::Stop, said(5)), None, "an older one");
        assert_eq!(state(&stop_first.with(Wish::Stop, said(20)).unwrap()), Some(ConsentState::OptedOut));
        assert_eq!(state(&none()), None);
    }

    #[test]
    fn the_person_counts_before_the_number() {
        let phone = PhoneNumber::from_e164("+966501234567").unwrap();
        let silent = Contact::new(phone);
        let stopped = silent.wrote(Timestamp::UNIX_EPOCH, Some(Wish::Stop));
        let (into, out) = (none().with(Wish::Start, said(1)).unwrap(), none().with(Wish::Stop, said(1)).unwrap());
        for (consent, contact, expected) in [
            (None, None, false),
            (None, Some(&stopped), true),
            (Some(&none()), Some(&stopped), true),
            (Some(&into), Some(&stopped), false),
            (Some(&out), Some(&silent), true),
            (Some(&out), None, true),
        ] {
            assert_eq!(is_opted_out(consent, contact), expected);
        }
    }
}
