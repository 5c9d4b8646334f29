//! What is known of a phone number as a contact: when its owner last wrote, and whether they want messages where no patient has
//! the number.

use dawr_kernel::phone::PhoneNumber;
use dawr_store::{Entity, Place, TenantScope, keys};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::wish::Wish;

/// For so long after a person wrote, any text may be sent to them (WhatsApp's customer service window).
pub const WINDOW: SignedDuration = SignedDuration::from_hours(24);

/// A phone number as a contact of a tenant.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Contact {
    /// The number.
    pub phone: PhoneNumber,
    /// When its owner last wrote.
    pub last_inbound_at: Option<Timestamp>,
    /// When WhatsApp last said that the window is closed, whatever is known here.
    #[serde(default)]
    pub closed_at: Option<Timestamp>,
    /// Since when its owner wants no messages; of a patient see [`crate::consent`].
    pub opted_out_at: Option<Timestamp>,
    /// When its owner last said that they want messages again.
    pub opted_in_at: Option<Timestamp>,
    /// When a notice last did not arrive because there is no such number on WhatsApp.
    #[serde(default)]
    pub unreachable_at: Option<Timestamp>,
}

impl Entity for Contact {
    const KIND: &'static str = "contact";

    fn place(&self, scope: &TenantScope) -> Place {
        Place::at(keys::contact(scope, self.phone.expose()))
    }
}

impl Contact {
    /// A number of which nothing is known.
    pub const fn new(phone: PhoneNumber) -> Self {
        Self {
            phone,
            last_inbound_at: None,
            closed_at: None,
            opted_out_at: None,
            opted_in_at: None,
            unreachable_at: None,
        }
    }

    /// The contact after its owner wrote: the same in whatever order their messages come.
    #[must_use]
    pub fn wrote(&self, at: Timestamp, wish: Option<Wish>) -> Self {
        let latest = |seen: Option<Timestamp>| Some(seen.map_or(at, |seen| seen.max(at)));
        let next = Self { last_inbound_at: latest(self.last_inbound_at), ..self.clone() };
        wish.map_or(next.clone(), |wish| next.wished(at, wish))
    }

    /// The contact after its owner said what they want, in whatever way.
    #[must_use]
    pub fn wished(&self, at: Timestamp, wish: Wish) -> Self {
        let latest = |seen: Option<Timestamp>| Some(seen.map_or(at, |seen| seen.max(at)));
        let mut next = self.clone();
        match wish {
            Wish::Stop => next.opted_out_at = latest(self.opted_out_at),
            Wish::Start => next.opted_in_at = latest(self.opted_in_at),
        }
        next
    }

    /// Whether its owner wants no messages. Of two wishes at one time the one against messages counts.
    pub fn is_opted_out(&self) -> bool {
        self.opted_out_at.is_some() && self.opted_out_at >= self.opted_in_at
    }

    /// Whether it is of no use to write to it: it was not on WhatsApp within a day, and its owner has not written since.
    pub fn is_out_of_reach(&self, now: Timestamp) -> bool {
        let lately =
            |at: &Timestamp| now.duration_since(*at) < WINDOW && self.last_inbound_at.is_none_or(|seen| seen < *at);
        self.unreachable_at.as_ref().is_some_and(lately)
    }

    /// Until when any text may be sent from the number that a tenant has had since `connected_at`, if that is still to come. What
    /// was written to another number opens no window of this one.
    pub fn window_until(&self, connected_at: Timestamp, now: Timestamp) -> Option<Timestamp> {
        let wrote_at = self.last_inbound_at?;
        // The provider tells whole seconds.
        let is_to_this_number = wrote_at.as_second() >= connected_at.as_second();
        let is_closed = self.closed_at.is_some_and(|closed| closed >= wrote_at);
        let until = wrote_at.checked_add(WINDOW).ok()?;
        (until > now && is_to_this_number && !is_closed).then_some(until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn messages_in_any_order_leave_the_same_contact() {
        let contact = Contact::new(PhoneNumber::from_e164("+966501234567").unwrap());
        let stop_then_start = contact.wrote(at(10), Some(Wish::Stop)).wrote(at(20), Some(Wish::Start));
        let start_then_stop = contact.wrote(at(20), Some(Wish::Start)).wrote(at(10), Some(Wish::Stop));
        assert!(!stop_then_start.is_opted_out() && !start_then_stop.is_opted_out());
        assert!(contact.wrote(at(20), Some(Wish::Stop)).wrote(at(10), Some(Wish::Start)).is_opted_out());
        assert!(contact.wrote(at(10), Some(Wish::Start)).wrote(at(10), Some(Wish::Stop)).is_opted_out());
        assert_eq!(stop_then_start.last_inbound_at, Some(at(20)));
        assert!(stop_then_start.window_until(at(20), at(21)).is_some());
        assert!(stop_then_start.window_until(at(0), at(20 + 24 * 3600)).is_none());
        assert!(stop_then_start.window_until(at(21), at(22)).is_none(), "it was to another number");
        let closed = Contact { closed_at: Some(at(25)), ..stop_then_start.clone() };
        assert!(closed.window_until(at(0), at(26)).is_none());
        assert!(closed.wrote(at(30), None).window_until(at(0), at(31)).is_some());
        let lost = Contact { unreachable_at: Some(at(30)), ..contact };
        assert!(lost.is_out_of_reach(at(31)) && !lost.wrote(at(31), None).is_out_of_reach(at(32)));
        assert!(!lost.is_out_of_reach(at(30 + 24 * 3600)));
    }
}
