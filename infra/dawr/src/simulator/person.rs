//! Who is written to and writes: a phone, or somebody of whom WhatsApp tells a business nothing but a user id.

use std::fmt;

use super::phone::Phone;

/// How somebody is named in a request.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Address {
    /// By phone number.
    Phone(Phone),
    /// By the user id that they have for one business.
    User(UserId),
}

impl Address {
    /// Reads either form.
    pub(super) fn parse(text: &str) -> Option<Self> {
        UserId::parse(text).map(Self::User).or_else(|| Phone::parse(text).map(Self::Phone))
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address(…)")
    }
}

/// A business-scoped user id: a country, a dot, then 1 to 128 letters and digits (Meta, "Business-scoped user IDs").
#[derive(Clone, PartialEq, Eq)]
pub(super) struct UserId(String);

impl UserId {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (country, rest) = text.split_once('.')?;
        let rest = rest.strip_prefix("ENT.").unwrap_or(rest);
        let is_country = country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase());
        let is_id = (1..=128).contains(&rest.len()) && rest.bytes().all(|byte| byte.is_ascii_alphanumeric());
        (is_country && is_id).then(|| Self(text.to_owned()))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// The id under which WhatsApp knows a phone. It is the number's digits, but for countries whose numbers changed after
/// people had joined: Brazil's mobile numbers got a ninth digit (outside the areas 11 to 28), Mexico's lost a 1.
pub(super) fn wa_id(phone: &Phone) -> String {
    let digits = phone.wa_id();
    if let Some(rest) = digits.strip_prefix("55")
        && let (Some(area), Some(number)) = (rest.get(..2), rest.get(2..).and_then(|rest| rest.strip_prefix('9')))
        && number.len() == 8
        && area > "28"
    {
        return format!("55{area}{number}");
    }
    match digits.strip_prefix("52") {
        Some(rest) if rest.len() == 10 => format!("521{rest}"),
        _ => digits.to_owned(),
    }
}

/// The country of a phone, ISO 3166-1, as user ids begin with it: of those whose patients are most likely met here.
pub(super) fn country(phone: &Phone) -> &'static str {
    const CODES: &[(&str, &str)] = &[
        ("966", "SA"),
        ("971", "AE"),
        ("965", "KW"),
        ("973", "BH"),
        ("974", "QA"),
        ("968", "OM"),
        ("967", "YE"),
        ("964", "IQ"),
        ("963", "SY"),
        ("962", "JO"),
        ("961", "LB"),
        ("970", "PS"),
        ("972", "IL"),
        ("249", "SD"),
        ("218", "LY"),
        ("216", "TN"),
        ("213", "DZ"),
        ("212", "MA"),
        ("20", "EG"),
        ("90", "TR"),
        ("91", "IN"),
        ("92", "PK"),
        ("55", "BR"),
        ("52", "MX"),
        ("49", "DE"),
        ("48", "PL"),
        ("44", "GB"),
        ("33", "FR"),
    ];
    let digits = phone.wa_id();
    CODES.iter().find(|(code, _)| digits.starts_with(code)).map_or("US", |(_, country)| country)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_of_a_phone_is_its_digits_but_in_brazil_and_mexico() {
        for (number, id) in [
            ("+966501234567", "966501234567"),
            ("+5541987654321", "554187654321"),
            ("+554187654321", "554187654321"),
            ("+5511987654321", "5511987654321"),
            ("+525512345678", "5215512345678"),
            ("+5215512345678", "5215512345678"),
        ] {
            assert_eq!(wa_id(&Phone::parse(number).unwrap()), id, "{number}");
        }
    }

    #[test]
    fn a_user_id_is_told_from_a_phone() {
        assert!(matches!(Address::parse("SA.13491208655302741918"), Some(Address::User(_))));
        assert!(matches!(Address::parse("US.ENT.11815799212886844830"), Some(Address::User(_))));
        assert!(matches!(Address::parse("+966501234567"), Some(Address::Phone(_))));
        for text in ["", "SA.", "sa.1", "SAU.1", "SA.1-2", "0501234567", "SA.ENT."] {
            assert!(Address::parse(text).is_none(), "{text}");
        }
        assert_eq!(country(&Phone::parse("+966501234567").unwrap()), "SA");
    }
}
