//! Phone numbers: kept as E.164, read from whatever people and spreadsheets write.

mod input;
mod region;
mod writing;

use std::fmt;

use rlibphonenumber::{NumberLengthType, PhoneNumber as Parsed, PhoneNumberFormat, PhoneNumberType, ValidationError};

pub use input::PhoneInput;
pub use region::Region;

use crate::text::{Invalid, PhoneFault};

/// A phone number in E.164, `+966501234567`.
///
/// It does not identify a person: a family may share one phone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PhoneNumber(String);

/// The fewest and most digits of an E.164 number here: the shortest numbers in use have a country code of three
/// digits and four of their own (ITU-T E.164 sets 15 as the most).
const DIGITS: std::ops::RangeInclusive<usize> = 7..=15;

impl PhoneNumber {
    /// Reads a stored number, or one that a provider gives: `+` and 7 to 15 digits, nothing else.
    ///
    /// Whether such a number is in use is not asked again, so that what was stored can always be read.
    ///
    /// # Errors
    /// `InvalidFormat` for any other text.
    pub fn from_e164(e164: &str) -> Result<Self, Invalid> {
        let digits = e164.strip_prefix('+').unwrap_or_default();
        let is_number = DIGITS.contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && !digits.starts_with('0');
        if is_number { Ok(Self(e164.to_owned())) } else { Err(Invalid::InvalidFormat { expected: "+966501234567" }) }
    }

    /// Reads a number as people write it in a region: national or international, with Arabic or Persian digits,
    /// separators, a leading `00`, direction marks, or as a spreadsheet left it (`501234567.0`, `5.01234567E+8`).
    ///
    /// # Errors
    /// A [`PhoneFault`]: letters, extensions, short codes, and numbers that their country does not give out are refused.
    pub fn parse(written: &str, region: Region) -> Result<Self, Invalid> {
        let dialled = writing::dialled(written)?;
        let parsed = Parsed::parse(&dialled, Some(region.library())).map_err(|error| Invalid::Phone(fault(&error)))?;
        // Mexico's mobile numbers had a 1 before them until 2019, and WhatsApp still calls them so.
        let e164 = parsed.format_as(PhoneNumberFormat::E164);
        if let Some(national) = e164.strip_prefix("+521").filter(|national| national.len() == 10) {
            return Self::parse(&format!("+52{national}"), region);
        }
        if parsed.is_valid() {
            return Self::from_e164(&e164).map_err(|_| Invalid::Phone(PhoneFault::NotANumber));
        }
        Err(Invalid::Phone(match parsed.is_possible_with_reason() {
            Ok(NumberLengthType::IsPossible) => PhoneFault::NotInUse,
            Ok(NumberLengthType::IsPossibleLocalOnly) | Err(ValidationError::TooShort) => PhoneFault::TooShort,
            Err(ValidationError::TooLong) => PhoneFault::TooLong,
            Err(_) => PhoneFault::NotANumber,
        }))
    }

    /// The number as WhatsApp writes it in its callbacks and takes it in its requests: without the `+`.
    ///
    /// # Errors
    /// `InvalidFormat` where it is not 7 to 15 digits.
    pub fn from_digits(digits: &str) -> Result<Self, Invalid> {
        Self::from_e164(&format!("+{digits}"))
    }

    /// The E.164 text, `+966501234567`.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The number without the `+`.
    pub fn digits(&self) -> &str {
        self.0.trim_start_matches('+')
    }

    /// Other numbers by which networks and WhatsApp know the same line, where a country has changed how its mobile numbers are
    /// written: Brazil and Argentina a 9, Mexico a 1, Benin an 01.
    pub fn other_forms(&self) -> Vec<Self> {
        let digits = self.digits();
        let after = |country: &str, length: usize| digits.strip_prefix(country).filter(|rest| rest.len() == length);
        let mut forms = Vec::new();
        if let Some((area, line)) = after("55", 10).and_then(|rest| rest.split_at_checked(2)) {
            // A landline begins with 2 to 5.
            forms.extend(line.starts_with(['6', '7', '8', '9']).then(|| format!("+55{area}9{line}")));
        }
        if let Some((area, line)) = after("55", 11).and_then(|rest| rest.split_at_checked(2)) {
            forms.extend(line.strip_prefix('9').map(|line| format!("+55{area}{line}")));
        }
        for (country, added, length) in [("52", "1", 10), ("54", "9", 10), ("229", "01", 8)] {
            forms.extend(after(country, length).map(|line| format!("+{country}{added}{line}")));
            let long = after(country, length + added.len()).and_then(|rest| rest.strip_prefix(added));
            forms.extend(long.map(|line| format!("+{country}{line}")));
        }
        forms.iter().filter_map(|form| Self::from_e164(form).ok()).collect()
    }

    /// Whether its numbering plan gives it to mobile phones, or does not say. A landline can be on WhatsApp, but seldom is.
    pub fn may_be_mobile(&self) -> bool {
        use PhoneNumberType as Type;
        let kind = Parsed::parse(&self.0, None).map_or(Type::Unknown, |parsed| parsed.get_type());
        match kind {
            Type::Mobile | Type::FixedLineOrMobile | Type::PersonalNumber | Type::VoIP | Type::Unknown => true,
            Type::FixedLine
            | Type::TollFree
            | Type::PremiumRate
            | Type::SharedCost
            | Type::Pager
            | Type::UAN
            | Type::VoiceMail => false,
        }
    }

    /// What a member without `patients:contact` sees: `+966•••••4567`.
    pub fn masked(&self) -> String {
        const HEAD: usize = 3;
        const HIDDEN: usize = 3;
        let digits = self.digits();
        let tail = digits.len().saturating_sub(HEAD + HIDDEN).min(4);
        let hidden = digits.len().saturating_sub(HEAD + tail);
        let (head, rest) = digits.split_at_checked(HEAD).unwrap_or((digits, ""));
        let (_, last) = rest.split_at_checked(hidden).unwrap_or((rest, ""));
        format!("+{head}{}{last}", "•".repeat(hidden))
    }
}

fn fault(error: &rlibphonenumber::ParseError) -> PhoneFault {
    use rlibphonenumber::ParseError as E;
    match error {
        E::TooShortAfterIdd | E::TooShortNsn => PhoneFault::TooShort,
        E::TooLongNsn => PhoneFault::TooLong,
        E::InvalidCountryCode => PhoneFault::NotInUse,
        E::NotANumber(_) => PhoneFault::NotANumber,
    }
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PhoneNumber({})", self.masked())
    }
}

crate::string_newtype!(
    PhoneNumber,
    from_e164,
    expose,
    crate::__private::schemars::json_schema!({
        "type": "string",
        "pattern": r"^\+[1-9][0-9]{6,14}$",
        "examples": ["+966501234567"],
    })
);

#[cfg(test)]
mod tests;
