//! What is usual of a member's sign-ins, and what is out of the ordinary of one.

use dawr_api::{Cx, idempotency::hash, tenant::Tenant};
use dawr_kernel::{entropy::random, id::MemberId};
use dawr_store::{Entity, Place, Slot, Stored, TenantScope, Work, keys};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The cookie by which a browser is known again. It signs nobody in.
const COOKIE: &str = "__Secure-device";

/// How long a browser is known, in seconds: 400 days, the most that browsers keep a cookie (RFC 6265bis).
const KNOWN: i64 = 400 * 24 * 60 * 60;

/// So many browsers and countries of one member are known.
const MOST: usize = 20;

/// Before so many sign-ins nobody can tell which hours are usual.
const ENOUGH: u32 = 10;

/// So many hours before and after a usual one are usual, too.
const NEAR: usize = 2;

/// Where CloudFront says which country a request comes from (ISO 3166-1 alpha-2). A request that did not come through our own
/// distribution has no such header here, whatever it said.
const COUNTRY: &str = "cloudfront-viewer-country";

/// What is out of the ordinary of a sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Risk {
    /// A browser or program that the member did not sign in with before.
    NewDevice,
    /// A country that the member did not sign in from before.
    NewCountry,
    /// A time of day at which the member does not sign in.
    OddHour,
}

/// Where and when a sign-in is tried.
pub struct Surroundings {
    /// What the browser is known by.
    device: Option<String>,
    country: Option<String>,
    /// The hour of the day in the tenant's time zone.
    hour: usize,
    now: Timestamp,
}

impl Surroundings {
    /// Those of this request.
    pub fn of(cx: &Cx, tenant: &Tenant) -> Self {
        let zone = TimeZone::get(tenant.timezone.as_str()).unwrap_or(TimeZone::UTC);
        let hour = usize::try_from(cx.now().to_zoned(zone).hour()).unwrap_or_default();
        let is_code = |country: &&str| country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase());
        Self {
            device: device(cx).map(str::to_owned),
            country: cx.header(COUNTRY).filter(is_code).map(str::to_owned),
            hour,
            now: cx.now(),
        }
    }

    /// From now on the browser is known: gives the cookie by which it is.
    pub fn know(&mut self, cx: &Cx) -> String {
        let new = || data_encoding::BASE64URL_NOPAD.encode(&random::<16>(cx.entropy()));
        let token = self.device.get_or_insert_with(new);
        format!("{COOKIE}={token}; Max-Age={KNOWN}; Path=/api; HttpOnly; Secure; SameSite=Strict")
    }
}

/// The hash of what the browser of this request is known by, if it is by anybody.
pub fn browser(cx: &Cx) -> Option<String> {
    device(cx).map(|device| hash(device.as_bytes()))
}

fn device(cx: &Cx) -> Option<&str> {
    let is_token =
        |token: &&str| token.len() == 22 && token.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    cx.cookie(COOKIE).filter(is_token)
}

/// What is usual of a member's sign-ins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Habits {
    /// The member.
    pub member: MemberId,
    /// The hashes of what their browsers are known by, the last used one last.
    devices: Vec<String>,
    /// The countries, the last one last.
    countries: Vec<String>,
    /// How often they signed in at each hour of the day.
    hours: Vec<u32>,
    /// When nobody remembers any more.
    until: Timestamp,
}

impl Entity for Habits {
    const KIND: &'static str = "habits";

    fn place(&self, scope: &TenantScope) -> Place {
        Place::at(keys::habits(scope, self.member)).until(self.until)
    }
}

impl Habits {
    /// Those of somebody who has none yet.
    const fn none(member: MemberId) -> Self {
        Self { member, devices: Vec::new(), countries: Vec::new(), hours: Vec::new(), until: Timestamp::UNIX_EPOCH }
    }

    /// What is out of the ordinary. Who signs in for the first time has no habits.
    pub fn risks(&self, around: &Surroundings) -> Vec<Risk> {
        let sign_ins: u32 = self.hours.iter().sum();
        if sign_ins == 0 {
            return Vec::new();
        }
        let device = self.know(around);
        let country =
            around.country.as_ref().is_none_or(|country| self.countries.is_empty() || self.countries.contains(country));
        let near = |n: &usize| (around.hour + 24 - n) % 24 <= NEAR || (n + 24 - around.hour) % 24 <= NEAR;
        let hour = sign_ins < ENOUGH || (0..24).filter(near).any(|n| self.hours.get(n).is_some_and(|count| *count > 0));
        [(device, Risk::NewDevice), (country, Risk::NewCountry), (hour, Risk::OddHour)]
            .into_iter()
            .filter_map(|(usual, risk)| (!usual).then_some(risk))
            .collect()
    }

