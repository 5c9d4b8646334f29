//! How the parts of an event are read: whichever of them cannot be is as if it were not there.

use dawr_kernel::phone::PhoneNumber;
use jiff::Timestamp;
use serde_json::Value;

/// The longest id that we look anything up by.
const LONGEST_ID: usize = 300;

/// A text at a place of an event.
pub fn text<'a>(event: &'a Value, place: &str) -> Option<&'a str> {
    event.pointer(place).and_then(Value::as_str).filter(|text| !text.is_empty())
}

/// An id of the provider's.
pub fn id(event: &Value, place: &str) -> Option<String> {
    text(event, place).filter(|id| id.len() <= LONGEST_ID).map(str::to_owned)
}

/// A number of WhatsApp's, which has no `+`.
pub fn number(event: &Value, place: &str) -> Option<PhoneNumber> {
    let value = event.pointer(place)?;
    let digits = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    PhoneNumber::from_digits(digits.trim_start_matches('+')).ok()
}

/// A time in seconds or milliseconds, as text or number.
pub fn time(event: &Value, place: &str) -> Option<Timestamp> {
    /// Later than any time in seconds that a callback has to do with: the year 2286.
    const MILLISECONDS: i64 = 10_000_000_000;
    let value = event.pointer(place)?;
    let number = value.as_i64().or_else(|| value.as_str()?.parse().ok())?;
    let time = if number < MILLISECONDS { Timestamp::from_second } else { Timestamp::from_millisecond };
    time(number).ok()
}