    /// Whether the member signed in from this browser before.
    pub fn know(&self, around: &Surroundings) -> bool {
        around.device.as_ref().is_some_and(|device| self.one_of_theirs(&hash(device.as_bytes())).is_some())
    }

    /// The hash of what a browser is known by, if the member signed in from it before.
    pub fn one_of_theirs(&self, browser: &str) -> Option<&str> {
        self.devices.iter().find(|known| *known == browser).map(String::as_str)
    }

    /// The same after a sign-in.
    #[must_use]
    pub fn with(&self, around: &Surroundings) -> Self {
        let mut next = self.clone();
        remember(&mut next.devices, around.device.as_ref().map(|device| hash(device.as_bytes())));
        remember(&mut next.countries, around.country.clone());
        next.hours.resize(24, 0);
        if let Some(count) = next.hours.get_mut(around.hour) {
            *count = count.saturating_add(1);
        }
        next.until = around.now.checked_add(SignedDuration::from_secs(KNOWN)).unwrap_or(around.now);
        next
    }

    /// Remembers a sign-in with the work.
    pub fn learn(
        scope: &TenantScope,
        read: Option<&Stored<Self>>,
        member: MemberId,
        around: &Surroundings,
        work: &mut Work,
    ) -> Slot {
        match read {
            Some(read) => work.replace(scope, read, &read.with(around)),
            None => work.create_or_renew(scope, &Self::none(member).with(around), around.now),
        }
    }
}

/// Puts a value last, and forgets the first ones.
fn remember(known: &mut Vec<String>, value: Option<String>) {
    let Some(value) = value else { return };
    known.retain(|one| *one != value);
    known.push(value);
    let surplus = known.len().saturating_sub(MOST);
    known.drain(..surplus);
}

#[cfg(test)]
mod tests {
    use dawr_kernel::id::{Body, Id};

    use super::*;

    fn around(device: &str, country: Option<&str>, hour: usize) -> Surroundings {
        Surroundings {
            device: Some(device.to_owned()),
            country: country.map(str::to_owned),
            hour,
            now: Timestamp::from_second(1_800_000_000).unwrap(),
        }
    }

    fn nobody() -> Habits {
        Habits::none(MemberId::from_body(Body::from_parts(Timestamp::UNIX_EPOCH, [1; 10])))
    }

    #[test]
    fn the_first_sign_in_is_what_others_are_compared_with() {
        let first = around("phone", Some("SA"), 9);
        assert_eq!(nobody().risks(&first), []);
        let habits = nobody().with(&first);
        assert_eq!(habits.risks(&first), []);
        assert_eq!(habits.risks(&around("desk", Some("SA"), 9)), [Risk::NewDevice]);
        assert_eq!(habits.risks(&around("phone", Some("DE"), 9)), [Risk::NewCountry]);
        assert_eq!(habits.risks(&around("phone", None, 3)), [], "one sign-in tells nothing of hours");
        assert_eq!(habits.with(&around("desk", Some("DE"), 9)).risks(&around("desk", Some("DE"), 9)), []);
        let anybody = Surroundings { device: None, ..around("", None, 9) };
        assert_eq!(habits.risks(&anybody), [Risk::NewDevice], "who says nothing is nobody known");
    }

    #[test]
    fn hours_are_odd_once_there_are_usual_ones() {
        let mut habits = nobody();
        for n in 0..ENOUGH {
            assert!(!habits.risks(&around("desk", None, 3)).contains(&Risk::OddHour), "{n}");
            // A night shift: hours go round at midnight.
            habits = habits.with(&around("desk", None, if n % 2 == 0 { 23 } else { 22 }));
        }
        let odd = |hour| habits.risks(&around("desk", None, hour)) == [Risk::OddHour];
        assert_eq!((0..24).filter(|hour| !odd(*hour)).collect::<Vec<_>>(), [0, 1, 20, 21, 22, 23]);
    }

    #[test]
    fn what_is_known_does_not_grow_without_end() {
        let mut habits = nobody();
        for n in 0..MOST + 3 {
            habits = habits.with(&around(&format!("device {n}"), Some("SA"), 9));
        }
        assert_eq!((habits.devices.len(), habits.countries.len()), (MOST, 1));
        assert_eq!(habits.risks(&around("device 2", Some("SA"), 9)), [Risk::NewDevice]);
        assert_eq!(habits.risks(&around("device 3", Some("SA"), 9)), []);
    }
}
